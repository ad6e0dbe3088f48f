"""Sample accounts, one or more for every role, named for their role. Passwords are random."""

import secrets
from dataclasses import dataclass

from targets.models import Role


@dataclass(frozen=True)
class SampleAccount:
    """``unit`` and ``sections`` are codes; no sections means all of them."""

    username: str
    full_name: str
    role: Role
    unit: str
    sections: tuple[str, ...] = ()


ACCOUNTS = (
    SampleAccount("clerk", "石板桥村填报人", Role.CLERK, "DC-V1"),
    SampleAccount("clerk2", "兰家村填报人", Role.CLERK, "DC-V2"),
    SampleAccount("office", "农业农村办填报人", Role.CLERK, "DC-O3"),
    SampleAccount("reviewer", "党政办审核人", Role.REVIEWER, "DC"),
    SampleAccount("leader", "乡领导", Role.LEADER, "DC"),
    SampleAccount("economy-leader", "分管经济领导", Role.LEADER, "DC", ("economy",)),
    SampleAccount("admin", "系统管理员", Role.SYSTEM_ADMINISTRATOR, "DC"),
    SampleAccount("security", "安全管理员", Role.SECURITY_ADMINISTRATOR, "DC"),
    SampleAccount("auditor", "审计员", Role.AUDITOR, "DC"),
)


def new_password() -> str:
    """Fifteen random bytes: nobody guesses it, and it is copied rather than typed."""
    return secrets.token_urlsafe(15)
