"""An uploaded spreadsheet of whatever format as a grid of typed cells. Uploads are distrusted.

The content decides what a file is, never its name. Nothing in it is run: macros, links and queries are not even
loaded, and of a formula the stored value is read. Size is bounded before anything is unpacked, since a small file can
inflate to gigabytes or claim a sheet of seventeen thousand million cells.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.importers.files import csv_text, ods
from targets.importers.files.grid import Sheet, Workbook
from targets.importers.files.limits import LARGEST_FILE, check_cells, check_parts

_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
_TEXT_DOCUMENT = b"application/vnd.oasis.opendocument.text"
_MEGABYTE = 1024 * 1024

#: Endings under which each kind of content is usually saved; WPS keeps either format under .et.
_USUAL_ENDINGS = {
    "xlsx": {".xlsx", ".xlsm", ".xltx", ".xltm", ".et", ".ett"},
    "xls": {".xls", ".xlt", ".et", ".ett"},
    "ods": {".ods", ".ots"},
    "csv": {".csv", ".txt", ".tsv"},
}


def read_workbook(content: bytes, name: str) -> Workbook:
    """Read an uploaded spreadsheet: xlsx, xls, ods or csv. ``name`` is that of the file, for what is said about it.

    Raises:
        ValidationError: one sentence that says why the file is not taken and what to do.
    """
    if not content:
        raise ValidationError(_("The file is empty. Save it again and check that it holds the table."))
    if len(content) > LARGEST_FILE:
        raise ValidationError(
            _("The file is larger than %(megabytes)d MB. Save the sheet with the targets alone, without pictures.")
            % {"megabytes": LARGEST_FILE // _MEGABYTE}
        )
    kind, remarks = _kind(content)
    read = _read(kind, content)
    check_cells(read)
    sheets = tuple(map(_without_unseen_zeros, read))
    if not any(sheet.cells for sheet in sheets):
        raise ValidationError(_("No sheet of the file holds anything. Check that it is the right file."))
    remarks += [
        _("Sheet “%(sheet)s” shows nothing where it holds a zero: %(count)d such cells count as empty.")
        % {"sheet": before.name, "count": len(before.cells) - len(sheet.cells)}
        for before, sheet in zip(read, sheets, strict=True)
        if sheet is not before
    ]
    ending = PurePath(name).suffix.lower()
    if ending and ending not in _USUAL_ENDINGS[kind]:
        remarks.append(
            _("The file ends in %(ending)s and is in truth %(kind)s; it was read as that.")
            % {"ending": ending, "kind": kind}
        )
    return Workbook(name, kind, sheets, tuple(remarks))


def _without_unseen_zeros(sheet: Sheet) -> Sheet:
    """A sheet without the zeros that its formats hide: who reads it sees empty cells."""
    unseen = {place for place, cell in sheet.cells.items() if cell.is_unseen and cell.value == 0}
    if not unseen:
        return sheet
    cells = {place: cell for place, cell in sheet.cells.items() if place not in unseen}
    return replace(sheet, cells=cells, _merged={})


def _reader(kind: str) -> Callable[[bytes], list[Sheet]]:
    if kind == "csv":
        return csv_text.read
    if kind == "ods":
        return ods.read
    # Their libraries are large, and a process that is given no workbook does without.
    if kind == "xls":
        from targets.importers.files import xls

        return xls.read
    from targets.importers.files import xlsx

    return xlsx.read


def _read(kind: str, content: bytes) -> list[Sheet]:
    try:
        return _reader(kind)(content)
    except ValidationError:
        raise
    # Whatever a library stumbles over in a broken file: there are as many kinds of errors as ways to be broken.
    except Exception as error:
        raise ValidationError(
            _("The file is damaged or of an unknown version. Open it and save it again as .xlsx.")
        ) from error


_WORD = gettext_lazy("This is a Word document. Copy its table into a spreadsheet and save it as .xlsx.")
_SLIDES = gettext_lazy("This is a presentation. Copy its table into a spreadsheet and save it as .xlsx.")
_PACKED = gettext_lazy("This is a packed file. Unpack it and upload the spreadsheet that is in it.")
#: How files begin that are given for spreadsheets, and what they are.
_FOREIGN = tuple(
    (re.compile(beginning, re.DOTALL), sentence)
    for beginning, sentence in (
        (rb"%PDF", gettext_lazy("This is a PDF. Upload the spreadsheet that it was made from.")),
        (
            rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP",
            gettext_lazy("This is a picture. A table in a picture is not read; upload the spreadsheet itself."),
        ),
        (rb"Rar!\x1a|7z\xbc\xaf|\x1f\x8b\x08", _PACKED),
        (rb"\{\\rtf", _WORD),
        (
            rb"\x09[\x00\x02\x04\x08][\x04-\x08]\x00",
            gettext_lazy("This is a workbook of Excel 95 or older. Open it in WPS or Excel and save it as .xlsx."),
        ),
    )
)


def _kind(content: bytes) -> tuple[str, list[str]]:
    if content.startswith(_COMPOUND_FILE):
        return _kind_of_compound_file(content), []
    if zipfile.is_zipfile(BytesIO(content)):
        return _kind_of_archive(content)
    if content.startswith(b"PK\x03\x04"):
        raise ValidationError(_("The file is cut off: its end is missing. Copy or download it again, then upload it."))
    for beginning, sentence in _FOREIGN:
        if beginning.match(content):
            raise ValidationError(str(sentence))
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"mime-version:")) or b"<html" in head:
        raise ValidationError(
            _("This is a web page with the ending of a spreadsheet. Open it in WPS or Excel and save it as .xlsx.")
        )
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head or b'progid="excel.sheet"' in head:
        raise ValidationError(
            _("This is an XML spreadsheet of Excel 2003. Open it in WPS or Excel and save it as .xlsx.")
        )
    if head.startswith(b"<?xml"):
        raise ValidationError(_("This is an XML file. Open it in WPS or Excel and save it as .xlsx."))
    if csv_text.is_text(content):
        return "csv", []
    raise _unknown()


def _kind_of_compound_file(content: bytes) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise ValidationError(_("The file is protected by a password. Remove the password and save it again."))
    if holds("WordDocument"):
        raise ValidationError(str(_WORD))
    if holds("PowerPoint Document"):
        raise ValidationError(str(_SLIDES))
    return "xls"


def _kind_of_archive(content: bytes) -> tuple[str, list[str]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(part.flag_bits & 0x1 for part in archive.infolist()):
                raise ValidationError(_("The file is protected by a password. Remove the password and save it again."))
            document = archive.read("mimetype")[:100] if "mimetype" in names else b""
            check_parts(archive)
    except ValidationError:
        raise
    # A broken archive, a broken stream in it, an unknown way of packing: each has an error of its own.
    except Exception as error:
        raise ValidationError(_("The file is damaged. Open it and save it again as .xlsx.")) from error
    if "xl/workbook.bin" in names:
        raise ValidationError(_("This is a binary workbook (.xlsb). Open it and save it as .xlsx."))
    folders = {name.lower().partition("/")[0] for name in names}
    if "xl" in folders:
        with_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return "xlsx", [_("The file carries macros. They were not run and are not kept.")] if with_macros else []
    if "word" in folders or document == _TEXT_DOCUMENT:
        raise ValidationError(str(_WORD))
    if "ppt" in folders:
        raise ValidationError(str(_SLIDES))
    if "content.xml" in names:
        return "ods", []
    if "index" in folders and any(name.endswith(".iwa") for name in names):
        raise ValidationError(_("This is a table of Apple Numbers. Export it from there as Excel (.xlsx)."))
    if "ofd.xml" in folders:
        raise ValidationError(_("This is an OFD document. Upload the spreadsheet that it was made from."))
    raise ValidationError(str(_PACKED))


def _unknown() -> ValidationError:
    return ValidationError(_("This is no spreadsheet. Upload a file saved as .xlsx, .xls, .ods or .csv."))
