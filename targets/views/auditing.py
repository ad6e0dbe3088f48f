"""Audit 操作日志: who changed what, when and why. Read, and nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from targets.forms import ChangeFilterForm
from targets.models import Change
from targets.permissions import may_audit
from targets.tables import ChangeTable


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    may_audit(scope).require()
    form = ChangeFilterForm(request.GET)
    changes = form.apply(Change.objects.auditable_by(scope))
    table = ChangeTable(changes.select_related("unit", "target__indicator"), request=request)
    return render(request, "targets/changes.html", {"form": form, "table": table})
