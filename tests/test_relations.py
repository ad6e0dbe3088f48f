"""Relations between indicators: declared, changed and ended on their pages, and what they say on others."""

import pytest
from django.core.exceptions import ValidationError

from targets.models import Change, Indicator, IndicatorCheck
from targets.services import planning, plans
from tests.pages import read

NEW = "/plan/relations/new/"


@pytest.fixture
def admin(cast, signed_in):
    """The system administrator's browser, in English."""
    return signed_in(cast.system_administrator, "en")


@pytest.fixture
def taxes(cast, build):
    """All taxes of the eastern village, the national and the local ones: published as 419, 70 and 375."""
    names = {"TAX": "Taxes", "NTAX": "National taxes", "LTAX": "Local taxes"}
    made = [build.indicator(code, cast.economy, name_en=name, decimals=0) for code, name in names.items()]
    for one in made:
        build.target(one, cast.east, {12: 740})
    return made


def indicator(code):
    return Indicator.objects.get(code=code)


def said(response):
    return read(response).text


def declare(client, whole="TAX", **fields):
    return client.post(f"{NEW}?whole={whole}", {"operator": "=", "right": ["NTAX", "LTAX"], "act": "save", **fields})


class TestDeclaring:
    def test_the_parts_that_are_offered_can_be_added_up_to_the_whole(self, cast, build, admin, taxes):
        build.indicator("OLD", cast.economy)
        planning.archive_indicator(build.by, indicator=indicator("OLD"), reason="停用")
        build.indicator("GRANT", cast.governance, name_en="Grants in yuan", unit_of_measure="元")
        page = read(admin.get(f"{NEW}?whole=TAX"))
        boxes = {values["value"] for tag, values in page.tags if tag == "input" and values.get("name") == "right"}
        assert boxes == {"NTAX", "LTAX", "GRANT"}  # not itself, no roads in km, no visits in households
        assert "Grants in yuan" in page.text

    def test_the_whole_is_chosen_first(self, admin, taxes):
        page = read(admin.get(NEW))
        options = [values["value"] for tag, values in page.tags if tag == "option"]
        assert {"TAX", "ROADS", "VISITS"} <= set(options)
        assert not [1 for tag, values in page.tags if values.get("name") == "right"]
        assert admin.post(NEW, {"act": "save"}).status_code == 422
        assert admin.get(f"{NEW}?whole=NOTHING").status_code == 404

    def test_what_nothing_can_be_part_of_says_so(self, admin, cast):
        assert "there is nothing that could be a part of it" in said(admin.get(f"{NEW}?whole=VISITS"))

    def test_it_is_kept_and_recorded_and_listed(self, cast, admin, taxes):
        assert declare(admin, meaning="Form T1").status_code == 302
        check = IndicatorCheck.objects.get()
        assert (check.code, check.left.code, check.operator, check.meaning) == ("V01", "TAX", "=", "Form T1")
        assert [part.code for part in check.right.all()] == ["NTAX", "LTAX"]
        (change,) = Change.objects.filter(action="check.create")
        assert (change.actor, change.source) == (cast.system_administrator, NEW)
        row = read(admin.get("/plan/relations/")).table("relations").row("Whole", "Taxes")
        assert row["Parts"].text == "= National taxes + Local taxes"
        assert row["What it rests on"].text == "Form T1"
        assert "Taxes = National taxes + Local taxes" in said(admin.get("/plan/indicators/LTAX/"))

    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({"right": []}, "Tick at least one part."),
            ({"right": ["ROADS"]}, "Select a valid choice. ROADS is not one of the available choices."),
            ({"right": ["TAX"]}, "Select a valid choice. TAX is not one of the available choices."),
            ({"operator": "<>"}, "Select a valid choice. <> is not one of the available choices."),
            ({"meaning": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
        ],
    )
    def test_what_cannot_be_is_refused_with_the_reason(self, admin, taxes, fields, why):
        answer = declare(admin, **fields)
        assert answer.status_code == 422
        assert why in said(answer)
        assert not IndicatorCheck.objects.exists()

    def test_the_same_relation_is_declared_once(self, admin, taxes):
        declare(admin)
        answer = declare(admin, operator=">=", right=["LTAX", "NTAX"])
        assert answer.status_code == 422
        assert "There is a relation between “指标TAX” and these parts already. Change that one." in said(answer)

    def test_nothing_is_part_of_its_own_part(self, admin, taxes):
        declare(admin)
        page = read(admin.get(f"{NEW}?whole=NTAX"))
        boxes = {values["value"] for tag, values in page.tags if tag == "input" and values.get("name") == "right"}
        assert boxes == {"LTAX"}


class TestSayingSo:
    def test_parts_that_exceed_their_whole_are_named_on_my_month(self, cast, build, admin, taxes, signed_in):
        declare(admin)
        clerk = signed_in(cast.east_clerk, "en")
        for code, value in (("TAX", "419"), ("NTAX", "70"), ("LTAX", "375")):
            row = f"t{indicator(code).targets.get().pk}"
            answer = clerk.post(
                "/month/row/?unit=T-E&year=2023&as_of=6",
                {"row": row, f"{row}-value": value, f"{row}-typed_as": "cumulative", f"{row}-answer": "value"},
            )
            assert answer.status_code == 200
        # 70 + 375 = 445, and 419 was published.
        words = "Does not add up: Taxes 419 should equal National taxes 70 + Local taxes 375 = 445."
        assert words in said(clerk.get("/month/?unit=T-E&year=2023&as_of=6"))

    def test_parts_in_another_unit_of_measure_are_converted(self, cast, build, admin, taxes, signed_in):
        grants = build.indicator(
            "GRANT", cast.economy, name_en="Grants", unit_of_measure="元", unit_of_measure_en="CNY", decimals=0
        )
        target = build.target(grants, cast.east, {12: 1})
        declare(admin, right=["GRANT"])
        build.submitted(indicator("TAX").targets.get(), 1, 20)
        build.submitted(target, 1, 200_000)
        where = "/month/?unit=T-E&year=2023&as_of=1"
        assert "Does not add up" not in said(signed_in(cast.east_clerk, "en").get(where))  # 20 万元 are 200,000 元
        build.submitted(target, 2, 199_000)
        build.submitted(indicator("TAX").targets.get(), 2, 20)
        # 40 万元 against 399,000 元, which are 39.9 万元.
        words = "Taxes 40 CNY 10k should equal Grants 399,000 CNY = 39.9 CNY 10k."
        assert words in said(signed_in(cast.east_clerk, "en").get("/month/?unit=T-E&year=2023&as_of=2"))


class TestChanging:
    @pytest.fixture
    def check(self, admin, taxes):
        declare(admin)
        return IndicatorCheck.objects.get()

    def change(self, client, check, **fields):
        values = {"operator": "=", "right": ["NTAX", "LTAX"], "lock_version": "0", "act": "save", **fields}
        return client.post(f"/plan/relations/{check.pk}/", values)

    def test_it_is_related_in_another_way_to_other_parts(self, admin, check):
        assert self.change(admin, check, operator=">=", right=["LTAX"], reason="A new form").status_code == 302
        check.refresh_from_db()
        assert (check.operator, [part.code for part in check.right.all()]) == (">=", ["LTAX"])
        change = Change.objects.get(action="check.change")
        assert (change.reason, "指标NTAX" in change.before, "指标NTAX" in change.after) == ("A new form", True, False)

    def test_somebody_was_faster(self, admin, check):
        self.change(admin, check, operator=">=")
        answer = self.change(admin, check, operator="<=")
        assert answer.status_code == 409
        assert "Somebody else changed this" in said(answer)

    def test_it_ends_with_a_reason_and_stays_in_the_record(self, admin, check):
        address = f"/plan/relations/{check.pk}/"
        answer = admin.post(address, {"act": "end", "lock_version": "0"})
        assert (answer.status_code, "Say why." in said(answer)) == (422, True)
        assert admin.post(address, {"act": "end", "reason": "No longer so", "lock_version": "0"}).status_code == 302
        check.refresh_from_db()
        assert check.archived_at is not None
        assert Change.objects.get(action="check.end").reason == "No longer so"
        assert not read(admin.get("/plan/relations/")).has_table("relations")
        assert read(admin.get("/plan/relations/?ended=1")).table("relations").row("Whole", "Taxes")
        assert "This relation ended on" in said(admin.get(address))
        # It cannot be changed or ended again, and the same may be declared anew.
        assert self.change(admin, check, lock_version="1").status_code == 422
        assert admin.post(address, {"act": "end", "reason": "Again", "lock_version": "1"}).status_code == 422
        assert declare(admin).status_code == 302
        assert IndicatorCheck.objects.order_by("pk").last().code == "V02"

    def test_an_indicator_in_it_keeps_its_measure(self, admin, build, check):
        with pytest.raises(ValidationError, match="End the relation between them first"):
            plans.change_indicator(build.by, indicator=indicator("LTAX"), unit_of_measure="个")
        plans.change_indicator(build.by, indicator=indicator("LTAX"), unit_of_measure="元")

    def test_who_manages_one_village_changes_nothing_that_concerns_others(self, cast, build, check, signed_in):
        build.target(indicator("LTAX"), cast.west, {12: 1})
        of_east = signed_in(build.person("east-admin", "system_administrator", cast.east), "en")
        page = said(of_east.get(f"/plan/relations/{check.pk}/"))
        assert "Units that you do not manage have this indicator as well." in page
        assert self.change(of_east, check).status_code == 403
        assert declare(of_east, whole="NTAX", right=["LTAX"]).status_code == 403
        check.refresh_from_db()
        assert check.lock_version == 0


def test_the_list_asks_for_as_much_whatever_its_length(admin, taxes, django_assert_num_queries):
    for parts in (["NTAX", "LTAX"], ["NTAX"], ["LTAX"]):
        declare(admin, right=parts)
        admin.get("/plan/relations/")  # what was done is said once
        with django_assert_num_queries(8):
            admin.get("/plan/relations/")
