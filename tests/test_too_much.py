"""What exceeds a limit of one request is refused with a sentence that says what to do."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from targets.models import Target
from tests.pages import read


@pytest.fixture
def admin(cast, signed_in):
    return signed_in(cast.system_administrator, "en")


def refusal(answer):
    assert answer.status_code == 413
    text = read(answer).text
    assert "Nothing was saved" in text
    return text


def test_too_many_fields_are_named_with_the_way_to_send_them(admin, cast):
    sent = {"target": [f"{number}-0" for number in range(5001)], "act": "archive", "reason": "Merged."}
    text = refusal(admin.post("/plan/?year=2023", sent))
    assert "More than 5,000 fields and ticks were sent at once." in text
    assert "save them in parts" in text
    assert Target.objects.in_force(2023).count() == 3


def test_as_many_as_are_taken_are_taken(admin):
    sent = {"target": [f"{number}-0" for number in range(4990)], "act": "edit"}
    assert admin.post("/plan/?year=2023", sent).status_code == 200


def test_too_much_text_is_named(admin):
    assert "More than 5 MB of text" in refusal(admin.post("/plan/?year=2023", {"reason": "长" * 2_000_000}))


def test_too_many_files_are_named(admin):
    files = [SimpleUploadedFile(f"{number}.csv", b"a") for number in range(21)]
    assert "More than 20 files" in refusal(admin.post("/plan/import/", {"file": files}))


def test_it_is_said_in_chinese_and_to_nobody_too(client, cast, signed_in):
    sent = {"a": ["1"] * 5001}
    text = signed_in(cast.system_administrator).post("/plan/", sent).content.decode()
    assert "超过5,000项" in text
    assert client.post("/sign-in/", sent).status_code == 413
