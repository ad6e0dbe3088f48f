"""How figures were worded by who reported them: 余 or 近."""

from collections import defaultdict
from collections.abc import Iterable

from targets.models import ProgressEntry, State
from targets.summaries.rows import IndicatorRow
from targets.summaries.selection import Selection


def approximations(selection: Selection, found: Iterable[IndicatorRow]) -> dict[int, str]:
    """How the figures that count were reported, by indicator: ``over``, ``nearly`` or plainly (empty).

    Only of what one unit reports: a sum of several is printed plainly. Of a level it is the word of the latest value;
    of a flow that of all values since the latest running total, where they agree: over 10 and 5 are over 15.
    """
    single = {row.targets[0].pk: row.indicator for row in found if len(row.targets) == 1}
    states = [State.APPROVED, *([State.SUBMITTED] if selection.waiting else [])]
    entries = (
        ProgressEntry.objects.filter(
            target__in=list(single), state__in=states, month__lte=selection.month, value__isnull=False
        )
        # What waits stands in place of the approved answer of its month.
        .order_by("state")
        .values_list("target_id", "month", "typed_as", "approximation")
    )
    values: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
    for target_id, month, typed_as, approximation in entries:
        values[target_id][month] = (typed_as, approximation)
    return {
        single[pk].pk: _word_of(
            [typed[month] for month in sorted(typed, reverse=True)], is_flow=single[pk].accumulation == "flow"
        )
        for pk, typed in values.items()
    }


def _word_of(typed: list[tuple[str, str]], *, is_flow: bool) -> str:
    """``typed`` are form and word of the values, the latest first."""
    counting = typed[:1]
    if is_flow:
        total = next((place for place, (form, _word) in enumerate(typed) if form == "cumulative"), len(typed) - 1)
        counting = typed[: total + 1]
    words = {word for _form, word in counting if word}
    return words.pop() if len(words) == 1 else ""
