"""What was entered for a month, and what is odd about it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from targets.calculations.oddities import Odd, Oddity

from .amounts import approximate, pace, typed_amount, with_unit
from .dates import day, month, month_run
from .language import joined, name
from .numbers import decimals_of, number


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
        Oddity.LATER_TOTAL_FALLS: _("The running total of %(month)s, %(figure)s, is below the %(against)s before it."),
        Oddity.TOTAL_FALLS: _("The running total falls from %(against)s to %(figure)s."),
        Oddity.UNUSUAL_MONTH: _("%(figure)s in a month: more than three times the usual %(against)s."),
        Oddity.LEVEL_JUMPS: _("It jumps from %(against)s to %(figure)s: more than three times as much."),
        Oddity.LEVEL_COLLAPSES: _("It collapses from %(against)s to %(figure)s: less than a third."),
        Oddity.FAR_ABOVE_TARGET: _("%(figure)s is more than twice the target of the period, %(against)s."),
        Oddity.BELOW_ZERO: _("%(figure)s is below zero."),
        Oddity.ABOVE_HUNDRED: _("%(figure)s is above 100%%."),
    }[value.kind] % {
        "figure": with_unit(figure, indicator),
        "against": with_unit(against, indicator),
        "month": month(value.month) if value.month is not None else "",
    }


def broken_check(value: Any) -> str:
    """A relation between figures that does not hold, with the figures; with their units where these differ."""
    whole = value.left.indicator
    is_mixed = len({figure.indicator.unit_of_measure for figure in (value.left, *value.right)}) > 1
    left, *parts = (_figure(figure, is_mixed, of_unit=value.check is None) for figure in (value.left, *value.right))
    right = " + ".join(parts)
    if len(parts) > 1 or is_mixed:
        total = typed_amount(value.total, whole)
        right = f"{right} = {with_unit(total, whole) if is_mixed else total}"
    figures = {"left": left, "right": right}
    if value.check is None:
        return _("Does not add up: %(left)s, its parts %(right)s.") % figures
    return {
        "=": _("Does not add up: %(left)s should equal %(right)s."),
        ">=": _("Does not fit: %(left)s should be at least %(right)s."),
        "<=": _("Does not fit: %(left)s should be at most %(right)s."),
    }[value.operator.value] % figures


def _figure(figure: Any, is_mixed: bool, *, of_unit: bool) -> str:
    """A figure with what it belongs to: the unit in a breakdown, else the indicator."""
    amount = typed_amount(figure.amount, figure.indicator)
    shown = with_unit(amount, figure.indicator) if is_mixed else amount
    return f"{name(figure.unit if of_unit else figure.indicator)} {shown}"


def filing_outcome(value: str) -> str:
    """Why an answer of a file cannot be taken."""
    return {
        "submitted": _("It is submitted and waits for review. Withdraw it on the month's page first."),
        "approved": _("It is approved with another figure. Correct it on the month's page, with a reason."),
        "closed": _("The month is closed. Ask the reviewer to reopen it."),
        "forbidden": _("You do not enter for this unit and section."),
    }[value]


def row_outcome(value: str) -> str:
    """What becomes of rows of a file."""
    return {
        "error": _("Errors"),
        "question": _("Open questions"),
        "hindered": _("Stands in the way"),
        "taken": _("To be taken"),
        "same": _("As it stands"),
        "left_out": _("Not taken"),
    }[value]


def rows(numbers: Iterable[int]) -> str:
    """The rows of a file by their numbers: row 3, rows 5–8 and 12. Empty for none."""
    runs: list[list[int]] = []
    for row in sorted(set(numbers)):
        if runs and runs[-1][-1] == row - 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    listed = joined(f"{run[0]}–{run[-1]}" if len(run) > 2 else joined(map(str, run)) for run in runs)
    return _("Row %(rows)s") % {"rows": listed} if listed else ""
