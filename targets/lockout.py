"""When failed sign-ins lock an account: at one address by a few, and at all addresses by more.

Guesses spread over many addresses lock the account where its owner has never signed in, and leave open the addresses
from which the owner has: so nobody can lock somebody else out of their own office.
"""

from datetime import timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_failure_limit
from axes.models import AccessLog
from django.conf import settings
from django.utils import timezone

from targets.querysets.people import failures_of

#: How long an address counts as the person's own after a sign-in.
OWN_ADDRESS = timedelta(days=90)


class SignInHandler(AxesDatabaseHandler):
    """Named by AXES_HANDLER. The count at one address is that of axes."""

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        failures = int(super().get_failures(request, credentials))
        limit = int(get_failure_limit(request, credentials))
        username = get_client_username(request, credentials)
        if failures >= limit or not username:
            return failures
        besieged = failures_of(username, get_cool_off_threshold(request)) >= settings.ACCOUNT_FAILURE_LIMIT
        own = AccessLog.objects.filter(
            username=username, ip_address=request.axes_ip_address, attempt_time__gte=timezone.now() - OWN_ADDRESS
        )
        return limit if besieged and not own.exists() else failures
