from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import migrations, models


def take_back_given_passwords(apps: Any, schema_editor: Any) -> None:
    """A password that somebody else gave and that was never changed opens nothing any more.

    Nobody is locked out: these people are invited again on their page, the first security administrator by
    ``manage.py first_administrator``.
    """
    user_model = apps.get_model("targets", "User")
    for pk in user_model.objects.filter(must_change_password=True).values_list("pk", flat=True):
        user_model.objects.filter(pk=pk).update(password=make_password(None))


class Migration(migrations.Migration):
    dependencies = [("targets", "0005_upload")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="invitation",
            field=models.CharField(blank=True, db_index=True, default="", max_length=64, verbose_name="invitation"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="user",
            name="invited_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="invited until"),
        ),
        migrations.RunPython(take_back_given_passwords, migrations.RunPython.noop),
        migrations.RemoveField(model_name="user", name="must_change_password"),
    ]
