"""What every page and file says of its figures."""

from django.utils.translation import gettext as _


def program_name() -> str:
    """What the product is called, on its pages and in the properties of its files."""
    return _("Township targets")


def statistics_prevail() -> str:
    """What every page and file says of its figures."""
    return _("Working data for coordination; the figures published by the statistics department prevail.")


def sample_notice() -> str:
    """What every page and file of the sample says: what is published and what is for illustration."""
    return _(
        "Sample data: the figures of the first half of 2023 were published by a real township; "
        "targets and monthly splits that were not published are for illustration."
    )
