"""What readers chose: counted, and told of each, on SQLite and PostgreSQL alike."""

from dataclasses import replace

from sqlalchemy import Connection

from digest.model.classes import Choices, Frequency
from digest.model.consent import stop_scope
from digest.model.digest import Audience
from digest.model.subscriber import Standing, SuppressionReason, Word
from digest.store.engine import Store
from digest.store.roster import people, standing, words
from digest.store.roster.choices import Asked, choices_of, count_choices, sort_readers
from store.readers import NOW, bring, reader, said

MORNING = Asked(digest="morning")
BOTH = {"morning": Standing.CONFIRMED, "weekend": Standing.CONFIRMED}


def test_readers_are_counted_by_what_they_chose(any_store: Store) -> None:
    with any_store.write() as connection:
        bring(
            connection,
            reader("ada@post.example", topics=("culture",), language="sv"),
            reader("bo@post.example", topics=("culture",), language="sv"),
            reader("cy@post.example"),
        )

    with any_store.read() as connection:
        counted = count_choices(connection, MORNING)

    assert counted == {Choices(topics=("culture",), language="sv"): 2, Choices(): 1}


def test_zone_hour_and_other_digests_are_told_where_they_are_asked_for(any_store: Store) -> None:
    with any_store.write() as connection:
        (ada,) = bring(connection, reader(timezone="Asia/Beirut"), standings=BOTH)
        held = people.by_id(connection, ada)
        assert held is not None
        people.describe(connection, replace(held.subscriber, hour=8, plain=True))
    asked = Asked(digest="morning", others=("evening", "weekend"), zones=True)

    with any_store.read() as connection:
        told, less = choices_of(connection, asked, ada), choices_of(connection, MORNING, ada)

    assert told == Choices(also=("weekend",), plain=True, timezone="Asia/Beirut", hour=8)
    assert less == Choices(plain=True)


def test_only_readers_who_want_it_so_often_and_may_be_mailed_are_told(any_store: Store) -> None:
    with any_store.write() as connection:
        each, weekly, _, paused, film = (
            bring(
                connection, reader(f"{name}@post.example", topics=("film",) if name == "film" else ("city",))
            )[0]
            for name in ("each", "weekly", "stopped", "paused", "film")
        )
        standing.set_frequency(connection, weekly, "morning", "weekly")
        standing.pause(connection, paused, ["morning"], until=None, now=NOW)
        words.hear(
            connection, [said(Word.NO, stop_scope(SuppressionReason.COMPLAINT), "stopped@post.example")]
        )
    often = replace(MORNING, frequencies=(Frequency.EACH,))

    with any_store.read() as connection:
        assert sorted_ids(connection, MORNING) == [each, weekly, film]
        assert sorted_ids(connection, often) == [each, film]
        assert sum(count_choices(connection, often).values()) == 2
        some = replace(often, audience=Audience(topics=("Film",)))
        assert sorted_ids(connection, some) == [film]
        assert choices_of(connection, some, each) is None


def test_where_to_put_readers_is_asked_once_for_all_who_are_alike(any_store: Store) -> None:
    boxes: dict[tuple[str, str], Box] = {}

    def box(choices: Choices, provider: str) -> Box:
        assert (choices.language, provider) not in boxes
        return boxes.setdefault((choices.language, provider), Box())

    with any_store.write() as connection:
        ids = bring(
            connection, *(reader(f"r{n}@post.example", language="sv" if n % 2 else "en") for n in range(9))
        )

        for _ in sort_readers(connection, MORNING, box):
            pass

    assert {key: found.ids for key, found in boxes.items()} == {
        ("en", "other"): ids[::2],
        ("sv", "other"): ids[1::2],
    }
    assert [found.readers for found in boxes.values()] == [5, 4]


class Box:
    """A list of ids that readers are put into."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.put = self.ids.append
        self.readers = 0


def sorted_ids(connection: Connection, asked: Asked) -> list[int]:
    one = Box()
    for _ in sort_readers(connection, asked, lambda choices, provider: one):
        pass
    return one.ids
