"""A builder, so that a test shows the plan it needs. Everything is written by the services."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError

from targets.models import Indicator, Membership, ProgressEntry, Section, Target, Unit, User, Year
from targets.services import people, plans, progress, units, years
from targets.services.base import Author

PASSWORD = "a long password for tests"


class Builder:
    """Builds units, indicators, targets, figures and people with sensible defaults."""

    def __init__(self) -> None:
        self.by = Author.system("test")
        self._year: Year | None = None

    def year(self, year: int = 2023, **settings: Any) -> Year:
        """The year, opened once."""
        found = Year.objects.filter(year=year).first()
        return found or years.create_year(self.by, year=year, **settings)

    def unit(self, code: str, parent: Unit | None = None, kind: str = "village", **fields: Any) -> Unit:
        fields.setdefault("name", f"单位{code}")
        fields.setdefault("name_en", f"Unit {code}")
        fields.setdefault("position", Unit.objects.count() + 1)
        return units.create_unit(self.by, code=code, kind=kind, parent=parent, **fields)

    def section(self, code: str = "economy", **fields: Any) -> Section:
        found = Section.objects.filter(code=code).first()
        if found is not None:
            return found
        fields.setdefault("name", f"板块{code}")
        fields.setdefault("name_en", f"Section {code}")
        fields.setdefault("position", Section.objects.count() + 1)
        return units.create_section(self.by, code=code, **fields)

    def indicator(self, code: str, section: Section | None = None, **fields: Any) -> Indicator:
        """A monthly flow to be reached, unless told otherwise."""
        defaults = {
            "name": f"指标{code}",
            "name_en": f"Indicator {code}",
            "unit_of_measure": "万元",
            "unit_of_measure_en": "CNY 10k",
            "kind": "quantity",
            "accumulation": "flow",
            "direction": "at_least",
            "decimals": 2,
            "position": Indicator.objects.count() + 1,
        }
        return plans.create_indicator(self.by, section=section or self.section(), code=code, **{**defaults, **fields})

    def target(
        self,
        indicator: Indicator,
        unit: Unit,
        checkpoints: Mapping[int, str | int] | None = None,
        *,
        year: int = 2023,
        **fields: Any,
    ) -> Target:
        """A target with its checkpoints by month."""
        self.year(year)
        points = {month: Decimal(str(value)) for month, value in (checkpoints or {}).items()}
        return plans.create_target(self.by, indicator=indicator, unit=unit, year=year, checkpoints=points, **fields)

    def draft(self, target: Target, month: int, value: str | int | None = None, **fields: Any) -> ProgressEntry:
        if value is not None:
            fields["value"] = Decimal(str(value))
        return progress.record_progress(self.by, target=target, month=month, **fields)

    def submitted(self, target: Target, month: int, value: str | int | None = None, **fields: Any) -> ProgressEntry:
        try:
            entry = self.draft(target, month, value, **fields)
        except ValidationError as error:
            if fields.get("reason") or "reason" not in getattr(error, "error_dict", {}):
                raise
            # A running total that falls is explained.
            entry = self.draft(target, month, value, **{**fields, "reason": "核减"})
        progress.submit(self.by, entry)
        return entry

    def approved(self, target: Target, month: int, value: str | int | None = None, **fields: Any) -> ProgressEntry:
        entry = self.submitted(target, month, value, **fields)
        progress.approve(self.by, entry)
        return entry

    def person(self, username: str, role: str | None = None, unit: Unit | None = None, *sections: Section) -> User:
        """A person, with a role in a unit where both are given. The password is ``PASSWORD``."""
        user = people.create_person(
            self.by, username=username, full_name=f"人员{username}", password_hash=make_password(PASSWORD)
        )
        if role and unit:
            self.role(user, role, unit, *sections)
        return user

    def role(self, user: User, role: str, unit: Unit, *sections: Section) -> Membership:
        return people.grant_role(self.by, user=user, unit=unit, role=role, sections=sections)
