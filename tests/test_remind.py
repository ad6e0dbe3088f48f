"""`manage.py remind`: who is to type what, by mail or printed, without figures and without what is sensitive."""

from datetime import date
from io import StringIO

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from targets.calculations.deadlines import opened_month
from targets.models import User
from targets.services.base import verb
from targets.services.progress import record_step, return_entry, submit

TODAY = "2023-08-20"  # July was due on 5 August: 15 days ago


@pytest.fixture(autouse=True)
def _in_english(cast):
    verb(User.objects.update)(language="en")


def address(person, email):
    verb(User.objects.filter(pk=person.pk).update)(email=email)


def remind(**options):
    out = StringIO()
    call_command("remind", stdout=out, **{"as_of_date": date.fromisoformat(TODAY), "month": 7, **options})
    return out.getvalue()


def texts(output):
    """The printed texts by the person they are for."""
    found = {}
    for part in output.split("--- ")[1:]:
        heading, _newline, text = part.partition("\n")
        found[heading.split()[0]] = text
    return found


@pytest.mark.parametrize(
    ("today", "opens", "found"),
    [
        (date(2023, 7, 25), 25, (2023, 7)),
        (date(2023, 7, 24), 25, (2023, 6)),
        (date(2024, 1, 3), 25, (2023, 12)),  # in January it is December that is entered
        (date(2023, 1, 25), 25, (2023, 1)),
    ],
)
def test_the_month_that_is_open(today, opens, found):
    assert opened_month(today, opens) == found


def test_each_clerk_is_reminded_of_the_own_unit_and_of_nothing_else(cast):
    found = texts(remind())
    assert set(found) == {"人员east", "人员west", "人员office"}
    assert "East Village (15 days overdue)" in found["人员east"]
    assert "- Roads built (July)" in found["人员east"]
    assert "West" not in found["人员east"]
    assert "Home visits" not in found["人员east"]


def test_no_figure_is_named(cast, build):
    build.draft(cast.east_target, 7, "4321")
    text = texts(remind())["人员east"]
    assert "4321" not in text
    assert "3.7" not in text


def test_what_waits_for_review_is_not_asked_again(cast, build):
    build.submitted(cast.east_target, 7, "1")
    assert set(texts(remind())) == {"人员west", "人员office"}


def test_what_was_returned_is_in_it_a_correction_as_well(cast, build):
    from decimal import Decimal

    from targets.services.progress import correct_progress

    july = build.submitted(cast.east_target, 7, "1")
    return_entry(build.by, july, reason="Why?")
    june = correct_progress(build.by, target=cast.west_target, month=6, reason="Measured again.", value=Decimal(9))
    submit(build.by, june)
    return_entry(build.by, june, reason="Why?")
    found = texts(remind())
    assert "- Roads built (returned: July)" in found["人员east"]
    assert "- Roads built (July, returned: June)" in found["人员west"]


def test_a_clerk_of_another_section_is_not_asked(cast, build):
    build.person("east-governance", "clerk", cast.east, cast.governance)
    assert "人员east-governance" not in texts(remind())


def test_a_unit_without_a_clerk_comes_to_its_reviewer_who_is_told_so(cast, build):
    village = build.unit("T-S", cast.township, name="南村", name_en="South Village")
    build.target(cast.roads, village, {12: 3})
    text = texts(remind())["人员reviewer"]
    assert "South Village" in text
    assert "No clerk enters this for the unit; it comes to you as its reviewer." in text
    assert "East Village" not in text
    build.person("south", "clerk", village)
    found = texts(remind())
    assert "人员reviewer" not in found
    assert "南村" in found["人员south"]  # a new person reads Chinese


def test_a_disabled_account_is_nobody(cast, build):
    verb(User.objects.filter(pk__in=[cast.east_clerk.pk, cast.reviewer.pk]).update)(is_active=False)
    output = remind()
    assert "人员east" not in texts(output)
    assert "Nobody may enter for 东村: 1 open." in output


def test_the_nearest_clerk_is_asked(cast, build):
    build.person("whole", "clerk", cast.township)
    assert "人员whole" not in texts(remind())
    verb(User.objects.filter(pk=cast.east_clerk.pk).update)(is_active=False)
    assert "东村" in texts(remind())["人员whole"]  # a new person reads Chinese


def test_steps_that_fell_due_are_in_it_until_they_are_done(cast, build):
    task = build.target(
        build.indicator("TASK", cast.economy, kind="milestone", accumulation="", name_en="Bridge"),
        cast.east,
        steps=[
            {"name": "Begin", "name_en": "Begin", "due": date(2023, 7, 31)},
            {"name": "End", "name_en": "End", "due": date(2023, 8, 31)},
        ],
    )
    text = texts(remind())["人员east"]
    assert "- Bridge · Begin (due 31 July 2023)" in text
    assert "End" not in text
    assert "(20 days overdue)" in text  # 31 July to 20 August
    report = record_step(build.by, milestone=task.milestones.get(step=1), done=True, month=7)
    submit(build.by, report)
    assert "Begin" not in texts(remind())["人员east"]
    return_entry(build.by, report, reason="Where is the photograph?")
    assert "- Bridge · Begin (returned)" in texts(remind())["人员east"]


def test_what_is_sensitive_is_counted_and_not_named(cast, build):
    petitions = build.indicator("PETITIONS", cast.economy, name="信访", name_en="Petitions", sensitive=True)
    build.target(petitions, cast.east, {12: 3})
    text = texts(remind())["人员east"]
    assert "Petitions" not in text
    assert "信访" not in text
    assert "- 1 sensitive indicator (named after signing in)" in text


def test_nothing_is_mailed_where_no_mail_server_is_set(cast, settings):
    settings.EMAIL_HOST = ""
    address(cast.east_clerk, "east@example.org")
    output = remind()
    assert mail.outbox == []
    assert "3 to remind up to month 7 of 2023, 0 by mail." in output
    assert "--- 人员east <east@example.org>" in output


def test_one_mail_for_each_person_with_an_address_the_others_are_printed(cast, build, settings):
    settings.EMAIL_HOST = "smtp.example.org"
    address(cast.east_clerk, "east@example.org")
    build.role(cast.east_clerk, "clerk", cast.office)
    output = remind()
    (sent,) = mail.outbox
    assert sent.to == ["east@example.org"]
    assert sent.subject == "Township targets: answers to enter up to July 2023"
    assert "East Village" in sent.body
    assert "Safety Office" in sent.body
    assert "Mailed: 人员east <east@example.org>" in output
    assert set(texts(output)) == {"人员west", "人员office"}


def test_a_dry_run_prints_everything_and_sends_nothing(cast, settings):
    settings.EMAIL_HOST = "smtp.example.org"
    address(cast.east_clerk, "east@example.org")
    output = remind(dry_run=True)
    assert mail.outbox == []
    assert set(texts(output)) == {"人员east", "人员west", "人员office"}


class RefusesEast(EmailBackend):
    def send_messages(self, messages):
        if messages[0].to == ["east@example.org"]:
            raise ConnectionResetError("hung up")
        return super().send_messages(messages)


class Unreachable(EmailBackend):
    def open(self):
        raise ConnectionRefusedError(111, "Connection refused")


def test_a_mail_that_fails_is_one_sentence_and_the_others_get_theirs(cast, settings):
    settings.EMAIL_HOST = "smtp.example.org"
    settings.EMAIL_BACKEND = "tests.test_remind.RefusesEast"
    address(cast.east_clerk, "east@example.org")
    address(cast.west_clerk, "west@example.org")
    with pytest.raises(CommandError, match=r"^Not sent by mail: 1\. To east@example\.org: hung up\.$"):
        remind()
    assert [sent.to for sent in mail.outbox] == [["west@example.org"]]


def test_a_mail_server_out_of_reach_is_one_sentence_and_all_is_printed(cast, settings):
    settings.EMAIL_HOST = "smtp.example.org"
    settings.EMAIL_BACKEND = "tests.test_remind.Unreachable"
    address(cast.east_clerk, "east@example.org")
    address(cast.west_clerk, "west@example.org")
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("remind", stdout=out, month=7, as_of_date=date.fromisoformat(TODAY))
    assert str(refused.value) == (
        "Not sent by mail: 1. The mail server smtp.example.org cannot be used: [Errno 111] Connection refused."
    )
    assert refused.value.returncode == 1
    assert set(texts(out.getvalue())) == {"人员east", "人员west", "人员office"}


def test_by_itself_the_latest_open_month_is_asked_for(cast):
    assert "Nothing is open up to month 6 of 2023." in remind(month=None, as_of_date=date(2023, 7, 24))
    assert "3 to remind up to month 7 of 2023" in remind(month=None, as_of_date=date(2023, 7, 25))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"month": 13}, "--month is a month from 1 to 12, not 13."),
        ({"year": 2031}, "There is no plan in force for 2031. Years in the database: 2023."),
        (
            {"year": 2023, "month": None, "as_of_date": date(2022, 9, 1)},
            "No month of 2023 is open for entry yet; name one with --month.",
        ),
    ],
)
def test_what_cannot_be_asked_is_said(cast, options, said):
    with pytest.raises(CommandError) as refused:
        remind(**options)
    assert str(refused.value) == said


def test_more_units_ask_no_more_queries(cast, build, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        remind()
    for number in range(8):
        village = build.unit(f"N-{number}", cast.township)
        build.target(cast.roads, village, {12: 3})
        build.person(f"clerk-{number}", "clerk", village)
    with django_assert_num_queries(len(few)):
        remind()
