"""How the boxes of forms are drawn: the common ones without a template each, since My month has hundreds of them."""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

_INPUTS = frozenset(
    f"django/forms/widgets/{name}.html"
    for name in ("text", "hidden", "number", "date", "email", "password", "checkbox")
)
_SELECT = "django/forms/widgets/select.html"


class PlainRenderer(DjangoTemplates):
    """Draws inputs and ungrouped choices just as Django's own templates do, and leaves everything else to them."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if template_name in _INPUTS:
            return mark_safe(_input(context["widget"]))
        if template_name == _SELECT and not any(group for group, _options, _index in context["widget"]["optgroups"]):
            return mark_safe(_select(context["widget"]))
        return super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _select(widget: Mapping[str, Any]) -> str:
    options = "".join(
        f'\n  <option value="{conditional_escape(option["value"])}"{_attributes(option["attrs"])}>'
        f"{conditional_escape(option['label'])}</option>\n"
        for _group, options, _index in widget["optgroups"]
        for option in options
    )
    return f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>{options}\n</select>'


def _attributes(attributes: Mapping[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in attributes.items()
        if value is not False
    )
