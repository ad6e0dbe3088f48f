"""The record of changes: what was done, from what to what, and where it came from."""

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from .amounts import typed_amount
from .answers import answer
from .dates import day, month
from .language import NONE, between_clauses, is_english, labelled


def action(value: str) -> str:
    """What was done, of an action code such as ``entry.approve``."""
    kind, _separator, verb = value.partition(".")
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
        "force": _("%(thing)s put in force"), "take": _("%(thing)s taken"),
        "sections": _("%(thing)s: sections set"), "appearance": _("%(thing)s: appearance chosen"),
        "export": _("%(thing)s exported"), "keep": _("%(thing)s: version kept"),
        "place": _("%(thing)s: place changed"), "move": _("%(thing)s moved"), "end": _("%(thing)s ended"),
        "continue": _("%(thing)s continued"), "restore": _("%(thing)s restored"),
        "disable": _("%(thing)s disabled"), "enable": _("%(thing)s enabled"), "unlock": _("%(thing)s unlocked"),
        "reset": _("%(thing)s: password reset"), "password": _("%(thing)s: own password changed"),
    }  # fmt: skip
    if kind not in things or verb not in verbs:
        return value
    return verbs[verb] % {"thing": things[kind]}


def source(text: str) -> str:
    """Where a change came from: the page by its name, or the file."""
    pages = {
        "/month/": _("My month"), "/review/": _("Review"), "/targets/": _("Indicator"), "/remedies/": _("Indicator"),
        "/instructions/": _("Indicator"), "/plan/": _("Plan"),
    }  # fmt: skip
    for address, page in pages.items():
        if text.startswith(address):
            return page
    file = text.partition(", SHA-256")[0]
    return _("sample") if file == "sample" else file


def changed_values(before: str, after: str) -> str:
    """What a change turned into what, of the JSON texts of its record; a value that stayed is left out."""
    old, new = _values(before), _values(after)
    parts = []
    for field in sorted({*old, *new}):
        was, became = (_recorded_value(field, values.get(field)) for values in (old, new))
        if was == became:
            continue
        label = _field_word(field)
        parts.append(labelled(label, f"{was} → {became or NONE}" if was else became))
    return between_clauses().join(parts)


def _field_word(field: str) -> str:
    """What a field is called; one that is not known keeps its own name, so that nothing is ever hidden."""
    words = {
        **_recorded_words(), "answer": _("What was answered"), "value": _("Value"), "typed_as": _("Typed as"),
        "numerator": _("Numerator"), "denominator": _("Denominator"), "from_month": _("From month"),
        "month": _("Month"), "recorded_month": _("Month"), "reason": _("Reason"), "state": _("State"),
        "done": _("Done"), "done_on": _("Done on"), "checkpoints": _("Checkpoint"), "year": _("Year"),
        "unit": _("Unit"), "indicator": _("Indicator"), "code": _("Code"), "role": _("Role"),
        "title": _("Title"), "addressees": _("Addressees"), "signature": _("Signed by"),
        "day": _("Date of the paper"), "ticked": _("What lags and may be named"),
        "included": _("Sensitive indicators"), "order": _("Order"), "text": _("Text"),
    }  # fmt: skip
    return words.get(field, field)


def _recorded_value(field: str, value: Any) -> str:
    """A recorded value as the auditor reads it: in full, nothing rounded. Empty for none."""
    words = {
        "answer": {"value": _("value"), "no_change": _("no change"), "not_applicable": _("not applicable")},
        "typed_as": {"month": _("this month"), "cumulative": _("running total")},
        "state": {
            "draft": _("draft"), "submitted": _("submitted"), "returned": _("returned"),
            "approved": _("approved"), "superseded": _("superseded"),
        },
    }  # fmt: skip
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return words.get(field, {}).get(value, value)
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
    for field, label in _recorded_words().items():
        was, became = _recorded_text(old, field), _recorded_text(new, field)
        if was != became and not (field in old and field not in new):
            parts.append((labelled(label, f"{was} → {became or NONE}" if was else became), True))
    return parts


def _recorded_text(values: dict[str, Any], field: str) -> str:
    """A recorded text in the reader's language, where the record holds it in both."""
    text = (values.get(f"{field}_en") if is_english() else "") or values.get(field) or ""
    return _shown(text)


def _recorded_words() -> dict[str, str]:
    return {
        "note": _("Note"), "cause": _("Cause"), "measure": _("Measure"), "responsible": _("Responsible"),
        "deadline": _("Deadline"), "baseline": _("Baseline"), "weight": _("Weight"), "name": _("Step"),
        "due": _("Due"),
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
