"""Periods, months and dates."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from targets.calculations.deadlines import Delay
from targets.calculations.terms import Period

from .language import NONE, is_english, joined


def period(value: Period) -> str:
    return _("First half") if value is Period.FIRST_HALF else _("Whole year")


def period_covered(year: int, value: Period, last: int) -> str:
    """The months that a paper is about: 2023年上半年, 2023年1月至9月, 2023年."""
    names = {"year": year, "first": month(1), "last": month(last)}
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


def not_reported(values: Sequence[int]) -> str:
    """未报（1月至6月）: nothing of it was ever reported."""
    return _("not reported (%(months)s)") % {"months": months(values)}


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


#: Of what is late for longer nobody counts the days.
MOST_DAYS_COUNTED = 60


def days_overdue(count: int) -> str:
    """How long an answer is overdue, beside the day on which it was due; empty when it is not."""
    if count > MOST_DAYS_COUNTED:
        return _("overdue")
    return ngettext("%(count)d day overdue", "%(count)d days overdue", count) % {"count": count} if count > 0 else ""


def delay(value: Delay | None) -> str:
    """How long something is overdue, after two months the day on which it was due; empty when it is not."""
    if value is None:
        return ""
    if value.days > MOST_DAYS_COUNTED:
        return _("was due on %(day)s") % {"day": day(value.due)}
    return days_overdue(value.days)


def deadline(value: date | None, is_past: bool) -> str:
    """The deadline of a remedy, and that it has gone by; empty where none was set."""
    if value is None:
        return ""
    return _("%(day)s (past its deadline)") % {"day": day(value)} if is_past else day(value)
