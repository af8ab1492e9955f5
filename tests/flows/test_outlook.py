"""What is coming: when, to how many, in which classes, on whose mornings."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.flows.outlook import Coming, outlook
from digest.model.edition import EditionState
from digest.store.editions import open_edition
from digest.store.ledger import names
from digest.store.ledger.enlist import enlist
from digest.store.renderings import save_rendering
from digest.store.roster import people, standing
from digest.wiring import House
from newsroom import NOW, SCHEDULE, open_newsroom
from store.ledgers import words

ABROAD = SCHEDULE.replace("    build: 45", "    in_reader_timezone: true\n    build: 45")
READERS = """\
email,name,timezone,topics,consent_at,consent_source
ada@reader.example,Ada,,,2026-01-15,paper form
bo@reader.example,Bo,Asia/Tokyo,town,2026-01-15,paper form
cy@reader.example,Cy,America/New_York,,2026-01-15,paper form
dee@reader.example,Dee,Asia/Tokyo,town,2026-01-15,paper form
"""


def opened(folder: Path, schedule: str = SCHEDULE) -> House:
    house = open_newsroom(folder, schedule=schedule)
    (folder / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    house.sync_readers()
    return house


def coming(house: House, days: int = 1) -> list[Coming]:
    with house.store.read() as connection:
        return outlook(connection, house.schedule, now=NOW, until=NOW + timedelta(days=days))


def choose(house: House, name: str, frequency: str) -> None:
    with house.store.write() as connection:
        held = people.find(connection, f"{name}@reader.example")
        assert held is not None
        standing.set_frequency(connection, held.subscriber.id, "morning", frequency)


def utc(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_the_classes_of_the_next_edition_are_counted(tmp_path: Path) -> None:
    house = opened(tmp_path)

    (monday,) = coming(house)

    assert (monday.readers, [(reading.key, number) for reading, number in monday.classes]) == (
        4,
        [("all", 2), ("topics:town", 2)],
    )
    assert monday.zones == ()
    house.close()


def test_where_each_has_it_in_their_own_morning_the_mornings_are_counted(tmp_path: Path) -> None:
    house = opened(tmp_path, ABROAD)

    (monday,) = coming(house)

    assert [(zone.name, zone.at, zone.readers) for zone in monday.zones] == [
        ("Asia/Tokyo", utc(22, 22), 2),
        ("", utc(23, 7), 1),
        ("America/New_York", utc(23, 12), 1),
    ]
    house.close()


def test_a_round_up_is_coming_only_where_somebody_wants_it(tmp_path: Path) -> None:
    house = opened(tmp_path)
    before = [each.edition for each in coming(house, days=7)]

    choose(house, "ada", "weekly")
    choose(house, "bo", "breaking")

    after = {each.edition: each.readers for each in coming(house, days=7)}
    assert not [edition for edition in before if edition.endswith("/weekly")]
    assert after["morning/2026-11-28/weekly"] == 1
    assert after["morning/2026-11-24"] == 2
    house.close()


def test_an_edition_that_has_left_tells_those_that_it_was_made_out_to(tmp_path: Path) -> None:
    house = opened(tmp_path)
    before = coming(house)[0]
    with house.store.write() as connection:
        open_edition(
            connection, before.edition, digest="morning", day=NOW.date(), who="clock", now=NOW,
            state=EditionState.SENDING,
        )  # fmt: skip
        save_rendering(connection, before.edition, "", words(), now=NOW)
        key = names.edition_key(connection, before.edition)
        enlist(
            connection, key, names.rendering_keys(connection, before.edition)[""], [(1, "other")],
            not_before=NOW,
        )  # fmt: skip

    after = coming(house)[0]

    assert (before.readers, before.gone) == (4, False)
    assert (after.readers, after.gone, after.classes) == (1, True, ())
    assert after.state == "sending: 0 of 1"
    house.close()
