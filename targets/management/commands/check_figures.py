"""Hold the monthly accounts against the answers that they are made of."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from targets import display
from targets.models import Year
from targets.services.accounts import differences, recompute
from targets.services.base import Author

#: So many differences are told one by one.
TOLD = 50


class Command(BaseCommand):
    help = "Compute every figure anew from the answers and list the accounts that say something else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, help="only this year")
        parser.add_argument("--rebuild", action="store_true", help="make the accounts anew where they differ")

    def handle(self, *args: Any, **options: Any) -> None:
        years = Year.objects.order_by("year")
        if options["year"] is not None:
            years = years.filter(year=options["year"])
            if not years:
                raise CommandError(_("There is no year %(year)s.") % {"year": options["year"]})
        wrong = 0
        for year in years:
            found = list(differences(year.year))
            for row in found[:TOLD]:
                place = {
                    "year": year.year,
                    "unit": display.name(row.unit),
                    "indicator": display.name(row.indicator),
                }
                self.stdout.write(_("%(year)s, %(unit)s: %(indicator)s is another than its answers say.") % place)
            if len(found) > TOLD:
                self.stdout.write(_("… and %(count)s more.") % {"count": len(found) - TOLD})
            if found and options["rebuild"]:
                recompute(Author.system("check_figures"), year)
                self.stdout.write(_("The accounts of %(year)s were made anew.") % {"year": year.year})
            else:
                wrong += len(found)
        if wrong:
            raise CommandError(
                ngettext(
                    "%(count)d account differs. Make the accounts anew with --rebuild.",
                    "%(count)d accounts differ. Make the accounts anew with --rebuild.",
                    wrong,
                )
                % {"count": wrong}
            )
        self.stdout.write(_("Every account says what its answers say."))
