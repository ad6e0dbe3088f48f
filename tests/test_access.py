"""Who gets what from which address: role × address × method × status, for every address of the project."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from reports.half_year import services as reporting
from reports.half_year.content import Content
from targets.permissions import scope_of
from targets.services import instructions, plans, remedies
from targets.services.base import Author
from tests.pages import read

ROLES = (
    "nobody",
    "clerk",
    "sibling clerk",
    "office clerk",
    "reviewer",
    "leader",
    "section leader",
    "system administrator",
    "security administrator",
    "auditor",
    "no role",
)

# The columns stand in the order of ROLES. 302 for nobody leads to the sign-in, 302 of /admin/ to the one of the
# admin; 403 says why; 404 hides what lies outside the scope. East clerk, West clerk (the sibling), clerk of the
# office; reviewer, leader, system administrator and auditor of the township; its leader in governance only.
#
# The name of the address   method and address                   nobody  clerks        rev lead sect  sys sec aud none
TABLE = """
overview          GET  /                                            302  200 200 200   200 200 200   200 403 200 403
overview          GET  /?unit=T                                     302  404 404 404   200 200 200   200 403 200 403
overview          GET  /?unit=T-E                                   302  200 404 404   200 200 200   200 403 200 403
overview          GET  /?unit=T-W                                   302  404 200 404   200 200 200   200 403 200 403
overview          GET  /?unit=T-O                                   302  404 404 200   200 200 200   200 403 200 403
overview          POST /                                            302  405 405 405   405 405 405   405 405 405 405
indicators        GET  /indicators/                                 302  200 200 200   200 200 200   200 403 200 403
indicators        GET  /indicators/?unit=T-W                        302  404 200 404   200 200 200   200 403 200 403
indicators        POST /indicators/                                 302  405 405 405   405 405 405   405 405 405 405
section           GET  /sections/economy/                           302  200 200 200   200 200 404   200 403 200 403
section           GET  /sections/economy/?unit=T                    302  404 404 404   200 200 404   200 403 200 403
section           GET  /sections/economy/?unit=T-W                  302  404 200 404   200 200 404   200 403 200 403
section           GET  /sections/governance/                        302  200 200 200   200 200 200   200 403 200 403
section           GET  /sections/nowhere/                           302  404 404 404   404 404 404   404 403 404 403
section           POST /sections/economy/                           302  405 405 405   405 405 405   405 405 405 405
section_chart     GET  /sections/economy/chart.json                 302  200 200 200   200 200 404   200 403 200 403
section_chart     GET  /sections/economy/chart.json?unit=T-W        302  404 200 404   200 200 404   200 403 200 403
section_chart     GET  /sections/governance/chart.json              302  200 200 200   200 200 200   200 403 200 403
section_chart     POST /sections/economy/chart.json                 302  405 405 405   405 405 405   405 405 405 405
unit_suggestions  GET  /units.json?q=T                                302  200 200 200   200 200 200   200 200 200 200
unit_suggestions  POST /units.json                                    302  405 405 405   405 405 405   405 405 405 405
indicator         GET  /indicators/ROADS/                           302  200 200 404   200 200 404   200 403 200 403
indicator         GET  /indicators/ROADS/?unit=T                    302  404 404 404   200 200 404   200 403 200 403
indicator         GET  /indicators/ROADS/?unit=T-W                  302  404 200 404   200 200 404   200 403 200 403
indicator         GET  /indicators/VISITS/                          302  404 404 200   200 200 200   200 403 200 403
indicator         GET  /indicators/NOTHING/                         302  404 404 404   404 404 404   404 403 404 403
indicator         POST /indicators/ROADS/                           302  405 405 405   405 405 405   405 405 405 405
indicator_chart   GET  /indicators/ROADS/chart.json                 302  200 200 404   200 200 404   200 403 200 403
indicator_chart   GET  /indicators/ROADS/chart.json?unit=T-W        302  404 200 404   200 200 404   200 403 200 403
indicator_chart   POST /indicators/ROADS/chart.json                 302  405 405 405   405 405 405   405 405 405 405
month_row         GET  /month/row/                                  302  405 405 405   405 405 405   405 405 405 405
month_row         POST /month/row/                                  302  404 404 404   404 403 403   403 403 403 403
month_row         POST /month/row/?unit=T-E&year=2023&as_of=7       302  200 404 404   200 403 403   403 403 403 403
month_paste       GET  /month/paste/                                302  405 405 405   405 405 405   405 405 405 405
month_paste       POST /month/paste/?unit=T-E&year=2023&as_of=7     302  200 404 404   200 403 403   403 403 403 403
method            GET  /method/                                     302  200 200 200   200 200 200   200 200 200 200
method            POST /method/                                     302  405 405 405   405 405 405   405 405 405 405
month             GET  /month/                                      302  200 200 200   200 200 200   200 403 200 403
month             GET  /month/?unit=T-W                             302  404 200 404   200 200 200   200 403 200 403
month             POST /month/?unit=T-E                             302  302 404 404   302 403 403   403 403 403 403
closing           GET  /month/closing/                              302  403 403 403   200 403 403   403 403 403 403
closing           GET  /month/closing/?unit=T-W                     302  404 403 404   200 403 403   403 403 403 403
closing           POST /month/closing/                              302  403 403 403   422 403 403   403 403 403 403
file              GET  /month/file/                                 302  200 200 200   200 200 200   200 403 200 403
file              POST /month/file/                                 302  422 422 422   422 403 403   403 403 403 403
filed             GET  /month/file/999999/                          302  404 404 404   404 404 404   404 403 404 403
filed             POST /month/file/999999/                          302  404 404 404   404 404 404   404 403 404 403
month_form        GET  /files/month.xlsx                            302  200 200 200   200 403 403   403 403 403 403
month_form        GET  /files/month.xlsx?unit=T-W                   302  404 200 404   200 403 403   403 403 403 403
month_form        POST /files/month.xlsx                            302  405 405 405   405 405 405   405 405 405 405
plan_xlsx         GET  /files/plan.xlsx?year=2023                   302  403 403 403   403 403 403   200 403 403 403
plan_xlsx         POST /files/plan.xlsx                             302  405 405 405   405 405 405   405 405 405 405
plan_csv          GET  /files/plan.csv?year=2023                    302  403 403 403   403 403 403   200 403 403 403
plan_csv          POST /files/plan.csv                              302  405 405 405   405 405 405   405 405 405 405
missing           GET  /missing/                                    302  200 200 200   200 200 200   200 403 200 403
missing           GET  /missing/?unit=T-W                           302  404 200 404   200 200 200   200 403 200 403
missing           POST /missing/                                    302  405 405 405   405 405 405   405 405 405 405
second_half       GET  /second-half/                                302  200 200 200   200 200 200   200 403 200 403
second_half       GET  /second-half/?unit=T                         302  404 404 404   200 200 200   200 403 200 403
second_half       GET  /second-half/?unit=T-W                       302  404 200 404   200 200 200   200 403 200 403
second_half       POST /second-half/                                302  405 405 405   405 405 405   405 405 405 405
review            GET  /review/                                     302  403 403 403   200 403 403   403 403 403 403
review            POST /review/                                     302  403 403 403   422 403 403   403 403 403 403
changes           GET  /changes/                                    302  403 403 403   403 403 403   403 403 200 403
changes           POST /changes/                                    302  405 405 405   405 405 405   405 405 405 405
changes_csv       GET  /changes.csv                                 302  405 405 405   405 405 405   405 405 405 405
changes_csv       POST /changes.csv                                 302  403 403 403   403 403 403   403 403 200 403
state_remedy      GET  /targets/{target}/remedy/                    302  405 405 405   405 405 405   405 405 405 405
state_remedy      POST /targets/{target}/remedy/                    302  302 404 404   302 403 404   403 404 403 404
state_remedy      POST /targets/999999/remedy/                      302  404 404 404   404 404 404   404 404 404 404
close_remedy      GET  /remedies/{remedy}/close/                    302  405 405 405   405 405 405   405 405 405 405
close_remedy      POST /remedies/{remedy}/close/                    302  403 404 404   302 403 404   403 404 403 404
reopen_remedy     GET  /remedies/{remedy}/reopen/                   302  405 405 405   405 405 405   405 405 405 405
reopen_remedy     POST /remedies/{remedy}/reopen/                   302  403 404 404   302 403 404   403 404 403 404
give_instruction  GET  /instructions/                               302  405 405 405   405 405 405   405 405 405 405
give_instruction  POST /instructions/                               302  403 404 404   403 302 404   403 404 403 404
answer_instruction GET  /instructions/{instruction}/answer/         302  405 405 405   405 405 405   405 405 405 405
answer_instruction POST /instructions/{instruction}/answer/         302  302 404 404   302 403 404   403 404 403 404
close_instruction GET  /instructions/{instruction}/close/           302  405 405 405   405 405 405   405 405 405 405
close_instruction POST /instructions/{instruction}/close/           302  403 404 404   302 302 404   403 404 403 404
plan              GET  /plan/                                       302  403 403 403   403 403 403   200 403 403 403
plan              POST /plan/                                       302  403 403 403   403 403 403   422 403 403 403
plan_targets      GET  /plan/targets/                               302  403 403 403   403 403 403   200 403 403 403
plan_targets      POST /plan/targets/                               302  403 403 403   403 403 403   422 403 403 403
plan_target       GET  /plan/targets/{target}/                      302  403 403 403   403 403 403   200 403 403 403
plan_target       GET  /plan/targets/999999/                        302  403 403 403   403 403 403   404 403 403 403
plan_target       POST /plan/targets/{target}/                      302  403 403 403   403 403 403   422 403 403 403
plan_adjustment   GET  /plan/targets/{target}/adjustment/           302  403 403 403   403 403 403   200 403 403 403
plan_adjustment   POST /plan/targets/{target}/adjustment/           302  403 403 403   403 403 403   422 403 403 403
plan_indicator    GET  /plan/indicators/ROADS/                      302  403 403 403   403 403 403   200 403 403 403
plan_indicator    GET  /plan/indicators/NOTHING/                    302  403 403 403   403 403 403   404 403 403 403
plan_indicator    POST /plan/indicators/ROADS/                      302  403 403 403   403 403 403   422 403 403 403
plan_successor    GET  /plan/indicators/ROADS/successor/            302  403 403 403   403 403 403   200 403 403 403
plan_successor    POST /plan/indicators/ROADS/successor/            302  403 403 403   403 403 403   422 403 403 403
plan_breakdown    GET  /plan/indicators/ROADS/units/                302  403 403 403   403 403 403   200 403 403 403
plan_breakdown    GET  /plan/indicators/ROADS/units/?unit=T-X       302  403 403 403   403 403 403   404 403 403 403
plan_breakdown    POST /plan/indicators/ROADS/units/                302  403 403 403   403 403 403   422 403 403 403
plan_relations    GET  /plan/relations/                             302  403 403 403   403 403 403   200 403 403 403
plan_relations    POST /plan/relations/                             302  405 405 405   405 405 405   405 405 405 405
new_relation      GET  /plan/relations/new/                         302  403 403 403   403 403 403   200 403 403 403
new_relation      GET  /plan/relations/new/?whole=ROADS             302  403 403 403   403 403 403   200 403 403 403
new_relation      GET  /plan/relations/new/?whole=NOTHING           302  403 403 403   403 403 403   404 403 403 403
new_relation      POST /plan/relations/new/                         302  403 403 403   403 403 403   422 403 403 403
plan_relation     GET  /plan/relations/{relation}/                  302  403 403 403   403 403 403   200 403 403 403
plan_relation     GET  /plan/relations/999999/                      302  403 403 403   403 403 403   404 403 403 403
plan_relation     POST /plan/relations/{relation}/                  302  403 403 403   403 403 403   422 403 403 403
roll_over         GET  /plan/roll-over/                             302  403 403 403   403 403 403   200 403 403 403
roll_over         POST /plan/roll-over/                             302  403 403 403   403 403 403   422 403 403 403
setup_units       GET  /setup/units/                                302  403 403 403   403 403 403   200 403 403 403
setup_units       POST /setup/units/                                302  403 403 403   403 403 403   302 403 403 403
setup_new_unit    GET  /setup/units/new/                            302  403 403 403   403 403 403   200 403 403 403
setup_new_unit    POST /setup/units/new/                            302  403 403 403   403 403 403   422 403 403 403
setup_unit        GET  /setup/units/{unit}/                         302  403 403 403   403 403 403   200 403 403 403
setup_unit        GET  /setup/units/999999/                         302  403 403 403   403 403 403   404 403 403 403
setup_unit        POST /setup/units/{unit}/                         302  403 403 403   403 403 403   302 403 403 403
setup_sections    GET  /setup/sections/                             302  403 403 403   403 403 403   200 403 403 403
setup_sections    POST /setup/sections/                             302  403 403 403   403 403 403   302 403 403 403
setup_new_section GET  /setup/sections/new/                         302  403 403 403   403 403 403   200 403 403 403
setup_new_section POST /setup/sections/new/                         302  403 403 403   403 403 403   422 403 403 403
setup_section     GET  /setup/sections/{section}/                   302  403 403 403   403 403 403   200 403 403 403
setup_section     POST /setup/sections/{section}/                   302  403 403 403   403 403 403   302 403 403 403
setup_years       GET  /setup/years/                                302  403 403 403   403 403 403   200 403 403 403
setup_years       POST /setup/years/                                302  405 405 405   405 405 405   405 405 405 405
setup_new_year    GET  /setup/years/new/                            302  403 403 403   403 403 403   200 403 403 403
setup_new_year    POST /setup/years/new/                            302  403 403 403   403 403 403   422 403 403 403
setup_year        GET  /setup/years/2023/                           302  403 403 403   403 403 403   200 403 403 403
setup_year        GET  /setup/years/1999/                           302  403 403 403   403 403 403   404 403 403 403
setup_year        POST /setup/years/2023/                           302  403 403 403   403 403 403   422 403 403 403
people            GET  /people/                                     302  403 403 403   403 403 403   403 200 403 403
people            POST /people/                                     302  405 405 405   405 405 405   405 405 405 405
new_person        GET  /people/new/                                 302  403 403 403   403 403 403   403 200 403 403
new_person        POST /people/new/                                 302  403 403 403   403 403 403   403 422 403 403
people_from_list  GET  /people/list/                                302  403 403 403   403 403 403   403 200 403 403
people_from_list  POST /people/list/                                302  403 403 403   403 403 403   403 422 403 403
people_form       GET  /files/people.xlsx                           302  403 403 403   403 403 403   403 200 403 403
people_form       POST /files/people.xlsx                           302  405 405 405   405 405 405   405 405 405 405
person            GET  /people/{person}/                            302  403 403 403   403 403 403   403 200 403 403
person            GET  /people/999999/                              302  403 403 403   403 403 403   403 404 403 403
person            POST /people/{person}/                            302  403 403 403   403 403 403   403 302 403 403
own_account       GET  /me/                                         302  200 200 200   200 200 200   200 200 200 200
own_account       POST /me/                                         302  422 422 422   422 422 422   422 422 422 422
own_password      GET  /me/password/                                302  200 200 200   200 200 200   200 200 200 200
own_password      POST /me/password/                                302  422 422 422   422 422 422   422 422 422 422
import            GET  /plan/import/                                302  403 403 403   403 403 403   200 403 403 403
import            POST /plan/import/                                302  403 403 403   403 403 403   422 403 403 403
imported          GET  /plan/import/999999/                         302  403 403 403   403 403 403   404 403 403 403
imported          POST /plan/import/999999/                         302  403 403 403   403 403 403   404 403 403 403
marked            GET  /plan/import/999999/marked.xlsx              302  403 403 403   403 403 403   404 403 403 403
marked            POST /plan/import/999999/marked.xlsx              302  405 405 405   405 405 405   405 405 405 405
sign_in           GET  /sign-in/                                    200  302 302 302   302 302 302   302 302 302 302
sign_in           POST /sign-in/                                    200  302 302 302   302 302 302   302 302 302 302
invitation        GET  /invitation/                                 200  200 200 200   200 200 200   200 200 200 200
invitation        POST /invitation/                                 422  422 422 422   422 422 422   422 422 422 422
invitation_code   GET  /invitation/abcd-efgh-jkmn-pqrs/             200  200 200 200   200 200 200   200 200 200 200
invitation_code   POST /invitation/abcd-efgh-jkmn-pqrs/             405  405 405 405   405 405 405   405 405 405 405
sign_out          GET  /sign-out/                                   302  405 405 405   405 405 405   405 405 405 405
choose_appearance GET  /appearance/                                 405  405 405 405   405 405 405   405 405 405 405
choose_appearance POST /appearance/                                 302  302 302 302   302 302 302   302 302 302 302
indicators_csv    GET  /files/indicators.csv                        302  200 200 200   200 200 200   200 403 200 403
indicators_csv    GET  /files/indicators.csv?unit=T-W               302  404 200 404   200 200 200   200 403 200 403
indicators_csv    GET  /files/indicators.csv?section=economy        302  200 200 200   200 200 404   200 403 200 403
indicators_csv    POST /files/indicators.csv                        302  405 405 405   405 405 405   405 405 405 405
indicators_xlsx   GET  /files/indicators.xlsx                       302  200 200 200   200 200 200   200 403 200 403
indicators_xlsx   GET  /files/indicators.xlsx?unit=T-W              302  404 200 404   200 200 200   200 403 200 403
indicators_xlsx   GET  /files/indicators.xlsx?section=economy       302  200 200 200   200 200 404   200 403 200 403
indicators_xlsx   POST /files/indicators.xlsx                       302  405 405 405   405 405 405   405 405 405 405
second_half_csv   GET  /files/second-half.csv                       302  200 200 200   200 200 200   200 403 200 403
second_half_csv   GET  /files/second-half.csv?unit=T-W              302  404 200 404   200 200 200   200 403 200 403
second_half_csv   POST /files/second-half.csv                       302  405 405 405   405 405 405   405 405 405 405
second_half_xlsx  GET  /files/second-half.xlsx                      302  200 200 200   200 200 200   200 403 200 403
second_half_xlsx  GET  /files/second-half.xlsx?unit=T-W             302  404 200 404   200 200 200   200 403 200 403
second_half_xlsx  POST /files/second-half.xlsx                      302  405 405 405   405 405 405   405 405 405 405
reports           GET  /reports/                                    302  200 200 200   200 200 200   200 403 200 403
reports           GET  /reports/?unit=T-W                           302  404 200 404   200 200 200   200 403 200 403
reports           POST /reports/                                    302  200 200 200   200 200 200   200 403 200 403
reports           POST /reports/?unit=T-W                           302  404 200 404   200 200 422   200 403 200 403
half_year_reports GET  /reports/half-year/                          302  200 200 200   200 200 200   200 403 200 403
half_year_reports GET  /reports/half-year/?unit=T-W                 302  404 200 404   200 200 200   200 403 200 403
half_year_reports POST /reports/half-year/                          302  403 403 403   302 302 403   403 403 403 403
half_year_reports POST /reports/half-year/?unit=T-W                 302  404 403 404   302 302 403   403 403 403 403
half_year_report  GET  /reports/half-year/{report}/                 302  404 404 404   200 200 404   200 403 200 403
half_year_report  GET  /reports/half-year/999999/                   302  404 404 404   404 404 404   404 403 404 403
half_year_report  POST /reports/half-year/{report}/                 302  404 404 404   302 302 404   403 403 403 403
half_year_version GET  /reports/half-year/{report}/versions/1/      302  404 404 404   200 200 404   200 403 200 403
half_year_version GET  /reports/half-year/{report}/versions/9/      302  404 404 404   404 404 404   404 403 404 403
half_year_version POST /reports/half-year/{report}/versions/1/      302  404 404 404   200 200 404   403 403 403 403
admin             GET  /admin/                                      302  302 302 302   302 302 302   302 302 302 302
admin             GET  /admin/targets/progressentry/                302  302 302 302   302 302 302   302 302 302 302
admin             POST /admin/targets/progressentry/add/            302  302 302 302   302 302 302   302 302 302 302
sign_out          POST /sign-out/                                   302  302 302 302   302 302 302   302 302 302 302
"""

#: What is sent to an address: enough for who may to get it done.
FORMS = {
    "reports": {"make": "ledger.csv"},
    "plan_breakdown": {"u{unit}-m12": "many"},
    "roll_over": {"make": "1"},
    "month_row": {"row": "t{target}", "t{target}-answer": "value", "t{target}-value": "4.2"},
    "month_paste": {"row": "t{target}", "box": "value", "text": "4.2"},
    "state_remedy": {"month": "6", "cause": "Rain."},
    "reopen_remedy": {"reason": "It rains again."},
    "give_instruction": {"unit": "T-E", "indicator": "ROADS", "year": "2023", "text": "Why so late?"},
    "setup_units": {"place": "{unit}:1"},
    "setup_unit": {"act": "place", "place-place": "1"},
    "setup_sections": {"place": "{section}:1"},
    "setup_section": {"act": "change", "change-name": "经济"},
    "person": {"act": "unlock"},
    "answer_instruction": {"unit": "T-E", "answer": "Rain."},
    "half_year_report": {"title": "工作总结", "day": "2023-07-08", "lock_version": "1"},
    "half_year_version": {"make": "docx"},
}

Line = tuple[str, str, str, list[int]]


def lines() -> list[Line]:
    """The table: name, method, address and a status for each role."""
    found = []
    for line in TABLE.strip().splitlines():
        name, method, address, *statuses = line.split()
        assert len(statuses) == len(ROLES), line
        found.append((name, method, address, [int(status) for status in statuses]))
    return found


def addresses(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The name of every address; a namespace is one."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)
        elif pattern.namespace:
            yield pattern.namespace
        else:
            yield from addresses(pattern.url_patterns)


def test_every_address_of_the_project_is_in_the_table():
    assert set(addresses(get_resolver().url_patterns)) == {name for name, *_rest in lines()}


def test_every_page_is_asked_for_with_get_and_with_post():
    asked: dict[str, set[str]] = {}
    for name, method, *_rest in lines():
        asked.setdefault(name, set()).add(method)
    assert all(methods == {"GET", "POST"} for methods in asked.values())


def test_everybody_of_the_cast_is_in_the_table(cast):
    assert set(ROLES) == {"nobody", *cast.people}


@pytest.fixture
def names(cast, build):
    """What stands in the addresses: the target of East with a remedy, and an instruction about it."""
    reviewer, leader = (Author.person(who, scope_of(who)) for who in (cast.reviewer, cast.leader))
    remedy = remedies.state_remedy(reviewer, target=cast.east_target, month=6, cause="Rain.")
    instruction = instructions.give_instruction(
        leader, unit=cast.east, year=2023, text="Why so late?", indicator=cast.roads
    )
    paved = build.indicator("PAVED", cast.economy, unit_of_measure="千米")
    relation = plans.create_check(build.by, left=cast.roads, operator=">=", right=[paved])
    return {
        "target": cast.east_target.pk,
        "relation": relation.pk,
        "remedy": remedy.pk,
        "instruction": instruction.pk,
        "unit": cast.east.pk,
        "section": cast.economy.pk,
        "person": cast.stranger.pk,
        "report": a_report(cast).pk,
    }


def a_report(cast):
    """A half-year report of the township with a kept version."""
    by, day = Author.system("test"), date(2023, 7, 8)
    report = reporting.prepare_report(
        by, unit=cast.township, year=2023, as_of=6, title="工作总结", addressees="", signature="", day=day
    )
    content = Content(("工作总结",), "", "", day, (), (), "工作总结")
    reporting.keep_version(by, report, content=content.as_json(), lock_version=0)
    return report


def client_of(cast, role):
    client = Client()
    if role != "nobody":
        client.force_login(cast.people[role])
    return client


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(cast, names, role):
    client = client_of(cast, role)
    found, expected = {}, {}
    # The table signs out at its very end, so the order of its lines is kept.
    for name, method, address, statuses in lines():
        address = address.format(**names)
        form = {key.format(**names): value.format(**names) for key, value in FORMS.get(name, {}).items()}
        answer = client.post(address, form) if method == "POST" else client.get(address)
        found[f"{method} {address}"] = answer.status_code
        assert answer["Cache-Control"] == "private, no-store", address
        expected[f"{method} {address}"] = statuses[ROLES.index(role)]
    assert found == expected


@pytest.mark.parametrize("role", ["nobody", "clerk", "security administrator"])
def test_head_is_answered_as_get(cast, names, role):
    client = client_of(cast, role)
    place = ROLES.index(role)
    expected = {a.format(**names): statuses[place] for _name, method, a, statuses in lines() if method == "GET"}
    assert {address: client.head(address).status_code for address in expected} == expected


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(client, db):
    gets = {address: (name, statuses[0]) for name, method, address, statuses in lines() if method == "GET"}
    ours = {
        address for address, (name, status) in gets.items() if status == 302 and name != "admin" and "{" not in address
    }
    led = {address: client.get(address)["Location"] for address in ours}
    assert led == {address: f"/sign-in/?next={quote(address)}" for address in ours}


def test_the_security_administrator_reads_why_there_are_no_figures(cast, signed_in):
    page = read(signed_in(cast.security_administrator, "en").get("/sections/economy/"))
    assert "sees no business figures. Ask the system administrator" in page.text


def test_a_person_without_a_role_reads_whom_to_ask(cast, signed_in):
    page = read(signed_in(cast.stranger, "en").get("/"))
    assert "no role in any unit yet. Ask the security administrator" in page.text


def test_a_unit_that_may_not_be_seen_looks_like_one_that_does_not_exist(cast, signed_in):
    client = signed_in(cast.east_clerk, "en")
    hidden, missing = read(client.get("/?unit=T-W")), read(client.get("/?unit=T-X"))
    assert "There is no unit “T-W” that you may see." in hidden.text
    assert hidden.text.replace("T-W", "T-X") == missing.text


def test_an_indicator_that_may_not_be_seen_looks_like_one_that_does_not_exist(cast, signed_in):
    client = signed_in(cast.east_clerk, "en")
    hidden, missing = read(client.get("/indicators/VISITS/")), read(client.get("/indicators/VISITX/"))
    assert hidden.text.replace("VISITS", "VISITX") == missing.text


def test_a_section_that_may_not_be_seen_looks_like_one_that_does_not_exist(cast, signed_in):
    client = signed_in(cast.governance_leader, "en")
    hidden, missing = read(client.get("/sections/economy/")), read(client.get("/sections/economx/"))
    assert hidden.text.replace("economy", "economx") == missing.text


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/targets/999999/remedy/"),  # a row that is not there
        ("post", "/month/row/"),  # a bare "not found"
        ("get", "/nowhere/"),  # an address that leads nowhere
        ("get", "/%00"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_address_that_leads_nowhere_says_so_in_the_language_of_the_reader(
    cast, signed_in, method, address, language
):
    response = getattr(signed_in(cast.reviewer, language), method)(address)
    sentence = {"en": "There is no page at this address.", "zh-hans": "该地址没有页面"}[language]
    assert response.status_code == 404
    assert sentence in read(response).text
    assert "matches the given query" not in response.content.decode()
    assert "Http404" not in response.content.decode()


def test_a_disabled_account_is_signed_out(cast, signed_in, build):
    from targets.models import User
    from targets.services.base import verb

    client = signed_in(cast.leader)
    verb(lambda: User.objects.filter(pk=cast.leader.pk).update(is_active=False))()
    assert client.get("/")["Location"].startswith("/sign-in/")


@pytest.fixture
def technician(db):
    """A superuser: what createsuperuser makes."""
    from targets.models import User
    from targets.services.base import verb

    return verb(User.objects.create_superuser)("technician", password="a long password for tests")


def test_the_admin_writes_no_model_whatsoever_even_for_a_superuser(technician, rf):
    from django.contrib import admin

    request = rf.get("/admin/")
    request.user = technician
    assert len(admin.site._registry) > 20  # groups and the record of sign-ins among them
    for model, shown in admin.site._registry.items():
        assert not shown.has_add_permission(request), model
        assert not shown.has_change_permission(request), model
        assert not shown.has_delete_permission(request), model
        assert shown.has_view_permission(request), model
        assert shown.get_actions(request) == {}, model
        assert shown.list_editable == (), model


def test_the_admin_refuses_writes_on_every_address(technician, client):
    from django.contrib import admin

    client.force_login(technician)
    for model in admin.site._registry:
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(place).status_code == 200, place
        assert client.post(f"{place}add/", {}).status_code == 403, place
        # Of a model without rows these lead back, having changed nothing.
        row = model._default_manager.first()
        if row is not None:
            assert client.post(f"{place}{row.pk}/change/", {}).status_code == 403, place
            assert client.post(f"{place}{row.pk}/delete/", {"post": "yes"}).status_code == 403, place


def test_the_admin_shows_no_password(technician, client):
    client.force_login(technician)
    page = client.get(f"/admin/targets/user/{technician.pk}/change/")
    assert page.status_code == 200
    assert technician.password not in page.content.decode()


@pytest.mark.parametrize(
    "who",
    [
        "east_clerk",
        "reviewer",
        "leader",
        "governance_leader",
        "system_administrator",
        "security_administrator",
        "auditor",
    ],
)
def test_the_menu_leads_nobody_to_a_page_that_is_closed_to_them(cast, signed_in, who):
    client = signed_in(getattr(cast, who))
    page = read(client.get("/method/"))
    links = {values["href"] for tag, values in page.tags if tag == "a" and values.get("href", "").startswith("/")}
    assert len(links) >= 3
    for link in links:
        assert client.get(link).status_code == 200, link
