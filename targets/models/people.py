from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CLERK = "clerk", _("clerk")
    REVIEWER = "reviewer", _("reviewer")
    LEADER = "leader", _("leader")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("system administrator")
    SECURITY_ADMINISTRATOR = "security_administrator", _("security administrator")
    AUDITOR = "auditor", _("auditor")


class Language(models.TextChoices):
    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


class User(AbstractUser):
    """A person, one account each. Disabled on transfer (``is_active``), never deleted.

    ``is_sample`` marks the accounts of the sample township: while one is active the server stays on
    this machine. ``invitation`` is the digest of the code with which the person chooses a password, empty where
    nobody is invited; the code itself is nowhere kept. It opens until ``invited_until``.
    """

    full_name = models.CharField(_("full name"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices, default=Language.CHINESE)
    large_text = models.BooleanField(_("large text"), default=False)
    is_sample = models.BooleanField(_("sample account"), default=False)
    invitation = models.CharField(_("invitation"), max_length=64, blank=True, db_index=True)
    invited_until = models.DateTimeField(_("invited until"), null=True, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name or self.username


class Membership(models.Model):
    """What a person is in a unit: a role there and in everything below, in all sections or in some.

    No sections means all of them.
    """

    user = models.ForeignKey("targets.User", on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey("targets.Unit", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    sections = models.ManyToManyField("targets.Section", blank=True, verbose_name=_("sections"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=Q(ended_at__isnull=True),
                name="membership_once",
                violation_error_message=_("This person already has this role in this unit."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.unit} · {self.get_role_display()}"
