"""Reports in Django's admin: to look at, as everything of the business."""

from django.contrib import admin

from reports import models
from targets.admin import ReadOnlyAdmin

for model in (models.Report, models.ReportParagraph, models.ReportVersion):
    admin.site.register(model, ReadOnlyAdmin)
