"""Files: the same query as the page that leads to them."""

from django.urls import path

from reports import making, preparing, views

urlpatterns = [
    path("reports/", making.reports_page, name="reports"),
    path("reports/half-year/", preparing.half_year_reports, name="half_year_reports"),
    path("reports/half-year/<int:pk>/", preparing.half_year_report, name="half_year_report"),
    path("reports/half-year/<int:pk>/versions/<int:number>/", preparing.half_year_version, name="half_year_version"),
    path("files/month.xlsx", views.month_form, name="month_form"),
    path("files/people.xlsx", views.people_file, name="people_form"),
    path("files/plan.csv", views.plan_file, {"form": "csv"}, name="plan_csv"),
    path("files/plan.xlsx", views.plan_file, {"form": "xlsx"}, name="plan_xlsx"),
    path("files/indicators.csv", views.indicator_file, {"form": "csv"}, name="indicators_csv"),
    path("files/indicators.xlsx", views.indicator_file, {"form": "xlsx"}, name="indicators_xlsx"),
    path("files/second-half.csv", views.second_half_file, {"form": "csv"}, name="second_half_csv"),
    path("files/second-half.xlsx", views.second_half_file, {"form": "xlsx"}, name="second_half_xlsx"),
]
