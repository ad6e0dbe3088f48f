import pytest


@pytest.mark.parametrize(
    "address",
    ["/", "/sections/economy/", "/indicators/ROADS/", "/indicators/ROADS/chart.json", "/sections/economy/chart.json"],
)
def test_pages_answer(cast, signed_in, address):
    assert signed_in(cast.leader).get(address).status_code == 200
