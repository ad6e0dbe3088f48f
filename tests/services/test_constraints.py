"""What the database refuses is said in the words of the constraint, whichever database it is."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import ProgressEntry, Unit
from targets.services import progress
from targets.services.base import update, verb


@pytest.fixture
def rate(build):
    indicator = build.indicator("RATE", kind="rate", accumulation="latest", unit_of_measure="%")
    return build.target(indicator, build.unit("V"), {12: 90})


@pytest.fixture
def flow(build):
    return build.target(build.indicator("FLOW"), build.unit("V"), {12: 90})


@pytest.mark.parametrize("saved_before", [False, True], ids=["new", "open"])
class TestAnAnswer:
    def refused(self, build, target, saved_before, words, **answer):
        if saved_before:
            build.draft(target, 3, 1)
        with pytest.raises(ValidationError) as refusal:
            build.draft(target, 3, lock_version=0, **answer)
        assert list(refusal.value.error_dict) == ["__all__"]
        assert words in refusal.value.messages[0]
        # Nothing of it is left, and the database takes the next statement.
        assert target.entries.count() == saved_before

    def test_without_a_figure(self, build, flow, saved_before):
        self.refused(build, flow, saved_before, "A value needs a figure", value=None)

    def test_with_a_figure_beside_no_change(self, build, flow, saved_before):
        self.refused(build, flow, saved_before, "A value needs a figure", value=1, answer="no_change")

    def test_for_months_that_run_backwards(self, build, flow, saved_before):
        self.refused(build, flow, saved_before, "run forward from 1 to 12", value=1, from_month=5)

    def test_with_a_numerator_alone(self, build, rate, saved_before):
        words = "A rate needs numerator and denominator together"
        self.refused(build, rate, saved_before, words, numerator=Decimal(3), value=None)

    def test_a_step_that_is_not_done_on_a_day(self, build, saved_before):
        task = build.indicator("TASK", kind="milestone", accumulation="")
        step = build.target(task, build.unit("V"), steps=[{"name": "开工"}]).milestones.get()
        if saved_before:
            progress.record_step(build.by, milestone=step, done=False, month=3)
        with pytest.raises(ValidationError, match="A step that is not done has no date"):
            progress.record_step(
                build.by, milestone=step, done=False, done_on=date(2023, 3, 1), month=3, lock_version=0
            )
        assert step.entries.count() == saved_before


class TestUpdating:
    def test_it_asks_nothing_about_fields_that_keep_no_rows_apart(self, build, flow):
        entry = build.draft(flow, 3, 1)
        with CaptureQueriesContext(connection) as queries:
            verb(update)(entry, note="说明", value=Decimal(2))
        assert [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]] == ["UPDATE"]

    def test_it_asks_whether_what_keeps_rows_apart_is_taken(self, build):
        build.unit("A")
        unit = build.unit("B")
        with pytest.raises(ValidationError) as refusal:
            verb(update)(unit, code="A")
        assert list(refusal.value.error_dict) == ["code"]
        assert Unit.objects.filter(code="B").exists()

    def test_a_second_approved_figure_is_refused_in_words(self, build, flow):
        build.approved(flow, 3, 1)
        entry = progress.correct_progress(build.by, target=flow, month=3, value=Decimal(2), reason="重算")
        with pytest.raises(ValidationError, match="already has an approved figure"):
            verb(update)(entry, state="approved", approved_at=ProgressEntry.objects.first().approved_at)
