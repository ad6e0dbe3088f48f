"""The benchmark of the pages: its house against arithmetic by hand, and a run over a house of two villages."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Sum

from targets.bench import pages
from targets.bench.dataset import SIZES, STEPS, entries, write_house
from targets.models import Indicator, Milestone, MilestoneEntry, ProgressEntry, Target, Unit

SMALLEST = SIZES["XS"]


@pytest.fixture
def house(db, tmp_path):
    write_house(SMALLEST, tmp_path)
    call_command("import_csv", tmp_path)


def total(indicator, village, **chosen):
    found = ProgressEntry.objects.filter(target__indicator__code=indicator, target__unit__code=village, **chosen)
    return found.aggregate(total=Sum("value"))["total"]


class TestTheHouse:
    def test_two_villages_with_ten_indicators(self, house):
        assert [(unit.code, unit.kind) for unit in Unit.objects.order_by("position")] == [
            ("TOP", "township"),
            ("V-0000", "village"),
            ("V-0001", "village"),
        ]
        assert Indicator.objects.count() == 10
        # Each village has all ten, the top all but the task.
        assert Target.objects.filter(figures="own").count() == 20
        assert Target.objects.filter(figures="sum").count() == 9
        assert MilestoneEntry.objects.count() + 2 == Milestone.objects.count() == 2 * len(STEPS)

    def test_a_year_of_a_flow_by_hand(self, house):
        # Village 0: 45.25 a month and the last digit of the month: 1 to 9, 0, 1, 2. December waits.
        assert total("I-000", "V-0000") == 12 * Decimal("45.25") + 48
        assert total("I-000", "V-0000", state="approved") == 11 * Decimal("45.25") + 46
        # Village 1: seven more, so 8, 9, 0 to 9. Its December waits as well.
        assert total("I-000", "V-0001") == 12 * Decimal("45.25") + 62
        assert total("I-000", "V-0001", state="approved") == 11 * Decimal("45.25") + 53

    def test_what_is_expected_by_hand(self, house):
        top = Target.objects.get(indicator__code="I-000", unit__code="TOP")
        points = top.revisions.get().checkpoints.order_by("month").values_list("month", "value")
        # 480 and 480 + 90 in the year, half of it by June.
        assert list(points) == [(6, Decimal(525)), (12, Decimal(1050))]

    def test_a_running_total_covers_what_was_typed_before(self, house):
        typed = ProgressEntry.objects.filter(target__indicator__code="I-001", target__unit__code="V-0000")
        assert set(typed.values_list("typed_as", flat=True)) == {"cumulative"}
        # 45.25 + 4, 5, 6 in January to March.
        assert typed.get(month=3).value == 3 * Decimal("45.25") + 15

    def test_stock_rate_and_ceiling(self, house):
        stock = ProgressEntry.objects.get(target__indicator__code="I-006", target__unit__code="V-0000", month=11)
        assert stock.value == 100 + 11 + 1
        rate = ProgressEntry.objects.get(target__indicator__code="I-007", target__unit__code="V-0001", month=11)
        assert (rate.numerator, rate.denominator) == (50 + 33 + 7, 100)
        # 3 × 8 and the month, by four: 1, 2, 3, 0 ....
        assert total("I-008", "V-0000", month__lte=8) == 2 * (1 + 2 + 3 + 0)

    def test_who_says_nothing_or_not_everything(self):
        def months(village, indicator):
            return [row[1] for row in entries(SMALLEST, 2025, village, indicator)]

        assert months(1, 3) == []  # silent
        assert months(0, 5) == list(range(1, 10))  # stops in September
        assert months(0, 2) == list(range(1, 12))  # December is open
        assert [row[2] for row in entries(SMALLEST, 2025, 0, 4)][4:9] == [
            *("value", "not_applicable", "not_applicable", "not_applicable", "value"),
        ]
        assert [row[7] for row in entries(SMALLEST, 2025, 0, 3)][4:6] == ["superseded", "approved"]

    def test_a_database_of_another_house_is_left_alone(self, build):
        build.unit("T")
        with pytest.raises(SystemExit, match="Nothing was touched"):
            pages.holds(SMALLEST)

    def test_the_same_house_is_known(self, house):
        assert pages.holds(SMALLEST)
        with pytest.raises(SystemExit):
            pages.holds(SIZES["S"])

    def test_an_empty_database_holds_nothing(self, db):
        assert not pages.holds(SMALLEST)


def test_pages_are_measured_beside_their_floors(house, monkeypatch):
    """One of every kind: each page is asked by many other tests."""
    monkeypatch.setattr(pages, "TURNS", 1)
    asked = ("section", "its chart", "ledger.xlsx", "roll-over, made", "approve 100", "my month", "save one figure")
    lines = pages.run(SMALLEST, asked)
    assert [line.name for line in lines if ", village" not in line.name] == list(asked)
    for line in lines:
        assert not line.refused, line.name
        assert line.cost is not None
        assert line.floor is not None
        assert line.cost.statements >= line.floor.statements > 0, line.name
        assert len(pages.cells(line)) == len(pages.HEADING)
    assert ProgressEntry.objects.get(state="draft").month == 12
    # What is only tried out is taken back.
    assert not Target.objects.filter(year=2026).exists()
    assert len({job.name for job in pages.jobs()}) == 36


def test_what_is_refused_is_said_and_not_measured():
    line = pages.Line("roll-over, made", refused=400)
    assert pages.cells(line)[:2] == ("roll-over, made", "refused: 400")
    assert len(pages.cells(line)) == len(pages.HEADING)


def test_a_form_is_sent_as_the_page_filled_it_in():
    html = (
        '<form><input name="other" value="1"></form><form><input type="hidden" name="token" value="x">'
        '<input type="checkbox" name="target" value="1" checked><input type="checkbox" name="target" value="2">'
        '<input type="checkbox" name="target" value="3" checked><button name="make" value="1"></button></form>'
    )
    assert pages.Filled.of(html, "make") == {"token": ["x"], "target": ["1", "3"]}
