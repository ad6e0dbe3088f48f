"""A unit that ends in mid-year, from its page to the reminders: after its last month nothing is asked of it."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from targets.models import Change, Target, Unit
from targets.services import progress, units
from targets.services.units import Successor
from tests.copies import copied
from tests.pages import read


@pytest.fixture
@copied
def trained(cast, build):
    """西村 was merged into 东村 in June 2023; each trained 10 a month, West until June, East all the year."""
    trained = build.indicator("POP", cast.economy, name="培训人次", unit_of_measure="人次", decimals=0)
    for unit, last in ((cast.east, 12), (cast.west, 6)):
        target = build.target(trained, unit, {6: 60, 12: 120})
        for month in range(1, last + 1):
            build.approved(target, month, 10)
    return trained


def end(build, unit, **values):
    defaults = {"last_year": 2023, "last_month": 6, "reason": "2023年6月并入东村"}
    return units.end_unit(build.by, unit=unit, **{**defaults, **values})


def facts(client, as_of, unit="T"):
    return read(client.get(f"/indicators/POP/?unit={unit}&year=2023&period=Y&as_of={as_of}")).facts


def test_nothing_is_missing_of_it_after_its_last_month(cast, build, trained, signed_in):
    client = signed_in(cast.reviewer)
    address = "/missing/?year=2023&as_of=12"
    assert "培训人次" in read(client.get(address)).text  # West owes July to December
    end(build, cast.west)
    page = read(client.get(address)).text
    assert "培训人次" not in page
    assert "7月至12月" in page  # of the roads of East, which goes on


def test_nobody_is_reminded_of_it(cast, build, trained):
    end(build, cast.west)
    out = StringIO()
    call_command("remind", year=2023, month=12, as_of_date=date(2024, 1, 3), dry_run=True, stdout=out)
    assert "人员east" in out.getvalue()
    assert "西村" not in out.getvalue()
    assert "West" not in out.getvalue()


def test_what_it_gave_stays_in_the_sum_and_its_second_half_is_expected_no_more(cast, build, trained, signed_in):
    client = signed_in(cast.leader)
    before = facts(client, 12)
    assert (before["累计完成"], before["序时应完成"], before["全年目标"]) == ("180 人次", "240 人次", "240 人次")
    end(build, cast.west)
    after = facts(client, 12)
    assert (after["累计完成"], after["序时应完成"], after["全年目标"]) == ("180 人次", "180 人次", "180 人次")
    assert after["已报/应报"] == "18/18"
    said = read(client.get("/indicators/POP/?unit=T&year=2023&period=Y&as_of=12")).text
    assert "西村（至6月）" in said
    assert facts(client, 6)["序时应完成"] == "120 人次"
    said = read(client.get("/indicators/POP/?unit=T&year=2023&period=Y&as_of=6")).text
    assert "西村（至6月）" not in said


def test_a_step_that_falls_due_after_the_end_is_not_owed(cast, build, signed_in):
    task = build.indicator("TASK", cast.economy, name="公路改造", kind="milestone", accumulation="")
    steps = [{"name": "开工", "due": date(2023, 5, 31)}, {"name": "通车", "due": date(2023, 11, 30)}]
    build.target(task, cast.west, steps=steps)
    end(build, cast.west)
    page = read(signed_in(cast.reviewer).get("/missing/?year=2023&as_of=12")).text
    assert "开工" in page
    assert "通车" not in page
    page = read(signed_in(cast.west_clerk).get(f"/month/?unit={cast.west.code}&year=2023&as_of=8")).text
    assert "通车" not in page


def test_my_month_asks_nothing_and_takes_nothing_after_the_end(cast, build, trained, signed_in):
    end(build, cast.west)
    client = signed_in(cast.west_clerk)
    page = read(client.get(f"/month/?unit={cast.west.code}&year=2023&as_of=7")).text
    assert "这个单位本月不存在" in page
    target = Target.objects.get(indicator=trained, unit=cast.west)
    with pytest.raises(ValidationError, match="已于2023年6月终止") as refusal:
        build.draft(target, 7, 1)
    assert "month" in refusal.value.error_dict
    progress.correct_progress(build.by, target=target, month=6, reason="笔误", value=Decimal(9))


def test_who_sees_what_it_owes_is_told_where_the_month_of_its_end_is_said(cast, build, trained, signed_in):
    """Nobody can know the month from a year and a reason."""
    client = signed_in(cast.reviewer)
    hint = "请系统管理员在单位页面填写终止月份"
    assert hint not in read(client.get("/missing/?year=2023&as_of=12")).text
    end(build, cast.west, last_month=12)
    assert hint in read(client.get("/missing/?year=2023&as_of=12")).text


def test_a_unit_is_not_ended_before_its_last_figure(cast, build, trained):
    with pytest.raises(ValidationError, match="培训人次 6") as refusal:
        end(build, cast.west, last_month=5)
    assert "last_month" in refusal.value.error_dict
    assert Unit.objects.get(code="T-W").last_year is None


def test_an_end_that_was_said_by_the_year_alone_is_corrected_to_its_month(cast, build, trained, signed_in):
    end(build, cast.west, last_month=12)
    client = signed_in(cast.system_administrator)
    address = f"/setup/units/{cast.west.pk}/"
    page = read(client.get(address)).text
    assert "2023年12月" in page
    assert "最近一次填报是2023年6月" in page
    assert "如已在该月终止" in page
    sent = {
        "act": "end",
        "end-last_year": "2023",
        "end-last_month": "6",
        "end-merged_into": cast.east.pk,
        "end-reason": "2023年6月并入东村",
    }
    assert client.post(address, sent).status_code == 302
    west = Unit.objects.get(code="T-W")
    assert (west.last_year, west.last_month, west.merged_into) == (2023, 6, cast.east)
    change = Change.objects.filter(action="unit.end").latest("pk")
    assert json.loads(change.after) == {"last_year": 2023, "last_month": 6, "merged_into": cast.east.pk}
    page = read(client.get(address)).text
    assert "培训人次" in page  # its target of December is to be taken over by somebody
    assert client.post(address, {"act": "continue"}).status_code == 302
    west.refresh_from_db()
    assert (west.last_year, west.last_month, west.merged_into) == (None, 12, None)


def test_a_successor_begins_in_the_month_after_and_is_not_asked_before(cast, build, trained, signed_in):
    begun = end(build, cast.west, successor=Successor("T-W2", "新西村", cast.township))
    assert (begun.first_year, begun.first_month, begun.succeeds) == (2023, 7, cast.west)
    target = build.target(trained, begun, {12: 60})
    with pytest.raises(ValidationError, match="自2023年7月起始"):
        build.draft(target, 6, 1)
    client = signed_in(cast.leader)
    june = facts(client, 6)
    assert (june["累计完成"], june["序时应完成"], june["全年目标"]) == ("120 人次", "120 人次", "240 人次")
    assert june["已报/应报"] == "12/12"
    assert "应报数据已全部填报" in read(client.get("/missing/?year=2023&as_of=6")).text
    # July: East 70, West 60, and 10 a month of the new one, which has not reported.
    july = facts(client, 7)
    assert (july["累计完成"], july["序时应完成"]) == ("130 人次", "140 人次")
    build.approved(target, 7, 10)
    assert facts(client, 7)["累计完成"] == "140 人次"


def test_an_end_in_december_begins_the_successor_in_january(cast, build):
    begun = end(build, cast.west, last_month=12, successor=Successor("T-W2", "新西村", cast.township))
    assert (begun.first_year, begun.first_month) == (2024, 1)


def test_a_level_is_not_counted_twice_after_a_merger(cast, build, signed_in):
    land = build.indicator("POP", cast.economy, name="耕地面积", accumulation="stock", unit_of_measure="亩", decimals=0)
    east = build.target(land, cast.east, {12: 1000})
    west = build.target(land, cast.west, {12: 300})
    build.approved(east, 6, 1000)
    build.approved(west, 6, 300)
    end(build, cast.west, merged_into=cast.east)
    client = signed_in(cast.leader)
    assert facts(client, 8)["累计完成"] == "1300 亩"  # East has not said yet what it has with West's
    build.approved(east, 7, 1300)
    assert facts(client, 8)["累计完成"] == "1300 亩"
    assert facts(client, 6)["累计完成"] == "1300 亩"
    assert "西村" in read(client.get("/indicators/POP/?unit=T&year=2023&period=Y&as_of=8")).text


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"merged_into": "T-W"}, "不能并入自己"),
        ({"merged_into": "T-E", "successor": True}, "只能填一项"),
    ],
)
def test_a_merger_that_cannot_be(cast, build, values, message):
    values["merged_into"] = Unit.objects.get(code=values["merged_into"])
    if values.get("successor"):
        values["successor"] = Successor("T-W2", "新西村", cast.township)
    with pytest.raises(ValidationError, match=message):
        end(build, cast.west, **values)


def test_a_unit_does_not_end_before_the_units_below_it(cast, build):
    below = build.unit("T-W-1", cast.west)
    end(build, below, last_month=7)
    with pytest.raises(ValidationError, match="2023年6月"):
        end(build, cast.west)
    end(build, cast.west, last_month=7)


def test_the_first_month_is_changed_on_the_page_and_not_past_a_figure(cast, build, trained, signed_in):
    client = signed_in(cast.system_administrator)
    address = f"/setup/units/{cast.west.pk}/"
    sent = {"act": "change", "change-name": "西村", "change-kind": "village", "change-first_year": "2023"}
    refused = client.post(address, sent | {"change-first_month": "2"})
    assert refused.status_code == 422
    assert list(refused.context["forms"]["change"].errors) == ["first_month"]
    without_year = client.post(address, sent | {"change-first_year": "", "change-first_month": "7"})
    assert list(without_year.context["forms"]["change"].errors) == ["first_month"]
    assert client.post(address, sent | {"change-first_month": ""}).status_code == 302
    west = Unit.objects.get(code="T-W")
    assert (west.first_year, west.first_month) == (2023, 1)


def test_a_step_reported_for_a_later_month_stands_in_the_way_of_the_end(cast, build):
    road = build.indicator(
        "OPEN", cast.economy, name="公路通车", kind="milestone", accumulation="", unit_of_measure="", decimals=0
    )
    target = build.target(road, cast.west, steps=[{"name": "通车", "due": date(2023, 9, 30)}])
    progress.record_step(build.by, milestone=target.milestones.get(), done=True, done_on=date(2023, 8, 3), month=8)
    with pytest.raises(ValidationError, match="公路通车 8"):
        end(build, cast.west, last_month=7)
    end(build, cast.west, last_month=8)
