"""Addresses are nouns; what is chosen (year, period, as_of, unit, waiting) stands in the query."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import path

from targets.views import (
    auditing,
    entering,
    entering_row,
    following_up,
    missing,
    pages,
    reviewing,
    rolling_over,
    signing_in,
)

urlpatterns = [
    path("", pages.overview_page, name="overview"),
    path("indicators/", pages.indicator_list, name="indicators"),
    path("sections/<slug:code>/", pages.indicator_list, name="section"),
    path("sections/<slug:code>/chart.json", pages.section_chart_data, name="section_chart"),
    path("indicators/<str:code>/", pages.indicator_detail, name="indicator"),
    path("indicators/<str:code>/chart.json", pages.indicator_chart_data, name="indicator_chart"),
    path("month/", entering.month_page, name="month"),
    path("month/row/", entering_row.month_row, name="month_row"),
    path("missing/", missing.missing_page, name="missing"),
    path("changes/", auditing.change_list, name="changes"),
    path("review/", reviewing.review_page, name="review"),
    path("targets/<int:target>/remedy/", following_up.state_remedy, name="state_remedy"),
    path("remedies/<int:pk>/close/", following_up.close_remedy, name="close_remedy"),
    path("remedies/<int:pk>/reopen/", following_up.reopen_remedy, name="reopen_remedy"),
    path("instructions/", following_up.give_instruction, name="give_instruction"),
    path("instructions/<int:pk>/answer/", following_up.answer_instruction, name="answer_instruction"),
    path("instructions/<int:pk>/close/", following_up.close_instruction, name="close_instruction"),
    path("plan/roll-over/", rolling_over.roll_over_page, name="roll_over"),
    path("method/", pages.method_page, name="method"),
    path("sign-in/", signing_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    # Read-only, for the technical administrator made by createsuperuser.
    path("admin/", admin.site.urls),
    path("appearance/", signing_in.choose_appearance, name="choose_appearance"),
]
