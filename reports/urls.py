"""Files: the same query as the page that leads to them."""

from django.urls import path

from reports import views

urlpatterns = [
    path("files/month.xlsx", views.month_form, name="month_form"),
    path("files/indicators.csv", views.indicator_file, {"form": "csv"}, name="indicators_csv"),
    path("files/indicators.xlsx", views.indicator_file, {"form": "xlsx"}, name="indicators_xlsx"),
]
