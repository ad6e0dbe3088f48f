"""An uploaded spreadsheet of whatever format as a grid of typed cells. Uploads are distrusted.

The content decides what a file is, never its name. Nothing in it is run: macros, links and queries are not even
loaded, and of a formula the stored value is read. Size is bounded before anything is unpacked, since a small file can
inflate to gigabytes or claim a sheet of seventeen thousand million cells.
"""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.importers.files import csv_text, ods, xls, xlsx
from targets.importers.files.grid import Sheet, Workbook
from targets.importers.files.limits import LARGEST_FILE, check_cells, check_parts

_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
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
    sheets = tuple(_read(kind, content))
    check_cells(sheets)
    if not any(sheet.cells for sheet in sheets):
        raise ValidationError(_("No sheet of the file holds anything. Check that it is the right file."))
    ending = PurePath(name).suffix.lower()
    if ending and ending not in _USUAL_ENDINGS[kind]:
        remarks.append(
            _("The file ends in %(ending)s and is in truth %(kind)s; it was read as that.")
            % {"ending": ending, "kind": kind}
        )
    return Workbook(name, kind, sheets, tuple(remarks))


_READERS: dict[str, Callable[[bytes], list[Sheet]]] = {
    "xlsx": xlsx.read,
    "xls": xls.read,
    "ods": ods.read,
    "csv": csv_text.read,
}


def _read(kind: str, content: bytes) -> list[Sheet]:
    try:
        return _READERS[kind](content)
    except ValidationError:
        raise
    # Whatever a library stumbles over in a broken file: there are as many kinds of errors as ways to be broken.
    except Exception as error:
        raise ValidationError(
            _("The file is damaged or of an unknown version. Open it and save it again as .xlsx.")
        ) from error


def _kind(content: bytes) -> tuple[str, list[str]]:
    if content.startswith(_COMPOUND_FILE):
        return _kind_of_compound_file(content), []
    if zipfile.is_zipfile(BytesIO(content)):
        return _kind_of_archive(content)
    if content.startswith(b"%PDF"):
        raise ValidationError(_("This is a PDF. Upload the spreadsheet that it was made from."))
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")) or b"<html" in head:
        raise ValidationError(
            _("This is a web page with the ending of a spreadsheet. Open it in WPS or Excel and save it as .xlsx.")
        )
    if head.startswith(b"<?xml"):
        raise ValidationError(_("This is an XML file. Open it in WPS or Excel and save it as .xlsx."))
    if csv_text.is_text(content):
        return "csv", []
    raise _unknown()


def _kind_of_compound_file(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise ValidationError(_("The file is protected by a password. Remove the password and save it again."))
    if "WordDocument".encode("utf-16-le") in content:
        raise ValidationError(_("This is a Word document. Copy its table into a spreadsheet and save it as .xlsx."))
    return "xls"


def _kind_of_archive(content: bytes) -> tuple[str, list[str]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(part.flag_bits & 0x1 for part in archive.infolist()):
                raise ValidationError(_("The file is protected by a password. Remove the password and save it again."))
            check_parts(archive)
    except ValidationError:
        raise
    # A broken archive, a broken stream in it, an unknown way of packing: each has an error of its own.
    except Exception as error:
        raise ValidationError(_("The file is damaged. Open it and save it again as .xlsx.")) from error
    if "xl/workbook.bin" in names:
        raise ValidationError(_("This is a binary workbook (.xlsb). Open it and save it as .xlsx."))
    if any(name.lower().startswith("word/") for name in names):
        raise ValidationError(_("This is a Word document. Copy its table into a spreadsheet and save it as .xlsx."))
    if any(name.lower().startswith("xl/") for name in names):
        with_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return "xlsx", [_("The file carries macros. They were not run and are not kept.")] if with_macros else []
    if "content.xml" in names:
        return "ods", []
    raise _unknown()


def _unknown() -> ValidationError:
    return ValidationError(_("This is no spreadsheet. Upload a file saved as .xlsx, .xls, .ods or .csv."))
