"""Files: the same query as the page that leads to them."""

from django.urls import path

from reports.half_year import views as half_year
from reports.notices import views as notices
from reports.tables import views as tables

urlpatterns = [
    path("reports/", notices.reports_page, name="reports"),
    path("reports/half-year/", half_year.half_year_reports, name="half_year_reports"),
    path("reports/half-year/<int:pk>/", half_year.half_year_report, name="half_year_report"),
    path("reports/half-year/<int:pk>/versions/<int:number>/", half_year.half_year_version, name="half_year_version"),
    path("files/month.xlsx", tables.month_form, name="month_form"),
    path("files/people.xlsx", tables.people_file, name="people_form"),
    path("files/plan.csv", tables.plan_file, {"form": "csv"}, name="plan_csv"),
    path("files/plan.xlsx", tables.plan_file, {"form": "xlsx"}, name="plan_xlsx"),
    path("files/indicators.csv", tables.indicator_file, {"form": "csv"}, name="indicators_csv"),
    path("files/indicators.xlsx", tables.indicator_file, {"form": "xlsx"}, name="indicators_xlsx"),
    path("files/second-half.csv", tables.second_half_file, {"form": "csv"}, name="second_half_csv"),
    path("files/second-half.xlsx", tables.second_half_file, {"form": "xlsx"}, name="second_half_xlsx"),
]
