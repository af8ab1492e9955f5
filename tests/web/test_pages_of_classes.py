"""“View in browser” shows a reader the words that they got, and tells nobody who they are."""

import email
import email.policy
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.flows.compose import occasion_named
from digest.flows.outfit import outfit
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.send import send_edition
from digest.store.roster import people
from digest.web.app import build_app
from digest.wiring import House
from newsroom import MORNING, NOW, SCHEDULE, build, open_newsroom, story

READERS = """\
email,name,topics,consent_at,consent_source
ada@reader.example,Ada,,2026-01-15,paper form
bo@reader.example,Bo,music,2026-01-15,paper form
cy@reader.example,Cy,music,2026-01-15,paper form
dee@reader.example,Dee,music,2026-01-15,paper form
"""
ORGAN, MILL = "The old organ sounds once more", "The mill wheel turns again after ninety years"
_LINK = re.compile(r"https://letters\.gazette\.example(/archive/[^\s\"<]+)")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A newsroom whose edition is sent by SMTP: Bo, Cy and Dee read music only, Dee as plain text."""
    schedule = SCHEDULE.rstrip() + "\n      - {title: Music, take: 3, tags: [music]}\n"
    house = open_newsroom(tmp_path, schedule=schedule)
    (tmp_path / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    (tmp_path / "stories" / "organ.md").write_text(story(ORGAN, "05:10", "music"), encoding="utf-8")
    house.sync_readers()
    with house.store.write() as connection:
        dee = people.find(connection, "dee@reader.example")
        assert dee is not None
        connection.exec_driver_sql("UPDATE subscribers SET plain = 1 WHERE id = ?", (dee.subscriber.id,))
    build(house)
    digest = house.schedule.digest("morning")
    approve_by_policy(house.store, house.newsroom, digest, MORNING, now=NOW)
    turn = take_turn(house.store, occasion_named(digest, MORNING), now=NOW, owner="t")
    release(house.store, house.schedule, digest, turn, now=NOW, who="test")
    with outfit(
        house.store, house.newsroom, digest, house.posts(digest), key=house.keys[0], state=house.state,
        clock=house.clock, opt_outs=house.opt_outs,
    ) as means:  # fmt: skip
        send_edition(house.store, MORNING, means=means, limits=house.limits(digest))
    yield house
    house.close()


@pytest.fixture
def client(house: House) -> TestClient:
    return TestClient(build_app(house), base_url="http://127.0.0.1:8420")


def links(house: House) -> dict[str, str]:
    """Return by reader where "view in browser" leads, which is the same in both parts of a mail."""
    found = {}
    for path in (house.state / "inbox").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        if mail["List-Id"]:
            there = {link for text in texts for link in _LINK.findall(text) if link.count("/") > 2}
            (found[str(mail["To"].addresses[0].display_name)],) = there
    return found


def test_each_reader_is_led_to_the_words_that_they_got(house: House, client: TestClient) -> None:
    there = links(house)

    assert there["Ada"] == f"/archive/{MORNING}"
    for reader, shown, not_shown in (("Ada", MILL, ""), ("Bo", ORGAN, MILL), ("Dee", ORGAN, MILL)):
        page = client.get(there[reader])
        assert page.status_code == 200
        assert shown in page.text
        assert not not_shown or not_shown not in page.text


def test_the_link_tells_neither_who_the_reader_is_nor_what_they_chose(
    house: House, client: TestClient
) -> None:
    there = links(house)

    assert there["Bo"] == there["Cy"] == there["Dee"]
    assert "music" not in there["Bo"]
    page = client.get(there["Bo"])
    assert "reader.example" not in page.text
    assert page.headers["x-robots-tag"] == "noindex"
    assert f'href="{there["Bo"]}"' in page.text  # read online leads to the same words


@pytest.mark.parametrize("mark", ["topics:music", "0123456789abcdef", "é\x00", ""])
def test_a_mark_that_nobody_was_given_shows_what_everybody_gets(
    house: House, client: TestClient, mark: str
) -> None:
    page = client.get(f"/archive/{MORNING}", params={"words": mark})

    assert MILL in page.text
    assert f'href="/archive/{MORNING}"' in page.text
