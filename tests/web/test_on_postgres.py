"""A reader's life with the newsroom's tables in PostgreSQL: the same pages, limits and mails.

There the ledger goes by the server's clock, so the newsroom's own clock stands a little before now.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL

from digest.flows.compose import occasion_named
from digest.flows.release import Turn, approve_by_policy, release
from digest.model.subscriber import Standing
from digest.wiring import House
from newsroom import STORIES, open_newsroom, story
from store.conftest import postgres_empty, postgres_server, written  # noqa: F401  # fixtures
from web.newspapers import TWO
from web.visitors import (
    SAME,
    browser,
    field,
    held,
    letters_to,
    links,
    post_round,
    sign_up,
    sign_up_at_once,
    wait,
)

DEE = "dee@post.example"
pytestmark = pytest.mark.postgres


@pytest.fixture
def house(tmp_path: Path, postgres_empty: URL) -> Iterator[House]:  # noqa: F811
    environment = {"PATH": os.environ["PATH"], "DIGEST_DATABASE": written(postgres_empty)}
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    house = open_newsroom(tmp_path, schedule=TWO, environment=environment, now=now)
    (house.folder / "subscribers" / "readers.csv").unlink()
    for name, (headline, _, tag, priority) in STORIES.items():
        published = now - timedelta(hours=1)
        text = story(headline, f"{published:%H:%M}", tag, priority, day=f"{published:%Y-%m-%d}")
        (house.folder / "stories" / name).write_text(text, encoding="utf-8")
    yield house
    house.close()


def confirmed(house: House) -> None:
    sign_up(house, DEE)
    (letter,) = letters_to(house, DEE)
    wait(house, minutes=1)
    browser(house).post(links(letter, "c")[0], headers=SAME)


def published(house: House) -> None:
    """Build an edition out of turn, and let it go."""
    digest, now = house.schedule.digest("morning"), house.clock()
    when = occasion_named(digest, f"morning/{now:%Y-%m-%d}/extra")
    house.gather(house.schedule.sources, now=now)
    house.keep(house.draft(digest, when, now=now), who="test", now=now)
    approve_by_policy(house.store, house.newsroom, digest, when.edition, now=now)
    release(house.store, house.schedule, digest, Turn(when.edition, None), now=now, who="test")


def standing(house: House) -> Standing:
    reader = held(house, DEE)
    assert reader is not None
    return reader.standings["morning"]


def test_a_reader_joins_prefers_gets_an_edition_leaves_comes_back_and_is_forgotten(house: House) -> None:
    confirmed(house)
    assert standing(house) is Standing.CONFIRMED

    published(house)
    mail = next(mail for mail in post_round(house) if "The mill wheel" in str(mail["Subject"]))

    wait(house, minutes=1)
    client = browser(house)
    saved = client.post(
        links(mail, "p")[0],
        data={"digest": ["morning"], "often-morning": "weekly", "plain": "on", "zone": "Asia/Ho_Chi_Minh"},
        headers=SAME,
    )
    assert "Saved" in saved.text
    one_click = mail["List-Unsubscribe"].strip("<>").partition("example")[2]
    assert client.post(one_click, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert standing(house) is Standing.UNSUBSCRIBED

    wait(house, minutes=1)
    left = client.post(one_click, data={}, headers=SAME).text
    undo = left.partition('action="/undo/')[2].partition('"')[0]
    assert undo
    wait(house, minutes=1)
    client.post(f"/undo/{undo}", headers=SAME)
    assert standing(house) is Standing.CONFIRMED

    token = field(client.get("/my-data").text, "form")
    wait(house, seconds=5)
    client.post("/my-data", data={"email": DEE, "form": token}, headers=SAME)
    letter = letters_to(house, DEE)[-1]
    known = client.get(f"{links(letter, 'd')[0]}/my-data.json").json()
    assert DEE in str(known)
    client.post(links(letter, "e")[0], data={"sure": "on"}, headers=SAME)
    assert held(house, DEE) is None


def test_one_network_is_stopped_after_twenty_in_an_hour(house: House) -> None:
    pages = [sign_up(house, f"a{number}@post.example") for number in range(22)]

    assert ["Too many at once" in page for page in pages] == [False] * 20 + [True] * 2


def test_bombing_one_victim_brings_one_letter_a_day(house: House) -> None:
    for number in range(6):
        client = browser(house, address=f"198.51.{number}.7")
        sign_up(house, f"vic+{number}@post.example", digest=("morning", "evening")[number % 2], client=client)

    assert len(post_round(house)) == 1


def test_two_forms_at_the_same_moment_bring_one_letter(house: House) -> None:
    sign_up_at_once(house, "vic@post.example", forms=4)

    assert len(letters_to(house, "vic@post.example")) == 1
