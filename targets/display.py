"""Numbers, units of measure, percents, periods and statuses as text in the reader's language.

The one place that rounds: once, half up, and never so that a value below a threshold looks as if it reached it.
``None`` prints as —, a reported zero as 0. Templates, charts and reports print what comes from here and format
nothing themselves.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, Protocol

from django.utils import timezone
from django.utils.translation import get_language, gettext_noop, ngettext, pgettext
from django.utils.translation import gettext as _

from targets.calculations.comparison import YearOnYear
from targets.calculations.difficulty import Allowance, NoPace, Prospect
from targets.calculations.facts import Thresholds
from targets.calculations.layouts import Layout, Shape
from targets.calculations.oddities import Odd, Oddity
from targets.calculations.outlook import ForecastMethod, NoForecast, Outlook
from targets.calculations.rollup import Standing
from targets.calculations.slips import Slip
from targets.calculations.terms import Basis, Direction, Period, Status
from targets.calculations.timeline import StepState

NONE = "—"
MINUS = "−"
PERCENT_DECIMALS = 1
HIGHEST_RATIO = Fraction(999, 100)

Amount = Fraction | Decimal | int


class Named(Protocol):
    """What carries a name in Chinese and perhaps in English."""

    name: str
    name_en: str


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def localized(instance: Any, field: str) -> str:
    """A field in the reader's language: the English one where it is filled and English was chosen."""
    if is_english():
        english = getattr(instance, f"{field}_en", "")
        if english:
            return str(english)
    return str(getattr(instance, field))


def name(instance: Named) -> str:
    """The name of a unit, section, indicator or step."""
    return localized(instance, "name")


def unit_of_measure(indicator: Any) -> str:
    return localized(indicator, "unit_of_measure")


def separator() -> str:
    """What stands between the parts of a list: 、 in Chinese, a comma in English."""
    return pgettext("between the parts of a list", ", ")


def joined(texts: Iterable[str]) -> str:
    """A list within a sentence."""
    listed = list(texts)
    return separator().join(listed) if len(listed) > 1 else "".join(listed)


def comma() -> str:
    """What stands between the clauses of a sentence."""
    return ", " if is_english() else "，"


def between_clauses() -> str:
    """What stands between the parts of a sentence that have commas of their own."""
    return "; " if is_english() else "；"


def full_stop() -> str:
    return "." if is_english() else "。"


# Numbers


def rounded(
    value: Amount,
    decimals: int,
    never_reach: Iterable[Amount | None] = (),
    never_within: Iterable[Amount | None] = (),
) -> Decimal:
    """``value`` rounded half up, unless that would carry it to a bound that it is below, or back to one it is above."""
    # A ledger prints some hundred thousand: whole numbers over one denominator, since fractions are ten times as slow.
    # Exact at any size: a decimal context would round to its precision first.
    over, below = value.as_integer_ratio()
    scaled = over * 10**decimals
    whole = (abs(scaled) * 2 + below) // (below * 2) * (-1 if over < 0 else 1)
    for bound in never_reach:
        if bound is not None:
            reached, of = bound.as_integer_ratio()
            if over * of < reached * below and reached * 10**decimals <= whole * of:
                whole = scaled // below
    for bound in never_within:
        if bound is not None:
            reached, of = bound.as_integer_ratio()
            if whole * of <= reached * 10**decimals and reached * below < over * of:
                whole = -(-scaled // below)
    return Decimal(whole).scaleb(-decimals)


def rounded_up(value: Amount, decimals: int) -> Decimal:
    """``value`` rounded up: an amount that is needed is never shown as less than it is."""
    scaled = Fraction(value) * 10**decimals
    whole = -(-scaled.numerator // scaled.denominator)
    return rounded(Fraction(whole, 10**decimals), decimals)


def number(
    value: Amount | None,
    decimals: int = 0,
    *,
    signed: bool = False,
    never_reach: Iterable[Amount | None] = (),
    never_within: Iterable[Amount | None] = (),
) -> str:
    """A number with its decimals, grouped from five digits on; ``signed`` puts a plus before what is above zero."""
    if value is None:
        return NONE
    return _printed(rounded(value, decimals, never_reach, never_within), signed)


def _printed(result: Decimal, signed: bool = False) -> str:
    text = format(abs(result), ",f" if abs(result) >= 10000 else "f")
    if result < 0:
        return MINUS + text
    return f"+{text}" if signed and result > 0 else text


def as_number(text: str) -> Decimal | None:
    """The number that a printed text shows, a percentage as its share of 1; ``None`` where it shows none.

    Files take their numbers from here, so that they show what the page shows and nothing is rounded twice.
    """
    plain = text.replace(MINUS, "-").replace(",", "").lstrip("+")
    is_percent = plain.endswith("%")
    try:
        value = Decimal(plain.rstrip("%"))
    except InvalidOperation:
        return None
    return value.scaleb(-2) if is_percent else value


#: A spreadsheet set to Chinese takes the full-width signs for the same.
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def spreadsheet_text(text: str) -> str:
    """Text of a cell that a spreadsheet would take for a formula is kept text by an apostrophe."""
    return f"'{text}" if text.lstrip(" ")[:1] in _FORMULA_SIGNS and text.strip() else text


def decimals_of(value: Amount | None, at_least: int) -> int:
    """The decimals an amount needs to be shown as it is, at most four: a plan of 2.5 is never shown as 3."""
    if value is None:
        return at_least
    over, below = value.as_integer_ratio()
    for decimals in range(at_least, 4):
        if over * 10**decimals % below == 0:
            return decimals
    return 4 if over * 10**4 % below == 0 else at_least


def amount(
    value: Amount | None, indicator: Any, *, signed: bool = False, never_reach: Iterable[Amount | None] = ()
) -> str:
    """An amount in the indicator's decimals, without its unit of measure (it stands in the heading or beside).

    Below a bound of ``never_reach`` it is never shown as reaching it, nor above a ceiling as staying within.
    """
    bounds = tuple(never_reach)
    ceilings = bounds if indicator.direction == Direction.AT_MOST else ()
    return number(value, indicator.decimals, signed=signed, never_reach=bounds, never_within=ceilings)


def actual(standing: Standing, indicator: Any) -> str:
    """What was done, never shown as reaching a target or an expectation that it is below, or within a ceiling."""
    return amount(standing.actual, indicator, never_reach=(standing.target, standing.expected))


def typed_amount(value: Amount | None, indicator: Any) -> str:
    """A figure as it was typed or set: with all the decimals it has."""
    return number(value, decimals_of(value, indicator.decimals))


def pace(value: Amount | None, indicator: Any) -> str:
    """An amount per month: with one decimal more than the indicator has, since a pace falls between counts."""
    return number(value, min(indicator.decimals + 1, 4))


def still_needed(outlook: Outlook | None, indicator: Any) -> str:
    """What remains of the annual target and what that asks for each month, as a sentence; empty where there is none.

    Rounded up: who follows it reaches the target.
    """
    if outlook is None or outlook.remaining is None:
        return ""
    if outlook.remaining == 0:
        return _("The annual target is reached.")
    amount_left = remaining(outlook, indicator)
    if indicator.kind == "rate":
        needed = _("%(points)s percentage points") % {"points": amount_left}
    else:
        needed = with_unit(amount_left, indicator)
    has_pace = outlook.no_forecast not in (NoForecast.RATE, NoForecast.STEP_TARGET)
    if outlook.needed_per_month is None or not has_pace or outlook.months_left == 1:
        return _("%(amount)s still needed this year") % {"amount": needed}
    each = rounded_up(outlook.needed_per_month, max(indicator.decimals, min(indicator.decimals + 1, 2)))
    return _("%(amount)s still needed this year, %(pace)s a month") % {
        "amount": needed,
        "pace": number(each, decimals_of(each, indicator.decimals)),
    }


def with_unit(text: str, indicator: Any) -> str:
    """A printed amount with the unit of measure."""
    if text == NONE:
        return text
    unit = unit_of_measure(indicator)
    if unit in ("%", "‰", ""):
        return text + unit
    return pgettext("amount and unit of measure", "%(amount)s %(unit)s") % {"amount": text, "unit": unit}


def approximate(text: str, approximation: str) -> str:
    """An amount as its document words it: 2500余, 近7000."""
    if approximation == "over":
        return pgettext("approximate amount", "over %(amount)s") % {"amount": text}
    if approximation == "nearly":
        return pgettext("approximate amount", "nearly %(amount)s") % {"amount": text}
    return text


def percent(ratio: Fraction | None, never_reach: Iterable[Amount | None] = ()) -> str:
    """A ratio as a percentage with one decimal, bounded at <0 and >999 %."""
    if ratio is None:
        return NONE
    if ratio < 0:
        return "<0"
    if ratio > HIGHEST_RATIO:
        return ">999%"
    return f"{_printed(rounded(ratio, PERCENT_DECIMALS + 2, never_reach).scaleb(2))}%"


def mean_percent(ratio: Fraction | None) -> str:
    """The mean of a section or of the whole, never shown as 100 % below it."""
    return percent(ratio, (Fraction(1),))


def completion(standing: Standing, thresholds: Thresholds) -> str:
    """完成率, never shown as 100 % below it."""
    return percent(standing.completion, (Fraction(1), thresholds.exceeded_ratio))


def schedule_ratio(standing: Standing, thresholds: Thresholds) -> str:
    """序时完成率, never shown as reaching a threshold that it is below."""
    bounds = (thresholds.slightly_behind_ratio, thresholds.on_schedule_ratio, thresholds.ahead_ratio)
    return percent(standing.schedule_ratio, bounds)


def gap(standing: Standing, indicator: Any) -> str:
    """与序时差距 with its sign, in the indicator's decimals; a shortfall is never shown as 0."""
    if standing.gap is None:
        return NONE
    decimals = indicator.decimals
    while decimals < 4 and standing.gap != 0 and rounded(standing.gap, decimals) == 0:
        decimals += 1
    return number(standing.gap, decimals, signed=True, never_reach=(0,))


def gap_with_unit(standing: Standing, indicator: Any) -> str:
    """与序时差距 with its unit of measure; between two rates it is percentage points, never percent."""
    text = gap(standing, indicator)
    if indicator.kind == "rate" and text != NONE:
        return _("%(points)s percentage points") % {"points": text}
    return with_unit(text, indicator)


def gap_to_schedule(standing: Standing | None, indicator: Any) -> str:
    """与序时差距 as a phrase beside a light; empty where there is none."""
    if standing is None or standing.gap is None:
        return ""
    return _("%(gap)s against schedule") % {"gap": gap_with_unit(standing, indicator)}


def points(value: Fraction | None, never_reach: Iterable[Amount | None] = ()) -> str:
    """A difference in percentage points."""
    if value is None:
        return NONE
    text = number(value, PERCENT_DECIMALS, signed=True, never_reach=never_reach)
    return _("%(points)s percentage points") % {"points": text}


def points_apart(value: Fraction) -> str:
    """A distance in percentage points without its sign; never 0 where there is one."""
    decimals = PERCENT_DECIMALS
    while decimals < 4 and value != 0 and rounded(value, decimals) == 0:
        decimals += 1
    return _("%(points)s percentage points") % {"points": number(abs(value), decimals)}


def in_text(text: str) -> str:
    """A printed figure within a Chinese sentence of a paper: no grouping, no blank before its unit (GB/T 15835)."""
    return text if is_english() else text.replace(",", "").replace(" ", "")


def in_paper(text: str) -> str:
    """A printed figure as an official paper writes it: as within a sentence, and without zeros at its end: 50%, 4.2."""
    return re.sub(r"\.(\d*?)0+(?!\d)", lambda kept: f".{kept[1]}" if kept[1] else "", in_text(text))


def share(part: int, whole: int) -> str:
    """A count out of a count, such as coverage."""
    return f"{part}/{whole}"


def file_name(*parts: str) -> str:
    """A file's name without its ending: what, whose, when; without what a file system refuses."""
    return "_".join(re.sub(r'[\\/:*?"<>|\s]+', "-", part).strip("-") for part in parts if part)


# Statuses


@dataclass(frozen=True)
class Light:
    """How a status looks: never by colour alone. ``colour`` and ``icon`` are names that the style knows."""

    colour: str
    icon: str


LIGHTS = {
    Status.COMPLETED: Light("green", "check"),
    Status.AHEAD: Light("green", "up"),
    Status.ON_SCHEDULE: Light("green", "dot"),
    Status.SLIGHTLY_BEHIND: Light("yellow", "half"),
    Status.BEHIND: Light("red", "down"),
    Status.NOT_DUE: Light("grey", "clock"),
    Status.NOT_REPORTED: Light("grey", "question"),
    Status.MONITORED: Light("none", "eye"),
}


STATUS_WORDS = {
    Status.COMPLETED: gettext_noop("Completed"),
    Status.AHEAD: gettext_noop("Ahead of schedule"),
    Status.ON_SCHEDULE: gettext_noop("On schedule"),
    Status.SLIGHTLY_BEHIND: gettext_noop("Slightly behind"),
    Status.BEHIND: gettext_noop("Behind"),
    Status.NOT_DUE: gettext_noop("Not due"),
    Status.NOT_REPORTED: gettext_noop("Not reported"),
    Status.MONITORED: gettext_noop("Monitored"),
}


def status_word(status: Status) -> str:
    """The plain word of a status, for counts and filters."""
    return _(STATUS_WORDS[status])


def status(standing: Standing, period: Period) -> str:
    """The word of a standing, in the period viewed."""
    if standing.status is Status.COMPLETED:
        if standing.exceeded:
            return _("Exceeded")
        if period is Period.FIRST_HALF:
            return _("First-half target completed")
    if standing.status is Status.NOT_DUE and standing.all_not_applicable:
        return _("Not applicable")
    return status_word(standing.status)


# Periods and dates


def period(value: Period) -> str:
    return _("First half") if value is Period.FIRST_HALF else _("Whole year")


def period_covered(year: int, value: Period, last: int) -> str:
    """The months that a paper is about: 2023年上半年, 2023年1至9月, 2023年."""
    names = {"year": year, "first": MONTH_NAMES[0], "last": month(last)}
    if last == 12:
        return _("the year %(year)s") % names
    if last == 6 and value is Period.FIRST_HALF:
        return _("the first half of %(year)s") % names
    if last == 1:
        return _("%(first)s %(year)s") % names
    return _("%(first)s to %(last)s %(year)s") % names


def period_target(value: Period) -> str:
    """What the target of the period is called."""
    return _("First-half target") if value is Period.FIRST_HALF else _("Annual target")


MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def month(value: int) -> str:
    """6月, June."""
    return MONTH_NAMES[value - 1] if is_english() else f"{value}月"


def month_short(value: int) -> str:
    """6月, Jun: for axes and narrow columns."""
    return MONTH_NAMES[value - 1][:3] if is_english() else f"{value}月"


def months(values: Sequence[int]) -> str:
    """A list of months, runs of three or more as a range: 1月至4月、6月."""
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    texts = []
    for run in runs:
        if len(run) > 2:
            texts.append(month_run(run[0], run[-1]))
        else:
            texts.extend(month(value) for value in run)
    return joined(texts)


def month_run(first: int, last: int) -> str:
    """The months of an entry: one month, or from the first to the last."""
    if first == last:
        return month(last)
    return _("%(first)s to %(last)s") % {"first": month(first), "last": month(last)}


def missing(values: Sequence[int]) -> str:
    """缺5月、6月; empty when nothing is missing."""
    return _("missing: %(months)s") % {"months": months(values)} if values else ""


def partial() -> str:
    """What a level is called that leaves out answers which were due."""
    return _("incomplete")


def marked_partial(text: str, *, is_partial: bool) -> str:
    """A printed level, and that it is incomplete where it leaves out answers which were due."""
    if not is_partial or text == NONE:
        return text
    return f"{text} ({partial()})" if is_english() else f"{text}（{partial()}）"


def as_of(year: int, value: int) -> str:
    """数据截至: the end of a month."""
    if is_english():
        return f"{month(value)} {year}"
    return f"{year}年{value}月"


def day(value: date | None) -> str:
    """A date, without leading zeros in Chinese."""
    if value is None:
        return NONE
    if is_english():
        return f"{value.day} {MONTH_NAMES[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """A date and time in the office's time zone."""
    if value is None:
        return NONE
    local = timezone.localtime(value)
    return f"{day(local.date())} {local:%H:%M}"


def day_of_year(value: date) -> str:
    """A date whose year is known: 8月5日, 5 August."""
    if is_english():
        return f"{value.day} {MONTH_NAMES[value.month - 1]}"
    return f"{value.month}月{value.day}日"


def days_left(count: int) -> str:
    """How long there is still time; empty once it has run out."""
    if count == 0:
        return _("today is the last day")
    return ngettext("%(count)d day left", "%(count)d days left", count) % {"count": count} if count > 0 else ""


def days_overdue(count: int) -> str:
    """How long an answer is overdue; empty when it is not."""
    return ngettext("%(count)d day overdue", "%(count)d days overdue", count) % {"count": count} if count else ""


# Words of changes


def thresholds(year: Any) -> str:
    """The thresholds in force in a year, from best to worst: 110 % / 100 % / 80 %, or in points."""
    if year.basis == Basis.POINTS:
        levels = (year.ahead_points, year.on_schedule_points, year.slightly_behind_points)
        return " / ".join(number(level, decimals_of(level, 0), signed=True) for level in levels)
    ratios = (year.ahead_ratio, year.on_schedule_ratio, year.slightly_behind_ratio)
    return " / ".join(f"{number(ratio * 100, decimals_of(ratio * 100, 0))} %" for ratio in ratios)


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


def labelled(label: str, text: str) -> str:
    """A text after what it is: with a colon in Chinese, and one with a blank in English."""
    return f"{label}: {text}" if is_english() else f"{label}：{text}"


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


def _values(text: str) -> dict[str, Any]:
    values = json.loads(text) if text else {}
    return values if isinstance(values, dict) else {"value": values}


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, str | int | bool) else json.dumps(value, ensure_ascii=False)


# Words of facts


def answer(entry: Any) -> str:
    """An entry as it was typed: a value with its form, "no change", or "not applicable"."""
    indicator = entry.target.indicator
    if entry.answer == "no_change":
        return _("Nothing new") if indicator.accumulation == "flow" else _("No change")
    if entry.answer == "not_applicable":
        return _("Not applicable")
    if entry.numerator is not None:
        return f"{typed_amount(entry.numerator, indicator)}/{typed_amount(entry.denominator, indicator)}"
    text = approximate(typed_amount(entry.value, indicator), entry.approximation)
    if entry.typed_as == "cumulative":
        return _("%(amount)s (running total)") % {"amount": text}
    return text


def report(entry: Any) -> str:
    """What was reported about a step."""
    if entry.done_on is not None:
        return _("Done on %(day)s") % {"day": day(entry.done_on)}
    return _("Done") if entry.done else _("Open")


def state(row: Any) -> str:
    """How far a row of the month is: the state of its open version, else of the one that counts."""
    version = row.entry or row.approved
    return version.get_state_display() if version is not None else _("Nothing yet")


def other_form(row: Any) -> str:
    """The form of a row's version that was not typed.

    The running total beside a month's value, the months beside a running total, the percentage of a fraction, the
    level that stayed. Empty where what was typed is all there is.
    """
    entry, now = row.entry or row.approved, row.now
    if entry is None or now is None:
        return ""
    indicator = row.target.indicator
    if entry.typed_as == "cumulative":
        added = with_unit(typed_amount(now.added, indicator), indicator)
        return _("%(months)s alone: %(amount)s") % {"months": month_run(now.from_month, now.month), "amount": added}
    level = with_unit(typed_amount(now.level, indicator), indicator)
    if indicator.accumulation == "flow":
        return _("running total: %(amount)s") % {"amount": level}
    if entry.numerator is not None:
        return f"= {level}"
    if entry.answer == "no_change":
        return _("as before: %(amount)s") % {"amount": level}
    return ""


def oddity(value: Odd, indicator: Any) -> str:
    """What is odd about a typed figure, with the figures that make it so."""
    if value.kind is Oddity.TOO_MANY_DECIMALS:
        return _("%(figure)s has more decimals than this indicator (%(count)s).") % {
            "figure": typed_amount(value.figure, indicator),
            "count": value.against,
        }
    # A percentage of a fraction was not typed as it is printed: it must not be rounded to where nothing is odd.
    figure = number(
        value.figure,
        decimals_of(value.figure, indicator.decimals),
        never_reach=(value.against,) if value.kind is Oddity.BELOW_ZERO else (),
        never_within=(value.against,) if value.kind is Oddity.ABOVE_HUNDRED else (),
    )
    against = (pace if value.kind is Oddity.UNUSUAL_MONTH else typed_amount)(value.against, indicator)
    return {
        Oddity.TOTAL_FALLS: _("The running total falls from %(against)s to %(figure)s."),
        Oddity.UNUSUAL_MONTH: _("%(figure)s in a month: more than three times the usual %(against)s."),
        Oddity.LEVEL_JUMPS: _("It jumps from %(against)s to %(figure)s: more than three times as much."),
        Oddity.LEVEL_COLLAPSES: _("It collapses from %(against)s to %(figure)s: less than a third."),
        Oddity.FAR_ABOVE_TARGET: _("%(figure)s is more than twice the target of the period, %(against)s."),
        Oddity.BELOW_ZERO: _("%(figure)s is below zero."),
        Oddity.ABOVE_HUNDRED: _("%(figure)s is above 100%%."),
    }[value.kind] % {"figure": with_unit(figure, indicator), "against": with_unit(against, indicator)}


def broken_check(value: Any) -> str:
    """A relation between figures that does not hold, with the figures."""
    parts = [_figure(figure, of_unit=value.check is None) for figure in value.right]
    right = " + ".join(parts)
    if len(parts) > 1:
        right = f"{right} = {typed_amount(value.total, value.left.indicator)}"
    figures = {"left": _figure(value.left, of_unit=value.check is None), "right": right}
    if value.check is None:
        return _("Does not add up: %(left)s, its parts %(right)s.") % figures
    return {
        "=": _("Does not add up: %(left)s should equal %(right)s."),
        ">=": _("Does not fit: %(left)s should be at least %(right)s."),
        "<=": _("Does not fit: %(left)s should be at most %(right)s."),
    }[value.operator.value] % figures


def _figure(figure: Any, *, of_unit: bool) -> str:
    """A figure with what it belongs to: the unit in a breakdown, else the indicator."""
    return f"{name(figure.unit if of_unit else figure.indicator)} {typed_amount(figure.amount, figure.indicator)}"


def filing_outcome(value: str) -> str:
    """Why an answer of a file cannot be taken."""
    return {
        "submitted": _("It is submitted and waits for review. Withdraw it on the month's page first."),
        "approved": _("It is approved with another figure. Correct it on the month's page, with a reason."),
        "closed": _("The month is closed. Ask the reviewer to reopen it."),
        "forbidden": _("You do not enter for this unit and section."),
    }[value]


def import_outcome(value: str) -> str:
    """What taking a row of a plan would do, or why it cannot be taken."""
    return {
        "new_indicator": _("new, with its indicator"),
        "new": _("new"),
        "changed": _("changed"),
        "same": _("as it stands"),
        "adjust": _("Figures were already approved on this target. Adjust it on its page, with the document."),
        "archived": _("This target was archived. Bring it back on its page first."),
    }[value]


def planned_changes(changed: Mapping[str, tuple[Any, Any]]) -> str:
    """What taking a row of a plan would change in the target that stands, each from what to what."""
    words = {
        "lead_leader": _("lead leader"),
        "responsible_person": _("responsible person"),
        "wording": _("original wording"),
        "definition": _("definition"),
        "approximation": _("approximate"),
        "baseline": _("baseline"),
        "weight": _("weight"),
        "checkpoints": _("targets by month"),
        "steps": _("steps"),
        "supporting_units": _("supporting units"),
    }
    return "; ".join(
        f"{words[name]}: {_planned(before)} → {_planned(after)}" for name, (before, after) in changed.items()
    )


def _planned(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain_amount(value)
    if isinstance(value, Mapping):
        return joined(f"{month(point)} {plain_amount(amount_)}" for point, amount_ in sorted(value.items())) or NONE
    if isinstance(value, list | tuple):
        parts = [part if isinstance(part, str) else part[0] for part in value]
        return joined(parts) or NONE
    return str(value) if value not in (None, "") else NONE


def plain_amount(value: Amount | None) -> str:
    """An amount as it was typed, of no particular indicator."""
    return number(value, decimals_of(value, 0))


def checkpoint(month_: int) -> str:
    """What the target by the end of a month is called."""
    if month_ == 12:
        return _("Annual target")
    return _("First-half target") if month_ == 6 else _("By the end of %(month)s") % {"month": month(month_)}


def growth_rate(value: Decimal) -> str:
    """An official growth rate, stored in percent, as it was typed."""
    return f"{number(value, decimals_of(value, 1), signed=True)}%"


def plan_ending(value: str) -> str:
    """Why a target does not go on into the next year by itself."""
    return {
        "unit_ended": _("The unit ends with this year."),
        "indicator_archived": _("The indicator is archived."),
        "all_steps_done": _("Every step is done."),
    }[value]


def weight(value: Decimal) -> str:
    """A weight with the decimals it has."""
    return number(value, decimals_of(value, 0))


def direction(value: Direction) -> str:
    return {
        Direction.AT_LEAST: _("at least"),
        Direction.AT_MOST: _("at most"),
        Direction.MONITOR: _("monitored only"),
    }[value]


def statistics_prevail() -> str:
    """What every page and file says of its figures."""
    return _("Working data for coordination; the figures published by the statistics department prevail.")


def sample_notice() -> str:
    """What every page and file of the sample says: what is published and what is for illustration."""
    return _(
        "Sample data: the figures of the first half of 2023 were published by a real township; "
        "targets and monthly splits that were not published are for illustration."
    )


def no_forecast(reason: NoForecast) -> str:
    """Why there is no forecast."""
    return {
        NoForecast.YEAR_ENDED: _("The year has ended."),
        NoForecast.STEP_TARGET: _("The target falls due in steps, so a pace says nothing."),
        NoForecast.RATE: _("A rate has no pace that could be carried on."),
        NoForecast.NOT_REPORTED: _("Nothing was reported yet."),
        NoForecast.NO_PACE: _("Too few due months were answered to know a pace."),
        NoForecast.NO_TARGET: _("There is no annual target."),
    }[reason]


def forecast_method(method: ForecastMethod) -> str:
    """How a forecast was made."""
    return {
        ForecastMethod.RECENT_PACE: _("at the pace of the last three due months"),
        ForecastMethod.LAST_YEARS_SHAPE: _("by the course of last year"),
    }[method]


def growth(comparison: YearOnYear, indicator: Any) -> str:
    """同比 with its sign: in percent, of a rate in percentage points."""
    if comparison.change is None:
        return NONE
    if indicator.kind == "rate":
        return points(comparison.change)
    return f"{number(comparison.change * 100, PERCENT_DECIMALS, signed=True)}%"


def count_of_indicators(count: int) -> str:
    return ngettext("%(count)d indicator", "%(count)d indicators", count) % {"count": count}


# Words of the plan


def layout(value: Layout) -> str:
    """A way of laying a target over the months."""
    return {
        Layout.EVEN: _("Evenly, a straight line"),
        Layout.MONTHLY: _("By month, in equal parts"),
        Layout.QUARTERLY: _("By quarter, by the shares"),
        Layout.HALVES: _("Half-year and year"),
        Layout.YEAR_END: _("At the year's end only"),
    }[value]


def shape(value: Shape) -> str:
    """What a plan path looks like, in a word or two."""
    return {
        Shape.NONE: NONE,
        Shape.EVEN: _("straight line"),
        Shape.HALVES: _("June and December"),
        Shape.QUARTERLY: _("by quarter"),
        Shape.MONTHLY: _("month by month"),
        Shape.STEPS: _("path in steps"),
        Shape.YEAR_END: _("year's end"),
    }[value]


def slip(value: Slip) -> str:
    """What in a plan is probably a slip."""
    return {
        Slip.FALLING_CHECKPOINTS: _("The checkpoints fall, though the target is to be reached."),
        Slip.HALF_YEAR_ABOVE_YEAR: _("The half-year target is above the annual target."),
        Slip.NO_CHECKPOINTS: _("No checkpoints: it is not judged."),
        Slip.NO_STEPS: _("The task has no steps."),
        Slip.PARTS_ARE_NOT_THE_WHOLE: _("The parts do not make the whole."),
    }[value]


def misfit(value: Any, indicator: Any) -> str:
    """Parts of a plan that do not make the whole, with the figures."""
    return _("%(month)s: the units below add up to %(parts)s, here stands %(whole)s (%(difference)s).") % {
        "month": month(value.month),
        "parts": typed_amount(value.parts, indicator),
        "whole": typed_amount(value.whole, indicator),
        "difference": number(
            value.parts - value.whole, decimals_of(value.parts - value.whole, indicator.decimals), signed=True
        ),
    }


# Words of the second half


def remaining(outlook: Outlook | None, indicator: Any) -> str:
    """What remains of the annual target, rounded up: never shown as nothing while something remains."""
    if outlook is None or outlook.remaining is None:
        return NONE
    return typed_amount(rounded_up(outlook.remaining, decimals_of(outlook.remaining, indicator.decimals)), indicator)


def needed(value: Fraction | None, indicator: Any) -> str:
    """What is needed each month, rounded up: who follows it reaches the target."""
    return NONE if value is None else pace(rounded_up(value, min(indicator.decimals + 1, 4)), indicator)


def forecast(outlook: Outlook | None, target: Fraction | None, indicator: Any) -> str:
    """The forecast for the year's end, never shown as reaching a target that it is below."""
    return NONE if outlook is None else amount(outlook.forecast, indicator, never_reach=(target,))


def forecast_base(method: ForecastMethod) -> str:
    """How a forecast was made, in a word or two for a narrow column; ``forecast_method`` says it in full."""
    return {
        ForecastMethod.RECENT_PACE: _("by the recent pace"),
        ForecastMethod.LAST_YEARS_SHAPE: _("by last year's course"),
    }[method]


def shortfall(outlook: Outlook | None, target: Fraction | None, indicator: Any) -> str:
    """By how much the forecast misses the annual target, as a phrase; empty where it does not."""
    if outlook is None or outlook.forecast is None or target is None or outlook.forecast >= target:
        return ""
    text = amount(rounded_up(target - outlook.forecast, indicator.decimals), indicator)
    return _("%(amount)s short of the target") % {"amount": text}


def difficulty(outlook: Outlook | None) -> str:
    """Needed ÷ recent in times, never shown as a pace that is enough where it is not, nor the other way round."""
    if outlook is None or outlook.difficulty is None:
        return NONE
    if outlook.difficulty > 99:
        return _(">99×")
    if outlook.difficulty < Fraction(1, 10):
        return _("<0.1×")
    bounds = (Fraction(1),)
    times = number(outlook.difficulty, 1, never_reach=bounds, never_within=bounds)
    return _("%(number)s×") % {"number": times}


def prospect(value: Prospect) -> str:
    """What the rest of the year asks of a target, in a word or two."""
    return {
        Prospect.STALLED: _("Stalled"),
        Prospect.FASTER: _("Has to go faster"),
        Prospect.STEADY: _("Recent pace is enough"),
        Prospect.NO_PACE: _("Pace says nothing"),
        Prospect.FINISHED: _("Finished"),
    }[value]


def no_pace(reason: NoForecast | NoPace) -> str:
    """Why there is no pace or no forecast."""
    if isinstance(reason, NoForecast):
        return no_forecast(reason)
    return {
        NoPace.CEILING: _("A ceiling is kept to, not reached."),
        NoPace.NOT_APPLICABLE: _("It did not apply in any month so far."),
    }[reason]


def allowance(value: Allowance, indicator: Any) -> str:
    """What is left of a ceiling, or by how much the actual lies above it."""
    if value.left is None:
        return NONE
    decimals = decimals_of(value.left, indicator.decimals)
    if value.left >= 0:
        return number(value.left, decimals)
    return _("%(amount)s above the ceiling") % {"amount": number(rounded_up(-value.left, decimals), decimals)}


def step_state(value: StepState) -> str:
    """What is with a step."""
    return {
        StepState.OVERDUE: _("Overdue"),
        StepState.OPEN: _("Open"),
        StepState.UNDATED: _("Not dated"),
        StepState.DONE: _("Done"),
    }[value]


STEP_LIGHTS = {
    StepState.OVERDUE: Light("red", "half"),
    StepState.OPEN: Light("grey", "clock"),
    StepState.UNDATED: Light("none", "question"),
    StepState.DONE: Light("green", "check"),
}


def step(value: Any) -> str:
    """A step of a task in words: what is with it, its name, its day."""
    return " ".join(part for part in (step_state(value.state), name(value.milestone), step_day(value)) if part)


def step_day(value: Any) -> str:
    """When a step was done or is due, with the year where it is another; empty where nobody knows."""
    if value.day is None:
        return ""
    if value.is_recorded_only:
        return month(value.day.month)
    return day_of_year(value.day) if value.place is not None else day(value.day)


def deadline(value: date | None, is_past: bool) -> str:
    """The deadline of a remedy, and that it has gone by; empty where none was set."""
    if value is None:
        return ""
    return _("%(day)s (past its deadline)") % {"day": day(value)} if is_past else day(value)
