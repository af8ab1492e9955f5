"""An edition for readers' own mornings: built before the first, released zone by zone, never twice."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from clock.test_rounds import at, state
from digest.flows.outfit import outfit
from digest.flows.send import send_edition
from digest.model.delivery import DeliveryState
from digest.model.edition import EditionState
from digest.store import occurrences
from digest.store.ledger import history, names
from digest.store.roster import people
from digest.wiring import House
from newsroom import SCHEDULE, STORIES, Clock, open_newsroom, story

EDITION = "morning/2026-11-23"
ABROAD = SCHEDULE.replace("    build: 45", "    in_reader_timezone: true\n    build: 45")
READERS = """\
email,name,timezone,topics,consent_at,consent_source
ada@reader.example,Ada,,,2026-01-15,paper form
bo@reader.example,Bo,Asia/Tokyo,town,2026-01-15,paper form
cy@reader.example,Cy,America/New_York,,2026-01-15,paper form
"""
TOKYO, HOME, NEW_YORK = (datetime(2026, 11, *when, tzinfo=UTC) for when in ((22, 22), (23, 7), (23, 12)))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, schedule=ABROAD)
    (tmp_path / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    for name, (headline, _, tag, priority) in STORIES.items():
        text = story(headline, "18:00", tag, priority, day="2026-11-22")
        (tmp_path / "stories" / name).write_text(text, encoding="utf-8")
    at(house, TOKYO - timedelta(hours=3))  # the first start
    yield house
    house.close()


def sent(house: House, now: datetime) -> set[str]:
    """Send what may leave at `now`; return who has a mail then."""
    digest = house.schedule.digest("morning")
    house.clock = Clock(now)
    with outfit(
        house.store, house.newsroom, digest, house.posts(digest), key=house.keys[0], state=house.state,
        clock=house.clock, opt_outs=house.opt_outs,
    ) as means:  # fmt: skip
        send_edition(house.store, EDITION, means=means, limits=house.limits(digest))
    return {str(mail["To"].addresses[0].display_name) for mail in mails(house)}


def mails(house: House) -> list[EmailMessage]:
    """Return the editions in the inbox; letters are no list mail."""
    found = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((house.state / "inbox").glob("*.eml"))
    ]
    return [mail for mail in found if isinstance(mail, EmailMessage) and mail["List-Id"]]


def states(house: House, now: datetime) -> dict[str, DeliveryState]:
    with house.store.read() as connection:
        told = list(history.deliveries(connection, names.edition_key(connection, EDITION), now=now))
        readers = people.get_many(connection, [each.subscriber for each in told])
    return {readers[each.subscriber].name: each.state for each in told}


def test_it_is_built_and_published_before_the_first_morning_and_leaves_zone_by_zone(house: House) -> None:
    at(house, TOKYO - timedelta(minutes=46))
    assert state(house) is None
    assert at(house, TOKYO - timedelta(minutes=44)) == [f"{EDITION}: built, due 22:00 UTC"]
    assert state(house) is EditionState.READY

    assert at(house, TOKYO + timedelta(seconds=5)) == [f"{EDITION}: published to 3 readers"]

    assert sent(house, TOKYO + timedelta(seconds=10)) == {"Bo"}
    assert sent(house, HOME - timedelta(seconds=1)) == {"Bo"}
    assert sent(house, HOME) == {"Ada", "Bo"}
    assert sent(house, NEW_YORK) == {"Ada", "Bo", "Cy"}


def test_it_is_published_once_though_its_own_time_comes_later(house: House) -> None:
    moments = (TOKYO, TOKYO + timedelta(minutes=1), HOME, HOME + timedelta(minutes=1), NEW_YORK)

    told = [line for moment in moments for line in at(house, moment) if "published" in line]

    assert told == [f"{EDITION}: published to 3 readers"]
    with house.store.read() as connection:
        found = occurrences.occurrences(connection, "morning")
    assert [record.state.value for record in found if record.occurrence.edition == EDITION] == ["done"]


def test_who_is_past_the_hour_at_publish_gets_it_at_once_while_it_is_valid(house: House) -> None:
    at(house, TOKYO + timedelta(hours=3))

    assert sent(house, TOKYO + timedelta(hours=3, seconds=5)) == {"Bo"}


def test_who_is_past_the_hour_by_more_than_it_is_valid_is_left_out_and_listed(house: House) -> None:
    at(house, HOME + timedelta(minutes=5))

    assert sent(house, HOME + timedelta(minutes=6)) == {"Ada"}
    assert states(house, HOME + timedelta(minutes=6)) == {
        "Ada": DeliveryState.SENT,
        "Bo": DeliveryState.CANCELLED,
        "Cy": DeliveryState.QUEUED,
    }


def test_a_reader_has_it_at_the_hour_that_they_named(house: House) -> None:
    with house.store.write() as connection:
        held = people.find(connection, "ada@reader.example")
        assert held is not None
        people.describe(connection, replace(held.subscriber, hour=10))
    at(house, TOKYO)

    assert sent(house, TOKYO) == {"Bo"}
    assert sent(house, HOME + timedelta(hours=2, minutes=59)) == {"Bo"}
    assert sent(house, HOME + timedelta(hours=3)) == {"Ada", "Bo"}


def test_a_late_start_still_reaches_the_mornings_that_are_to_come(house: House) -> None:
    told = at(house, NEW_YORK - timedelta(hours=1))

    assert told[-1] == f"{EDITION}: published to 3 readers"
    assert sent(house, NEW_YORK) == {"Cy"}


def test_the_next_day_comes_as_well(house: House) -> None:
    at(house, TOKYO)

    told = at(house, TOKYO + timedelta(days=1))

    assert any("morning/2026-11-24" in line for line in told), told


def test_three_classes_in_two_zones_get_each_their_own_words_in_their_own_morning(house: House) -> None:
    classes = (
        "email,name,timezone,topics,consent_at,consent_source\n"
        "dee@reader.example,Dee,Asia/Tokyo,music,2026-01-15,paper form\n"
        "eve@reader.example,Eve,,music,2026-01-15,paper form\n"
        "fay@reader.example,Fay,,music;town,2026-01-15,paper form\n"
    )
    (house.folder / "subscribers" / "more.csv").write_text(classes, encoding="utf-8")
    organ = story("The old organ sounds once more", "18:30", "music", day="2026-11-22")
    (house.folder / "stories" / "organ.md").write_text(organ, encoding="utf-8")
    path = house.folder / "schedule.yaml"
    path.write_text(path.read_text("utf-8").rstrip() + "\n      - {title: Music, tags: [music]}\n", "utf-8")
    house.reread()

    at(house, TOKYO - timedelta(minutes=44))
    at(house, TOKYO)
    early = sent(house, TOKYO)
    home = sent(house, HOME)

    assert early == {"Bo", "Dee"}
    assert home == {"Bo", "Dee", "Ada", "Eve", "Fay"}
    subjects = {str(mail["To"].addresses[0].display_name): str(mail["Subject"]) for mail in mails(house)}
    music, town = "The old organ sounds once more", "The mill wheel turns again after ninety years"
    assert subjects == {"Bo": town, "Dee": music, "Ada": town, "Eve": music, "Fay": town}
    texts = {str(mail["To"].addresses[0].display_name): mail.as_string() for mail in mails(house)}
    assert music not in texts["Bo"].partition("Subject:")[2]
    assert len(mails(house)) == 5  # each of them once
