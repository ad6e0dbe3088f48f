import smtplib
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from targets import display
from targets.calculations.deadlines import collected_month
from targets.explanations import reminder_subject, reminder_text
from targets.models import Year
from targets.summaries.reminding import Reminder, Reminders, reminders

#: What a mail server, the way to it, or an address that is none can answer.
MAIL_PROBLEMS = (smtplib.SMTPException, OSError, ValueError)


def a_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"a date reads 2023-07-06, not {text!r}") from None


class Command(BaseCommand):
    help = (
        "Remind everybody of the answers that they are to enter: those due and not handed in, and those returned. "
        "By mail where EMAIL_HOST is set and the person has an address, else printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, help="that of the latest month that is open for entry")
        parser.add_argument("--month", type=int, help="up to the end of which month, 1 to 12; the latest that is open")
        parser.add_argument("--as-of-date", type=a_day, help="the day on which it is asked, 2023-07-06; today")
        parser.add_argument("--dry-run", action="store_true", help="print everything and send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        today: date = options["as_of_date"] or timezone.localdate()
        year, month = asked(options["year"], options["month"], today)
        found = reminders(year, month, today)
        self.dry_run: bool = options["dry_run"]
        self.failed: list[str] = []
        self.mailed = 0
        uses_mail = bool(settings.EMAIL_HOST) and not self.dry_run
        self.connection: BaseEmailBackend | None = get_connection() if uses_mail else None
        for reminder in found.people:
            self.remind(found, reminder)
        if self.connection is not None:
            self.connection.close()
        for owed in found.nobodys:
            count = sum(len(row.months) + len(row.returned) for row in owed.rows) + len(owed.steps)
            self.stdout.write(f"Nobody may enter for {display.name(owed.unit)}: {count} open.")
        people = len(found.people)
        self.stdout.write(
            f"{people} to remind up to month {month} of {year.year}, {self.mailed} by mail."
            if people or found.nobodys
            else f"Nothing is open up to month {month} of {year.year}."
        )
        if self.failed:
            raise CommandError(f"Not sent by mail: {len(self.failed)}. {' '.join(dict.fromkeys(self.failed))}")

    def remind(self, found: Reminders, reminder: Reminder) -> None:
        """One text for one person, in the language that the person chose."""
        person = reminder.person
        with translation.override(person.language):
            subject, text = reminder_subject(found), reminder_text(found, reminder)
        address = f"<{person.email}>" if person.email else "(no address)"
        if person.email and self.connection is not None and self.send(person.email, subject, text):
            self.mailed += 1
            self.stdout.write(f"Mailed: {person} {address}")
        else:
            self.print(f"{person} {address}", text)

    def print(self, heading: str, text: str) -> None:
        self.stdout.write(f"--- {heading}\n{text}\n")

    def send(self, address: str, subject: str, text: str) -> bool:
        """Send one mail. What goes wrong is noted; once the server cannot be reached, nobody else waits for it."""
        connection = self.connection
        if connection is None:
            return False
        try:
            connection.open()
        except MAIL_PROBLEMS as problem:
            self.failed.append(f"The mail server {settings.EMAIL_HOST} cannot be used: {in_a_line(problem)}.")
            self.connection = None
            return False
        try:
            EmailMessage(subject, text, to=[address], connection=connection).send()
        except MAIL_PROBLEMS as problem:
            self.failed.append(f"To {address}: {in_a_line(problem)}.")
            # The server may have hung up; the next mail opens it anew.
            connection.close()
            return False
        return True


def asked(year: int | None, month: int | None, today: date) -> tuple[Year, int]:
    """The year and month that the options name; by themselves the latest month that is open on ``today``.

    Raises:
        CommandError: there is no such year or month.
    """
    if month is not None and not 1 <= month <= 12:
        raise CommandError(f"--month is a month from 1 to 12, not {month}.")
    years = {row.year: row for row in Year.objects.filter(is_draft=False).order_by("year")}
    opened, latest = collected_month({number: row.opening_day for number, row in years.items()}, today)
    wanted = year or opened
    if wanted not in years:
        known = ", ".join(map(str, years)) or "none"
        raise CommandError(f"There is no plan in force for {wanted}. Years in the database: {known}.")
    if month is None:
        if wanted > opened:
            raise CommandError(f"No month of {wanted} is open for entry yet; name one with --month.")
        month = latest if wanted == opened else 12
    return years[wanted], month


def in_a_line(problem: Exception) -> str:
    """What went wrong, without what several lines of a server's answer would add."""
    if isinstance(problem, smtplib.SMTPResponseException):
        answer = problem.smtp_error
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        return f"{problem.smtp_code} {text.strip().splitlines()[0] if text.strip() else ''}".strip().rstrip(".")
    text = str(problem).strip() or type(problem).__name__
    return text.splitlines()[0].rstrip(". ")
