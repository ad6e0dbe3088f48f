"""The cast: a township with two sibling villages and an office, and a person for every role."""

from dataclasses import dataclass

from targets.models import Indicator, Section, Target, Unit, User
from tests.builders import Builder


@dataclass(frozen=True)
class Cast:
    """East and West village are siblings: the clerk of one must never see a figure of the other.

    ``roads`` has a target in each village (East 3.7 km reported, West 8.9 km), ``visits`` one in the office.
    """

    township: Unit
    east: Unit
    west: Unit
    office: Unit
    economy: Section
    governance: Section
    roads: Indicator
    visits: Indicator
    east_target: Target
    west_target: Target
    office_target: Target
    east_clerk: User
    west_clerk: User
    office_clerk: User
    reviewer: User
    leader: User
    governance_leader: User
    system_administrator: User
    security_administrator: User
    auditor: User
    stranger: User

    @property
    def people(self) -> dict[str, User]:
        """Everybody by what the access table calls them."""
        return {
            "clerk": self.east_clerk,
            "sibling clerk": self.west_clerk,
            "office clerk": self.office_clerk,
            "reviewer": self.reviewer,
            "leader": self.leader,
            "section leader": self.governance_leader,
            "system administrator": self.system_administrator,
            "security administrator": self.security_administrator,
            "auditor": self.auditor,
            "no role": self.stranger,
        }


def make_cast(build: Builder) -> Cast:
    township = build.unit("T", kind="township", name="青山乡", name_en="Qingshan Township")
    office = build.unit("T-O", township, kind="office", name="平安办", name_en="Safety Office")
    east = build.unit("T-E", township, name="东村", name_en="East Village")
    west = build.unit("T-W", township, name="西村", name_en="West Village")
    economy = build.section("economy", name="经济发展", name_en="Economy")
    governance = build.section("governance", name="社会治理", name_en="Governance")
    roads = build.indicator(
        "ROADS", economy, name="新修道路", name_en="Roads built", unit_of_measure="千米", unit_of_measure_en="km"
    )
    visits = build.indicator(
        "VISITS", governance, name="入户走访", name_en="Home visits", unit_of_measure="户", decimals=0
    )
    east_target = build.target(roads, east, {6: 5, 12: 10})
    west_target = build.target(roads, west, {6: 6, 12: 12})
    office_target = build.target(visits, office, {6: 60, 12: 120})
    build.approved(east_target, 6, "3.7", typed_as="cumulative")
    build.approved(west_target, 6, "8.9", typed_as="cumulative")
    build.approved(office_target, 6, 61, from_month=1)
    return Cast(
        township,
        east,
        west,
        office,
        economy,
        governance,
        roads,
        visits,
        east_target,
        west_target,
        office_target,
        east_clerk=build.person("east", "clerk", east),
        west_clerk=build.person("west", "clerk", west),
        office_clerk=build.person("office", "clerk", office),
        reviewer=build.person("reviewer", "reviewer", township),
        leader=build.person("leader", "leader", township),
        governance_leader=build.person("governance", "leader", township, governance),
        system_administrator=build.person("system", "system_administrator", township),
        security_administrator=build.person("security", "security_administrator", township),
        auditor=build.person("auditor", "auditor", township),
        stranger=build.person("stranger"),
    )
