def sample_accounts_active() -> bool:
    """Whether somebody could sign in with a sample account."""
    from targets.models import User

    return User.objects.filter(is_sample=True, is_active=True).exists()
