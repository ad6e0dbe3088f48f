"""My month: taking back what was submitted, correcting what was approved, and a month that is closed."""

from decimal import Decimal

import pytest

from targets.models import Change, ProgressEntry
from targets.permissions import scope_of
from targets.services import months, progress
from targets.services.base import Author
from tests.pages import read

ADDRESS = "/month/?unit=T-E&year=2023&as_of=6"
ROW = "/month/row/?unit=T-E&year=2023&as_of=6"


@pytest.fixture
def clerk(cast, signed_in):
    return signed_in(cast.east_clerk, "en")


@pytest.fixture
def bridges(cast, build):
    return build.target(build.indicator("BRIDGES", cast.economy, name_en="Bridges"), cast.east, {12: 6})


@pytest.fixture
def step(cast, build):
    """A step that was approved as done."""
    task = build.indicator("ROAD", cast.economy, kind="milestone", accumulation="")
    step = build.target(task, cast.east, steps=[{"name": "开工"}, {"name": "完工"}]).milestones.get(step=1)
    report = progress.record_step(build.by, milestone=step, done=True, month=5)
    progress.submit(build.by, report)
    progress.approve(build.by, report)
    return step


def fields(prefix, **values):
    return {f"{prefix}-{name}": value for name, value in values.items()}


def states(target, month=6):
    return list(target.entries.filter(month=month).order_by("version").values_list("state", flat=True))


class TestWithdrawing:
    def test_a_submitted_row_says_who_and_when_and_is_taken_back(self, cast, clerk, build, bridges):
        entry = build.draft(bridges, 6, 2)
        clerk.post(
            ADDRESS, fields(f"t{bridges.pk}", value="2", typed_as="month", lock_version=0, chosen="on", submit="")
        )
        clerk.post(ADDRESS, fields(f"t{bridges.pk}", value="2", lock_version=0, chosen="on") | {"submit": "1"})
        page = clerk.get(ADDRESS).content.decode()
        assert str(cast.east_clerk) in page.split(f'id="t{bridges.pk}"')[1].split("</tr>")[0]
        response = clerk.post(ADDRESS, {"withdraw": f"t{bridges.pk}"}, follow=True)
        assert "1 answer withdrawn." in response.content.decode()
        entry.refresh_from_db()
        assert (entry.state, entry.submitted_by) == ("draft", None)
        assert Change.objects.filter(action="entry.withdraw", object_id=entry.pk, actor=cast.east_clerk).count() == 1

    def test_everything_submitted_is_taken_back_at_once_and_only_there(self, cast, clerk, build, bridges, step):
        build.submitted(bridges, 6, 2)
        wells = build.target(build.indicator("WELLS", cast.economy), cast.east, {12: 6})
        build.submitted(wells, 6, 2)
        build.submitted(wells, 5, 2)
        west = build.target(build.indicator("BARNS", cast.economy), cast.west, {12: 6})
        build.submitted(west, 6, 2)
        clerk.post(ADDRESS, {"withdraw": "all"})
        assert (states(bridges), states(wells), states(wells, 5), states(west)) == (
            ["draft"], ["draft"], ["submitted"], ["submitted"],
        )  # fmt: skip

    def test_what_is_typed_elsewhere_on_the_page_is_kept(self, cast, clerk, build, bridges):
        build.submitted(bridges, 6, 2)
        wells = build.target(build.indicator("WELLS", cast.economy), cast.east, {12: 6})
        clerk.post(ADDRESS, fields(f"t{wells.pk}", value="7", typed_as="month") | {"withdraw": f"t{bridges.pk}"})
        assert (states(bridges), states(wells)) == (["draft"], ["draft"])

    def test_what_was_reviewed_since_stays(self, clerk, build, bridges):
        build.approved(bridges, 6, 2)
        response = clerk.post(ADDRESS, {"withdraw": f"t{bridges.pk}"})
        assert response.status_code == 422
        assert "Nothing of this waits for review any more" in response.content.decode()
        assert states(bridges) == ["approved"]

    @pytest.mark.parametrize("which", ["", "t0", "x", "t" + "9" * 30, "\x00", "<b>"])
    def test_what_is_no_row_withdraws_nothing(self, clerk, build, bridges, which):
        build.submitted(bridges, 6, 2)
        assert clerk.post(ADDRESS, {"withdraw": which}).status_code == 422
        assert states(bridges) == ["submitted"]

    def test_another_villages_row_is_not_withdrawn(self, cast, clerk, build):
        build.submitted(cast.west_target, 7, 1)
        clerk.post(ADDRESS.replace("as_of=6", "as_of=7"), {"withdraw": f"t{cast.west_target.pk}"})
        assert states(cast.west_target, 7) == ["submitted"]

    def test_who_only_looks_has_no_button_and_is_refused(self, cast, signed_in, build, bridges):
        build.submitted(bridges, 6, 2)
        leader = signed_in(cast.leader)
        assert b'name="withdraw"' not in leader.get(ADDRESS).content
        assert leader.post(ADDRESS, {"withdraw": "all"}).status_code == 403

    def test_enter_presses_save_where_no_script_runs(self, cast, clerk, build, bridges):
        build.submitted(bridges, 6, 2)
        build.target(build.indicator("WELLS"), cast.east, {12: 6})
        form = clerk.get(ADDRESS).content.decode().split('id="entering"')[1]
        assert form.index('type="submit" class="sr"') < form.index('name="withdraw"')


class TestCorrecting:
    """The eastern village reported 3.7 km by June; that is approved."""

    @pytest.fixture
    def row(self, cast):
        return f"t{cast.east_target.pk}"

    def test_an_approved_row_offers_it_and_opens_by_its_address(self, clerk, row):
        page = clerk.get(ADDRESS).content.decode()
        assert f"correct={row}#{row}" in page
        assert f'name="{row}-value"' not in page
        opened = clerk.get(f"{ADDRESS}&correct={row}").content.decode()
        assert f'name="{row}-value" value="3.7"' in opened
        assert "Approved:" in opened
        assert "Reason for the correction" in opened

    def test_it_asks_for_a_reason_and_keeps_what_was_typed(self, cast, clerk, row):
        typed = fields(row, value="3.9", typed_as="cumulative", corrects="1")
        response = clerk.post(f"{ADDRESS}&correct={row}", typed | {"save": "1"})
        assert response.status_code == 422
        page = response.content.decode()
        assert "Say why the approved figure is corrected." in page
        assert 'value="3.9"' in page
        assert states(cast.east_target) == ["approved"]

    def test_the_approved_figure_stands_beside_its_correction(self, cast, clerk, row):
        typed = fields(row, value="3.9", typed_as="cumulative", corrects="1", reason="复测", chosen="on")
        assert clerk.post(f"{ADDRESS}&correct={row}", typed | {"submit": "1"}).status_code == 302
        assert states(cast.east_target) == ["approved", "submitted"]
        correction = cast.east_target.entries.get(month=6, state="submitted")
        assert (correction.value, correction.reason) == (Decimal("3.9"), "复测")
        page = clerk.get(ADDRESS).content.decode()
        assert "3.70" in page
        assert "3.90" in page

    def test_an_open_correction_goes_on_with_its_reason(self, cast, clerk, row):
        typed = fields(row, value="3.9", typed_as="cumulative", corrects="1", reason="复测")
        clerk.post(ADDRESS, typed | {"save": "1"})
        assert f'name="{row}-reason" value="复测"' in clerk.get(ADDRESS).content.decode()
        again = fields(row, value="4", typed_as="cumulative", corrects="1", reason="", lock_version="0")
        assert clerk.post(ADDRESS, again | {"save": "1"}).status_code == 422
        assert cast.east_target.entries.get(month=6, state="draft").value == Decimal("3.9")

    def test_an_unchanged_row_corrects_nothing(self, cast, clerk, row):
        typed = fields(row, value="3.7", typed_as="cumulative", corrects="1", reason="没改", chosen="on")
        assert clerk.post(ADDRESS, typed | {"submit": "1"}).status_code == 302
        assert states(cast.east_target) == ["approved"]

    def test_a_correction_of_what_was_corrected_since_is_refused(self, cast, clerk, build, row):
        progress.correct_progress(build.by, target=cast.east_target, month=6, value=Decimal(5), reason="错")
        entry = cast.east_target.entries.get(month=6, state="draft")
        progress.submit(build.by, entry)
        progress.approve(build.by, entry)
        typed = fields(row, value="3.9", typed_as="cumulative", corrects="1", reason="复测")
        response = clerk.post(ADDRESS, typed | {"save": "1"})
        assert response.status_code == 422
        assert "The approved figure has changed" in response.content.decode()
        assert states(cast.east_target) == ["superseded", "approved"]

    def test_without_being_begun_an_approved_row_takes_nothing_and_says_so(self, cast, clerk, row):
        response = clerk.post(ADDRESS, fields(row, value="9", typed_as="month") | {"save": "1"})
        assert response.status_code == 422
        assert "was not saved: Roads built" in response.content.decode()
        assert states(cast.east_target) == ["approved"]

    def test_a_figure_for_a_run_of_months_stays_one(self, cast, clerk, build, bridges):
        build.approved(bridges, 6, 6, from_month=4)
        typed = fields(f"t{bridges.pk}", value="7", typed_as="month", corrects="1", reason="复测")
        clerk.post(ADDRESS, typed | {"save": "1"})
        draft = bridges.entries.get(state="draft")
        assert (draft.from_month, draft.month, draft.value) == (4, 6, 7)

    def test_the_script_saves_it_by_the_same_rules(self, cast, clerk, row):
        typed = fields(row, value="3.9", typed_as="cumulative", corrects="1") | {"row": row}
        refused = clerk.post(ROW, typed)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["reason"])
        saved = clerk.post(ROW, typed | fields(row, reason="复测")).json()
        assert (saved["lock_version"], saved["state"]) == (0, "draft")
        dropped = clerk.post(ROW, fields(row, value="", corrects="1", lock_version="0") | {"row": row}).json()
        assert (dropped["lock_version"], dropped["state"]) == (None, "approved")
        assert states(cast.east_target) == ["approved"]

    def test_a_step_reported_as_done_is_corrected_with_a_reason(self, clerk, step):
        row = f"s{step.pk}"
        page = clerk.get(f"{ADDRESS}&correct={row}").content.decode()
        assert f'name="{row}-reason"' in page
        typed = fields(row, corrects="1")  # not done after all
        assert clerk.post(ADDRESS, typed | {"save": "1"}).status_code == 422
        assert clerk.post(ADDRESS, typed | fields(row, reason="验收未过") | {"save": "1"}).status_code == 302
        draft = step.entries.get(state="draft")
        assert (draft.done, draft.reason) == (False, "验收未过")

    def test_a_correction_of_a_step_that_says_what_stands_is_dropped(self, clerk, step):
        row = f"s{step.pk}"
        clerk.post(ADDRESS, fields(row, corrects="1", reason="验收未过") | {"save": "1"})
        clerk.post(ADDRESS, fields(row, done="on", corrects="1", lock_version="0") | {"save": "1"})
        assert list(step.entries.values_list("state", flat=True)) == ["approved"]

    def test_an_unchanged_step_writes_nothing(self, clerk, step):
        clerk.post(ADDRESS, fields(f"s{step.pk}", done="on", corrects="1", chosen="on") | {"submit": "1"})
        assert list(step.entries.values_list("state", flat=True)) == ["approved"]

    @pytest.mark.parametrize("what", ["t0", "s0", "x", "t" + "9" * 40, "<script>"])
    def test_a_forged_address_opens_nothing(self, cast, clerk, row, what):
        response = clerk.get(ADDRESS, {"unit": "T-E", "year": "2023", "as_of": "6", "correct": what})
        assert response.status_code == 200
        assert f'name="{row}-value"' not in response.content.decode()
        assert "<script>t" not in response.content.decode()


class TestLateCorrection:
    def test_it_changes_what_is_derived_of_later_months_and_nothing_that_was_typed(self, clerk, build, bridges):
        def shown(month):
            page = read(clerk.get(f"/month/?unit=T-E&year=2023&as_of={month}"))
            return next(table for table in page.tables if "entering" in table.classes).row("Indicator", "Bridges")

        build.approved(bridges, 3, "1.5")
        build.approved(bridges, 4, 0)
        build.approved(bridges, 5, 5, typed_as="cumulative")
        # 6 a year: 2 were due by April, and 1.5 are 75 % of them. May brought 5 − 1.5.
        assert "running total: 1.50" in shown(4)["Your answer"].text
        assert "Behind" in shown(4)["State"].text
        assert "May alone: 3.50" in shown(5)["Your answer"].text

        correction = progress.correct_progress(build.by, target=bridges, month=3, value=Decimal(2), reason="recounted")
        progress.submit(build.by, correction)
        progress.approve(build.by, correction)

        assert "running total: 2.00" in shown(4)["Your answer"].text
        assert "On schedule" in shown(4)["State"].text
        assert "May alone: 3.00" in shown(5)["Your answer"].text
        typed = bridges.entries.filter(month__gt=3).order_by("month").values_list("value", "typed_as", "version")
        assert list(typed) == [(0, "month", 1), (5, "cumulative", 1)]
        assert states(bridges, 3) == ["superseded", "approved"]


class TestReturned:
    """What the reviewer handed back stands on top of the month, with its reason, until it is submitted again."""

    @pytest.fixture
    def listed(self, clerk):
        def read_list(month=6):
            cells = read(clerk.get(f"/month/?unit=T-E&year=2023&as_of={month}")).listed
            return [(cell.text, cell.links) for cell in cells if "unclear" in cell.text]

        return read_list

    def test_the_reason_leads_to_the_row(self, cast, build, listed, bridges):
        entry = build.submitted(bridges, 6, 2)
        reviewer = Author.person(cast.reviewer, scope_of(cast.reviewer))
        progress.return_entry(reviewer, entry, reason="unclear: which bridge?")
        ((text, links),) = listed()
        assert text.startswith("Bridges unclear: which bridge? 人员reviewer · ")
        assert links == [f"#t{bridges.pk}"]

    def test_that_of_another_month_leads_there(self, build, listed, bridges):
        progress.return_entry(build.by, build.submitted(bridges, 5, 2), reason="unclear")
        ((text, links),) = listed(7)
        assert text.startswith("Bridges May unclear")
        assert links == [f"?year=2023&period=Y&as_of=5&unit=T-E#t{bridges.pk}"]

    def test_a_step_has_its_row_in_every_month(self, build, listed, step):
        report = progress.record_step(build.by, milestone=step, done=False, month=5, reason="stopped")
        progress.submit(build.by, report)
        progress.return_entry(build.by, report, reason="unclear")
        assert [links for _text, links in listed(7)] == [[f"#s{step.pk}"]]

    def test_it_stays_while_it_is_mended_and_goes_when_it_is_submitted(self, clerk, build, listed, bridges):
        entry = build.submitted(bridges, 6, 2)
        progress.return_entry(build.by, entry, reason="unclear")
        seen = entry.lock_version
        clerk.post(ADDRESS, fields(f"t{bridges.pk}", value="3", typed_as="month", lock_version=seen) | {"save": "1"})
        assert len(listed()) == 1
        mended = fields(f"t{bridges.pk}", value="3", typed_as="month", lock_version=seen + 1, chosen="on")
        clerk.post(ADDRESS, mended | {"submit": "1"})
        assert states(bridges) == ["submitted"]
        assert listed() == []

    def test_that_of_another_village_is_not_there(self, cast, build, listed):
        west = build.target(build.indicator("BARNS", cast.economy), cast.west, {12: 6})
        progress.return_entry(build.by, build.submitted(west, 6, 2), reason="unclear")
        assert listed() == []


class TestClosed:
    @pytest.fixture(autouse=True)
    def closed(self, cast, build, bridges):
        build.draft(bridges, 6, 2)
        months.close_month(build.by, unit=cast.east, year=2023, month=6)

    def test_it_says_since_when_and_who_reopens_it(self, cast, clerk, build):
        page = clerk.get(ADDRESS).content.decode()
        assert "This month was closed on" in page
        assert f"It is reopened by: {cast.reviewer}." in page
        assert str(cast.leader) not in page

    def test_only_a_correction_is_taken(self, cast, clerk, bridges):
        page = clerk.get(ADDRESS).content.decode()
        assert f'name="t{bridges.pk}-value"' not in page
        assert f"correct=t{cast.east_target.pk}" in page
        clerk.post(ADDRESS, fields(f"t{bridges.pk}", value="9", typed_as="month") | {"save": "1"})
        assert ProgressEntry.objects.get(target=bridges, month=6).value == 2
        row = f"t{cast.east_target.pk}"
        typed = fields(row, value="3.9", typed_as="cumulative", corrects="1", reason="复测", chosen="on")
        assert clerk.post(ADDRESS, typed | {"submit": "1"}).status_code == 302
        assert states(cast.east_target) == ["approved", "submitted"]

    def test_the_script_meets_the_same_lock(self, cast, clerk, bridges):
        row = f"t{bridges.pk}"
        assert clerk.post(ROW, fields(row, value="9", lock_version="0") | {"row": row}).status_code == 422
        row = f"t{cast.east_target.pk}"
        typed = fields(row, value="3.9", typed_as="cumulative", corrects="1", reason="复测") | {"row": row}
        assert clerk.post(ROW, typed).status_code == 200

    @pytest.mark.parametrize("reason", ["", "  ", "\x00", "x" * 501])
    def test_it_is_reopened_with_a_reason_that_can_be_kept(self, cast, signed_in, reason):
        reviewer = signed_in(cast.reviewer, "en")
        assert reviewer.post(ADDRESS, {"reopen": "1", "reason": reason}).status_code == 422
        assert reviewer.post(ADDRESS, {"reopen": "1", "reason": "补\x00报\x07"}).status_code == 302
        assert Change.objects.get(action="month.reopen").reason == "补报"
