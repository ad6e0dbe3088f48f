"""What a password must be, where Django says it in English only."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LengthValidator(MinimumLengthValidator):
    """Django's own rule. Its catalogues do not hold the sentence that Django 5.2 refuses with."""

    def get_error_message(self) -> str:
        return _("This password is too short. It must contain at least %(count)d characters.") % {
            "count": self.min_length
        }
