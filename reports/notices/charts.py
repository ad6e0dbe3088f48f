"""From summaries to the charts of papers: the same figures and sentences as the charts of the pages."""

from django.utils.translation import gettext as _

from reports.document import Bar, BarChart, DividedBar, Piece
from targets import display
from targets.calculations.means import Mean
from targets.calculations.terms import Status
from targets.charts.base import plotted, with_waiting
from targets.summaries.overview import Overview


def status_chart(mean: Mean, sentence: str) -> DividedBar:
    """All indicators by status, from best to unjudged."""
    pieces = tuple(
        Piece(display.status_word(status), mean.counts[status], display.LIGHTS[status].colour)
        for status in Status
        if mean.counts[status]
    )
    return DividedBar(_("Indicators by status"), pieces, sentence)


def sections_chart(overview: Overview) -> BarChart:
    """Completion of every section with a mark at its schedule; a section without a mean keeps its place."""
    bars, sentences = [], []
    for group in overview.sections:
        if group.section is None:
            continue
        mean, name = group.mean, display.name(group.section)
        completion, schedule = display.mean_percent(mean.completion), display.mean_percent(mean.schedule)
        bars.append(Bar(name, plotted(mean.completion), completion, mark=plotted(mean.schedule)))
        sentences.append(
            _("%(section)s: completion %(completion)s, by schedule %(schedule)s")
            % {"section": name, "completion": completion, "schedule": schedule}
        )
    sentence = display.between_clauses().join(sentences) + display.full_stop()
    keys = (_("Completion"), _("By schedule"))
    return BarChart(
        _("Completion against schedule by section"), tuple(bars), keys, with_waiting(sentence, overview.selection)
    )
