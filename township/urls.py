"""The two apps share the root; every page names its address in its own app."""

from django.urls import include, path

urlpatterns = [
    path("", include("targets.urls")),
    path("", include("reports.urls")),
]

handler400 = "targets.views.errors.bad_request"
handler403 = "targets.views.errors.refused"
handler404 = "targets.views.errors.not_found"
handler500 = "targets.views.errors.failed"
