"""The record of changes: what was done, from what to what, and where it came from."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from .amounts import typed_amount
from .answers import answer
from .dates import day, month
from .language import NONE, between_clauses, bracketed, is_english, joined, labelled, name, once_per_language
from .numbers import plain_amount

#: A SHA-256 in full: its first twelve digits are told.
_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


def actor(change: Any) -> str:
    """Who did it: the name as it was then, and the user name, which nobody chooses or changes."""
    if change.actor_id is None:
        words = {"system": _("the system"), "unknown": _("not signed in")}
        return words.get(change.actor_label, change.actor_label)
    user_name = change.actor.username
    return user_name if user_name == change.actor_label else bracketed(change.actor_label, user_name)


def action(value: str) -> str:
    """What was done, of an action code such as ``entry.approve``."""
    accounts = {
        "account.sign_in": _("signed in"), "account.sign_out": _("signed out"),
        "account.fail": _("sign-in failed"), "account.lock": _("sign-in failed and locked"),
        "account.refuse": _("access refused"),
    }  # fmt: skip
    if value in accounts:
        return accounts[value]
    kind, _separator, verb = value.partition(".")
    things, verbs = _things_and_verbs()
    if kind not in things or verb not in verbs:
        return value
    return verbs[verb] % {"thing": things[kind]}


@once_per_language
def _things_and_verbs() -> tuple[dict[str, str], dict[str, str]]:
    things = {
        "year": _("year"), "unit": _("unit"), "section": _("section"), "indicator": _("indicator"),
        "check": _("check"), "target": _("target"), "milestone": _("milestone"), "entry": _("figure"),
        "step": _("milestone step"), "person": _("person"), "membership": _("role"),
        "upload": _("file"),
        "month": _("month"), "remedy": _("remedy"), "instruction": _("instruction"), "changes": _("audit"),
        "report": _("report"),
    }  # fmt: skip
    verbs = {
        "create": _("%(thing)s created"), "load": _("%(thing)s loaded"), "save": _("%(thing)s saved"),
        "submit": _("%(thing)s submitted"), "withdraw": _("%(thing)s withdrawn"),
        "approve": _("%(thing)s approved"), "supersede": _("%(thing)s superseded"),
        "return": _("%(thing)s returned"), "discard": _("%(thing)s discarded"),
        "change": _("%(thing)s changed"), "archive": _("%(thing)s archived"),
        "plan": _("%(thing)s: plan set"), "redraw": _("%(thing)s: plan corrected"),
        "support": _("%(thing)s: supporting units set"), "remove": _("%(thing)s taken out"),
        "adjust": _("%(thing)s: plan adjusted"),
        "close": _("%(thing)s closed"), "reopen": _("%(thing)s reopened"), "answer": _("%(thing)s answered"),
        "recompute": _("figures of the %(thing)s computed anew"),
        "force": _("%(thing)s put in force"), "take": _("%(thing)s taken"),
        "sections": _("%(thing)s: sections set"), "appearance": _("%(thing)s: appearance chosen"),
        "export": _("%(thing)s exported"), "keep": _("%(thing)s: version kept"),
        "place": _("%(thing)s: place changed"), "move": _("%(thing)s moved"), "end": _("%(thing)s ended"),
        "continue": _("%(thing)s continued"), "restore": _("%(thing)s restored"),
        "disable": _("%(thing)s disabled"), "enable": _("%(thing)s enabled"), "unlock": _("%(thing)s unlocked"),
        "invite": _("%(thing)s invited to choose a password"), "password": _("%(thing)s: own password changed"),
    }  # fmt: skip
    return things, verbs


def source(text: str) -> str:
    """Where a change came from: the page by its name, or the file."""
    pages = {
        "/month/": _("My month"), "/review/": _("Review"), "/targets/": _("Indicator"), "/remedies/": _("Indicator"),
        "/instructions/": _("Indicator"), "/plan/": _("Plan"), "/people/": _("People"),
        "/invitation/": _("Invitation"), "/sign-in/": _("Sign in"), "/sign-out/": _("Sign out"),
    }  # fmt: skip
    for address, page in pages.items():
        if text.startswith(address):
            return page
    file = text.partition(", SHA-256")[0]
    return _("sample") if file == "sample" else file


def short_source(text: str) -> str:
    """Where a change came from, with as much of a file's digest as tells it from others."""
    return _DIGEST.sub(r"\1…", text)


def changed_values(before: str, after: str, things: Mapping[str, Mapping[int, Any]] | None = None) -> str:
    """What a change turned into what, of the JSON texts of its record; a value that stayed is left out.

    ``things`` are what a field holds the key of, by field and key; others are printed as the key.
    """
    old, new = (_named(_values(text), things or {}) for text in (before, after))
    parts = []
    for field in sorted({*old, *new}):
        was, became = (_recorded_value(field, values.get(field)) for values in (old, new))
        if was == became:
            continue
        label = _field_word(field)
        parts.append(labelled(label, f"{was} → {became or NONE}" if was else became))
    return between_clauses().join(parts)


def _named(values: dict[str, Any], things: Mapping[str, Mapping[int, Any]]) -> dict[str, Any]:
    found = {field: things.get(field, {}).get(value) for field, value in values.items() if isinstance(value, int)}
    names = {field: name(thing) if hasattr(thing, "name") else str(thing) for field, thing in found.items() if thing}
    return {**values, **names}


def _field_word(field: str) -> str:
    """What a field is called; one that is not known keeps its own name, so that nothing is ever hidden."""
    return _field_words().get(field, field)


@once_per_language
def _field_words() -> dict[str, str]:
    return {
        **_recorded_words(), "answer": _("What was answered"), "value": _("Value"), "typed_as": _("Typed as"),
        "numerator": _("Numerator"), "denominator": _("Denominator"), "from_month": _("From month"),
        "official_growth": _("Official growth rate (%)"), "month": _("Month"),
        "recorded_month": _("Month"), "reason": _("Reason"), "state": _("State"),
        "done": _("Done"), "done_on": _("Done on"), "checkpoints": _("Checkpoint"), "year": _("Year"),
        "unit": _("Unit"), "indicator": _("Indicator"), "code": _("Code"), "role": _("Role"),
        "title": _("Title"), "addressees": _("Addressees"), "signature": _("Signed by"),
        "day": _("Date of the paper"), "ticked": _("What lags and may be named"),
        "included": _("Sensitive indicators"), "order": _("Order"), "text": _("Text"),
        **_plan_words(), **_setting_words(),
    }  # fmt: skip


def _plan_words() -> dict[str, str]:
    """What the fields of units, indicators, targets and people are called in the record of changes."""
    return {
        # A step of a task is named by the record of its target; here it may be anything with a name.
        "name": _("name"), "name_en": _("English name"), "kind": _("What it is"), "parent": _("Hangs under"),
        "position": _("position"), "first_year": _("first year"), "last_year": _("last year"),
        "first_month": _("first month"), "last_month": _("last month"), "merged_into": _("merged into"),
        "report_heading": _("heading in reports"), "accumulation": _("accumulation"), "direction": _("Direction"),
        "frequency": _("Reported"), "decimals": _("Decimals"), "unit_of_measure": _("Unit of measure"),
        "source": _("Data source"), "sensitive": _("sensitive"), "archived_at": _("archived at"),
        "figures": _("Figures"), "interpolation": _("Between the checkpoints"), "step": _("Step"),
        "approximation": _("The document words it as"), "lead_leader": _("Lead leader"),
        "responsible_person": _("Responsible person"), "supporting_units": _("Supporting units"),
        "wording": _("Original wording"), "definition": _("Definition"),
        "document_number": _("Document number"), "document_date": _("Document date"),
        "effective_month": _("In force from"), "user": _("person"), "username": _("user name"),
        "full_name": _("full name"), "section": _("Section"), "succeeds": _("succeeds"), "left": _("Whole"),
        "operator": _("Relation"), "right": _("Parts"), "meaning": _("What it rests on"),
        "language": _("language"), "large_text": _("large text"), "original_name": _("file name"),
        "purpose": _("purpose"), "choices": _("Sheet and columns"), "sha256": "SHA-256",
        "provenance": _("provenance"), "discarded": _("gone with its draft"),
        "steps": _("Number of steps"), "entries": _("Number of figures"),
    }  # fmt: skip


def _setting_words() -> dict[str, str]:
    """What the settings of a year are called in the record of changes."""
    return {
        "is_draft": _("draft"), "is_sample": _("sample"), "basis": _("judged by"), "ahead_ratio": _("ahead from"),
        "on_schedule_ratio": _("on schedule from"), "slightly_behind_ratio": _("slightly behind from"),
        "ahead_points": _("ahead from (points)"), "on_schedule_points": _("on schedule from (points)"),
        "slightly_behind_points": _("slightly behind above (points)"), "exceeded_ratio": _("exceeded from"),
        "two_slightly_behind_is_behind": _("two yellow months are red"), "opening_day": _("opening day"),
        "due_day": _("due day"), "review_day": _("review day"), "closing_day": _("closing day"),
        "review_required": _("figures are reviewed"),
        "own_entry_approved_by_another": _("own figures: another approves"),
        "remedy_required": _("what is behind needs a remedy"), "rankings": _("rankings"),
    }  # fmt: skip


_AMOUNTS = {"value", "numerator", "denominator", "official_growth", "baseline", "weight"}


@once_per_language
def _value_words() -> dict[str, dict[str, str]]:
    """What stands for the codes that a field may hold."""
    return {
        "answer": {"value": _("value"), "no_change": _("no change"), "not_applicable": _("not applicable")},
        "typed_as": {"month": _("this month"), "cumulative": _("running total")},
        "state": {
            "draft": _("draft"), "submitted": _("submitted"), "returned": _("returned"),
            "approved": _("approved"), "superseded": _("superseded"),
        },
        "role": {
            "clerk": _("clerk"), "reviewer": _("reviewer"), "leader": _("leader"), "auditor": _("auditor"),
            "system_administrator": _("system administrator"),
            "security_administrator": _("security administrator"),
        },
        "kind": {
            "quantity": _("quantity"), "rate": _("rate"), "milestone": _("milestone task"), "county": _("county"),
            "township": _("township"), "village": _("village"), "office": _("office"),
        },
        "accumulation": {
            "flow": _("adds up over the months"), "stock": _("the latest value counts"),
            "latest": _("the latest rate counts"),
        },
        "direction": {"at_least": _("at least"), "at_most": _("at most"), "monitor": _("monitored only")},
        "frequency": {
            "month": _("monthly"), "quarter": _("quarterly"), "half_year": _("half-yearly"), "year": _("yearly"),
        },
        "figures": {"own": _("its own entries"), "sum": _("the sum of the units below")},
        "interpolation": {"linear": _("evenly"), "step": _("in steps")},
        "approximation": {"over": _("more than"), "nearly": _("nearly")},
        "purpose": {"plan": _("Plan"), "progress": _("Progress by file")},
        "basis": {"ratio": _("schedule ratio"), "points": _("percentage points")},
    }  # fmt: skip


def _recorded_value(field: str, value: Any) -> str:
    """A recorded value as the auditor reads it: in full, nothing rounded. Empty for none."""
    if value is None or value == "":
        return ""
    if field == "checkpoints" and isinstance(value, dict):
        points = sorted((int(month_), Decimal(amount_)) for month_, amount_ in value.items())
        return joined(f"{month(month_)} {plain_amount(amount_)}" for month_, amount_ in points)
    if field in _AMOUNTS and isinstance(value, str):
        with suppress(InvalidOperation):  # a setting may be called "value" as well
            return plain_amount(Decimal(value))  # 1.2 as typed and 1.2000 as stored are one
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return joined(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return _value_words().get(field, {}).get(value, value)
    return _shown(value)


def changed_figure(before: str, after: str, indicator: Any) -> list[tuple[str, bool]]:
    """What a change of a target's figures turned into what, in the words of the pages. Empty where it says nothing.

    Each part with whether a person typed it: such words stay in the language they were typed in.
    """
    old, new = _values(before), _values(after)
    parts: list[tuple[str, bool]] = []
    was, became = _recorded_answer(old, indicator), _recorded_answer(new, indicator)
    if was != became:
        parts.append((f"{was} → {became}" if was and became else became or was, False))
    for month_name in sorted({*_checkpoints(old), *_checkpoints(new)}, key=int):
        was, became = (
            typed_amount(values.get(month_name), indicator) for values in (_checkpoints(old), _checkpoints(new))
        )
        if was != became:
            parts.append((labelled(month(int(month_name)), became if was == NONE else f"{was} → {became}"), False))
    was, became = (_recorded_value("official_growth", values.get("official_growth")) for values in (old, new))
    if was != became and not ("official_growth" in old and "official_growth" not in new):
        parts.append((labelled(_("Official growth rate (%)"), f"{was} → {became or NONE}" if was else became), False))
    for field, label in _recorded_words().items():
        was, became = _recorded_text(old, field), _recorded_text(new, field)
        if was != became and not (field in old and field not in new):
            parts.append((labelled(label, f"{was} → {became or NONE}" if was else became), True))
    return parts


def _recorded_text(values: dict[str, Any], field: str) -> str:
    """A recorded text in the reader's language, where the record holds it in both."""
    text = (values.get(f"{field}_en") if is_english() else "") or values.get(field) or ""
    return _recorded_value(field, text)


@once_per_language
def _recorded_words() -> dict[str, str]:
    return {
        "note": _("Note"), "cause": _("Cause"), "measure": _("Measure"), "responsible": _("Responsible"),
        "deadline": _("Deadline"), "baseline": _("Baseline"), "weight": _("Weight"), "name": _("Step"),
        "due": _("Due"), "steps": _("Number of steps"), "entries": _("Number of figures"),
    }  # fmt: skip


def _recorded_answer(values: dict[str, Any], indicator: Any) -> str:
    """The answer of a recorded entry or step, as the pages print it; empty where the record holds none."""
    if "done" in values:
        if not values["done"]:
            return _("Open")
        done_on = values.get("done_on")
        return f"{_('Done')} {day(date.fromisoformat(done_on))}" if done_on else _("Done")
    if "answer" not in values:
        return ""
    amounts = {field: _recorded_amount(values.get(field)) for field in ("value", "numerator", "denominator")}
    if values["answer"] == "value" and amounts["value"] is None and amounts["numerator"] is None:
        return ""
    entry = SimpleNamespace(
        target=SimpleNamespace(indicator=indicator),
        answer=values["answer"],
        typed_as=values.get("typed_as", ""),
        approximation=values.get("approximation", ""),
        **amounts,
    )
    return answer(entry)


def _recorded_amount(text: Any) -> Decimal | None:
    return Decimal(text) if text not in (None, "") else None


def _checkpoints(values: dict[str, Any]) -> dict[str, Decimal | None]:
    found = values.get("checkpoints")
    return {name: _recorded_amount(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _values(text: str) -> dict[str, Any]:
    values = json.loads(text) if text else {}
    return values if isinstance(values, dict) else {"value": values}


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, str | int | bool) else json.dumps(value, ensure_ascii=False)
