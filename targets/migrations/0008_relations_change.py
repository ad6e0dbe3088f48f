from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0007_discarded_targets"),
    ]

    operations = [
        migrations.AddField(
            model_name="indicatorcheck",
            name="lock_version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="indicatorcheck",
            name="meaning",
            field=models.CharField(blank=True, max_length=200, verbose_name="meaning"),
        ),
    ]
