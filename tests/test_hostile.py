"""What nobody types by accident: every address and every form of the product, with values made to break it."""

import re
from datetime import date
from time import perf_counter

import pytest
from django.test import Client

from reports.document import Run
from reports.half_year.content import Content, differences
from tests.test_access import FORMS, ROLES, a_report, client_of, lines, names

#: Who gets to most of it; the others are refused before anything is read.
WHO = ("reviewer", "leader", "system administrator", "security administrator", "auditor", "clerk")
WORST = ("\x01", "²", "-1", "9" * 400, "9999-99-99", "%(asked)s", "\r\nSet-Cookie: x=1", "长" * 3000)
TYPED = (
    "",
    "\x00",
    "²",
    "-1",
    "1e3",
    "9" * 400,
    "长" * 6000,
    "[" * 20_000,
    "9999-12-31",
    "<script>",
    '{"text":"\\ud800"}',
)
CHOICES = (
    "period", "as_of", "year", "waiting", "page", "per_page", "sort", "lead", "status", "office", "q", "include",
    "history", "month", "section", "by", "kind", "from", "since", "until", "person", "indicator", "role", "state",
    "parent", "read", "take", "tick", "correct", "archived", "warnings",
)  # fmt: skip

__all__ = ["names"]  # the fixture


def test_no_choice_breaks_any_address(cast, names):
    """Every address that is read, all choices wrong at once, asked for by the first role to which it opens."""
    broken: dict[str, int] = {}
    open_: dict[str, tuple[str, Client]] = {}
    for role in WHO:
        client = client_of(cast, role)
        client.raise_request_exception = False
        for _name, method, address, statuses in lines():
            if method == "GET" and "?" not in address and statuses[ROLES.index(role)] == 200:
                open_.setdefault(address.format(**names), (role, client))
    for address, (role, client) in open_.items():
        for value in WORST:
            status = client.get(address, dict.fromkeys(CHOICES, value)).status_code
            if status >= 500:
                broken[f"{role} {address} {value[:12]!r}"] = status
    assert len(open_) > 40
    assert not broken


def fields_of(response):
    """The names of all fields of a page; none of a file."""
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
        return set()
    return set(re.findall(r'name="([^"]+)"', response.content.decode())) - {"csrfmiddlewaretoken"}


def test_nothing_typed_breaks_any_form(cast, names):
    """Every address that is written to, sent by the first role that may, with one value in every field there is."""
    broken: dict[str, int] = {}
    open_: dict[str, tuple[str, str, Client]] = {}
    for role in WHO:
        client = client_of(cast, role)
        client.raise_request_exception = False
        for name, method, address, statuses in lines():
            if method == "POST" and name != "sign_out" and statuses[ROLES.index(role)] in (200, 302, 422):
                open_.setdefault(address.format(**names), (name, role, client))
    for address, (name, role, client) in open_.items():
        known = {key.format(**names): value.format(**names) for key, value in FORMS.get(name, {}).items()}
        fields = fields_of(client.get(address)) | set(known)
        for value in TYPED:
            # Once with the button that is known to do something, once with nonsense in its place as well.
            button = {key: known[key] for key in ("act", "make", "row") if key in known}
            for kept in (button, {}) if button else ({},):
                status = client.post(address, {**dict.fromkeys(fields, value), **kept}).status_code
                if status >= 500:
                    broken[f"{role} {address} {value[:12]!r}"] = status
    assert len(open_) > 30
    assert not broken


@pytest.mark.parametrize(
    "shown",
    [
        "[" * 100_000,
        '{"text": ' * 50_000,
        '{"text": "\\ud800", "figures": {"\\udfff": "\\u0000"}}',
        '{"text": "{{\\ud800}}", "figures": {}}',
        '{"text": 1, "figures": []}',
        "null",
        "9" * 5000,
    ],
)
def test_a_forged_paragraph_breaks_no_report(cast, signed_in, shown):
    client = signed_in(cast.leader, "en")
    report = a_report(cast)
    address = f"/reports/half-year/{report.pk}/"
    key = re.findall(r'name="key" value="([^"]+)"', client.get(address).content.decode())[0]
    form = {"title": "工作总结", "day": "2023-07-08", "lock_version": "1", "act": "save"}
    typed = {**form, "key": key, "shown": shown}
    # Saved, then once more over a version that is gone by.
    answers = [client.post(address, {**typed, "text": f"〖1|\ufffd〗 own words {{{{x}}}} {turn}"}) for turn in "ab"]
    assert [answer.status_code for answer in answers] == [302, 409]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (["啊" * 10_000] * 40, ["啊" * 9_999] * 40),
        (["一\n" * 1_000] * 40, ["一\n" * 999 + "二"] * 40),
    ],
)
def test_versions_of_a_report_are_compared_in_a_moment(before, now):
    def content(texts):
        paragraphs = tuple((f"own:{place}", 0, (Run(text),)) for place, text in enumerate(texts))
        return Content(("工作总结",), "", "", date(2023, 7, 8), paragraphs, (), "工作总结")

    begun = perf_counter()
    assert differences(content(before), content(now))
    assert not differences(content(before), content(before))
    assert perf_counter() - begun < 10
