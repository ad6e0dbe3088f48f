"""Setting up: units, sections and years through their pages, as a system administrator meets them."""

import pytest

from targets.calculations.presets import PRESETS
from targets.forms.setup import PRESET_NAMES
from targets.models import Section, Unit, Year
from tests.pages import read


@pytest.fixture
def admin(cast, signed_in):
    return signed_in(cast.system_administrator, "en")


def typed(response, **changes):
    """What a browser sends of a shown form, with some of it typed anew; ``None`` unticks a box."""
    form = response.context["form"]
    sent = {}
    for field in form:
        value = field.value()
        if field.widget_type == "checkbox":
            sent[field.html_name] = "on" if value else None
        else:
            sent[field.html_name] = "" if value is None else value
    prefix = f"{form.prefix}-" if form.prefix else ""
    sent |= {prefix + key: value for key, value in changes.items()}
    return {key: value for key, value in sent.items() if value is not None}


def errors(response, name="form"):
    return dict(response.context[name].errors)


# Units


def listed(client, query=""):
    return [row["Code"].text for row in read(client.get(f"/setup/units/{query}")).table("tree").rows]


def test_the_tree_stands_in_order_with_targets_and_people(cast, admin):
    table = read(admin.get("/setup/units/")).table("tree")
    assert [row["Code"].text for row in table.rows] == ["T", "T-O", "T-E", "T-W"]
    east = table.row("Code", "T-E")
    assert (east["Unit"].text, east["Kind of unit"].text) == ("东村 East Village", "village")
    assert (east["Targets 2023"].text, east["People"].text) == ("1", "1")
    # Reviewer, two leaders, three administrators and auditors: all in the township itself.
    assert table.row("Code", "T")["People"].text == "6"


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("?q=east", ["T-E"]),
        ("?q=村", ["T-E", "T-W"]),
        ("?q=t-o", ["T-O"]),
        ("?kind=office", ["T-O"]),
        ("?kind=village&q=west", ["T-W"]),
        ("?state=ended", ["T-X"]),
        ("?state=all&q=old", ["T-X"]),
        ("?q=old", []),
        ("?kind=nonsense&state=nonsense", ["T", "T-O", "T-E", "T-W"]),
    ],
)
def test_units_are_searched_and_filtered(cast, build, admin, query, codes):
    build.unit("T-X", cast.township, name="老村", name_en="Old Village", last_year=2022)
    if codes:
        assert listed(admin, query) == codes
    else:
        assert "No unit fits this filter" in read(admin.get(f"/setup/units/{query}")).text


def test_one_press_moves_a_unit_past_the_neighbour_that_is_shown(cast, build, admin):
    """Between East and West lies a unit that ended: it is not in the way."""
    from targets.services import units

    gone = build.unit("T-X", cast.township, last_year=2022)
    units.place_unit(build.by, unit=gone, place=3)
    assert listed(admin) == ["T", "T-O", "T-E", "T-W"]
    row = next(row for row in admin.get("/setup/units/").context["rows"] if row.unit.code == "T-W")
    admin.post("/setup/units/", {"place": f"{row.unit.pk}:{row.up}"})
    assert listed(admin) == ["T", "T-O", "T-W", "T-E"]


def test_a_unit_is_added_at_the_end_of_its_siblings(cast, admin):
    page = admin.get("/setup/units/new/")
    sent = typed(page, code="T-N", name="北村", name_en="North Village", parent=cast.township.pk)
    assert admin.post("/setup/units/new/", sent).status_code == 302
    assert listed(admin) == ["T", "T-O", "T-E", "T-W", "T-N"]
    assert Unit.objects.get(code="T-N").parent == cast.township


def test_what_is_refused_keeps_what_was_typed(cast, admin):
    sent = {"code": "T-E", "name": "北村", "kind": "village", "parent": cast.township.pk, "first_year": "1"}
    page = admin.post("/setup/units/new/", sent)
    assert page.status_code == 422
    assert errors(page)["code"] == ["There is a unit with this code already. Choose another one."]
    assert "first_year" in errors(page)
    assert 'value="北村"' in page.content.decode()
    assert not Unit.objects.filter(name="北村").exists()


def test_a_unit_is_renamed_and_a_slower_change_is_refused(cast, admin):
    address = f"/setup/units/{cast.east.pk}/"
    first = admin.get(address)

    def sent(name):
        form = first.context["forms"]["change"]
        values = {field.html_name: field.value() or "" for field in form} | {"change-name": name}
        return values | {"change-lock_version": form["lock_version"].value(), "act": "change"}

    assert admin.post(address, sent("东新村")).status_code == 302
    late = admin.post(address, sent("另名"))
    assert late.status_code == 409
    assert "Somebody else changed this" in read(late).text
    assert 'value="另名"' in late.content.decode()
    assert Unit.objects.get(pk=cast.east.pk).name == "东新村"


def test_a_unit_with_figures_is_not_offered_another_place_but_an_end(cast, admin):
    address = f"/setup/units/{cast.east.pk}/"
    assert "so it stays where it is" in read(admin.get(address)).text
    forged = admin.post(address, {"act": "move", "move-parent": cast.west.pk})
    assert forged.status_code == 422
    assert "begin a successor under the other unit" in read(forged).text
    ended = admin.post(
        address,
        {
            "act": "end",
            "end-last_year": "2023",
            "end-reason": "合并",
            "end-code": "T-E2",
            "end-name": "东二村",
            "end-parent": cast.office.pk,
        },
    )
    assert ended.status_code == 302
    begun = Unit.objects.get(code="T-E2")
    assert (begun.succeeds, begun.parent, begun.first_year) == (cast.east, cast.office, 2024)
    assert "This unit ends with December 2023" in read(admin.get(address)).text
    assert "Successor of East Village" in read(admin.get(f"/setup/units/{begun.pk}/")).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"end-name": "新"}, "code"), ({"end-code": "N"}, "name"), ({"end-code": "T-W", "end-name": "新"}, "code")],
)
def test_a_successor_needs_a_code_and_a_name_of_its_own(cast, admin, changes, field):
    sent = {"act": "end", "end-last_year": "2023", "end-reason": "合并", "end-parent": cast.township.pk} | changes
    page = admin.post(f"/setup/units/{cast.east.pk}/", sent)
    assert page.status_code == 422
    assert list(page.context["forms"]["end"].errors) == [field]
    assert Unit.objects.get(code="T-E").last_year is None


def test_an_end_by_mistake_is_taken_back(cast, admin):
    address = f"/setup/units/{cast.west.pk}/"
    admin.post(address, {"act": "end", "end-last_year": "2023", "end-reason": "合并"})
    assert Unit.objects.get(code="T-W").last_year == 2023
    assert admin.post(address, {"act": "continue"}).status_code == 302
    assert Unit.objects.get(code="T-W").last_year is None


@pytest.mark.parametrize("place", ["", "x:1", "0:1", "9" * 30 + ":1", "{west}:0", "{west}:x", "{west}"])
def test_a_forged_place_changes_nothing(cast, admin, place):
    assert admin.post("/setup/units/", {"place": place.format(west=cast.west.pk)}).status_code == 404
    assert listed(admin) == ["T", "T-O", "T-E", "T-W"]


def test_an_administrator_of_a_village_sees_that_village_only(cast, build, signed_in):
    client = signed_in(build.person("local", "system_administrator", cast.east), "en")
    assert listed(client) == ["T-E"]
    assert client.get(f"/setup/units/{cast.west.pk}/").status_code == 404
    sent = {"code": "N", "name": "新", "kind": "village", "parent": cast.township.pk}
    assert client.post("/setup/units/new/", sent).status_code == 422


def test_an_administrator_of_a_village_reads_the_sections_and_why_they_stay(cast, build, signed_in):
    client = signed_in(build.person("local", "system_administrator", cast.east), "en")
    for path in ("/setup/sections/", f"/setup/sections/{cast.economy.pk}/"):
        page = read(client.get(path))
        assert "All units share the sections." in page.text
        buttons = [values.get("name") for tag, values in page.tags if tag == "button"]
        assert not {"act", "place"} & set(buttons)
    assert client.get("/setup/sections/new/").status_code == 403
    sent = {"act": "change", "change-name": "改名"}
    assert client.post(f"/setup/sections/{cast.economy.pk}/", sent).status_code in (403, 422)
    assert Section.objects.get(pk=cast.economy.pk).name == "经济发展"


def test_pages_offer_the_units_of_their_year(cast, build, admin):
    """East ends with 2023; its successor begins in 2024."""
    build.year(2024)
    sent = {"act": "end", "end-last_year": "2023", "end-reason": "合并", "end-code": "T-E2", "end-name": "东二村"}
    admin.post(f"/setup/units/{cast.east.pk}/", sent | {"end-parent": cast.township.pk})

    def offered(year):
        return [choice.value for choice in admin.get(f"/?unit=T&year={year}").context["page"].units.choices]

    assert offered(2023) == ["T", "T-O", "T-E", "T-W"]
    assert offered(2024) == ["T", "T-O", "T-E2", "T-W"]


# Sections


def test_sections_are_added_renamed_ordered_and_taken_out_of_use(cast, admin):
    admin.post("/setup/sections/new/", {"code": "rural", "name": "乡村振兴", "name_en": "Rural"})
    rural = Section.objects.get(code="rural")
    assert admin.post("/setup/sections/", {"place": f"{rural.pk}:1"}).status_code == 302
    rows = read(admin.get("/setup/sections/")).table("tree").rows
    assert [row["Code"].text for row in rows] == ["rural", "economy", "governance"]
    assert [row["Indicators"].text for row in rows] == ["0", "1", "1"]
    address = f"/setup/sections/{rural.pk}/"
    admin.post(address, typed(admin.get(address), name="乡村") | {"act": "change"})
    assert Section.objects.get(code="rural").name == "乡村"
    admin.post(address, {"act": "archive", "archive-reason": "并入"})
    assert "Out of use" in read(admin.get("/setup/sections/")).text
    admin.post(address, {"act": "restore"})
    assert Section.objects.get(code="rural").archived_at is None


def test_a_section_in_use_says_why_it_stays(cast, admin):
    page = admin.post(f"/setup/sections/{cast.economy.pk}/", {"act": "archive", "archive-reason": "并入"})
    assert page.status_code == 422
    assert "1 indicator of this section is in use" in read(page).text
    assert 'value="并入"' in page.content.decode()


# Years


@pytest.fixture
def lagging(cast, build):
    """Two indicators of East at the end of June, both with 6 of 12 expected.

    SLOW: 5.1 / 6 = 85 %, 15 points below: slightly behind by default.
    LATE: 4.2 / 6 = 70 %, 30 points below: behind by default.
    """
    for code, value in (("SLOW", "5.1"), ("LATE", "4.2")):
        target = build.target(build.indicator(code, cast.economy, name_en=code.title()), cast.east, {12: 12})
        build.approved(target, 6, value, typed_as="cumulative")


YEAR = "/setup/years/2023/"


def settings():
    return Year.objects.get(year=2023)


def test_a_change_that_moves_nothing_is_saved_at_once(cast, lagging, admin):
    assert admin.post(YEAR, typed(admin.get(YEAR), due_day="6", slightly_behind_ratio="75")).status_code == 302
    assert (settings().due_day, str(settings().slightly_behind_ratio)) == (6, "0.7500")


def test_a_change_that_moves_statuses_names_them_and_writes_nothing_until_confirmed(cast, lagging, admin):
    sent = typed(admin.get(YEAR), slightly_behind_ratio="９０", due_day="4")
    shown = admin.post(YEAR, sent)
    assert shown.status_code == 200
    page = read(shown)
    assert "1 indicator would get another status" in page.text
    assert "Slightly behind → Behind 1 : Slow" in " ".join(page.text.split())
    assert "Late" not in page.text
    assert str(settings().slightly_behind_ratio) == "0.8000"
    confirmed = typed(shown) | {"confirmed": shown.context["effect"].fingerprint}
    assert admin.post(YEAR, confirmed).status_code == 302
    assert (str(settings().slightly_behind_ratio), settings().due_day) == ("0.9000", 4)


def test_what_is_confirmed_is_what_was_shown(cast, lagging, admin):
    shown = admin.post(YEAR, typed(admin.get(YEAR), slightly_behind_ratio="90"))
    other = typed(shown, slightly_behind_ratio="60") | {"confirmed": shown.context["effect"].fingerprint}
    again = admin.post(YEAR, other)
    assert again.status_code == 200
    assert "Behind → Slightly behind 1 : Late" in read(again).text
    assert str(settings().slightly_behind_ratio) == "0.8000"


def test_the_word_exceeded_counts_as_a_change(cast, admin):
    """Roads: 12.6 of 11 by June, 114.5 %, exceeds 110 % and not 120 %; visits: 61 of 60 is completed under both."""
    shown = admin.post(YEAR, typed(admin.get(YEAR), exceeded_ratio="120"))
    assert "Exceeded → First-half target completed 1 : Roads built" in read(shown).text


@pytest.mark.parametrize(
    ("preset", "moves"),
    [
        ("default", ""),
        ("yinchuan", ""),  # 15 points below is yellow, exactly 30 points below is red
        ("sanya", "Behind → Slightly behind 1 : Late"),  # 70 % is not below 50 %
        ("xinhuang", "Slightly behind → On schedule 1 : Slow"),  # 85 % is not below 80 %, 70 % not below 60 %
    ],
)
def test_published_thresholds_are_filled_in_and_not_saved(cast, lagging, admin, preset, moves):
    filled = admin.post(YEAR, typed(admin.get(YEAR), due_day="4") | {"preset": preset})
    assert filled.status_code == 200
    assert "Nothing is saved yet" in read(filled).text
    assert (settings().basis, settings().due_day) == ("ratio", 5)
    assert filled.context["form"]["due_day"].value() == "4"  # what else was typed stays
    shown = admin.post(YEAR, typed(filled))
    if moves:
        assert moves in read(shown).text
    else:
        assert shown.status_code == 302
        assert settings().basis == PRESETS[preset].basis


def test_a_second_yellow_month_in_a_row_is_red_where_districts_are_judged(cast, build, admin):
    """May 4 of 5, June 5.1 of 6: yellow twice."""
    target = build.target(build.indicator("TWICE", cast.economy, name_en="Twice"), cast.east, {12: 12})
    build.approved(target, 5, "4", typed_as="cumulative")
    build.approved(target, 6, "5.1", typed_as="cumulative")
    filled = admin.post(YEAR, typed(admin.get(YEAR)) | {"preset": "sanya_two"})
    assert "Slightly behind → Behind 1 : Twice" in read(admin.post(YEAR, typed(filled))).text


def test_every_preset_has_a_name():
    assert set(PRESETS) == set(PRESET_NAMES)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slightly_behind_ratio": "101"}, "__all__"),
        ({"ahead_ratio": "fast"}, "ahead_ratio"),
        ({"ahead_ratio": "110.123"}, "ahead_ratio"),
        ({"ahead_ratio": "-5"}, "ahead_ratio"),
        ({"due_day": "29"}, "due_day"),
        ({"due_day": "12"}, "__all__"),
        ({"basis": "stars"}, "basis"),
    ],
)
def test_refused_settings_stay_as_they_were_typed(cast, lagging, admin, changes, field):
    page = admin.post(YEAR, typed(admin.get(YEAR), rankings="on", **changes))
    assert page.status_code == 422
    assert list(errors(page)) == [field]
    assert page.context["form"]["rankings"].value()
    for name, value in changes.items():
        assert page.context["form"][name].value() == value
    assert settings().lock_version == 0


def test_settings_that_somebody_else_changed_are_not_overwritten(cast, admin):
    first = admin.get(YEAR)
    admin.post(YEAR, typed(first, due_day="6"))
    late = admin.post(YEAR, typed(first, due_day="4"))
    assert late.status_code == 409
    assert "Somebody else changed this" in read(late).text
    assert settings().due_day == 6


def test_a_new_year_begins_with_the_settings_of_the_latest(cast, admin):
    admin.post(YEAR, typed(admin.get(YEAR), due_day="7"))
    page = admin.get("/setup/years/new/")
    assert (page.context["form"]["year"].value(), page.context["form"]["due_day"].value()) == (2024, 7)
    assert admin.post("/setup/years/new/", typed(page, ahead_ratio="120")).status_code == 302
    opened = Year.objects.get(year=2024)
    assert (opened.due_day, str(opened.ahead_ratio), opened.is_draft) == (7, "1.2000", False)
    again = admin.post("/setup/years/new/", typed(page))
    assert errors(again)["year"] == ["This year is open already."]


def test_the_list_of_years_says_how_each_is_judged(cast, build, admin):
    build.year(2024, basis="points")
    rows = {row["Year"].text: row["Thresholds"].text for row in read(admin.get("/setup/years/")).table("tree").rows}
    assert rows == {"2024": "+10 / 0 / −30", "2023": "110 % / 100 % / 80 %"}
