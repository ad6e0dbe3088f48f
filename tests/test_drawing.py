"""Boxes drawn without a template are, to the letter, what Django's templates draw."""

from decimal import Decimal

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from targets.forms.drawing import PlainRenderer

CHOICES = [("", "—"), ("a", "<b> & 'c'"), ("b", _("Value")), (3, 3)]
GROUPED = [("甲", [("a", "A")]), ("b", "B")]


def test_it_draws_the_boxes_of_every_form():
    assert isinstance(get_default_renderer(), PlainRenderer)


@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput({"size": 7, "required": True, "disabled": False, "title": "\"<&>'"}),
        forms.HiddenInput(),
        forms.NumberInput({"min": 0, "step": Decimal("0.1")}),
        forms.DateInput({"type": "date"}),
        forms.EmailInput(),
        forms.PasswordInput(render_value=True),
        forms.CheckboxInput({"aria-describedby": _("Note")}),
        forms.Select({"class": "x"}, choices=CHOICES),
        forms.Select(choices=GROUPED),
        forms.SelectMultiple(choices=CHOICES),
        forms.RadioSelect(choices=CHOICES),
        forms.Textarea(),
    ],
    ids=lambda widget: type(widget).__name__,
)
@pytest.mark.parametrize(
    "value", [None, "", "a", "0", 0, True, False, "\"<&>'", mark_safe("&amp;"), Decimal("1.50"), 3]
)
def test_a_box_is_what_the_template_draws(widget, value):
    given = [value] if isinstance(widget, forms.SelectMultiple) else value
    drawn = [widget.render("f-<n>", given, {"id": "id"}, renderer) for renderer in (PlainRenderer(), DjangoTemplates())]
    assert drawn[0] == drawn[1]
