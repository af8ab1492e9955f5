"""Today: what is next, what runs, what was, and what waits for a person."""

from pathlib import Path

from starlette.testclient import TestClient

from digest.web.app import build_app
from digest.wiring import House
from newsroom import NOW, SCHEDULE, build, open_newsroom


def test_the_card_of_a_digest_tells_its_next_send_its_state_and_its_readers(client: TestClient) -> None:
    page = client.get("/desk").text

    assert "The Morning Post" in page
    assert ">07:00<" in page
    assert "in 20 min" in page
    assert "2 readers" in page
    assert 'href="/desk/morning/2026-11-23"' in page


def test_a_digest_that_needs_an_editor_says_that_it_waits(tmp_path: Path) -> None:
    schedule = SCHEDULE + "    approval: {needs: 1 editor}\n"
    house = open_newsroom(tmp_path, schedule=schedule)
    build(house)

    page = TestClient(build_app(house), base_url="http://127.0.0.1:8420").get("/desk").text

    assert "waiting for you" in page
    assert "1 waits for a person" in page
    house.close()


def test_an_edition_that_is_not_built_yet_says_when_it_will_be(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)

    page = TestClient(build_app(house), base_url="http://127.0.0.1:8420").get("/desk").text

    assert "not built yet" in page
    house.close()


def test_the_desk_is_not_for_other_machines(house: House) -> None:
    answer = TestClient(build_app(house), base_url="http://evil.example").get("/desk")

    assert answer.status_code == 403


def test_what_is_not_built_yet_is_built_at_the_press_of_a_button(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    headers = {"Sec-Fetch-Site": "same-origin"}
    client = TestClient(build_app(house), base_url="http://127.0.0.1:8420", headers=headers)
    assert 'action="/desk/morning/2026-11-23/-/rebuild"' in client.get("/desk").text

    page = client.post("/desk/morning/2026-11-23/-/rebuild")

    assert page.url.path == "/desk/morning/2026-11-23"
    assert "The mill wheel turns again" in page.text
    assert client.post("/desk/nothing/2026-11-23/-/rebuild").status_code == 404
    house.close()


def test_what_is_far_ahead_is_not_offered_to_be_built_from_leftovers(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path, now=NOW.replace(hour=12))
    client = TestClient(build_app(house), base_url="http://127.0.0.1:8420")

    page = client.get("/desk").text

    assert "not built yet" in page
    assert "Build now" not in page
    house.close()
