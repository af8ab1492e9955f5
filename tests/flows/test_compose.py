"""Composing: the same inputs give the same words; what is kept can be approved, replayed and sent."""

from datetime import timedelta
from pathlib import Path

import pytest

from digest.flows.compose import occasion, occasion_named, replayed
from digest.model.edition import EditionState
from digest.model.errors import NotFound, StepForbidden
from digest.store import compositions, editions, renderings
from digest.wiring import House
from newsroom import NOW, SCHEDULE, open_newsroom


def made(house: House, edition: str = "morning/2026-11-23"):  # type: ignore[no-untyped-def]
    digest = house.schedule.digest("morning")
    house.gather(house.schedule.sources, now=NOW)
    return house.draft(digest, occasion_named(digest, edition), now=NOW)


def test_the_lead_is_the_most_urgent_story_and_gives_the_subject(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)

    draft = made(house)

    assert draft.rendering.subject == "The mill wheel turns again after ninety years"
    assert draft.rendering.preheader.startswith("Market moves to the church green")
    house.close()


def test_the_same_stories_and_the_same_time_give_the_same_words(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)

    first, second = made(house), made(house)

    assert first.rendering.hash == second.rendering.hash
    house.close()


def test_what_was_kept_is_what_was_made_and_can_be_chosen_again(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    draft = made(house)

    house.keep(draft, who="test", now=NOW)

    with house.store.read() as connection:
        saved = compositions.saved(connection, "morning/2026-11-23")
        words = renderings.renderings(connection, "morning/2026-11-23")
        again = replayed(connection, saved)
    assert saved.composition == draft.composition
    assert words == dict(draft.variants)
    assert again == draft.composition.selection
    house.close()


def test_an_editors_rebuild_takes_an_approval_back(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    draft = made(house)
    house.keep(draft, who="test", now=NOW)
    with house.store.write() as connection:
        words = renderings.hash_of(renderings.renderings(connection, "morning/2026-11-23"))
        renderings.approve(connection, "morning/2026-11-23", words, who="maya", now=NOW)

    house.keep(draft, who="maya", now=NOW, by_editor=True)

    with house.store.read() as connection:
        record = editions.edition(connection, "morning/2026-11-23")
    assert (record.state, record.approved_hash) == (EditionState.READY, "")
    house.close()


def test_a_machine_never_builds_over_an_editors_hold(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    draft = made(house)
    house.keep(draft, who="clock", now=NOW)
    with house.store.write() as connection:
        editions.set_state(
            connection, "morning/2026-11-23", EditionState.READY, EditionState.HELD, who="maya", now=NOW
        )

    with pytest.raises(StepForbidden, match="it is held"):
        house.keep(draft, who="clock", now=NOW)
    house.keep(draft, who="maya", now=NOW, by_editor=True)

    with house.store.read() as connection:
        assert editions.edition(connection, "morning/2026-11-23").state is EditionState.HELD
    house.close()


@pytest.mark.parametrize(
    "name", ["morning/20261123", "morning/2026-W48-1", "morning/2026-11-23/", "morning//x"]
)
def test_an_edition_has_one_spelling_so_that_it_cannot_be_sent_under_another(
    tmp_path: Path, name: str
) -> None:
    house = open_newsroom(tmp_path)

    with pytest.raises(NotFound, match=r"write morning/2026-11-23"):
        occasion_named(house.schedule.digest("morning"), name)
    house.close()


def test_an_edition_on_its_way_cannot_be_built_again(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    draft = made(house)
    house.keep(draft, who="test", now=NOW)
    with house.store.write() as connection:
        words = renderings.hash_of(renderings.renderings(connection, "morning/2026-11-23"))
        renderings.approve(connection, "morning/2026-11-23", words, who="maya", now=NOW)
        editions.set_state(
            connection, "morning/2026-11-23", EditionState.APPROVED, EditionState.SENDING, who="t", now=NOW
        )

    with pytest.raises(StepForbidden, match="it is sending"):
        house.keep(draft, who="test", now=NOW)
    house.close()


def test_too_few_stories_leave_the_edition_out_by_the_digests_own_rule(tmp_path: Path) -> None:
    strict = SCHEDULE.replace("    sections:", "    skip: {with_fewer_than: 9 stories}\n    sections:")
    house = open_newsroom(tmp_path, schedule=strict)

    assert made(house).skip == "3 of at least 9 stories"
    house.close()


def test_an_edition_is_that_of_the_local_day(tmp_path: Path) -> None:
    house = open_newsroom(
        tmp_path, schedule=SCHEDULE.replace("defaults:", "defaults:\n  timezone: Pacific/Auckland")
    )
    digest = house.schedule.digest("morning")

    assert occasion(digest, NOW.replace(hour=13)).edition == "morning/2026-11-24"
    house.close()


def test_of_several_slots_a_day_the_newest_one_that_is_due_counts(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path, schedule=SCHEDULE.replace("weekdays at 07:00", "0 7,17 * * *"))
    digest = house.schedule.digest("morning")

    names = [occasion(digest, NOW + timedelta(hours=hours)).edition for hours in (-2, 1, 11)]

    assert names == ["morning/2026-11-23", "morning/2026-11-23", "morning/2026-11-23/2"]
    assert occasion_named(digest, "morning/2026-11-23/2").due == NOW.replace(hour=17, minute=0)
    house.close()


def test_a_name_without_a_date_is_no_edition(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)

    with pytest.raises(NotFound, match="write morning/2026-11-23"):
        occasion_named(house.schedule.digest("morning"), "morning/today")
    house.close()
