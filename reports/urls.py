"""Files: the same query as the page that leads to them."""

from django.urls import path

from reports import making, views

urlpatterns = [
    path("reports/", making.reports_page, name="reports"),
    path("files/month.xlsx", views.month_form, name="month_form"),
    path("files/indicators.csv", views.indicator_file, {"form": "csv"}, name="indicators_csv"),
    path("files/indicators.xlsx", views.indicator_file, {"form": "xlsx"}, name="indicators_xlsx"),
    path("files/second-half.csv", views.second_half_file, {"form": "csv"}, name="second_half_csv"),
    path("files/second-half.xlsx", views.second_half_file, {"form": "xlsx"}, name="second_half_xlsx"),
]
