from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("targets", "0002_milestone_entry_approved_has_time")]

    operations = [
        migrations.AddField(
            model_name="target",
            name="supporting_units",
            field=models.ManyToManyField(
                blank=True, related_name="supported_targets", to="targets.unit", verbose_name="supporting units"
            ),
        ),
    ]
