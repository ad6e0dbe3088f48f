"""The choice of a unit in a form: a list of few, of many a name or code that is typed."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from targets.forms.units import UnitChoices, UnitField, UnitsField
from targets.models import Unit
from targets.services.loading import load_house
from tests.pages import read
from tests.test_many_units import person
from tests.test_queries import BY, house


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def many(db):
    made = house(indicators=1, units=40, months=1)
    for fields, _parent in made.units:
        fields["name"] = {"V-7": "东河村", "V-8": "西河村"}.get(fields["code"], fields["name"])
    load_house(BY, made)


def choices(**more):
    tree = Unit.objects.all().tree()
    return UnitChoices(tree, tree.units, **more)


def offered(field, *args, **more):
    field.offer(choices(**more), *args)
    return field


def chosen(text):
    return offered(UnitField()).clean(text).code


def test_of_few_it_is_a_list_of_ids_or_of_codes(cast):
    field = offered(UnitField(required=False), "Into none")
    html = field.widget.render("unit", field.prepare_value(cast.east.pk))
    assert "<select" in html
    assert "Into none" in html
    assert f'value="{cast.east.pk}" selected' in html
    assert field.clean(str(cast.east.pk)) == cast.east
    assert field.clean("") is None
    assert offered(UnitField(), by_code=True).clean("T-E") == cast.east
    for wrong in ("T-E", "0", "999999"):
        with pytest.raises(ValidationError):
            field.clean(wrong)
    ticks = offered(UnitsField(required=False), by_code=True)
    assert ticks.clean(["T-E", "T-W"]) == [cast.east, cast.west]
    assert ticks.clean([]) == []


def test_of_many_it_is_a_box_that_shows_name_and_code(many):
    field = offered(UnitField())
    unit = Unit.objects.get(code="V-7")
    html = field.widget.render("unit", field.prepare_value(unit.pk))
    assert 'data-units="/units.json"' in html
    assert 'value="东河村 (V-7)"' in html


@pytest.mark.parametrize("text", ["V-7", "东河村", "东河", " 东河村 (V-7) ", "东河村 · 青山乡 (V-7)", "东河村（V-7）"])
def test_a_name_or_code_finds_its_unit(many, text):
    assert chosen(text) == "V-7"


def test_a_code_that_begins_others_is_still_its_unit(many):
    assert chosen("V-1") == "V-1"


def test_what_several_have_is_asked_again_with_their_codes(many):
    with pytest.raises(ValidationError) as refused:
        chosen("河村")
    (said,) = refused.value.messages
    assert said == ("“河村” fits several units: 东河村 (V-7), 西河村 (V-8). Type the code of the one that is meant.")
    with pytest.raises(ValidationError, match="…"):
        chosen("V")


def test_what_none_has_is_named(many):
    with pytest.raises(ValidationError, match="There is no unit “北河村” to choose here"):
        chosen("北河村")


def test_a_unit_that_may_not_be_chosen_is_not_found(many):
    tree = Unit.objects.all().tree()
    field = UnitField()
    field.offer(UnitChoices(tree, [pk for pk in tree.units if tree.units[pk].code != "V-7"]))
    with pytest.raises(ValidationError, match="There is no unit"):
        field.clean("V-7")


def test_several_units_stand_in_one_box(many):
    field = offered(UnitsField(required=False))
    found = field.clean("东河村、V-8；V-8")
    assert [unit.code for unit in found] == ["V-7", "V-8"]
    assert field.prepare_value([unit.pk for unit in found]) == "东河村 (V-7)、西河村 (V-8)"
    assert field.clean("东河村 (V-7)、西河村 (V-8)") == found
    assert field.clean("") == []


def test_a_target_is_made_for_a_typed_unit_with_supporting_ones(many):
    admin = person("system_administrator")
    page = admin.get("/plan/targets/?year=2023&indicator=I-0")
    assert page.content.count(b"<option") < 80
    sent = {"year": "2023", "indicator": "I-0", "unit": "青山乡", "supporting_units": "东河村、V-8", "m12": "5",
            "weight": "1", "figures": "own", "interpolation": "linear", "act": "save"}  # fmt: skip
    answer = admin.post("/plan/targets/?year=2023", sent | {"supporting_units": "东河村、北河村"})
    assert "There is no unit “北河村”" in read(answer).text
    assert 'value="东河村、北河村"' in answer.content.decode()
    answer = admin.post("/plan/targets/?year=2023", sent)
    if answer.status_code != 302:  # what the figures would be judged by is shown first, with everything typed
        shown = [values for _tag, values in read(answer).tags if values.get("name") == "confirmed"]
        admin.post("/plan/targets/?year=2023", sent | {"confirmed": shown[0]["value"]})
    target = Unit.objects.get(code="T").targets.get(indicator__code="I-0")
    assert [unit.code for unit in target.supporting_units.order_by("position")] == ["V-7", "V-8"]


def test_a_unit_is_hung_under_a_typed_one(many):
    admin = person("system_administrator")
    unit = Unit.objects.get(code="V-9")
    answer = admin.get(f"/setup/units/new/?parent={unit.pk}")
    assert 'value="V-9 (V-9)"' in answer.content.decode()
    sent = {"kind": "village", "code": "V-9-1", "name": "一组", "parent": "V-9"}
    assert admin.post("/setup/units/new/", sent).status_code == 302
    assert Unit.objects.get(code="V-9-1").parent == unit
    refused = admin.post("/setup/units/new/", sent | {"code": "V-9-2", "parent": "V"})
    assert refused.status_code == 422
    assert "fits several units" in read(refused).text


def test_a_role_is_given_in_a_typed_unit_and_people_are_filtered_by_it(many):
    security = person("security_administrator")
    clerk = person("clerk", "V-7").get("/me/").wsgi_request.user
    answer = security.post(f"/people/{clerk.pk}/", {"act": "role", "role-role": "clerk", "role-unit": "西河村"})
    assert answer.status_code in (200, 302)
    assert clerk.memberships.filter(unit__code="V-8", ended_at__isnull=True).exists()
    assert [row.person for row in security.get("/people/?unit=V-8").context["rows"]] == [clerk]
    assert "fits several units" in read(security.get("/people/?unit=V")).text
