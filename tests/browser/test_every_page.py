"""Every page that opens to a role in a real browser: the status of tests/test_access.py, nothing in the console."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from reports.models import Report
from targets.models import IndicatorCheck, Section, Target, Unit, User
from targets.services.plans import create_check
from tests.browser.conftest import PageAs, People, Quiet, house
from tests.builders import PASSWORD, Builder
from tests.cast import make_cast
from tests.test_access import ROLES, a_report, lines


@pytest.fixture(scope="module")
def people(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[People]:
    """The cast, by the roles of the access table."""
    with house(django_db_blocker):
        build = Builder()
        cast = make_cast(build)
        a_report(cast)
        paved = build.indicator("PAVED", cast.economy, unit_of_measure="千米")
        create_check(build.by, left=cast.roads, operator=">=", right=[paved])
        yield People({person.username: PASSWORD for person in cast.people.values()})


USERNAMES = {
    "clerk": "east",
    "sibling clerk": "west",
    "office clerk": "office",
    "reviewer": "reviewer",
    "leader": "leader",
    "section leader": "governance",
    "system administrator": "system",
    "security administrator": "security",
    "auditor": "auditor",
    "no role": "stranger",
}

#: What a browser does not show as a page: files, data of charts, and addresses that only take forms.
NO_PAGE = ("/files/", "/admin/", "/sign-out/", "/appearance/")


def pages() -> dict[str, dict[str, int]]:
    """The first address of every page with its statuses, and the first one that does not exist."""
    first: dict[str, tuple[str, dict[str, int]]] = {}
    for name, method, address, statuses in lines():
        if method == "GET" and not address.startswith(NO_PAGE) and "chart.json" not in address:
            kind = name if 200 in statuses else "missing"
            first.setdefault(kind, (address, dict(zip(ROLES, statuses, strict=True))))
    return dict(first.values())


def names() -> dict[str, int]:
    """What stands in the addresses of the access table, in the house of this module."""
    return {
        "unit": Unit.objects.get(code="T-E").pk,
        "section": Section.objects.get(code="economy").pk,
        "person": User.objects.get(username="stranger").pk,
        "target": Target.objects.get(unit__code="T-E").pk,
        "report": Report.objects.get().pk,
        "relation": IndicatorCheck.objects.get().pk,
    }


def test_every_role_of_the_access_table_has_an_account():
    assert {"nobody", *USERNAMES} == set(ROLES)


def shown_to(role: str) -> dict[str, int]:
    """Every page that opens to a role, and one of each refusal: they look alike, and test_access asks for all."""
    statuses = {address: of_roles[role] for address, of_roles in pages().items()}
    refusals = {status: address for address, status in statuses.items() if status != 200}
    return {address: status for address, status in statuses.items() if status == 200 or refusals[status] == address}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers_as_the_access_table_says(role: str, people, page_as: PageAs, new_context, quiet: Quiet):
    page = new_context().new_page() if role == "nobody" else page_as(USERNAMES[role])
    shown = shown_to(role)
    found = {}
    for address in shown:
        response = page.goto(address.format(**names()))
        assert response is not None
        led_elsewhere = response.request.redirected_from is not None
        found[address] = 302 if led_elsewhere else response.status
    assert found == shown
    # Refusals are pages as well.
    quiet.problems = [text for text in quiet.problems if not text.startswith(("403 ", "404 "))]
