"""Whatever is written, the accounts say what the answers say; and it costs the same whatever lies beside."""

import random
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import Change, MonthlyAccount, ProgressEntry, State, Target, Year
from targets.services import planning, plans, progress, rolling_over, units
from targets.services.accounts import differences
from targets.services.base import verb
from tests.builders import Builder


def differing(year: int = 2023) -> list[str]:
    assert Year.objects.get(year=year).accounts_version
    return [f"{row.indicator.code} {row.unit.code}" for row in differences(year)]


@pytest.fixture
def county(build: Builder) -> dict[str, Any]:
    """A county with two townships of three villages, and one with targets of its own; every kind of indicator."""
    top = build.unit("county", kind="county")
    towns = [build.unit(f"t{number}", top, kind="township") for number in (1, 2, 3)]
    villages = [build.unit(f"v{number}", towns[number // 3]) for number in range(6)]
    flow = build.indicator("flow")
    stock = build.indicator("stock", accumulation="stock", direction="at_most")
    rate = build.indicator("rate", kind="rate", accumulation="latest", unit_of_measure="%")
    build.target(flow, top, {6: 500, 12: 1000}, figures="sum")
    build.target(stock, towns[0], figures="sum")
    for place, village in enumerate(villages):
        build.target(flow, village, {6: 40 + place, 11: 100}, lead_leader="甲" if place % 2 else "")
        build.target(stock, village, {6: 10, 12: 7} if place % 2 else {}, baseline=12)
        build.target(rate, village, {6: 80, 12: 90})
    build.target(flow, towns[2], {4: 70, 12: 300}, lead_leader="乙")
    return {"top": top, "towns": towns, "villages": villages, "indicators": [flow, stock, rate]}


@pytest.mark.parametrize("seed", range(4))
def test_after_any_verbs_in_any_order(seed: int, build: Builder, county: dict[str, Any]) -> None:
    drawn = random.Random(seed)
    done = 0
    for step in range(60):
        targets = list(Target.objects.in_force(2023).filter(figures="own").select_related("indicator", "unit"))
        target = drawn.choice(targets)
        month = drawn.randrange(1, 13)
        try:
            done += act(drawn.randrange(12), drawn, build, county, target, month)
        except ValidationError:
            continue
        if step % 10 == 9:
            assert differing() == []
    assert done > 25
    assert differing() == []


def act(what: int, drawn: random.Random, build: Builder, county: dict[str, Any], target: Target, month: int) -> int:
    by = build.by
    if what < 6:
        value: dict[str, Any] = {"value": drawn.randrange(0, 60)}
        if target.indicator.kind == "rate":
            value = {"numerator": drawn.randrange(0, 9), "denominator": drawn.randrange(9, 12)}
        if drawn.random() < 0.2:
            value = {"answer": "not_applicable"}
        write = drawn.choice([build.approved, build.approved, build.submitted, build.draft])
        write(target, month, reason="核实", **value)
    elif what == 6:
        entry = ProgressEntry.objects.filter(state=State.SUBMITTED).order_by("?").first()
        if entry is None:
            return 0
        drawn.choice([progress.approve, lambda by, one: progress.return_entry(by, one, reason="再核")])(by, entry)
    elif what == 7:
        plans.adjust_target(
            by, target=target, effective_month=month, checkpoints={12: Decimal(drawn.randrange(50, 200))}, reason="调整"
        )
    elif what == 8:
        archived = Target.objects.filter(archived_at__isnull=False).first()
        if archived is not None and drawn.random() < 0.5:
            planning.restore_target(by, target=archived, reason="恢复")
        else:
            planning.archive_targets(by, [(target, target.lock_version)], reason="取消")
    elif what == 9:
        indicator, unit = drawn.choice(county["indicators"]), drawn.choice(county["towns"])
        build.target(indicator, unit, {12: 300} if drawn.random() < 0.5 else {}, figures=drawn.choice(["own", "sum"]))
    elif what == 10:
        units.end_unit(by, unit=target.unit, last_year=2023, last_month=month, reason="合并")
    else:
        units.create_unit(by, code=f"n{drawn.random()}", name="新村", kind="village", parent=county["towns"][1])
    return 1


def test_a_unit_that_moves_takes_its_figures_along(build: Builder) -> None:
    top = build.unit("county", kind="county")
    one, other = build.unit("t1", top, kind="township"), build.unit("t2", top, kind="township")
    village = build.unit("v", one)
    flow = build.indicator("flow")
    build.target(flow, village, {12: 100})
    units.move_unit(build.by, unit=village, parent=other)
    assert differing() == []
    assert MonthlyAccount.objects.get(unit=one).up == {}
    assert MonthlyAccount.objects.get(unit=other).up["planned"]["parts"] == [1] * 12
    units.move_unit(build.by, unit=other, parent=None)
    assert differing() == []
    assert MonthlyAccount.objects.get(unit=top).up == {}


def test_of_a_draft_that_was_undone_no_account_is_left(build: Builder, county: dict[str, Any]) -> None:
    source = Year.objects.get(year=2023)
    continued = [
        rolling_over.Continued(target, None, {12: Decimal(5)}, ())
        for target in Target.objects.in_force(2023).select_related("unit", "indicator")
    ]
    draft = rolling_over.roll_over(build.by, source=source, year=2024, continued=continued)
    assert differing(2024) == []
    assert MonthlyAccount.objects.filter(year=2024).exists()
    rolling_over.discard_draft(build.by, draft)
    build.year(2024)
    assert not MonthlyAccount.objects.filter(year=2024).exists()


def test_what_changed_before_a_year_was_opened_is_followed(build: Builder, county: dict[str, Any]) -> None:
    entry = build.submitted(Target.objects.filter(unit__code="v1")[0], 2, 4)

    @verb
    def approve_and_open() -> None:
        progress.approve(build.by, entry)
        build.year(2024)

    approve_and_open()
    assert differing() == []


def test_an_account_that_was_altered_is_told_and_made_anew(build: Builder, county: dict[str, Any]) -> None:
    call_command("check_figures", stdout=StringIO())
    verb(MonthlyAccount.objects.filter(unit=county["towns"][0], indicator__code="flow").update)(up={})
    assert differing() == ["flow t1"]
    told = StringIO()
    with pytest.raises(CommandError, match="1"):
        call_command("check_figures", stdout=told)
    assert "Unit t1" in told.getvalue()
    assert differing() == ["flow t1"]
    call_command("check_figures", rebuild=True, stdout=told)
    assert differing() == []
    assert Change.objects.latest("pk").action == "year.recompute"


def test_after_a_migration_the_accounts_are_made_by_the_rules_in_use(build: Builder, county: dict[str, Any]) -> None:
    kept = {row.pk: row.up for row in MonthlyAccount.objects.all()}
    verb(Year.objects.update)(accounts_version=0)
    verb(MonthlyAccount.objects.all().delete)()
    build.approved(Target.objects.filter(unit__code="v1")[0], 1, 9)
    assert not MonthlyAccount.objects.exists()
    call_command("migrate", verbosity=0)
    assert differing() == []
    assert MonthlyAccount.objects.count() == len(kept)


@pytest.mark.parametrize("villages", [2, 40])
def test_approving_costs_the_same_whatever_lies_beside(villages: int, build: Builder) -> None:
    top = build.unit("top", kind="township")
    flow = build.indicator("flow")
    targets = [build.target(flow, build.unit(f"v{number}", top), {12: 100}) for number in range(villages)]
    entry = build.submitted(targets[0], 3, 7)
    with CaptureQueriesContext(connection) as queries:
        progress.approve(build.by, entry)
    about = [query["sql"] for query in queries if "targets_monthlyaccount" in query["sql"]]
    assert len(about) == 2  # read with a lock, written once
    assert len(queries) == 21
