"""The settings of a year: who changes them, what is recorded, what is refused."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from targets.models import Change, Year
from targets.services import years
from targets.services.base import ConflictError
from tests.services.conftest import who_may


def test_only_a_system_administrator_changes_a_year(cast):
    may, reasons = who_may(cast, lambda by: years.change_year(by, year=Year.objects.get(year=2023), due_day=6))
    assert may == {"system administrator"}
    assert reasons == {"Only a system administrator changes the plan. Ask the system administrator."}


def test_what_is_new_is_recorded_and_the_same_again_is_not(build):
    year = build.year(2023)
    years.change_year(build.by, year=year, due_day=6, review_day=8, slightly_behind_ratio=Decimal("0.6"))
    change = Change.objects.get(action="year.change")
    assert json.loads(change.before) == {"due_day": 5, "slightly_behind_ratio": "0.8"}
    assert json.loads(change.after) == {"due_day": 6, "slightly_behind_ratio": "0.6"}
    years.change_year(build.by, year=Year.objects.get(), due_day=6, slightly_behind_ratio=Decimal("0.60"))
    assert Change.objects.filter(action="year.change").count() == 1


def test_what_is_no_setting_is_left_alone(build):
    year = build.year(2023)
    years.change_year(build.by, year=year, is_sample=True, is_draft=True, lock_version=0, due_day=6)
    found = Year.objects.get()
    assert (found.is_sample, found.is_draft, found.due_day) == (False, False, 6)


@pytest.mark.parametrize(
    "values",
    [
        {"slightly_behind_ratio": Decimal("1.01")},
        {"ahead_points": Decimal(-1)},
        {"due_day": 9},
        {"closing_day": 29},
        {"opening_day": 0},
        {"basis": "stars"},
    ],
)
def test_thresholds_fall_and_days_follow_one_another(build, values):
    with pytest.raises(ValidationError):
        years.change_year(build.by, year=build.year(2023), **values)
    assert not Change.objects.filter(action="year.change").exists()


def test_who_was_slower_is_told(build):
    year = build.year(2023)
    years.change_year(build.by, year=Year.objects.get(), due_day=6)
    with pytest.raises(ConflictError):
        years.change_year(build.by, year=year, lock_version=0, due_day=4)
    assert Year.objects.get().due_day == 6
