"""The words the rules are about. Each value is also what the database and the CSV files hold."""

from enum import StrEnum


class Kind(StrEnum):
    """指标类型: what an indicator measures."""

    QUANTITY = "quantity"
    RATE = "rate"
    MILESTONE = "milestone"


class Accumulation(StrEnum):
    """累计方式: whether months add up. Milestone tasks have none."""

    FLOW = "flow"
    STOCK = "stock"
    LATEST = "latest"
    NONE = ""


class Direction(StrEnum):
    """方向: whether more is better, less is better, or nobody judges."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MONITOR = "monitor"


class Frequency(StrEnum):
    """How often an answer falls due."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Interpolation(StrEnum):
    """How the plan runs between two checkpoints."""

    LINEAR = "linear"
    STEP = "step"


class Figures(StrEnum):
    """Where a target's figures come from: its own entries, or the targets below it."""

    OWN = "own"
    SUM = "sum"


class AnswerKind(StrEnum):
    """The three answers a person can give; the fourth, nothing yet, is the absence of one."""

    VALUE = "value"
    NO_CHANGE = "no_change"
    NOT_APPLICABLE = "not_applicable"


class TypedAs(StrEnum):
    """The form in which a value was typed: this run of months alone, or the running total."""

    MONTH = "month"
    CUMULATIVE = "cumulative"


class Period(StrEnum):
    """The period viewed 考核区间: the first half or the whole year."""

    FIRST_HALF = "H1"
    YEAR = "Y"


class Status(StrEnum):
    """The judgement of a standing, from best to unjudged."""

    COMPLETED = "completed"
    AHEAD = "ahead"
    ON_SCHEDULE = "on_schedule"
    SLIGHTLY_BEHIND = "slightly_behind"
    BEHIND = "behind"
    NOT_DUE = "not_due"
    NOT_REPORTED = "not_reported"
    MONITORED = "monitored"


#: Statuses that enter the mean of a section (rule 3.5).
JUDGED = frozenset({Status.COMPLETED, Status.AHEAD, Status.ON_SCHEDULE, Status.SLIGHTLY_BEHIND, Status.BEHIND})


class Basis(StrEnum):
    """What ``at_least`` is judged by: the schedule ratio, or the gap in percentage points."""

    RATIO = "ratio"
    POINTS = "points"
