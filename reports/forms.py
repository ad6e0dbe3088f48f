"""What a person may choose for a paper."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from reports.models import Report
from reports.notices.papers import bulletin_title, default_day, default_requests, default_signature
from targets.forms.entering import LineField, TextField
from targets.summaries.selection import Selection


class PaperForm(forms.Form):
    """Who signs and to whom it goes, what is asked, and what of the units is named."""

    # A ledger needs none of it, so the browser must not insist.
    use_required_attribute = False

    title = TextField(
        label=_("Title, by lines"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    addressees = LineField(label=_("Addressees"), required=False, max_length=120)
    signature = LineField(label=_("Signed by"), required=False, max_length=60)
    day = forms.DateField(
        label=_("Date of the paper"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    requests = TextField(
        label=_("What is asked, a paragraph for each line"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    missing = forms.BooleanField(label=_("Name who has not reported"), required=False)
    ranking = forms.BooleanField(label=_("Rank the units by completion"), required=False)

    @classmethod
    def with_defaults(cls, selection: Selection, today: date) -> "PaperForm":
        """The form as it is first shown."""
        signature = default_signature(selection)
        return cls(
            initial={
                "title": "\n".join(bulletin_title(selection, signature)),
                "addressees": _("To all villages and offices:"),
                "signature": signature,
                "day": default_day(selection, today),
                "requests": default_requests(),
            }
        )

    def title_lines(self) -> tuple[str, ...]:
        """The title without empty lines; empty for the usual one."""
        return tuple(line.strip() for line in self.cleaned_data["title"].splitlines() if line.strip())

    def request_lines(self) -> tuple[str, ...]:
        """The paragraphs of what is asked, without empty ones."""
        return tuple(line.strip() for line in self.cleaned_data["requests"].splitlines() if line.strip())


class HalfYearForm(forms.Form):
    """How the half-year report begins and ends. ``lock_version`` is the one that the person saw."""

    title = TextField(label=_("Title, by lines"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    addressees = LineField(label=_("Addressees"), required=False, max_length=120)
    signature = LineField(label=_("Signed by"), required=False, max_length=60)
    day = forms.DateField(
        label=_("Date of the paper"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    @classmethod
    def of(cls, report: Report) -> "HalfYearForm":
        names = ("title", "addressees", "signature", "day", "lock_version")
        return cls(initial={name: getattr(report, name) for name in names})

    @classmethod
    def again(cls, sent: QueryDict, report: Report) -> "HalfYearForm":
        """What was typed, to be saved over what stands now."""
        data = sent.copy()
        data["lock_version"] = str(report.lock_version)
        return cls(data)

    def clean_title(self) -> str:
        return "\n".join(line.strip() for line in self.cleaned_data["title"].split("\n") if line.strip())

    def head(self) -> dict[str, Any]:
        """What is set of the report itself."""
        return {name: self.cleaned_data[name] for name in ("title", "addressees", "signature", "day")}


class VersionForm(forms.Form):
    """What a kept version is kept for."""

    note = LineField(label=_("Note"), required=False, max_length=200)
