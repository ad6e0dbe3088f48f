"""The plan in its pages: what is listed, what is made and changed, what is shown before it is saved."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from targets.models import Change, Indicator, Target, User
from targets.permissions import scope_of
from targets.services import planning, plans
from targets.services.base import Author
from tests.pages import read

D = Decimal


@pytest.fixture
def admin(cast, signed_in):
    """The system administrator's browser, in English."""
    return signed_in(cast.system_administrator, "en")


def typed(target, **fields):
    """What the page of a target sends when nothing is changed, and what is changed."""
    latest = target.revisions.last()
    points = latest.checkpoints.all() if latest is not None else ()
    boxes = {f"p-m{point.month}": str(point.value) for point in points}
    known = {
        "figures": target.figures,
        "interpolation": target.interpolation,
        "baseline": "" if target.baseline is None else str(target.baseline),
        "weight": str(target.weight),
        "lock_version": str(target.lock_version),
        "lead_leader": target.lead_leader,
        "definition": target.definition,
        "p-layout": "even",
        "p-shares": "20/50/75/100",
        "new_steps": "0",
        "act": "save",
    }
    return {**known, **boxes, **{name.replace("__", "-"): value for name, value in fields.items()}}


class TestTheList:
    def test_it_shows_every_target_with_its_plan(self, cast, admin):
        page = read(admin.get("/plan/?year=2023"))
        table = page.table("plan")
        east = table.row("Indicator", "Roads built")
        assert east["Reporting unit"].text == "East Village"
        assert (east["Half-year target"].text, east["Annual target"].text) == ("5.00", "10.00")
        assert (east["Path"].text, east["Weight"].text, east["Unit of measure"].text) == ("straight line", "1", "km")
        assert [row["Annual target"].text for row in table.rows] == ["10.00", "12.00", "120"]
        assert east["Indicator"].links == [f"/plan/targets/{cast.east_target.pk}/"]

    def test_an_approximate_target_is_listed_as_its_document_words_it(self, cast, build, signed_in):
        planning.change_target(build.by, target=cast.east_target, approximation="over")
        page = read(signed_in(cast.system_administrator).get("/plan/?year=2023"))
        east = page.table("plan").row("责任单位", "东村")
        assert (east["上半年目标"].text, east["全年目标"].text) == ("5.00", "10.00余")

    def test_it_is_searched_and_filtered(self, cast, admin):
        def listed(query):
            page = read(admin.get(f"/plan/?year=2023&{query}"))
            return [row["Reporting unit"].text for row in page.table("plan").rows] if page.has_table("plan") else []

        assert listed("q=road") == ["East Village", "West Village"]
        assert listed("q=road west") == ["West Village"]
        assert listed("section=governance") == ["Safety Office"]
        assert listed("unit=T-W") == ["West Village"]
        assert listed("kind=rate") == []
        assert listed("archived=1") == []
        assert listed("warnings=1") == []

    def test_what_is_archived_is_listed_apart(self, build, cast, admin):
        plans.archive(build.by, cast.west_target, reason="停用")
        assert "West Village" not in str(admin.get("/plan/?year=2023&q=road").content.decode().split("<tbody")[1])
        page = read(admin.get("/plan/?year=2023&archived=1"))
        assert [row["Reporting unit"].text for row in page.table("plan").rows] == ["West Village"]

    def test_it_warns_of_parts_that_do_not_make_the_whole(self, build, cast, admin):
        # East 10 and West 12 are 22 of 25 in December; in June 5 and 6 are 11 of 11.
        build.target(cast.roads, cast.township, {6: 11, 12: 25}, figures="sum")
        page = read(admin.get("/plan/?year=2023&warnings=1"))
        (row,) = page.table("plan").rows
        assert "December: the units below add up to 22.00, here stands 25.00 (−3.00)." in row["Indicator"].text

    def test_it_warns_of_indicators_that_are_nearly_the_same(self, build, cast, admin):
        other = build.indicator("ROADS2", cast.economy, name="新修 道路（公里）", name_en="Roads made")
        build.target(other, cast.east, {12: 1})
        page = read(admin.get("/plan/?year=2023&warnings=1"))
        assert [row["Indicator"].text.count("Nearly the same") for row in page.table("plan").rows] == [1, 1, 1]
        assert page.tables[0].rows[0]["Indicator"].links[-1] == "/plan/indicators/ROADS2/"


class TestManyAtOnce:
    def keys(self, *targets):
        return [f"{target.pk}-{target.lock_version}" for target in targets]

    def test_what_is_filled_in_is_set_for_the_ticked(self, cast, admin):
        answer = admin.post(
            "/plan/?year=2023",
            {
                "target": self.keys(cast.east_target, cast.west_target),
                "lead_leader": "副乡长",
                "weight": "2.5",
                "act": "save",
            },
        )
        assert answer.status_code == 302
        found = Target.objects.order_by("pk").values_list("lead_leader", "weight", "responsible_person")
        assert list(found) == [("副乡长", D("2.5"), ""), ("副乡长", D("2.5"), ""), ("", 1, "")]
        assert Change.objects.filter(action="target.change").values("batch").distinct().count() == 1

    def test_archiving_asks_for_a_reason_and_shows_what_goes(self, cast, admin):
        form = {"target": self.keys(cast.east_target), "act": "archive"}
        assert "Say why they are archived." in read(admin.post("/plan/?year=2023", form)).text
        shown = admin.post("/plan/?year=2023", {**form, "reason": "Given up."})
        assert "no longer in the plan" in read(shown).text
        assert Target.objects.in_force(2023).count() == 3
        form = {**form, "reason": "Given up.", "confirmed": token(shown)}
        assert admin.post("/plan/?year=2023", form).status_code == 302
        assert Target.objects.in_force(2023).count() == 2

    def test_nothing_ticked_and_nothing_filled_in_are_said(self, cast, admin):
        assert "Tick at least one target." in read(admin.post("/plan/?year=2023", {"act": "save"})).text
        form = {"target": self.keys(cast.east_target), "act": "save"}
        answer = admin.post("/plan/?year=2023", form)
        assert answer.status_code == 422
        assert "Fill in what is to be set" in read(answer).text

    def test_who_was_faster_is_in_the_way_and_nothing_is_done(self, cast, admin):
        stale = [*self.keys(cast.east_target), f"{cast.west_target.pk}-7"]
        answer = admin.post("/plan/?year=2023", {"target": stale, "weight": "3", "act": "save"})
        assert answer.status_code == 409
        assert "Somebody else changed this" in read(answer).text
        assert set(Target.objects.values_list("weight", flat=True)) == {1}


def token(response):
    """What the confirmation of a page sends back."""
    return next(attrs["value"] for tag, attrs in read(response).tags if attrs.get("name") == "confirmed")


class TestATarget:
    def address(self, target):
        return f"/plan/targets/{target.pk}/"

    def test_details_are_saved_at_once(self, cast, admin):
        target = cast.east_target
        answer = admin.post(self.address(target), typed(target, lead_leader="副乡长", supporting_units=["T-O", "T-W"]))
        assert answer.status_code == 302
        saved = Target.objects.get(pk=target.pk)
        assert saved.lead_leader == "副乡长"
        assert set(saved.supporting_units.values_list("code", flat=True)) == {"T-O", "T-W"}
        page = read(admin.get("/plan/?year=2023&unit=T-O"))
        assert [row["Reporting unit"].text for row in page.table("plan").rows] == [
            "East Village supported by Safety Office, West Village",
            "Safety Office",
        ]

    def test_what_changes_a_status_is_shown_first_and_saved_when_confirmed(self, cast, admin):
        # East: 3.7 of 5 expected in June is 74 %, behind. Of 4 expected it would be 92.5 %, slightly behind.
        target = cast.east_target
        form = typed(target, p__m6="4", p__m12="8", reason="A slip.", lead_leader="副乡长")
        shown = admin.post(self.address(target), form)
        page = read(shown)
        assert shown.status_code == 200
        assert "Nothing is saved yet." in page.text
        rows = [row for row in page.table("effect").rows if row["Unit"].text == "East Village"]
        assert {(row["Period"].text, row["Status now"].text, row["Status after saving"].text) for row in rows} == {
            ("First half", "Behind", "Slightly behind"),
            ("Whole year", "Behind", "Slightly behind"),
        }
        kept = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
        assert (kept["p-m6"], kept["p-m12"], kept["lead_leader"]) == ("4", "8", "副乡长")
        assert target.revisions.get().checkpoints.get(month=6).value == 5

        assert admin.post(self.address(target), {**form, "confirmed": token(shown)}).status_code == 302
        assert dict(target.revisions.get().checkpoints.values_list("month", "value")) == {6: 4, 12: 8}

    def test_another_confirmation_than_what_was_shown_confirms_nothing(self, cast, admin):
        target = cast.east_target
        form = typed(target, p__m6="4", p__m12="8", reason="A slip.", confirmed="0123456789abcdef")
        assert "Nothing is saved yet." in read(admin.post(self.address(target), form)).text

    def test_back_from_the_confirmation_everything_typed_is_there(self, cast, admin):
        form = typed(cast.east_target, p__m6="4", lead_leader="副乡长", act="edit")
        page = read(admin.post(self.address(cast.east_target), form))
        values = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
        assert (values["p-m6"], values["lead_leader"]) == ("4", "副乡长")

    def test_what_is_wrong_stands_beside_its_box_and_everything_typed_is_kept(self, cast, admin):
        form = typed(cast.east_target, p__m6="five", weight="-1", lead_leader="副乡长")
        answer = admin.post(self.address(cast.east_target), form)
        page = read(answer)
        assert answer.status_code == 422
        assert "“five” is not a number" in page.text
        assert "A weight is zero or more." in page.text
        values = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
        assert (values["p-m6"], values["weight"], values["lead_leader"]) == ("five", "-1", "副乡长")

    def test_a_plan_that_judged_figures_is_changed_with_a_reason(self, build, cast, admin):
        # 3.70 of 5.2 is 71 % instead of 74 %: behind either way, so nothing is to confirm.
        answer = admin.post(self.address(cast.east_target), typed(cast.east_target, p__m6="5.2"))
        assert answer.status_code == 422
        assert "Say why it is changed." in read(answer).text
        answer = admin.post(self.address(cast.east_target), typed(cast.east_target, p__m6="5.2", reason="A slip."))
        assert answer.status_code == 302
        assert Change.objects.get(action="target.redraw").reason == "A slip."

    def test_somebody_faster_is_said_and_what_was_typed_is_kept(self, cast, admin):
        form = typed(cast.east_target, lead_leader="副乡长", lock_version="9")
        answer = admin.post(self.address(cast.east_target), form)
        assert answer.status_code == 409
        assert "Somebody else changed this" in read(answer).text
        assert 'value="副乡长"' in answer.content.decode()

    def test_a_layout_fills_the_boxes_and_writes_nothing(self, cast, admin):
        form = typed(cast.east_target, p__layout="quarterly", act="fill", weight="")
        page = read(admin.post(self.address(cast.east_target), form))
        values = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
        # 20, 50, 75 and 100 % of 10 km.
        assert [values[f"p-m{month}"] for month in (3, 6, 9, 12)] == ["2", "5", "7.5", "10"]
        assert values.get("p-m1") is None
        assert Change.objects.filter(action__in=("target.change", "target.redraw")).count() == 0
        assert "This field is required" not in page.text

    def test_a_layout_by_month_rounds_to_the_decimals_of_the_indicator(self, cast, admin):
        target = cast.office_target
        form = typed(target, p__layout="monthly", p__m6="", p__m12="100", act="fill")
        page = read(admin.post(self.address(target), form))
        values = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
        # 100/12 = 8.33, 16.67, 25, 33.33, 41.67, 50, 58.33, 66.67, 75, 83.33, 91.67, 100
        expected = ["8", "17", "25", "33", "42", "50", "58", "67", "75", "83", "92", "100"]
        assert [values[f"p-m{month}"] for month in range(1, 13)] == expected

    def test_what_was_typed_is_never_rounded_by_a_layout(self, cast, admin):
        form = typed(cast.office_target, p__layout="halves", p__m6="2.5", p__m12="100", act="fill")
        page = read(admin.post(self.address(cast.office_target), form))
        values = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
        assert (values["p-m6"], values["p-m12"]) == ("2.5", "100")

    def test_a_reason_is_asked_for_before_anything_is_to_be_confirmed(self, cast, admin):
        answer = admin.post(self.address(cast.east_target), typed(cast.east_target, p__m6="4"))
        assert answer.status_code == 422
        assert "Say why it is changed." in read(answer).text

    def test_a_layout_that_lacks_something_says_what(self, cast, admin):
        form = typed(cast.east_target, p__layout="monthly", p__m12="", act="fill")
        assert (
            "Type the annual target into the box of December first."
            in read(admin.post(self.address(cast.east_target), form)).text
        )

    def test_archiving_and_bringing_back(self, cast, admin):
        target, address = cast.east_target, self.address(cast.east_target)
        form = {"act": "archive", "reason": "Given up.", "lock_version": "0"}
        shown = admin.post(address, form)
        back = admin.post(address, {"act": "edit", "reason": "Given up.", "lock_version": "0"})
        assert back["Location"] == address
        assert admin.post(address, {**form, "confirmed": token(shown)}).status_code == 302
        assert Target.objects.get(pk=target.pk).archived_at is not None
        refused = read(admin.post(address, {"act": "restore", "lock_version": "1"})).text
        # Beside the box at the end of the page, and above everything, where the page begins.
        assert "Say why." in refused
        assert "Nothing was saved yet." in refused
        admin.post(address, {"act": "restore", "reason": "After all.", "lock_version": "1"})
        assert Target.objects.get(pk=target.pk).archived_at is None


class TestATask:
    @pytest.fixture
    def task(self, build, cast):
        indicator = build.indicator("TASK", cast.governance, kind="milestone", accumulation="", unit_of_measure="")
        return build.target(indicator, cast.east, steps=[{"name": "开工"}, {"name": "竣工"}])

    def test_what_has_no_checkpoints_is_told_so(self, task, admin):
        adjustment = admin.get(f"/plan/targets/{task.pk}/adjustment/")
        assert adjustment.status_code == 404
        assert "Change the dates of its steps." in read(adjustment).text
        units = admin.get("/plan/indicators/TASK/units/")
        assert units.status_code == 404
        assert "A task made of steps is planned unit by unit." in read(units).text

    def test_steps_are_changed_added_and_taken_out(self, task, admin):
        begin, end = task.milestones.all()
        form = typed(
            task,
            new_steps="2",
            **{
                f"sm{begin.pk}__name": "开工建设", f"sm{begin.pk}__weight": "30", f"sm{begin.pk}__due": "2023-11-30",
                f"sm{end.pk}__name": "竣工", f"sm{end.pk}__weight": "1", f"sm{end.pk}__drop": "on",
                "sn0__name": "验收", "sn0__weight": "70", "sn0__due": "2023-12-20",
            },
        )  # fmt: skip
        answer = admin.post(f"/plan/targets/{task.pk}/", form)
        if answer.status_code == 200:
            answer = admin.post(f"/plan/targets/{task.pk}/", {**form, "confirmed": token(answer)})
        assert answer.status_code == 302
        found = task.milestones.order_by("step").values_list("step", "name", "weight", "due__month")
        assert list(found) == [(1, "开工建设", 30, 11), (3, "验收", 70, 12)]

    def test_more_rows_keep_what_was_typed(self, task, admin):
        form = typed(task, new_steps="1", sn0__name="验收", act="add_step")
        page = read(admin.post(f"/plan/targets/{task.pk}/", form))
        values = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
        assert values["new_steps"] == "4"
        assert values["sn0-name"] == "验收"
        assert "sn3-name" in values

    def test_a_date_in_another_year_is_said_beside_it(self, task, admin):
        form = typed(task, new_steps="1", sn0__name="验收", sn0__weight="0", sn0__due="2024-01-01")
        page = read(admin.post(f"/plan/targets/{task.pk}/", form))
        assert "The step is due in 2023." in page.text
        assert "A step's weight is above zero." in page.text


class TestANewTarget:
    FORM = {
        "unit": "T-O", "figures": "own", "interpolation": "linear", "weight": "1", "p-layout": "even",
        "p-shares": "", "new_steps": "0", "act": "save",
    }  # fmt: skip

    def test_of_an_indicator_that_exists(self, cast, admin):
        form = {**self.FORM, "indicator": "ROADS", "p-m6": "2", "p-m12": "4.5千米", "supporting_units": ["T-E"]}
        # The township: 3.7 + 8.9 = 12.6 of 5 + 6 = 11 is ahead; of 13 it would be 97 %.
        shown = admin.post("/plan/targets/?year=2023", form)
        assert {row["Unit"].text for row in read(shown).table("effect").rows} == {"Qingshan Township"}
        assert admin.post("/plan/targets/?year=2023", {**form, "confirmed": token(shown)}).status_code == 302
        made = Target.objects.get(indicator=cast.roads, unit=cast.office)
        assert dict(made.revisions.get().checkpoints.values_list("month", "value")) == {6: 2, 12: D("4.5")}
        assert list(made.supporting_units.all()) == [cast.east]

    def test_of_an_indicator_made_on_the_same_page(self, cast, admin):
        form = {
            **self.FORM, "indicator": "", "i-name": "植树造林", "i-section": "economy", "i-nature": "flow",
            "i-direction": "at_least", "i-unit_of_measure": "亩", "i-decimals": "0", "i-frequency": "quarter",
            "i-definition": "当年新造林面积，以验收为准", "p-m12": "800亩",
        }  # fmt: skip
        answer = admin.post("/plan/targets/?year=2023", form)
        assert answer.status_code == 302
        made = Indicator.objects.get(name="植树造林")
        assert (made.code, made.kind, made.accumulation, made.frequency) == ("E01", "quantity", "flow", "quarter")
        assert made.targets.get().definition == "当年新造林面积，以验收为准"

    def test_a_new_indicator_of_nearly_the_same_name_is_asked_about(self, cast, admin):
        form = {
            **self.FORM, "indicator": "", "i-name": "新修道路（公里）", "i-section": "economy", "i-nature": "flow",
            "i-direction": "at_least", "i-decimals": "0", "i-frequency": "month", "p-m12": "3",
        }  # fmt: skip
        shown = admin.post("/plan/targets/?year=2023", form)
        assert "Indicators that are nearly the same" in read(shown).text
        assert "/plan/indicators/ROADS/" in shown.content.decode()
        assert not Indicator.objects.filter(name="新修道路（公里）").exists()
        assert admin.post("/plan/targets/?year=2023", {**form, "confirmed": token(shown)}).status_code == 302
        assert Indicator.objects.filter(name="新修道路（公里）").exists()

    def test_a_second_target_of_a_unit_is_refused_beside_it(self, cast, admin):
        form = {**self.FORM, "indicator": "ROADS", "unit": "T-E", "p-m12": "4"}
        answer = admin.post("/plan/targets/?year=2023", form)
        assert answer.status_code == 422
        assert "This unit already has a target for this indicator in this year." in read(answer).text

    def test_the_chosen_indicator_decides_what_is_asked(self, build, cast, admin):
        build.indicator("TASK", cast.governance, kind="milestone", accumulation="", unit_of_measure="")
        plain, task = admin.get("/plan/targets/?indicator=ROADS"), admin.get("/plan/targets/?indicator=TASK")
        assert b'name="p-m12"' in plain.content
        assert b'name="sn0-name"' not in plain.content
        assert b'name="p-m12"' not in task.content
        assert b'name="sn0-name"' in task.content

    def test_a_task_is_made_with_its_steps(self, build, cast, admin):
        build.indicator("TASK", cast.governance, kind="milestone", accumulation="", unit_of_measure="")
        form = {
            **self.FORM, "indicator": "TASK", "new_steps": "3", "sn0-name": "开工", "sn0-weight": "30",
            "sn0-due": "2023-09-30", "sn2-name": "竣工", "sn2-weight": "70",
        }  # fmt: skip
        assert admin.post("/plan/targets/?year=2023", form).status_code == 302
        made = Target.objects.get(indicator__code="TASK")
        assert list(made.milestones.values_list("step", "name", "weight")) == [(1, "开工", 30), (2, "竣工", 70)]

    def test_what_is_missing_is_said_all_at_once(self, cast, admin):
        answer = admin.post("/plan/targets/?year=2023", {**self.FORM, "unit": "", "indicator": "", "weight": ""})
        assert answer.status_code == 422
        assert read(answer).text.count("This field is required.") >= 4

    def test_a_year_without_a_plan_leads_nowhere_wrong(self, cast, admin):
        assert admin.get("/plan/targets/?year=1999").status_code == 200
        assert admin.get("/plan/?year=x").status_code == 200


class TestAdjusting:
    def form(self, target, **fields):
        known = {
            "effective_month": "7", "document_number": "洪政办发〔2023〕7号", "document_date": "2023-07-03",
            "reason": "国土空间规划调整", "lock_version": str(target.lock_version), "p-layout": "even", "p-shares": "",
            "p-m6": "5", "p-m12": "8", "act": "save",
        }  # fmt: skip
        return {**known, **fields}

    def test_both_plans_stay_with_the_months_that_each_judges(self, cast, admin):
        target = cast.east_target
        address = f"/plan/targets/{target.pk}/adjustment/"
        assert admin.post(address, self.form(target)).status_code == 302  # nothing is judged from July on yet
        page = read(admin.get(f"/plan/targets/{target.pk}/"))
        shown = [
            (
                row["Version of the plan"].text,
                row["Judges"].text,
                row["Annual target"].text,
                row["Document"].text.split()[:1],
            )
            for row in page.table("revisions").rows
        ]
        assert shown == [
            ("As set", "January to June", "10.00", []),
            ("Adjusted in force", "July to December", "8.00", ["洪政办发〔2023〕7号"]),
        ]
        listed = read(admin.get("/plan/?year=2023")).table("plan").row("Indicator", "Roads built")
        assert listed["Annual target"].text == "8.00"
        assert "adjusted from July" in listed["Path"].text
        # Whoever reads the indicator sees both as well.
        page = read(admin.get("/indicators/ROADS/?year=2023&period=Y&as_of=7&unit=T"))
        assert [row["Annual target"].text for row in page.table("revisions").rows] == ["10.00", "8.00"]
        assert [row["Judges"].text for row in page.table("revisions").rows] == ["January to June", "July to December"]

    def test_a_month_that_is_judged_already_is_shown_first(self, cast, admin):
        target = cast.east_target
        form = self.form(target, effective_month="6", **{"p-m6": "3.7"})
        shown = admin.post(f"/plan/targets/{target.pk}/adjustment/", form)
        assert "Nothing is saved yet." in read(shown).text
        assert target.revisions.count() == 1
        done = admin.post(f"/plan/targets/{target.pk}/adjustment/", {**form, "confirmed": token(shown)})
        assert done.status_code == 302
        assert target.revisions.count() == 2

    def test_without_a_reason_nothing_is_done_and_everything_is_kept(self, cast, admin):
        answer = admin.post(f"/plan/targets/{cast.east_target.pk}/adjustment/", self.form(cast.east_target, reason=""))
        page = read(answer)
        assert answer.status_code == 422
        assert "Say why." in page.text
        values = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
        assert (values["p-m12"], values["document_number"]) == ("8", "洪政办发〔2023〕7号")

    def test_somebody_faster_is_said(self, cast, admin):
        form = self.form(cast.east_target, lock_version="5")
        assert admin.post(f"/plan/targets/{cast.east_target.pk}/adjustment/", form).status_code == 409


class TestAnIndicator:
    def form(self, indicator, **fields):
        known = {
            "name": indicator.name, "section": indicator.section.code, "nature": "flow",
            "direction": indicator.direction, "unit_of_measure": indicator.unit_of_measure,
            "decimals": str(indicator.decimals), "frequency": indicator.frequency,
            "lock_version": str(indicator.lock_version), "act": "save",
        }  # fmt: skip
        return {**known, **fields}

    def test_its_words_are_changed(self, cast, admin):
        form = self.form(cast.roads, name="新建道路", definition="当年通车")
        assert admin.post("/plan/indicators/ROADS/", form).status_code == 302
        saved = Indicator.objects.get(code="ROADS")
        assert (saved.name, saved.definition, saved.unit_of_measure) == ("新建道路", "当年通车", "千米")

    def test_with_approved_figures_its_nature_stays_and_a_successor_is_offered(self, cast, admin):
        page = admin.get("/plan/indicators/ROADS/")
        assert "already has approved figures" in read(page).text
        assert "/plan/indicators/ROADS/successor/" in page.content.decode()
        # A browser does not send what cannot be typed; who sends it all the same changes nothing.
        form = self.form(cast.roads, direction="at_most", nature="stock", unit_of_measure="米")
        admin.post("/plan/indicators/ROADS/", form)
        saved = Indicator.objects.get(code="ROADS")
        assert (saved.direction, saved.accumulation, saved.unit_of_measure) == ("at_least", "flow", "千米")

    def test_how_often_it_is_reported_is_shown_before_it_is_saved(self, build, cast, admin):
        # Yearly, nothing fell due by June: the villages and the township would not be due.
        form = self.form(cast.roads, frequency="year")
        shown = admin.post("/plan/indicators/ROADS/", form)
        units = {row["Unit"].text for row in read(shown).table("effect").rows}
        assert units == {"Qingshan Township", "East Village", "West Village"}
        assert admin.post("/plan/indicators/ROADS/", {**form, "confirmed": token(shown)}).status_code == 302
        assert Indicator.objects.get(code="ROADS").frequency == "year"

    def test_it_is_archived_with_a_reason_once_no_target_is_left(self, build, cast, admin):
        address = "/plan/indicators/ROADS/"
        form = {"act": "archive", "reason": "停用", "lock_version": "0"}
        refused = admin.post(address, form)
        assert refused.status_code == 422
        assert "still has targets in the plan" in read(refused).text
        assert 'value="新修道路"' in refused.content.decode()
        for target in (cast.east_target, cast.west_target):
            plans.archive(build.by, target, reason="停用")
        assert admin.post(address, {**form, "reason": ""}).status_code == 422
        assert admin.post(address, form).status_code == 302
        assert Indicator.objects.get(code="ROADS").archived_at is not None
        assert admin.post(address, {**form, "act": "restore", "lock_version": "1"}).status_code == 302
        assert Indicator.objects.get(code="ROADS").archived_at is None

    def test_a_successor_takes_over_and_is_linked(self, cast, admin):
        form = {**self.form(cast.roads, unit_of_measure="米", decimals="0"), "code": "ROADS-M"}
        answer = admin.post("/plan/indicators/ROADS/successor/", form)
        assert answer["Location"] == "/plan/targets/?indicator=ROADS-M"
        made = Indicator.objects.get(code="ROADS-M")
        assert (made.succeeds, made.unit_of_measure, made.section) == (cast.roads, "米", cast.economy)

    def test_a_code_that_is_taken_is_refused(self, cast, admin):
        form = {**self.form(cast.roads), "code": "VISITS"}
        assert admin.post("/plan/indicators/ROADS/successor/", form).status_code == 422


class TestByUnit:
    def rows(self, page):
        return {row["Unit"].text: row for row in page.table("breakdown").rows}

    def form(self, cast, whole="", **parts):
        found = {f"u{cast.township.pk}-m12": whole, "act": "save"}
        for unit, target in ((cast.east, cast.east_target), (cast.west, cast.west_target), (cast.office, None)):
            half, year = parts.get(unit.code[-1], ("", ""))
            found |= {f"u{unit.pk}-m6": half, f"u{unit.pk}-m12": year}
            found[f"u{unit.pk}-lock_version"] = str(target.lock_version) if target is not None else ""
        return found

    def test_all_units_stand_on_one_page(self, cast, admin):
        page = read(admin.get("/plan/indicators/ROADS/units/?year=2023"))
        assert list(self.rows(page)) == [
            "Qingshan Township", "Safety Office", "East Village", "West Village", "Sum of the units below",
        ]  # fmt: skip
        # 5 + 6 in June, 10 + 12 in December.
        total = self.rows(page)["Sum of the units below"]
        assert (total["Half-year target"].text, total["Annual target"].text) == ("11.00", "22.00")
        values = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
        assert (values[f"u{cast.east.pk}-m6"], values[f"u{cast.west.pk}-m12"]) == ("5", "12")

    def test_the_sum_is_checked_without_saving(self, cast, admin):
        form = {**self.form(cast, "30", E=("5", "10"), W=("6", "12")), "act": "check"}
        page = read(admin.post("/plan/indicators/ROADS/units/?year=2023", form))
        # 10 + 12 = 22 of 30
        assert "December: the units below add up to 22.00, here stands 30.00 (−8.00)." in page.text
        page = read(admin.post("/plan/indicators/ROADS/units/?year=2023", {**form, f"u{cast.township.pk}-m12": "22"}))
        assert "The parts make the whole." in page.text
        assert not Target.objects.filter(unit=cast.township).exists()

    def test_targets_are_made_and_changed_at_once(self, cast, admin):
        form = {**self.form(cast, E=("3", "9"), W=("6", "12"), O=("1", "2")), "reason": "县里下达"}
        address = "/plan/indicators/ROADS/units/?year=2023"
        shown = admin.post(address, form)
        # East: 3.7 of 3 is ahead, was 74 %.
        assert "East Village" in {row["Unit"].text for row in read(shown).table("effect").rows}
        assert admin.post(address, {**form, "confirmed": token(shown)}).status_code == 302
        east = cast.east_target.revisions.get().checkpoints.values_list("month", "value")
        office = Target.objects.get(indicator=cast.roads, unit=cast.office).revisions.get().checkpoints
        assert dict(east) == {6: 3, 12: 9}
        assert dict(office.values_list("month", "value")) == {6: 1, 12: 2}
        changes = Change.objects.filter(action__in=("target.redraw", "target.plan"), reason__in=("县里下达", ""))
        assert changes.filter(target__indicator=cast.roads, batch=changes.first().batch).count() == 2

    def test_one_with_other_checkpoints_is_changed_on_its_own_page(self, build, cast, admin):
        build.target(cast.roads, cast.office, {3: 1, 6: 2, 9: 3, 12: 5})
        page = read(admin.get("/plan/indicators/ROADS/units/?year=2023"))
        assert "changed on its own page" in page.text
        assert f"u{cast.office.pk}-m12" not in {attrs.get("name") for _tag, attrs in page.tags}

    def test_a_wrong_figure_stands_beside_its_box(self, cast, admin):
        form = self.form(cast, E=("x", "9"), W=("6", "12"))
        answer = admin.post("/plan/indicators/ROADS/units/?year=2023", form)
        assert answer.status_code == 422
        assert "“x” is not a number" in read(answer).text


class TestWhoManagesOneVillage:
    """A system administrator of East alone: West is not there, and nothing of it is changed."""

    @pytest.fixture
    def village_admin(self, build, cast, signed_in):
        person = build.person("east-admin", "system_administrator", cast.east)
        return signed_in(person, "en")

    def test_only_its_targets_are_listed_and_opened(self, cast, village_admin):
        page = read(village_admin.get("/plan/?year=2023"))
        assert [row["Reporting unit"].text for row in page.table("plan").rows] == ["East Village"]
        assert village_admin.get(f"/plan/targets/{cast.west_target.pk}/").status_code == 404
        assert village_admin.get(f"/plan/targets/{cast.west_target.pk}/adjustment/").status_code == 404
        above = village_admin.get("/plan/indicators/ROADS/units/?unit=T")
        assert above.status_code == 404
        assert "There is no such unit that you may see." in read(above).text
        shown = read(village_admin.get("/plan/indicators/ROADS/units/")).table("breakdown")
        assert [row["Unit"].text for row in shown.rows] == ["East Village", "Sum of the units below"]
        assert "West Village" not in read(village_admin.get("/plan/indicators/ROADS/")).text

    def test_what_lies_outside_is_not_changed_by_whoever_asks(self, cast, village_admin):
        keys = [f"{cast.west_target.pk}-{cast.west_target.lock_version}"]
        answer = village_admin.post("/plan/?year=2023", {"target": keys, "weight": "9", "act": "save"})
        assert answer.status_code == 422
        form = {**TestANewTarget.FORM, "unit": "T", "indicator": "VISITS", "p-m12": "1"}
        assert village_admin.post("/plan/targets/?year=2023", form).status_code == 422
        assert Target.objects.count() == 3
        assert set(Target.objects.values_list("weight", flat=True)) == {1}

    def test_an_indicator_that_others_have_is_not_renamed_nor_archived(self, cast, build, village_admin):
        page = read(village_admin.get("/plan/indicators/ROADS/"))
        assert "Units that you do not manage have this indicator as well." in page.text
        person = User.objects.get(memberships__unit=cast.east, memberships__role="system_administrator")
        scoped = Author.person(person, scope_of(person), source="/plan/")
        for act in (plans.change_indicator, planning.archive_indicator, planning.restore_indicator):
            with pytest.raises(PermissionDenied, match="do not manage"):
                act(scoped, indicator=cast.roads, reason="x")
        own = build.indicator("OWN", cast.economy)
        build.target(own, cast.east, {12: 1})
        plans.change_indicator(scoped, indicator=own, name="自己的")
        own.refresh_from_db()
        assert own.name == "自己的"

    def test_a_status_above_is_not_shown(self, cast, village_admin):
        form = typed(cast.east_target, p__m6="4", p__m12="8", reason="A slip.")
        page = read(village_admin.post(f"/plan/targets/{cast.east_target.pk}/", form))
        assert {row["Unit"].text for row in page.table("effect").rows} == {"East Village"}
