"""Every text that is typed or brought in has its limit where it is read, and never one that the database refuses."""

import inspect

import pytest
from django import forms

from targets.forms import entering, plan, setup
from targets.importers.plan.meanings import Field
from targets.importers.plan.rows import LONGEST
from targets.models import Indicator, Remedy, Target, TargetRevision
from targets.models.fields import LONGEST_TEXT

#: Texts that forms have under the name of the model's.
KEPT = {
    field.name: field.max_length or 0
    for model, names in {
        Indicator: ("unit_of_measure", "unit_of_measure_en", "source", "source_en"),
        Target: ("lead_leader", "lead_leader_en", "responsible_person"),
        TargetRevision: ("document_number",),
        Remedy: ("responsible",),
    }.items()
    for field in (model._meta.get_field(name) for name in names)
}
FORMS = [
    form
    for module in (entering, plan, setup)
    for _name, form in inspect.getmembers(module, inspect.isclass)
    if issubclass(form, forms.BaseForm) and form.__module__ == module.__name__ and hasattr(form, "base_fields")
]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_bounds_every_text_by_what_is_kept(form):
    texts = {name: field for name, field in form.base_fields.items() if isinstance(field, entering.TextField)}
    assert {name for name, field in texts.items() if not field.max_length} == set()
    assert {name for name in texts if name in KEPT and (texts[name].max_length or 0) > KEPT[name]} == set()


def test_the_texts_of_a_plan_have_the_limits_of_what_is_kept():
    texts = (Field.NAME, Field.CODE, Field.UNIT_OF_MEASURE, Field.SOURCE, Field.LEAD_LEADER, Field.RESPONSIBLE_PERSON)
    kept = {Field.NAME: Indicator, Field.CODE: Indicator, Field.UNIT_OF_MEASURE: Indicator, Field.SOURCE: Indicator}
    for text in texts:
        model = kept.get(text, Target)
        assert LONGEST[text] == model._meta.get_field(text.value).max_length
    assert (LONGEST[Field.WORDING], LONGEST[Field.DEFINITION]) == (LONGEST_TEXT, LONGEST_TEXT)
