"""What a person may choose for a paper."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.papers import default_requests, default_signature
from targets.forms import LineField, TextField
from targets.summaries.selection import Selection


class PaperForm(forms.Form):
    """Who signs and to whom it goes, what is asked, and what of the units is named."""

    # A ledger needs none of it, so the browser must not insist.
    use_required_attribute = False

    addressees = LineField(label=_("Addressees"), required=False, max_length=120)
    signature = LineField(label=_("Signed by"), required=False, max_length=60)
    day = forms.DateField(label=_("Date of the paper"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
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
        return cls(
            initial={
                "addressees": _("To all villages and offices:"),
                "signature": default_signature(selection),
                "day": today,
                "requests": default_requests(),
            }
        )

    def request_lines(self) -> tuple[str, ...]:
        """The paragraphs of what is asked, without empty ones."""
        return tuple(line.strip() for line in self.cleaned_data["requests"].splitlines() if line.strip())
