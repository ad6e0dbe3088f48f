"""The form 人员名单 that a security administrator fills in offline: empty rows with drop-downs for unit and role."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from targets import display
from targets.importers.people import MOST_ROWS, heading_words
from targets.models import Role, Section, Unit

WIDTHS = {"full_name": 14, "username": 18, "unit": 26, "role": 16, "sections": 30, "email": 28}


@dataclass(frozen=True)
class BlankColumn:
    """A column to fill in. ``choices`` are offered from a drop-down; other words may be typed where there are none."""

    title: str
    width: int
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class BlankForm:
    """A form of ``rows`` empty rows. ``name`` is on its tab, ``choices_name`` on that of the choices."""

    title: str
    name: str
    choices_name: str
    hints: tuple[str, ...]
    columns: tuple[BlankColumn, ...]
    rows: int
    file_name: str


def people_form(units: Sequence[Unit], sections: Sequence[Section]) -> BlankForm:
    """The form for the people of these units. The import knows its headings and words again."""
    names = Counter(display.name(unit) for unit in units)
    choices = {
        # Of two units of one name the code tells which.
        "unit": tuple(name if names[name := display.name(unit)] == 1 else unit.code for unit in units),
        "role": tuple(str(role.label) for role in Role),
    }
    title = _("List of people")
    return BlankForm(
        title=title,
        name=title,
        choices_name=_("Choices"),
        hints=(
            _("One role of one person in a row; a person with several roles or units has several rows."),
            _("Sections, separated by commas; empty: all. There are: %(sections)s")
            % {"sections": display.joined(display.name(section) for section in sections)},
        ),
        columns=tuple(BlankColumn(word, WIDTHS[name], choices.get(name, ())) for name, word in heading_words().items()),
        rows=MOST_ROWS,
        file_name=display.file_name(title),
    )
