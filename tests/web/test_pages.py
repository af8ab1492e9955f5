"""What readers and the public see, through real requests."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.cli.main import cli
from digest.flows.compose import occasion_named
from digest.flows.proof import proof
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.sending.addressing import PREFERENCES, UNSUBSCRIBE
from digest.flows.subscribe import unsubscribe
from digest.model.subscriber import Standing
from digest.model.token import sign
from digest.store import renderings
from digest.store.roster import people
from digest.web.app import build_app
from digest.wiring import House
from newsroom import NOW, SCHEDULE, Clock, open_newsroom

EDITION = "morning/2026-11-23"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    digest = house.schedule.digest("morning")
    when = occasion_named(digest, EDITION)
    house.keep(house.draft(digest, when, now=NOW), who="test", now=NOW)
    approve_by_policy(house.store, house.newsroom, digest, EDITION, now=NOW)
    release(
        house.store,
        house.schedule,
        digest,
        take_turn(house.store, when, now=NOW, owner="t"),
        now=NOW,
        who="test",
    )
    yield house
    house.close()


@pytest.fixture
def client(house: House) -> TestClient:
    return TestClient(build_app(house), base_url="http://127.0.0.1:8420")


def ada(house: House) -> int:
    with house.store.read() as connection:
        held = people.find(connection, "ada@reader.example")
    assert held is not None
    return held.subscriber.id


def standing(house: House) -> Standing:
    with house.store.read() as connection:
        held = people.find(connection, "ada@reader.example")
    assert held is not None
    return held.standings["morning"]


def way_out(house: House) -> str:
    return f"/u/{sign(UNSUBSCRIBE, f'{ada(house)} morning', key=house.keys[0])}"


def test_the_archive_shows_an_edition_without_anybodys_name_or_links(client: TestClient) -> None:
    answer = client.get(f"/archive/{EDITION}")

    assert answer.status_code == 200
    assert "The mill wheel turns again" in answer.text
    assert "reader.example" not in answer.text
    assert "/u/" not in answer.text
    assert 'href="/my-data"' in answer.text  # whoever wants to leave has a link of their own sent
    assert "sandbox" in answer.headers["content-security-policy"]


def test_an_edition_that_has_not_left_is_not_public(house: House, client: TestClient) -> None:
    digest = house.schedule.digest("morning")
    house.keep(house.draft(digest, occasion_named(digest, "morning/2026-11-24"), now=NOW), who="t", now=NOW)

    assert client.get("/archive/morning/2026-11-24").status_code == 404


def test_the_front_page_leads_to_the_newest_edition(client: TestClient) -> None:
    assert f"/archive/{EDITION}" in client.get("/").text


def test_a_picture_that_is_none_is_not_served(client: TestClient) -> None:
    for name in ("nothing.jpg", "..%2f..%2fschedule.yaml", "a" * 32 + ".jpg"):
        assert client.get(f"/pictures/{name}").status_code == 404


def test_looking_at_the_way_out_changes_nothing(house: House, client: TestClient) -> None:
    answer = client.get(way_out(house))

    assert "Unsubscribe from The Morning Post?" in answer.text
    assert standing(house) is Standing.CONFIRMED


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_one_click_needs_no_cookie_and_is_answered_without_a_redirect(
    house: House, client: TestClient, form: str
) -> None:
    fields = {"List-Unsubscribe": "One-Click"}
    if form == "urlencoded":
        answer = client.post(way_out(house), data=fields, follow_redirects=False)
    else:
        files = {"List-Unsubscribe": (None, "One-Click")}
        answer = client.post(way_out(house), files=files, follow_redirects=False)

    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert standing(house) is Standing.UNSUBSCRIBED


def test_the_button_unsubscribes_and_can_be_undone_on_the_same_page(house: House, client: TestClient) -> None:
    left = client.post(way_out(house), data={"scope": "morning"})
    assert standing(house) is Standing.UNSUBSCRIBED

    undo = left.text.partition('action="')[2].partition('"')[0]
    house.clock = Clock(NOW + timedelta(seconds=20))
    back = client.post(undo, headers={"sec-fetch-site": "same-origin"})

    assert "You stay" in back.text
    assert standing(house) is Standing.CONFIRMED


def test_no_file_brings_back_who_has_left(house: House, client: TestClient) -> None:
    client.post(way_out(house), data={"List-Unsubscribe": "One-Click"})
    (house.folder / "subscribers" / "again.csv").write_text(
        "email,consent_at,consent_source\nada@reader.example,2026-11-01,paper form\n", encoding="utf-8"
    )

    house.sync_readers()

    assert standing(house) is Standing.UNSUBSCRIBED


def test_a_link_that_is_not_ours_says_so_and_changes_nothing(house: House, client: TestClient) -> None:
    forged = way_out(house)[:-3] + "abc"

    assert client.get(forged).status_code == 404
    assert client.post(forged, data={"List-Unsubscribe": "One-Click"}).status_code == 400
    assert standing(house) is Standing.CONFIRMED


def test_links_of_a_proof_change_nothing(house: House, client: TestClient) -> None:
    proof = f"/u/{sign(UNSUBSCRIBE, '0 morning', key=house.keys[0])}"

    assert client.post(proof, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert standing(house) is Standing.CONFIRMED


def test_every_command_named_on_the_pages_exists(client: TestClient) -> None:
    assert "digest send" in client.get("/inbox").text
    assert "send" in cli.list_commands(None)  # type: ignore[arg-type]


def test_every_link_of_a_mail_to_our_own_pages_leads_somewhere(house: House, client: TestClient) -> None:
    digest = house.schedule.digest("morning")
    with house.store.read() as connection:
        held = people.find(connection, "ada@reader.example")
        words = next(iter(renderings.renderings(connection, EDITION).values()))
    assert held is not None
    seen = proof(
        words, newsroom=house.newsroom, digest=digest, edition=EDITION, key=house.keys[0], now=NOW,
        reader=held.subscriber,
    )  # fmt: skip

    ours = set(re.findall(r'href="https://letters\.gazette\.example(/[^"]+)"', seen.html))

    assert {link[:3] for link in ours} == {"/ar", "/u/", "/p/"}
    assert {link: client.get(link).status_code for link in ours} == dict.fromkeys(ours, 200)


def test_preferences_are_shown_by_get_and_taken_by_post(house: House, client: TestClient) -> None:
    link = f"/p/{sign(PREFERENCES, str(ada(house)), key=house.keys[0])}"
    assert "checked" in client.get(link).text

    client.post(
        link, data={"digest": "morning", "pause": "2026-12-07"}, headers={"sec-fetch-site": "same-origin"}
    )
    assert standing(house) is Standing.PAUSED

    house.clock = Clock(NOW + timedelta(seconds=9))
    answer = client.post(link, data={"pause": ""}, headers={"sec-fetch-site": "same-origin"})
    assert "Saved" in answer.text
    assert standing(house) is Standing.UNSUBSCRIBED


TWO = (
    SCHEDULE
    + """\
  - id: evening
    title: The Evening Post
    language: en
    send: weekdays at 18:00
"""
)


def test_undoing_a_no_to_everything_brings_back_no_older_no(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path, schedule=TWO)
    house.sync_readers()
    client = TestClient(build_app(house), base_url="http://127.0.0.1:8420")
    unsubscribe(
        house.store, house.opt_outs, ada(house), "evening", source="page", now=NOW - timedelta(days=9)
    )

    left = client.post(way_out(house), data={"scope": "*"})
    house.clock = Clock(NOW + timedelta(seconds=20))
    client.post(
        left.text.partition('action="')[2].partition('"')[0], headers={"sec-fetch-site": "same-origin"}
    )

    with house.store.read() as connection:
        held = people.find(connection, "ada@reader.example")
    assert held is not None
    assert held.standings == {"morning": Standing.CONFIRMED, "evening": Standing.UNSUBSCRIBED}
    house.close()


def test_the_archive_tells_nothing_of_what_is_not_public(client: TestClient) -> None:
    answer = client.get("/archive/morning/2031-01-01")

    assert answer.status_code == 404
    assert EDITION not in answer.text
