"""Every write of the reports is a verb: in one transaction, by who may, recorded."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.half_year.content import OWN, Part
from reports.models import Report, ReportParagraph, ReportVersion
from targets.models import Unit
from targets.permissions import may_prepare_report
from targets.services.base import Author, create, record, refuse, snapshot, update, verb

#: What a person may set of the report itself.
HEAD = ("title", "addressees", "signature", "day", "ticked", "included")
MOST_PARAGRAPHS = 200
LONGEST_TEXT = 10_000


@verb
def prepare_report(
    by: Author, *, unit: Unit, year: int, as_of: int, title: str, addressees: str, signature: str, day: date
) -> Report:
    """Begin a half-year report. Its paragraphs come from the figures until somebody changes them.

    Raises:
        PermissionDenied: the author prepares no reports of this unit.
    """
    by.require(may_prepare_report, unit.pk)
    report = Report(
        unit=unit,
        year=year,
        as_of=as_of,
        title=title,
        addressees=addressees,
        signature=signature,
        day=day,
        created_by=by.user,
    )
    create(by, "report.create", report, "year", "as_of", "title", unit=unit, month=as_of)
    return report


@verb
def change_report(
    by: Author,
    report: Report,
    parts: Sequence[Part],
    *,
    moved: bool = False,
    lock_version: int | None = None,
    **head: Any,
) -> bool:
    """Set the paragraphs, and what else of the report is given; whether anything was changed.

    ``moved`` says that the paragraphs stand in another order than they stood.

    Raises:
        PermissionDenied: the author prepares no reports of this unit.
        ValidationError: the report is archived, or too long to be one.
        ConflictError: somebody else changed the report since it was shown.
    """
    by.require(may_prepare_report, report.unit_id)
    _refuse_archived(report)
    if len(parts) > MOST_PARAGRAPHS:
        raise refuse(_("A report has at most %(count)d paragraphs.") % {"count": MOST_PARAGRAPHS})
    if any(len(part.text) > LONGEST_TEXT for part in parts):
        raise refuse(_("A paragraph has at most %(count)d characters.") % {"count": LONGEST_TEXT})
    before = snapshot(report, *HEAD)
    values = {name: value for name, value in head.items() if name in HEAD and value != before[name]}
    stored = {row.key: row for row in report.paragraphs.all()}
    written = _written(report, parts)
    touched = [row for row in written if _says(row) != _says(stored.get(row.key))]
    if not touched and not values and not moved:
        return False
    was = _texts(stored.get(row.key) for row in touched)
    update(report, lock_version, **values)
    if touched or moved:
        _write(stored, written)
    record(
        by,
        "report.change",
        report,
        unit=report.unit,
        month=report.as_of,
        before={**{name: before[name] for name in values}, **was},
        after={**values, **_texts(touched), **({"order": [row.key for row in written]} if moved else {})},
    )
    return True


def _refuse_archived(report: Report) -> None:
    if report.archived_at is not None:
        raise refuse(_("This report is archived. Bring it back before you change it."))


def _written(report: Report, parts: Sequence[Part]) -> list[ReportParagraph]:
    return [
        ReportParagraph(
            report=report,
            position=position,
            key=part.key,
            level=part.level,
            text=part.text,
            figures=_as_json(part.seen) if part.text else "",
            left_out=part.left_out,
        )
        for position, part in enumerate(parts, 1)
    ]


def _as_json(figures: Mapping[str, str] | None) -> str:
    return json.dumps(figures, ensure_ascii=False, sort_keys=True) if figures else ""


_COLUMNS = ("position", "level", "text", "figures", "left_out")


def _says(row: ReportParagraph | None) -> tuple[object, ...]:
    """What a person made of a paragraph, but for its place; one as generated says what one without a row does."""
    if row is None:
        return ("", "", False, 0)
    return (row.text, row.figures, row.left_out, row.level + 1 if row.key.startswith(OWN) else 0)


def _write(stored: Mapping[str, ReportParagraph], written: Sequence[ReportParagraph]) -> None:
    """All paragraphs, so that their order is kept; those that are no longer generated stay behind them."""
    added, changed = [], []
    for row in written:
        there = stored.get(row.key)
        if there is None:
            row.full_clean(exclude=["report"])
            added.append(row)
        elif any(getattr(there, name) != getattr(row, name) for name in _COLUMNS):
            for name in _COLUMNS:
                setattr(there, name, getattr(row, name))
            there.full_clean(exclude=["report"])
            changed.append(there)
    ReportParagraph.objects.bulk_create(added)
    ReportParagraph.objects.bulk_update(changed, _COLUMNS)


def _texts(rows: Any) -> dict[str, str]:
    return {row.key: (_("left out") if row.left_out else row.text) for row in rows if row is not None}


@verb
def keep_version(by: Author, report: Report, *, content: str, note: str = "", lock_version: int) -> ReportVersion:
    """Keep what the report says now; later figures and words leave it as it is.

    ``content`` is the JSON text of the whole paper, ``lock_version`` the one that it was made of.

    Raises:
        ConflictError: somebody else changed the report or kept a version in between.
    """
    by.require(may_prepare_report, report.unit_id)
    _refuse_archived(report)
    update(report, lock_version)
    latest = report.versions.order_by("-number").values_list("number", flat=True).first()
    version = ReportVersion(report=report, number=(latest or 0) + 1, content=content, note=note, made_by=by.user)
    create(by, "report.keep", version, "number", "note", unit=report.unit, month=report.as_of)
    return version


@verb
def archive_report(by: Author, report: Report, *, lock_version: int | None = None) -> None:
    """Put a report away; its versions stay."""
    by.require(may_prepare_report, report.unit_id)
    _refuse_archived(report)
    update(report, lock_version, archived_at=timezone.now())
    record(by, "report.archive", report, unit=report.unit, month=report.as_of)


@verb
def restore_report(by: Author, report: Report, *, lock_version: int | None = None) -> None:
    """Take a report up again."""
    by.require(may_prepare_report, report.unit_id)
    if report.archived_at is None:
        raise refuse(_("This report is not archived."))
    update(report, lock_version, archived_at=None)
    record(by, "report.restore", report, unit=report.unit, month=report.as_of)
