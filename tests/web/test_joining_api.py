"""Signing up as JSON: the same hands, and no side door."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.web.joining import TRAP
from digest.wiring import House
from newsroom import open_newsroom
from web.newspapers import TWO
from web.visitors import CROSS, browser, held, letters_to, wait


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, schedule=TWO)
    (house.folder / "subscribers" / "readers.csv").unlink()
    yield house
    house.close()


def test_a_site_of_the_newsroom_may_sign_up_by_json(house: House) -> None:
    client = browser(house)
    about = client.get("/api/join/evening", headers=CROSS)
    wait(house, seconds=3)
    body = {
        "digest": "evening",
        "email": "dee@post.example",
        "form": about.json()["form"],
        "topics": ["council"],
    }
    answer = client.post("/api/join", json=body, headers=CROSS)

    assert about.headers["access-control-allow-origin"] == "https://gazette.example"
    assert (about.json()["title"], about.json()["topics"]) == (
        "The Evening Post",
        {"council": "Council", "harbour": "Harbour"},
    )
    assert (answer.status_code, answer.json()["status"]) == (202, "asked")
    assert len(letters_to(house, "dee@post.example")) == 1
    reader = held(house, "dee@post.example")
    assert reader is not None
    assert reader.subscriber.topics == ("council", "evening")


def test_other_sites_may_neither_ask_nor_read(house: House) -> None:
    client = browser(house)
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}

    before = client.options("/api/join", headers={**foreign, "access-control-request-method": "POST"})
    simple = client.post(
        "/api/join", content='{"digest":"morning"}', headers={**foreign, "content-type": "text/plain"}
    )

    assert "access-control-allow-origin" not in before.headers
    assert simple.status_code == 415


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[1]", 400), ("{", 400), ("[" * 5000, 400), ('{"digest": "nightly"}', 404),
        ('{"digest": "morning", "email": "x"}', 422),
        ('{"digest": "morning", "email": "dee@post.example", "form": 7}', 403),
        ('{"digest": {"a": 1}, "email": ["dee@post.example"], "form": null}', 404),
    ],
)  # fmt: skip
def test_json_that_is_wrong_is_told_so(house: House, body: str, status: int) -> None:
    answer = browser(house).post("/api/join", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == status
    assert answer.json()["error"]


def test_json_has_no_side_door_past_delay_trap_and_limits(house: House) -> None:
    client = browser(house)
    token = client.get("/api/join/morning").json()["form"]
    body = {"digest": "morning", "email": "dee@post.example", "form": token}

    assert client.post("/api/join", json=body).status_code == 425
    wait(house, seconds=3)
    assert client.post("/api/join", json={**body, TRAP: "x"}).status_code == 202
    assert letters_to(house, "dee@post.example") == []
    codes = [
        client.post("/api/join", json={**body, "email": f"a{n}@post.example"}).status_code for n in range(22)
    ]
    assert codes == [202] * 20 + [429] * 2
