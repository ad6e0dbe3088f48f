"""Answers of a file: compared with what stands, taken all or none, and twice is once."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import Change, ProgressEntry, Upload
from targets.permissions import scope_of
from targets.services import months, progress, uploads
from targets.services.base import Author
from targets.services.progress_import import FiledAnswer, Outcome, compare, file_progress


def person(user):
    return Author.person(user, scope_of(user), source="file.xlsx")


@pytest.fixture
def clerk(cast):
    return person(cast.east_clerk)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def upload(cast, clerk):
    return uploads.keep_upload(
        clerk, purpose="progress", year=2023, unit=cast.east, name="七月.xlsx", content=b"PK", detected_type="xlsx"
    )


def answer(target, month, value=None, **fields):
    fields.setdefault("from_month", month)
    return FiledAnswer(3, target, month=month, value=None if value is None else Decimal(str(value)), **fields)


def outcome(by, *answers):
    return [one.outcome for one in compare(by, answers)]


def test_a_kept_file_has_a_random_name_and_its_digest(cast, upload, tmp_path):
    assert [path.name for path in tmp_path.iterdir()] == [upload.stored_name]
    assert upload.original_name == "七月.xlsx"
    # printf PK | sha256sum
    assert upload.sha256 == "fcab7fcc2b4cffd9bb45003bfc2e468a04ef6f77ca8200a7341f027631584d25"
    assert uploads.content_of(upload) == b"PK"


def test_each_answer_is_held_against_what_stands(cast, build, clerk):
    target = cast.east_target
    build.draft(target, 7, 1)
    build.submitted(target, 8, 1)
    months.close_month(build.by, unit=cast.east, year=2023, month=9)
    assert outcome(clerk, answer(target, 7, 1), answer(target, 7, 2)) == [Outcome.SAME, Outcome.CHANGED]
    assert outcome(clerk, answer(target, 8, 1), answer(target, 8, 2)) == [Outcome.SAME, Outcome.SUBMITTED]
    assert outcome(clerk, answer(target, 9, 1), answer(target, 10, 1)) == [Outcome.CLOSED, Outcome.NEW]
    approved = {"typed_as": "cumulative", "from_month": 6}
    assert outcome(clerk, answer(target, 6, "3.7", **approved), answer(target, 6, 4, **approved)) == [
        Outcome.SAME,
        Outcome.APPROVED,
    ]
    assert outcome(clerk, answer(cast.west_target, 7, 1)) == [Outcome.FORBIDDEN]


def test_a_file_without_a_note_leaves_the_note(cast, build, clerk, upload):
    build.draft(cast.east_target, 7, 1, note="雨")
    assert outcome(clerk, answer(cast.east_target, 7, 1)) == [Outcome.SAME]
    file_progress(clerk, upload=upload, unit=cast.east, answers=[answer(cast.east_target, 7, 2)], submit=False)
    entry = ProgressEntry.objects.get(target=cast.east_target, month=7)
    assert (entry.value, entry.note) == (2, "雨")


def test_all_of_it_is_taken_and_a_second_time_nothing(cast, clerk, upload):
    rows = [answer(cast.east_target, 7, 1), answer(cast.east_target, 9, 2, from_month=8)]
    assert file_progress(clerk, upload=upload, unit=cast.east, answers=rows, submit=True) == 2
    states = ProgressEntry.objects.filter(target=cast.east_target, month__gt=6).values_list("state", flat=True)
    assert set(states) == {"submitted"}
    assert Upload.objects.get().taken_at is not None
    assert outcome(clerk, *rows) == [Outcome.SAME, Outcome.SAME]
    assert file_progress(clerk, upload=upload, unit=cast.east, answers=rows, submit=True) == 0


def test_one_refused_answer_leaves_nothing(cast, build, clerk, upload):
    # A running total of 3 falls below the 3.7 of June and gives no reason.
    rows = [answer(cast.east_target, 8, 1), answer(cast.east_target, 7, 3, typed_as="cumulative")]
    with pytest.raises(ValidationError, match="3"):
        file_progress(clerk, upload=upload, unit=cast.east, answers=rows, submit=False)
    assert not ProgressEntry.objects.filter(target=cast.east_target, month__gt=6).exists()
    assert Upload.objects.get().taken_at is None


def test_the_record_names_the_file(cast, clerk, upload):
    by = Author.person(clerk.user, clerk.scope, source=uploads.source_of(upload))
    file_progress(by, upload=upload, unit=cast.east, answers=[answer(cast.east_target, 7, 1)], submit=False)
    entry = ProgressEntry.objects.get(target=cast.east_target, month=7)
    change = Change.objects.filter(object_type="progressentry", object_id=entry.pk).first()
    assert "七月.xlsx" in change.source
    assert upload.sha256[:12] in change.source


def test_a_growth_rate_is_kept(cast, clerk, upload):
    rows = [answer(cast.east_target, 7, 1, official_growth=Decimal("8.2"))]
    file_progress(clerk, upload=upload, unit=cast.east, answers=rows, submit=False)
    assert ProgressEntry.objects.get(target=cast.east_target, month=7).official_growth == Decimal("8.2")


def test_others_keep_no_file_and_take_none(cast, upload):
    for user in (cast.west_clerk, cast.leader, cast.system_administrator, cast.auditor):
        with pytest.raises(PermissionDenied):
            uploads.keep_upload(
                person(user), purpose="progress", year=2023, unit=cast.east, name="a", content=b"x", detected_type="csv"
            )
        with pytest.raises(PermissionDenied):
            file_progress(person(user), upload=upload, unit=cast.east, answers=[], submit=False)


def test_comparing_takes_the_same_queries_for_one_and_for_many(cast, clerk, django_assert_num_queries):
    for count in (1, 6):
        rows = [answer(cast.east_target, month, 1) for month in range(7, 7 + count)]
        with django_assert_num_queries(2):
            compare(clerk, rows)


def test_a_withdrawn_figure_can_be_filed_again(cast, build, clerk, upload):
    entry = build.submitted(cast.east_target, 7, 1)
    progress.withdraw(build.by, entry)
    assert outcome(clerk, answer(cast.east_target, 7, 2)) == [Outcome.CHANGED]


def test_a_running_total_that_falls_is_refused_with_its_row_and_taken_with_a_reason(cast, build, clerk, upload):
    build.approved(cast.east_target, 9, 5, typed_as="cumulative")
    late = answer(cast.east_target, 8, 2)  # 3.7 by June and 2 make 5.7, and 5 by September
    with pytest.raises(ValidationError, match=r"Row 3, 新修道路: .* reported for month 9"):
        file_progress(clerk, upload=upload, unit=cast.east, answers=[late], submit=False)
    with pytest.raises(ValidationError, match="Row 3, 新修道路: The running total falls"):
        file_progress(clerk, upload=upload, unit=cast.east, answers=[answer(cast.east_target, 8, -1)], submit=False)
    explained = answer(cast.east_target, 8, 2, reason="补报")
    assert file_progress(clerk, upload=upload, unit=cast.east, answers=[explained], submit=True) == 1


def test_rows_of_one_file_are_held_against_each_other_when_they_are_handed_in(cast, clerk, upload):
    rows = [answer(cast.east_target, 8, 2), answer(cast.east_target, 9, 5, typed_as="cumulative")]
    with pytest.raises(ValidationError, match=r"Row 3, 新修道路: .* reported for month 9"):
        file_progress(clerk, upload=upload, unit=cast.east, answers=rows, submit=True)
    assert not cast.east_target.entries.filter(month__gt=6).exists()
    assert file_progress(clerk, upload=upload, unit=cast.east, answers=rows, submit=False) == 2
