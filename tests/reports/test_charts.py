"""Charts of papers hold what the pages hold."""

import pytest
from django.utils.translation import override

from reports.notices.charts import sections_chart, status_chart
from targets.calculations.terms import Period
from targets.models import User, Year
from targets.permissions import scope_of
from targets.summaries.overview import overview
from targets.summaries.selection import Selection

pytestmark = pytest.mark.once


@pytest.fixture
def selection(sample):
    scope = scope_of(User.objects.get(username="leader"))
    return Selection(scope, Year.objects.get(year=2023), Period.FIRST_HALF, 6, scope.tree.by_code["DC"])


def test_sections_and_statuses_hold_the_means_and_counts_of_the_overview(selection):
    whole = overview(selection)
    with override("en"):
        bars, pieces = sections_chart(whole), status_chart(whole.total.mean, "")
    # As on the overview of the sample: 93.1, 90.5, 95.2, 94.3 and 100 %.
    assert [bar.text for bar in bars.bars] == ["93.1%", "90.5%", "95.2%", "94.3%", "100.0%"]
    assert {piece.label: piece.count for piece in pieces.pieces} == {
        "Completed": 42,
        "Slightly behind": 8,
        "Behind": 7,
        "Not due": 8,
        "Monitored": 15,
    }
    assert "by schedule 100.0%." in bars.sentence
