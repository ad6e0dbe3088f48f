"""My month: what is typed wrongly is refused beside its cell, and everything else on the page is kept."""

from decimal import Decimal

import pytest
from django.utils.html import escape

from targets.models import Change, MilestoneEntry, ProgressEntry

WHERE = "?unit=T-E&year=2023&as_of=7"
ADDRESS = f"/month/{WHERE}"
ROW = f"/month/row/{WHERE}"

#: What is refused in a cell, by field, and a word of the reason.
WRONG = [
    ({"value": "十几座"}, "value", "is not a number"),
    ({"value": "1e5"}, "value", "shortened figure"),
    ({"value": "NaN"}, "value", "is not a number"),
    ({"value": "-Infinity"}, "value", "is not a number"),
    ({"value": "=1+1"}, "value", "is a formula"),
    ({"value": "<b>1</b>"}, "value", "is not a number"),
    ({"value": "1.5e-3"}, "value", "shortened figure"),
    ({"value": "1\x002"}, "value", "Null characters"),
    ({"value": "1\x072"}, "value", "two figures"),
    ({"value": "9" * 10_000}, "value", "too long"),
    ({"value": "1.23456"}, "value", "four decimals"),
    ({"value": "123456789012"}, "value", "eleven digits"),
    ({"value": "5公里"}, "value", "the indicator is in 万元"),
    ({"value": "1", "answer": "no_change"}, "answer", "not both"),
    ({"value": "1", "answer": "perhaps"}, "answer", "perhaps"),
    ({"value": "1", "typed_as": "weekly"}, "typed_as", "weekly"),
    ({"value": "1", "lock_version": "x"}, "lock_version", "whole number"),
    ({"value": "1", "note": "长" * 501}, "note", "500"),
    ({"note": "只有备注"}, "note", "together with an answer"),
    ({"value": "1", "numerator": "1", "denominator": "2"}, "numerator", "Only a rate"),
]
WRONG_RATES = [
    ({"numerator": "-1", "denominator": "2"}, "numerator", "below zero"),
    ({"numerator": "1", "denominator": "-2"}, "denominator", "below zero"),
    ({"numerator": "1", "denominator": "0"}, "", "denominator above zero"),
    ({"numerator": "1"}, "", "numerator and denominator together"),
    ({"denominator": "1"}, "", ""),
    ({"numerator": "1e5", "denominator": "2"}, "numerator", "shortened figure"),
    ({"value": "12/x1y"}, "denominator", "is not a number"),
    ({"value": "95", "typed_as": "cumulative"}, "typed_as", "running total"),
]


@pytest.fixture
def clerk(cast, signed_in):
    return signed_in(cast.east_clerk, "en")


@pytest.fixture
def bridges(cast, build):
    return build.target(build.indicator("BRIDGES", cast.economy, name_en="Bridges"), cast.east, {12: 6})


@pytest.fixture
def share(cast, build):
    rate = build.indicator(
        "SHARE", cast.economy, kind="rate", accumulation="latest", unit_of_measure="%", unit_of_measure_en="%"
    )
    return build.target(rate, cast.east, {12: 90})


def fields(target, **values):
    return {f"t{target.pk}-{name}": value for name, value in values.items()}


def row_of(response, target):
    return response.content.decode().split(f'id="t{target.pk}"')[1].split("</tr>")[0]


def save(client, target, **values):
    return client.post(ROW, fields(target, **values) | {"row": f"t{target.pk}"})


class TestBesideItsCell:
    @pytest.mark.parametrize(("values", "field", "reason"), WRONG)
    def test_the_plain_page_keeps_it_typed_and_saves_the_rest(self, cast, clerk, bridges, values, field, reason):
        response = clerk.post(
            ADDRESS, fields(bridges, **values) | fields(cast.east_target, value="1", typed_as="month")
        )
        assert response.status_code == 422
        beside = row_of(response, bridges)
        assert 'class="wrong"' in beside
        assert reason in beside
        assert not bridges.entries.exists()
        assert cast.east_target.entries.get(month=7).value == 1
        if 0 < len(values.get("value", "")) < 20:
            assert escape(values["value"]) in beside

    @pytest.mark.parametrize(("values", "field", "reason"), WRONG)
    def test_the_script_is_told_the_field(self, clerk, bridges, values, field, reason):
        response = save(clerk, bridges, **values)
        assert response.status_code == 422
        assert reason in " ".join(response.json()["errors"][field])
        assert not bridges.entries.exists()

    @pytest.mark.parametrize(("values", "field", "reason"), WRONG_RATES)
    def test_a_rate_alike(self, clerk, share, values, field, reason):
        response = save(clerk, share, **values)
        assert response.status_code == 422
        errors = response.json()["errors"]
        assert reason in " ".join(" ".join(words) for name, words in errors.items() if name == field or not field)
        assert clerk.post(ADDRESS, fields(share, **values)).status_code == 422
        assert not share.entries.exists()

    def test_what_was_typed_is_never_markup(self, clerk, bridges):
        page = clerk.post(ADDRESS, fields(bridges, value="<script>alert(1)</script>")).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page

    def test_an_empty_row_is_no_error_and_no_answer(self, clerk, bridges):
        assert clerk.post(ADDRESS, fields(bridges, value="", note="", reason="")).status_code == 302
        assert not bridges.entries.exists()


class TestNamedAndKept:
    """What is odd and possible is said beside the row, and saved."""

    def warnings(self, client, target, **values):
        response = save(client, target, **values)
        assert response.status_code == 200
        return response.json()["warnings"]

    def test_a_percentage_above_its_bound(self, clerk, share):
        assert "120.00% is above 100%." in self.warnings(clerk, share, value="120")
        assert "120.00% is above 100%." in self.warnings(clerk, share, numerator="6", denominator="5", lock_version="0")
        assert self.warnings(clerk, share, numerator="5", denominator="5", lock_version="1") == []

    def test_a_level_below_zero(self, cast, clerk, build):
        stock = build.target(build.indicator("LAND", cast.economy, accumulation="stock"), cast.east, {12: 6})
        assert self.warnings(clerk, stock, value="-1") == ["−1.00 CNY 10k is below zero."]
        assert stock.entries.get().value == -1

    def test_a_month_that_takes_something_back(self, cast, clerk):
        typed = {"value": "-1", "typed_as": "month"}
        assert save(clerk, cast.east_target, **typed).status_code == 422
        assert self.warnings(clerk, cast.east_target, **typed, reason="Counted twice in June.") == [
            "The running total falls from 3.70 km to 2.70 km."
        ]


class TestFractions:
    def test_a_fraction_typed_into_the_one_box_is_taken_apart(self, clerk, share):
        assert save(clerk, share, value="12/15").json()["other"] == "= 80.00%"
        kept = share.entries.get()
        assert (kept.numerator, kept.denominator, kept.value) == (12, 15, None)

    def test_saved_again_it_is_the_same(self, clerk, share):
        save(clerk, share, value="12／15")
        assert save(clerk, share, value="12/15", lock_version="0").json()["lock_version"] == 0

    def test_of_a_quantity_it_is_no_number(self, clerk, bridges):
        assert save(clerk, bridges, value="12/15").status_code == 422


class TestText:
    def test_control_characters_never_reach_the_record(self, clerk, bridges):
        save(clerk, bridges, value="1", note="一\x00二\x1b三\r\n四\t五\x7f", reason="a\x00b")
        kept = bridges.entries.get()
        assert (kept.note, kept.reason) == ("一二三 四 五", "ab")
        assert "\x00" not in Change.objects.get(object_id=kept.pk, object_type="progressentry").after

    def test_of_a_step_neither(self, cast, clerk, build):
        task = build.indicator("ROAD", cast.economy, kind="milestone", accumulation="")
        step = build.target(task, cast.east, steps=[{"name": "开工"}]).milestones.get()
        name = f"s{step.pk}"
        clerk.post(ROW, {"row": name, f"{name}-done": "on", f"{name}-note": "已\x00开\x08工"})
        assert MilestoneEntry.objects.get().note == "已开工"

    @pytest.mark.parametrize("day", ["2023-02-30", "昨天", "2023-07-10\x00", "10000-01-01", "0000-00-00"])
    def test_a_day_that_is_none_is_refused(self, cast, clerk, build, day):
        task = build.indicator("ROAD", cast.economy, kind="milestone", accumulation="")
        step = build.target(task, cast.east, steps=[{"name": "开工"}]).milestones.get()
        name = f"s{step.pk}"
        response = clerk.post(ROW, {"row": name, f"{name}-done": "on", f"{name}-done_on": day})
        assert (response.status_code, list(response.json()["errors"])) == (422, ["done_on"])
        assert clerk.post(ADDRESS, {f"{name}-done": "on", f"{name}-done_on": day}).status_code == 422
        assert not step.entries.exists()


class TestForged:
    @pytest.mark.parametrize(
        "where", ["?unit=T-W&year=2023&as_of=7", "?unit=NONE&year=2023&as_of=7", "?unit=T-E%27&year=2023&as_of=7"]
    )
    def test_a_unit_in_the_address(self, cast, clerk, where):
        typed = fields(cast.west_target, value="1") | fields(cast.east_target, value="1")
        assert clerk.post(f"/month/{where}", typed).status_code == 404
        assert clerk.post(f"/month/row/{where}", typed | {"row": f"t{cast.west_target.pk}"}).status_code == 404
        assert not ProgressEntry.objects.filter(month=7).exists()

    @pytest.mark.parametrize(
        "where", ["?unit=T-E&year=2023&as_of=13", "?unit=T-E&year=2023&as_of=-1", "?unit=T-E&year=1999&as_of=7"]
    )
    def test_a_month_or_year_in_the_address_saves_nothing(self, cast, clerk, where):
        typed = fields(cast.east_target, value="1")
        assert clerk.post(f"/month/row/{where}", typed | {"row": f"t{cast.east_target.pk}"}).status_code == 404
        assert not ProgressEntry.objects.filter(month=7).exists()
        answer = clerk.post(f"/month/{where}", typed | {"save": "1"})
        assert answer.status_code == 404
        assert "Nothing is saved into a month that was not asked for." in answer.content.decode()
        assert not ProgressEntry.objects.exclude(state="approved").exists()

    def test_month_unit_state_and_person_in_the_body_are_ignored(self, cast, clerk):
        forged = {
            "month": "3", "from_month": "1", "state": "approved", "unit": str(cast.west.pk), "on_behalf": "on",
            "entered_by": str(cast.leader.pk), "target_id": str(cast.west_target.pk), "provenance": "published",
        }  # fmt: skip
        body = forged | {"as_of": "3", "unit": "T-W", "year": "2022"}
        typed = fields(cast.east_target, value="1", typed_as="month", **forged)
        assert clerk.post(ADDRESS, typed | body).status_code == 302
        kept = ProgressEntry.objects.exclude(state="approved").get()
        assert (kept.target, kept.from_month, kept.month, kept.state) == (cast.east_target, 7, 7, "draft")
        assert (kept.entered_by, kept.on_behalf, kept.provenance, kept.value) == (
            cast.east_clerk, False, "", Decimal(1),
        )  # fmt: skip

    @pytest.mark.parametrize("seen", ["-1", "99", "2147483648", "9" * 30])
    def test_a_lock_version_that_nobody_saw_overwrites_nothing(self, clerk, build, bridges, seen):
        build.draft(bridges, 7, 1)
        assert save(clerk, bridges, value="2", lock_version=seen).status_code in (409, 422)
        assert bridges.entries.get().value == 1
