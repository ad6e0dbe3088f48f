"""Every status has its word, its colour and its icon."""

import pytest
from django.utils.translation import override

from targets import display
from targets.calculations.terms import Status

from .builders import H1, YEAR, standing


@pytest.mark.parametrize(
    ("values", "period", "english", "chinese"),
    [
        ({"status": Status.COMPLETED}, H1, "First-half target completed", "已完成上半年目标"),
        ({"status": Status.COMPLETED}, YEAR, "Completed", "已完成"),
        ({"status": Status.COMPLETED, "exceeded": True}, H1, "Exceeded", "超额完成"),
        ({"status": Status.COMPLETED, "exceeded": True}, YEAR, "Exceeded", "超额完成"),
        ({"status": Status.AHEAD}, H1, "Ahead of schedule", "超进度"),
        ({"status": Status.ON_SCHEDULE}, H1, "On schedule", "达进度"),
        ({"status": Status.SLIGHTLY_BEHIND}, H1, "Slightly behind", "略欠进度"),
        ({"status": Status.BEHIND}, H1, "Behind", "欠进度"),
        ({"status": Status.NOT_DUE}, H1, "Not due", "未到节点"),
        ({"status": Status.NOT_DUE, "all_not_applicable": True}, H1, "Not applicable", "本月不涉及"),
        ({"status": Status.NOT_REPORTED}, H1, "Not reported", "未报"),
        ({"status": Status.MONITORED}, H1, "Monitored", "监测"),
    ],
)
def test_a_status_is_worded_for_the_period_viewed(values, period, english, chinese):
    assert display.status(standing(**values), period) == english
    with override("zh-hans"):
        assert display.status(standing(**values), period) == chinese


def test_every_status_has_a_word_a_light_and_an_icon_of_its_own():
    assert len({display.status_word(status) for status in Status}) == len(Status)
    assert len({display.LIGHTS[status].icon for status in Status}) == len(Status)
    colours = {status: display.LIGHTS[status].colour for status in Status}
    assert colours[Status.SLIGHTLY_BEHIND] == "yellow"
    assert colours[Status.BEHIND] == "red"
    assert {colours[status] for status in (Status.COMPLETED, Status.AHEAD, Status.ON_SCHEDULE)} == {"green"}
    assert {colours[status] for status in (Status.NOT_DUE, Status.NOT_REPORTED)} == {"grey"}
    assert colours[Status.MONITORED] == "none"
