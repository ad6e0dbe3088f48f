from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from targets.importers.csv_table import FileErrors
from targets.sample import DATA
from targets.sample.loader import ForeignPlanError, load_sample


class Command(BaseCommand):
    help = "Load the sample township with an account for every role. Loaded twice it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=DATA, help="another directory with the sample's files")

    # A command speaks English, and so do the errors that it lists.
    @translation.override("en")
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = load_sample(settings.SAMPLE_ACCOUNTS_FILE, options["data"])
        except FileErrors as errors:
            raise CommandError(f"The sample was not loaded.\n{errors}") from errors
        except ValidationError as error:
            raise CommandError("\n".join(["The sample was not loaded.", *error.messages])) from error
        except ForeignPlanError as error:
            raise CommandError("The database already holds a plan; the sample is not mixed into it.") from error
        except OSError as error:
            raise CommandError(
                f"The sample was not loaded: {settings.SAMPLE_ACCOUNTS_FILE} cannot be written ({error.strerror})."
            ) from error
        if made:
            self.stdout.write(f"Sample township loaded. Sign-ins: {settings.SAMPLE_ACCOUNTS_FILE}")
        else:
            self.stdout.write("The sample township is there already; nothing was changed.")
