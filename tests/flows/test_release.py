"""Letting an edition go: one turn, the approved words, no story that was taken back."""

from datetime import timedelta
from pathlib import Path

import pytest

from digest.flows.compose import Occasion, occasion_named
from digest.flows.release import approve_by_policy, give_up_turn, release, take_turn
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, Busy, WaitingForPerson
from digest.store import editions
from digest.wiring import House
from newsroom import NOW, SCHEDULE, open_newsroom

EDITION = "morning/2026-11-23"


@pytest.fixture
def house(tmp_path: Path):  # type: ignore[no-untyped-def]
    house = open_newsroom(tmp_path)
    yield house
    house.close()


def built(house: House) -> Occasion:
    digest = house.schedule.digest("morning")
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    when = occasion_named(digest, EDITION)
    house.keep(house.draft(digest, when, now=NOW), who="test", now=NOW)
    return when


def test_an_edition_goes_to_those_who_said_yes_and_to_nobody_else(house: House) -> None:
    when, digest = built(house), house.schedule.digest("morning")
    turn = take_turn(house.store, when, now=NOW, owner="one")
    approve_by_policy(house.store, house.newsroom, digest, EDITION, now=NOW)

    published = release(house.store, house.schedule, digest, turn, now=NOW, who="test")

    assert published.recipients == 2  # Cy has never said yes


def test_two_cannot_take_the_same_turn(house: House) -> None:
    when = built(house)
    take_turn(house.store, when, now=NOW, owner="one")

    with pytest.raises(Busy):
        take_turn(house.store, when, now=NOW, owner="two")


def test_a_turn_given_up_can_be_taken_again(house: House) -> None:
    when = built(house)
    give_up_turn(house.store, take_turn(house.store, when, now=NOW, owner="one"))

    assert take_turn(house.store, when, now=NOW, owner="two").claim is not None


def test_a_published_edition_has_no_second_turn(house: House) -> None:
    when, digest = built(house), house.schedule.digest("morning")
    turn = take_turn(house.store, when, now=NOW, owner="one")
    approve_by_policy(house.store, house.newsroom, digest, EDITION, now=NOW)
    release(house.store, house.schedule, digest, turn, now=NOW, who="test")

    with pytest.raises(AskedWrongly, match="edition correct"):
        take_turn(house.store, when, now=NOW + timedelta(hours=1), owner="two")


def test_a_digest_that_wants_an_editor_waits_for_one(tmp_path: Path) -> None:
    house = open_newsroom(
        tmp_path, schedule=SCHEDULE.replace("    sections:", "    approval: {needs: 1 editor}\n    sections:")
    )
    built(house)

    with pytest.raises(WaitingForPerson, match="waits for an editor"):
        approve_by_policy(house.store, house.newsroom, house.schedule.digest("morning"), EDITION, now=NOW)
    house.close()


def test_a_story_taken_back_after_approval_stops_the_edition(house: House) -> None:
    when, digest = built(house), house.schedule.digest("morning")
    approve_by_policy(house.store, house.newsroom, digest, EDITION, now=NOW)
    (house.folder / "stories" / "owls.md").unlink()
    house.gather(house.schedule.sources, now=NOW)
    turn = take_turn(house.store, when, now=NOW, owner="one")

    with pytest.raises(WaitingForPerson, match="Owls found nesting"):
        release(house.store, house.schedule, digest, turn, now=NOW, who="test")

    with house.store.read() as connection:
        assert editions.edition(connection, EDITION).state is EditionState.APPROVED


def test_what_must_not_be_sent_is_not_approved_by_policy(tmp_path: Path) -> None:
    house = open_newsroom(
        tmp_path, schedule=SCHEDULE.replace("    language: en\n", "    language: en\n    template: bare\n")
    )
    (tmp_path / "templates" / "bare").mkdir(parents=True)
    (tmp_path / "templates" / "bare" / "edition.mjml").write_text("<mjml><mj-body></mj-body></mjml>", "utf-8")
    built(house)

    with pytest.raises(WaitingForPerson, match="unsubscribe-missing"):
        approve_by_policy(house.store, house.newsroom, house.schedule.digest("morning"), EDITION, now=NOW)
    house.close()


def test_a_headline_about_templates_is_no_fault_of_the_template(house: House) -> None:
    path = house.folder / "stories" / "mill.md"
    path.write_text(
        path.read_text("utf-8").replace("The mill wheel", "“How to write {{ name }}”: the mill"), "utf-8"
    )
    built(house)

    approve_by_policy(house.store, house.newsroom, house.schedule.digest("morning"), EDITION, now=NOW)
