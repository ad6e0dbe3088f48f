from django.db import migrations, models
from django.db.models import Q

SETTLED = ["approved", "superseded"]


class Migration(migrations.Migration):
    dependencies = [("targets", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="milestoneentry",
            constraint=models.CheckConstraint(
                condition=Q(("approved_at__isnull", False), ("state__in", SETTLED))
                | (~Q(("state__in", SETTLED)) & Q(("approved_at__isnull", True))),
                name="milestone_entry_approved_has_time",
                violation_error_message="An approved report carries the time of its approval, and no other does.",
            ),
        ),
    ]
