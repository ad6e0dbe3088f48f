"""Houses of any size made by rule, as the CSV files that ``import_csv`` reads: every value follows from village,
indicator, month and year, so that two runs measure the same and a total can be worked out by hand.

Of ten indicators six are flows, one is a stock, one a rate, one a ceiling and one a task with steps. The top has
``sum`` targets with checkpoints of its own for everything but the tasks, and so have townships, for two of ten.
Some villages are silent, some stop in September, some say "not applicable"; in December of the last year two
fifths wait for review and a seventh is still open.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

LAST_YEAR = 2025
TOP = "TOP"
SECTIONS = ("economy", "rural", "livelihood", "governance", "conduct")
#: What an indicator is by the last digit of its number: kind, accumulation, direction, unit of measure.
NATURES = (
    *(("quantity", "flow", "at_least", "万元"),) * 6,
    ("quantity", "stock", "at_least", "户"),
    ("rate", "latest", "at_least", "%"),
    ("quantity", "flow", "at_most", "件"),
    ("milestone", "", "at_least", ""),
)
STOCK, RATE, CEILING, TASK = 6, 7, 8, 9
#: Whose last digit is one of these have targets of the townships as well.
OF_TOWNSHIPS = (0, 1)
STEPS = (("立项", 3), ("开工", 6), ("主体完工", 9), ("验收", 11))

Row = tuple[object, ...]


@dataclass(frozen=True)
class Size:
    """How much is made. Without ``townships`` the villages stand right below the top, else below each township."""

    name: str
    townships: int
    villages: int
    indicators: int
    years: tuple[int, ...] = (LAST_YEAR,)

    @property
    def all_villages(self) -> int:
        return self.villages * (self.townships or 1)

    @property
    def top_name(self) -> str:
        """By which a database is known to hold this house."""
        return f"基准{'县' if self.townships else '乡'} {self.name}"

    def villages_of(self, township: int) -> range:
        return range(township * self.villages, (township + 1) * self.villages)


SIZES = {
    size.name: size
    for size in (
        Size("XS", 0, 2, 10),
        Size("S", 0, 20, 60),
        Size("M", 10, 20, 100, (LAST_YEAR - 1, LAST_YEAR)),
        Size("L", 100, 20, 100),
    )
}


def village_code(village: int) -> str:
    return f"V-{village:04}"


def township_code(township: int) -> str:
    return f"T-{township:03}"


def indicator_code(indicator: int) -> str:
    return f"I-{indicator:03}"


# The rule


def plan(village: int, indicator: int) -> tuple[int, int]:
    """What a village is to reach by June and by December."""
    nature = indicator % 10
    if nature == STOCK:
        return 108, 114
    if nature == RATE:
        return 70, 90
    if nature == CEILING:
        return 9, 18
    year = 480 + 90 * ((village + indicator) % 5)
    return year // 2, year


def summed_plan(villages: range, indicator: int) -> tuple[int, int]:
    """What several villages are to reach together; a rate is the same for one and for all."""
    if indicator % 10 == RATE:
        return plan(0, indicator)
    plans = [plan(village, indicator) for village in villages]
    return sum(half for half, _whole in plans), sum(whole for _half, whole in plans)


def is_silent(village: int, indicator: int) -> bool:
    """Whether a village never reports an indicator."""
    return village % 10 == 1 and indicator % 7 == 3


def months_answered(village: int, indicator: int, year: int) -> range:
    """The months in which there is an answer."""
    if is_silent(village, indicator):
        return range(0)
    place = village + indicator
    if place % 11 == 5:
        return range(1, 10)
    return range(1, 12 if year == LAST_YEAR and place % 7 == 2 else 13)


def is_applicable(village: int, indicator: int, month: int) -> bool:
    place = village + indicator
    return place % 29 != 7 and not (place % 13 == 4 and 6 <= month <= 8)


def quarters_of_month(village: int, indicator: int, month: int, year: int) -> int:
    """The month's amount of a flow in quarters of one: it ends in .25. Two more than in the year before."""
    return 4 * (45 + (7 * village + 3 * indicator + month) % 10 + 2 * (year - LAST_YEAR)) + 1


def entries(size: Size, year: int, village: int, indicator: int) -> Iterator[Row]:
    """The rows of one target: months, answer, form, value, numerator, denominator, state."""
    nature = indicator % 10
    total = 0
    for month in months_answered(village, indicator, year):
        place = village + indicator
        waits = year == LAST_YEAR and month == 12 and (village + 2 * indicator) % 5 < 2
        state = "submitted" if waits else "approved"
        if not is_applicable(village, indicator, month):
            yield month, month, "not_applicable", "", "", "", "", state
        elif nature == STOCK:
            if (village + month) % 5 == 2:
                yield month, month, "no_change", "", "", "", "", state
            else:
                yield month, month, "value", "month", 100 + month + (7 * village + month) % 5, "", "", state
        elif nature == RATE:
            yield month, month, "value", "month", "", 50 + 3 * month + 7 * village % 10, 100, state
        elif nature == CEILING:
            yield month, month, "value", "month", (7 * village + 3 * indicator + month) % 4, "", "", state
        else:
            amount = quarters_of_month(village, indicator, month, year)
            total += amount
            cumulative = nature == 1
            form, quarters = ("cumulative", total) if cumulative else ("month", amount)
            if place % 17 == 3 and month == 5:
                yield month, month, "value", form, (quarters + 4) / 4, "", "", "superseded"
            yield month, month, "value", form, quarters / 4, "", "", state


# The files


def write_house(size: Size, directory: Path) -> None:
    """Write a house as files, row by row."""
    units, indicators = range(size.all_villages), range(size.indicators)
    measured = [indicator for indicator in indicators if indicator % 10 != TASK]
    _write(directory, "units.csv", "code name kind parent", _units(size))
    _write(
        directory,
        "indicators.csv",
        "code section name unit kind accumulation direction decimals frequency sensitive",
        (
            (
                indicator_code(number),
                SECTIONS[number % 5],
                f"指标{number:03}",
                measure,
                kind,
                accumulation,
                direction,
                2 if kind == "quantity" else 0,
                "month",
                "yes" if number % 30 == 15 else "no",
            )
            for number in indicators
            for kind, accumulation, direction, measure in (NATURES[number % 10],)
        ),
    )
    _write(
        directory,
        "targets.csv",
        "unit indicator year baseline weight interpolation figures lead_leader responsible_person",
        (
            (
                *key,
                100 * len(villages) if number % 10 == STOCK else "",
                1 + number % 3,
                "linear",
                figures,
                f"副职{number % 5}",
                f"经办人{number % 9}",
            )
            for year in size.years
            for number in indicators
            for key, villages, figures in _targets(size, year, number)
        ),
    )
    _write(
        directory,
        "checkpoints.csv",
        "unit indicator year month value",
        (
            (*key, month, value)
            for year in size.years
            for number in measured
            for key, villages, _figures in _targets(size, year, number)
            for month, value in zip((6, 12), summed_plan(villages, number), strict=True)
        ),
    )
    _write(
        directory,
        "milestones.csv",
        "unit indicator year step name weight due done done_on recorded_month",
        (
            (village_code(village), indicator_code(number), year, *step)
            for year in size.years
            for number in indicators
            if number % 10 == TASK
            for village in units
            for step in _steps(year, village, number)
        ),
    )
    _write(
        directory,
        "entries.csv",
        "unit indicator year from_month month answer typed_as value numerator denominator state",
        (
            (village_code(village), indicator_code(number), year, *row)
            for year in size.years
            for number in measured
            for village in units
            for row in entries(size, year, village, number)
        ),
    )


def _write(directory: Path, name: str, heading: str, rows: Iterable[Row]) -> None:
    with (directory / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(heading.split())
        writer.writerows(rows)


def _units(size: Size) -> Iterator[Row]:
    yield TOP, size.top_name, "county" if size.townships else "township", ""
    for township in range(size.townships):
        yield township_code(township), f"镇{township:03}", "township", TOP
    for village in range(size.all_villages):
        above = township_code(village // size.villages) if size.townships else TOP
        yield village_code(village), f"村{village:04}", "village", above


def _targets(size: Size, year: int, indicator: int) -> Iterator[tuple[Row, range, str]]:
    """The key of each target of an indicator, the villages for which it stands, and where its figures come from."""
    code = indicator_code(indicator)
    if indicator % 10 != TASK:
        yield (TOP, code, year), range(size.all_villages), "sum"
    if indicator % 10 in OF_TOWNSHIPS:
        for township in range(size.townships):
            yield (township_code(township), code, year), size.villages_of(township), "sum"
    for village in range(size.all_villages):
        yield (village_code(village), code, year), range(village, village + 1), "own"


def _steps(year: int, village: int, indicator: int) -> Iterator[Row]:
    for number, (name, month) in enumerate(STEPS, start=1):
        done = (village + indicator + number) % 4 != 0
        on = f"{year}-{month:02}-15"
        yield (
            number,
            name,
            number,
            f"{year}-{month:02}-28",
            "yes" if done else "no",
            *((on, month) if done else ("", "")),
        )
