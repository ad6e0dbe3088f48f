"""What is typed into the forms of the plan, and the words in which the plan is shown."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.http import QueryDict
from django.utils import translation

from targets import display
from targets.calculations.breakdowns import Misfit
from targets.calculations.layouts import Layout, Shape
from targets.calculations.slips import Slip
from targets.forms.amounts import plain_figure
from targets.forms.plan import CheckpointForm, FigureField, StepLineForm, nature_of, step_forms
from targets.services.plans import next_code
from tests.calculations.builders import FLOW, STOCK

D, F = Decimal, Fraction


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def posted(**fields):
    data = QueryDict(mutable=True)
    data.update({name.replace("__", "-"): value for name, value in fields.items()})
    return data


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, ""),
        (D(0), "0"),
        (D("0.5000"), "0.5"),
        (D("120.0000"), "120"),
        (D("12000"), "12000"),
        (D("-3.10"), "-3.1"),
    ],
)
def test_a_figure_is_shown_as_it_would_be_typed(amount, text):
    assert plain_figure(amount) == text


def test_a_zero_is_a_figure_and_an_empty_box_is_none():
    field = FigureField(required=False)
    field.unit_of_measure = "亩"
    assert (field.clean("0"), field.clean(""), field.clean(" 1,200亩 ")) == (D(0), None, D(1200))


class TestCheckpoints:
    def test_empty_boxes_are_no_checkpoints_and_zeros_are(self):
        form = CheckpointForm(posted(p__m3="0", p__m12="12.5"))
        assert form.is_valid()
        assert form.checkpoints() == {3: 0, 12: D("12.5")}

    @pytest.mark.parametrize(
        "shares", ["10/40/70/100", "10、40、70、100", "10% 40% 70% 100%", "１０，４０，７０，１００"]
    )
    def test_shares_are_read_as_people_write_them(self, shares):
        form = CheckpointForm(posted(p__m12="200", p__layout="quarterly", p__shares=shares))
        filled = form.fill(FLOW, 0, None)
        assert [filled[f"p-m{month}"] for month in (3, 6, 9, 12)] == ["20", "80", "140", "200"]

    @pytest.mark.parametrize("shares", ["20/50/75", "20/50/75/90", "50/20/75/100", "-1/50/75/100", "a/b/c/d"])
    def test_shares_that_are_none_are_refused(self, shares):
        form = CheckpointForm(posted(p__m12="200", p__layout="quarterly", p__shares=shares))
        assert form.fill(FLOW, 0, None) == {}
        assert form.errors["shares"]

    def test_a_level_begins_at_its_baseline(self):
        form = CheckpointForm(posted(p__m12="10500", p__layout="quarterly"))
        # 20, 50 and 75 % of the way from 10,000 to 10,500
        filled = form.fill(STOCK, 0, D(10000))
        assert [filled[f"p-m{month}"] for month in (3, 6, 9)] == ["10100", "10250", "10375"]
        form = CheckpointForm(posted(p__m12="10500", p__layout="quarterly"))
        assert form.fill(STOCK, 0, None) == {}
        assert "baseline" in form.non_field_errors()[0]

    def test_a_layout_clears_what_it_does_not_fill(self):
        form = CheckpointForm(posted(p__m3="7", p__m6="50", p__m12="100", p__layout="even"))
        filled = form.fill(FLOW, 0, None)
        assert (filled["p-m3"], filled["p-m6"], filled["p-m12"]) == ("", "50", "100")


class TestSteps:
    def test_a_row_that_was_left_empty_is_none(self):
        row = StepLineForm(posted(sn0__weight="1"), place="n0", year=2023)
        assert row.is_valid()
        assert row.is_blank

    def test_a_row_with_a_date_alone_wants_a_name(self):
        row = StepLineForm(posted(sn0__due="2023-05-01"), place="n0", year=2023)
        assert row.errors["name"]

    def test_a_weight_left_out_is_one(self):
        row = StepLineForm(posted(sn0__name="开工"), place="n0", year=2023)
        assert row.is_valid()
        assert row.cleaned_data["weight"] == 1

    def test_rows_come_back_as_many_as_were_shown_and_never_without_end(self):
        assert len(step_forms(posted(new_steps="5"), [], 2023)) == 5
        assert len(step_forms(posted(new_steps="5"), [], 2023, more=3)) == 8
        assert len(step_forms(posted(new_steps="999"), [], 2023, more=3)) == 60
        assert step_forms(posted(new_steps="-1"), [], 2023) == []


def test_the_next_code_is_the_first_free_one(build):
    section = build.section("economy")
    assert next_code(section) == "E01"
    build.indicator("E01", section)
    build.indicator("E03", section)
    assert next_code(section) == "E02"


def test_kind_and_accumulation_are_one_choice(build):
    assert nature_of(build.indicator("A", accumulation="stock")) == "stock"
    assert nature_of(build.indicator("B", kind="rate", accumulation="latest")) == "rate"
    assert nature_of(build.indicator("C", kind="milestone", accumulation="")) == "task"


def test_everything_of_a_plan_has_its_word():
    assert all(display.layout(one) for one in Layout)
    assert all(display.shape(one) for one in Shape)
    assert all(display.slip(one) for one in Slip)


def test_parts_that_do_not_make_the_whole_are_said_with_the_figures(build):
    indicator = build.indicator("A", decimals=0)
    # 40 + 58.5 = 98.5 of 100
    assert display.misfit(Misfit(12, F(100), F("98.5")), indicator) == (
        "December: the units below add up to 98.5, here stands 100 (−1.5)."
    )
