from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import translation

from targets.importers.csv_dump import digest, read_house
from targets.importers.csv_table import FileErrors
from targets.services.base import Author
from targets.services.loading import load_house, reported_by_nobody


class Command(BaseCommand):
    help = "Load a directory written by export_csv into a database without plans: all of it, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    # A command speaks English, and so do the errors that it lists.
    @translation.override("en")
    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        if not directory.is_dir():
            raise CommandError(f"There is no directory {directory}.")
        try:
            house = read_house(directory)
            load_house(Author.system(f"{directory.name}, SHA-256 {digest(directory)}"), house)
        except FileErrors as errors:
            raise CommandError(f"Nothing was loaded.\n{errors}") from errors
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except IntegrityError as error:
            raise CommandError(f"Nothing was loaded: the rows contradict each other ({error}).") from error
        for unit, indicator, year in reported_by_nobody(house):
            self.stderr.write(
                f"Nobody reports {indicator} of {unit} in {year}: it is the sum of the units below, and none of them "
                "has this target."
            )
        self.stdout.write(
            f"Loaded {len(house.units)} units, {len(house.indicators)} indicators, {len(house.targets)} targets "
            f"and {len(house.entries)} entries."
        )
