from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.tables.csv_dump import house_tables
from reports.writers.house_csv import write_tables
from targets.models import Year


class Command(BaseCommand):
    help = "Write units, plan, entries and the summary of a year as CSV files: UTF-8, unrounded plain numbers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="where the files are written; made when it is not there")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--as-of", type=int, required=True, help="the last month that counts, 1 to 12")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of: int = options["as_of"]
        if not 1 <= as_of <= 12:
            raise CommandError(f"--as-of is a month from 1 to 12, not {as_of}.")
        year = Year.objects.filter(year=options["year"]).first()
        if year is None:
            known = ", ".join(str(row.year) for row in Year.objects.order_by("year")) or "none"
            raise CommandError(f"There is no year {options['year']}. Years in the database: {known}.")
        try:
            counts = write_tables(options["directory"], house_tables(year, as_of))
        except OSError as error:
            raise CommandError(f"{options['directory']} cannot be written: {error.strerror}.") from error
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count} rows")
