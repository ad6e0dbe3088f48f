"""Floors: what a page, file or write cannot do without, as plainly as Django can do it."""

import json
import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from targets.bench.dataset import LAST_YEAR

if TYPE_CHECKING:
    from django.test import Client

#: The pages are looked at in November; in December figures are entered and reviewed.
AS_OF = 11
CELL = re.compile(rb"<(?:t[dh]|li|d[dt])[\s>]")
NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?")

#: Of a response of Django's test client the floor of what it answers.
Floor = Callable[[Any], Callable[[], object]]


def look_up(client: "Client") -> None:
    """Session and person, as every request needs them."""
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.models import Session

    from targets.models import User

    session = Session.objects.get(session_key=client.cookies["sessionid"].value)
    User.objects.get(pk=session.get_decoded()[SESSION_KEY])


def aggregated(only: Mapping[str, object], by: str = "target__indicator") -> list[tuple[Any, ...]]:
    """One query over the entries that count."""
    from django.db.models import Count, Sum

    from targets.models import ProgressEntry

    entries = ProgressEntry.objects.filter(
        target__year=LAST_YEAR, target__archived_at__isnull=True, state="approved", month__lte=AS_OF, **only
    )
    return list(entries.order_by().values_list(by).annotate(Sum("value"), Count("pk")))


def page_floor(client: "Client", only: Mapping[str, object]) -> Floor:
    from django.template import Context, Template

    template = Template("<table>{% for cell in cells %}<td>{{ cell }}</td>{% endfor %}</table>")

    def of(response: Any) -> Callable[[], object]:
        cells = len(CELL.findall(response.getvalue()))

        def floor() -> str:
            look_up(client)
            found = [value for row in aggregated(only) for value in row]
            return template.render(Context({"cells": [found[place % len(found)] for place in range(cells)]}))

        return floor

    return of


def chart_floor(client: "Client", only: Mapping[str, object]) -> Floor:
    def of(response: Any) -> Callable[[], object]:
        numbers = len(NUMBER.findall(response.getvalue()))

        def floor() -> str:
            look_up(client)
            found = [float(value or 0) for row in aggregated(only, "month") for value in row]
            return json.dumps([found[place % len(found)] for place in range(numbers)])

        return floor

    return of


def workbook_floor(client: "Client") -> Floor:
    """As many rows as the file has, written by openpyxl; the half of a row is numbers."""

    def of(response: Any) -> Callable[[], object]:
        import openpyxl

        book = openpyxl.load_workbook(BytesIO(response.getvalue()))
        sheets = [(sheet.max_row, sheet.max_column) for sheet in book.worksheets]
        book.close()

        def floor() -> int:
            look_up(client)
            found = aggregated({})
            written, buffer = openpyxl.Workbook(write_only=True), BytesIO()
            for rows, columns in sheets:
                sheet = written.create_sheet()
                row = [found[0][1] if column % 2 else "镇000 村0000" for column in range(columns)]
                for _number in range(rows):
                    sheet.append(row)
            written.save(buffer)
            return len(buffer.getvalue())

        return floor

    return of


def targets_floor(_response: Any) -> Callable[[], object]:
    """The year's targets inserted once more, neither checked nor recorded."""
    from targets.models import Target
    from targets.services.base import verb

    @verb
    def floor() -> None:
        rows = list(Target.objects.in_force(LAST_YEAR))
        for row in rows:
            row.pk, row.year = None, LAST_YEAR + 1
        Target.objects.bulk_create(rows, batch_size=500)

    return floor


def approve_floor(count: int) -> Floor:
    """So many figures approved by one statement."""
    from django.utils import timezone

    from targets.models import ProgressEntry
    from targets.services.base import verb

    @verb
    def floor() -> None:
        waiting = ProgressEntry.objects.filter(state="submitted", target__year=LAST_YEAR)
        keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:count])
        ProgressEntry.objects.filter(pk__in=keys).update(state="approved", approved_at=timezone.now())

    return lambda _response: floor


def upsert_floor(_response: Any) -> Callable[[], object]:
    """One row written and committed."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor (id integer PRIMARY KEY, value integer)")

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_floor VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET value = bench_floor.value + 1"
            )

    return floor
