"""The choice of a unit in a form: a list of few; of many a box for a name or code, with suggestions as one types."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from targets import display
from targets.models import Unit
from targets.querysets.units import UnitTree
from targets.summaries.units_found import ALL_UP_TO

#: How many units are named where several fit.
NAMED = 5


class UnitChoices:
    """The units of a tree that may be chosen, in display order. A list sends their ids, or with ``by_code`` codes."""

    def __init__(self, tree: UnitTree, unit_ids: Iterable[int], *, by_code: bool = False) -> None:
        kept = set(unit_ids)
        self.tree = tree
        self.ids = [pk for root in tree.roots for pk in tree.below(root) if pk in kept]
        self.by_code = by_code

    @property
    def are_many(self) -> bool:
        """Whether there are too many for a list."""
        return len(self.ids) > ALL_UP_TO

    def options(self, empty: str = "") -> list[tuple[str, str]]:
        """The list, indented by depth; ``empty`` is offered first where it says something."""
        least = min((self.tree.depth(pk) for pk in self.ids), default=0)
        first = [("", empty)] if empty else []
        return first + [
            (self.value(pk), "\u2003" * (self.tree.depth(pk) - least) + display.name(self.tree.units[pk]))
            for pk in self.ids
        ]

    def value(self, unit_id: int) -> str:
        """What the list sends of a unit."""
        return self.tree.units[unit_id].code if self.by_code else str(unit_id)

    def listed(self, value: str) -> Unit:
        """The unit of a value of the list."""
        for pk in self.ids:
            if self.value(pk) == value:
                return self.tree.units[pk]
        raise _no_unit(value)

    def called(self, text: str) -> Unit:
        """The unit of a typed code or name, or of a part of it that only one has.

        Raises:
            ValidationError: none or several fit.
        """
        units = [self.tree.units[pk] for pk in self.ids]
        words = text.strip()
        in_brackets = re.search(r"[(（]([^()（）]+)[)）]$", words)
        codes = {words, in_brackets[1] if in_brackets else words}
        tests = (
            lambda unit: unit.code in codes,
            lambda unit: words in (unit.name, unit.name_en),
            lambda unit: unit.has_words(words),
        )
        for fits in tests:
            found = [unit for unit in units if fits(unit)]
            if len(found) == 1:
                return found[0]
            if found:
                named = display.joined(label(unit) for unit in found[:NAMED])
                raise ValidationError(
                    _("“%(asked)s” fits several units: %(units)s. Type the code of the one that is meant.")
                    % {"asked": words[:40], "units": named + ("…" if len(found) > NAMED else "")}
                )
        raise _no_unit(words)


def _no_unit(asked: str) -> ValidationError:
    return ValidationError(
        _("There is no unit “%(asked)s” to choose here. Type its name or code.") % {"asked": asked[:40]}
    )


def label(unit: Unit) -> str:
    """A unit as the box shows it: its name and, to tell it from others, its code."""
    return f"{display.name(unit)} ({unit.code})"


class UnitField(forms.Field):
    """A unit; ``None`` where nothing is chosen. What may be chosen is told by ``offer``; initial values are ids."""

    choices: UnitChoices

    def offer(self, choices: UnitChoices, empty: str = "") -> None:
        """The units to choose from; ``empty`` is what a list says for choosing none."""
        self.choices = choices
        self.widget = self._box() if choices.are_many else self._list(empty)
        self.widget.is_required = self.required

    def _box(self) -> forms.Widget:
        return forms.TextInput(
            attrs={"data-units": reverse("unit_suggestions"), "autocomplete": "off", "placeholder": _("Name or code")}
        )

    def _list(self, empty: str) -> forms.Widget:
        return forms.Select(choices=self.choices.options(empty))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return label(self.choices.tree.units[value]) if self.choices.are_many else self.choices.value(value)
        return value

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        return self.choices.called(text) if self.choices.are_many else self.choices.listed(text)


class UnitsField(UnitField):
    """Several units: ticks of few; of many a box in which their names or codes stand with 、 between them."""

    def _box(self) -> forms.Widget:
        return forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("Names or codes, with 、 between them")})

    def _list(self, empty: str) -> forms.Widget:
        return forms.CheckboxSelectMultiple(choices=self.choices.options())

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list) and all(isinstance(one, int) for one in value):
            shown = [super(UnitsField, self).prepare_value(one) for one in value]
            return "、".join(shown) if self.choices.are_many else shown
        return value

    def to_python(self, value: Any) -> Any:
        if not self.choices.are_many:
            return [self.choices.listed(one) for one in value or ()]
        typed = [one.strip() for one in re.split(r"[、，,;；\n]+", str(value or "")) if one.strip()]
        return list({unit.pk: unit for unit in map(self.choices.called, typed)}.values())
