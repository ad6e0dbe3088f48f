"""My month: what is behind asks for a remedy 整改措施 below its row, which goes along until it is closed."""

import pytest
from django.core.exceptions import ValidationError

from targets.models import Remedy
from targets.services import progress, remedies, years
from targets.services.base import Author

WHERE = "?unit=T-E&year=2023&as_of=7"
ADDRESS = f"/month/{WHERE}"


@pytest.fixture
def clerk(cast, signed_in):
    return signed_in(cast.east_clerk, "en")


@pytest.fixture
def row(cast):
    return f"t{cast.east_target.pk}"


@pytest.fixture
def remedy(cast):
    return f"r{cast.east_target.pk}"


@pytest.fixture
def asked_for(cast, build):
    """The year in which what is behind is handed in with a remedy."""
    year = build.year()
    return years.change_year(build.by, year=year, remedy_required=True)


def fields(prefix, **values):
    return {f"{prefix}-{name}": value for name, value in values.items()}


def save(client, name, **values):
    return client.post(f"/month/row/{WHERE}", fields(name, **values) | {"row": name})


# 3.7 km by June of 10 km, of which 5 by June: 5 + 5/6 = 5.83 expected in July. 80 % of it is 4.67.
RED, YELLOW = "0.5", "1.2"  # 4.2 and 4.9


class TestInvitation:
    def test_a_red_figure_asks_for_one_and_a_yellow_does_not(self, clerk, row, remedy):
        assert f"{remedy}-cause" not in clerk.get(ADDRESS).content.decode()  # July is not typed yet
        answer = save(clerk, row, value=RED, typed_as="month").json()
        assert f'name="{remedy}-cause"' in answer["remedy"]
        assert f'name="{remedy}-cause"' in clerk.get(ADDRESS).content.decode()
        assert save(clerk, row, value=YELLOW, typed_as="month", lock_version=0).json()["remedy"] == ""

    def test_it_is_saved_by_the_plain_form(self, cast, clerk, build, row, remedy):
        build.draft(cast.east_target, 7, RED)
        said = fields(remedy, cause="雨季停工", measure="增加机械", responsible="张某", deadline="2023-09-30")
        response = clerk.post(ADDRESS, said | {"save": "1"}, follow=True)
        assert "1 remedy saved." in response.content.decode()
        kept = Remedy.objects.get()
        assert (kept.cause, kept.measure, kept.responsible, str(kept.deadline), kept.month) == (
            "雨季停工", "增加机械", "张某", "2023-09-30", 7,
        )  # fmt: skip

    def test_it_is_saved_while_it_is_typed(self, cast, clerk, build, remedy):
        build.draft(cast.east_target, 7, RED)
        assert save(clerk, remedy, cause="雨季停工").json() == {"lock_version": 0}
        assert save(clerk, remedy, cause="雨季停工", measure="增加机械", lock_version=0).json() == {"lock_version": 1}
        assert (Remedy.objects.get().cause, Remedy.objects.get().measure) == ("雨季停工", "增加机械")

    def test_it_goes_along_into_the_next_month_until_it_is_closed(self, cast, clerk, build, remedy):
        remedies.state_remedy(build.by, target=cast.east_target, month=6, cause="雨季停工")
        page = clerk.get(ADDRESS).content.decode()
        assert "since June" in page
        assert f'name="{remedy}-cause" value="雨季停工"' in page
        remedies.close_remedy(build.by, Remedy.objects.get())
        assert "雨季停工" not in clerk.get(ADDRESS).content.decode()

    def test_left_empty_it_states_nothing_and_an_open_one_keeps_its_cause(self, cast, clerk, build, remedy):
        build.draft(cast.east_target, 7, RED)
        assert clerk.post(ADDRESS, fields(remedy, cause="", measure="") | {"save": "1"}).status_code == 302
        assert not Remedy.objects.exists()
        response = clerk.post(ADDRESS, fields(remedy, cause="", measure="增加机械") | {"save": "1"})
        assert response.status_code == 422
        assert "Say in a line why the target lags." in response.content.decode()
        assert "增加机械" in response.content.decode()
        save(clerk, remedy, cause="雨季停工")
        assert save(clerk, remedy, cause="", lock_version=0).status_code == 422
        assert Remedy.objects.get().cause == "雨季停工"

    @pytest.mark.parametrize("seen", ["", "0"])
    def test_somebody_elses_remedy_is_never_overwritten_silently(self, cast, clerk, build, remedy, seen):
        build.draft(cast.east_target, 7, RED)
        stated = remedies.state_remedy(build.by, target=cast.east_target, month=7, cause="缺资金")
        remedies.state_remedy(build.by, target=cast.east_target, month=7, cause="缺资金和人", lock_version=0)
        response = save(clerk, remedy, cause="雨季停工", lock_version=seen)
        assert response.status_code == 409
        conflict = response.json()["conflict"]
        assert (conflict["value"], conflict["fields"]["cause"], conflict["may_keep"]) == ("缺资金和人",) * 2 + (True,)
        assert clerk.post(ADDRESS, fields(remedy, cause="雨季停工", lock_version=seen)).status_code == 422
        stated.refresh_from_db()
        assert stated.cause == "缺资金和人"

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"cause": "x" * 501}, "cause"),
            ({"cause": "雨", "measure": "x" * 501}, "measure"),
            ({"cause": "雨", "responsible": "x" * 101}, "responsible"),
            ({"cause": "雨", "deadline": "明天"}, "deadline"),
            ({"cause": "雨", "deadline": "2023-02-30"}, "deadline"),
        ],
    )
    def test_what_cannot_be_kept_says_why_by_field(self, cast, clerk, build, remedy, values, field):
        build.draft(cast.east_target, 7, RED)
        response = save(clerk, remedy, **values)
        assert (response.status_code, list(response.json()["errors"])) == (422, [field])
        assert clerk.post(ADDRESS, fields(remedy, **values)).status_code == 422
        assert not Remedy.objects.exists()

    def test_control_characters_are_left_out(self, cast, clerk, build, remedy):
        build.draft(cast.east_target, 7, RED)
        save(clerk, remedy, cause="雨\x00季\x07停工\r\n两周")
        assert Remedy.objects.get().cause == "雨季停工 两周"

    def test_who_only_looks_reads_it(self, cast, signed_in, build, remedy):
        remedies.state_remedy(build.by, target=cast.east_target, month=7, cause="雨季停工")
        page = signed_in(cast.leader).get(ADDRESS).content.decode()
        assert "雨季停工" in page
        assert f"{remedy}-cause" not in page
        assert save(signed_in(cast.leader), remedy, cause="别的").status_code == 403

    def test_another_villages_is_not_found(self, cast, clerk):
        assert save(clerk, f"r{cast.west_target.pk}", cause="雨").status_code == 404

    def test_a_task_with_an_overdue_step_asks_for_one(self, cast, clerk, build):
        task = build.indicator("ROAD", cast.economy, kind="milestone", accumulation="")
        # Due in May: red from June on.
        target = build.target(task, cast.east, steps=[{"name": "开工", "due": "2023-05-31"}, {"name": "完工"}])
        assert f'name="r{target.pk}-cause"' in clerk.get(ADDRESS).content.decode()
        assert save(clerk, f"r{target.pk}", cause="用地未批").status_code == 200
        assert Remedy.objects.get().target == target


@pytest.mark.usefixtures("asked_for")
class TestRequired:
    def test_a_red_figure_is_not_submitted_without_one(self, cast, clerk, row):
        typed = fields(row, value=RED, typed_as="month", chosen="on")
        response = clerk.post(ADDRESS, typed | {"submit": "1"})
        assert response.status_code == 422
        beside = response.content.decode().split(f'id="{row}"')[1].split("</tr>")[0]
        assert "handed in with a remedy" in beside
        assert "<details open>" in response.content.decode()
        assert cast.east_target.entries.get(month=7).state == "draft"

    def test_stated_in_the_same_moment_it_is_enough(self, cast, clerk, build, row, remedy):
        draft = build.draft(cast.east_target, 7, RED)
        typed = fields(row, value=RED, typed_as="month", chosen="on", lock_version=draft.lock_version)
        said = fields(remedy, cause="雨季停工")
        assert clerk.post(ADDRESS, typed | said | {"submit": "1"}).status_code == 302
        assert cast.east_target.entries.get(month=7).state == "submitted"

    def test_the_figure_that_is_submitted_decides(self, cast, clerk, row):
        typed = fields(row, value=YELLOW, typed_as="month", chosen="on")
        assert clerk.post(ADDRESS, typed | {"submit": "1"}).status_code == 302
        assert cast.east_target.entries.get(month=7).state == "submitted"

    def test_a_closed_remedy_is_none(self, cast, build):
        remedies.state_remedy(build.by, target=cast.east_target, month=6, cause="雨季停工")
        draft = build.draft(cast.east_target, 7, RED)
        progress.submit(build.by, draft)
        progress.withdraw(build.by, draft)
        remedies.close_remedy(build.by, Remedy.objects.get())
        with pytest.raises(ValidationError, match=r"remedy|整改"):
            progress.submit(build.by, draft)

    def test_what_waits_counts_with_it(self, cast, build):
        # 3.7 + 1.2 in July waits; August of 0.5 makes 5.4 of 6.67 expected: 81 %, yellow. Without July it were red.
        build.submitted(cast.east_target, 7, YELLOW)
        progress.submit(build.by, build.draft(cast.east_target, 8, "0.5"))
        assert cast.east_target.entries.get(month=8).state == "submitted"

    def test_several_are_submitted_together_or_none(self, cast, build):
        fine = build.target(build.indicator("BRIDGES", cast.economy), cast.east, {12: 12})
        good, red = build.draft(fine, 7, 9), build.draft(cast.east_target, 7, RED)
        with pytest.raises(ValidationError, match=r"remedy|整改"):
            progress.submit(build.by, good, red)
        good.refresh_from_db()
        assert good.state == "draft"

    def test_an_overdue_task_is_not_reported_on_without_one(self, cast, build):
        task = build.indicator("ROAD", cast.economy, kind="milestone", accumulation="")
        target = build.target(task, cast.east, steps=[{"name": "开工", "due": "2023-05-31"}, {"name": "完工"}])
        step = target.milestones.get(step=1)
        report = progress.record_step(build.by, milestone=step, done=False, note="等批复", month=7)
        with pytest.raises(ValidationError, match=r"remedy|整改"):
            progress.submit(build.by, report)
        report.refresh_from_db()
        done = progress.record_step(build.by, milestone=step, done=True, month=7, lock_version=report.lock_version)
        progress.submit(build.by, done)
        assert step.entries.get().state == "submitted"


def test_by_default_nothing_is_required(cast, build):
    progress.submit(build.by, build.draft(cast.east_target, 7, RED))
    assert cast.east_target.entries.get(month=7).state == "submitted"


def test_a_person_who_saw_no_remedy_may_say_what_stands(cast, build):
    by = Author(user=cast.east_clerk, label="")
    remedies.state_remedy(build.by, target=cast.east_target, month=7, cause="雨季停工")
    assert remedies.state_remedy(by, target=cast.east_target, month=7, cause="雨季停工").cause == "雨季停工"
