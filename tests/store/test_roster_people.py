"""Readers as rows."""

from datetime import UTC, datetime

import pytest

from digest.model.subscriber import Standing, Word
from digest.store.engine import Store
from digest.store.roster import evidence, people, standing
from digest.store.roster.evidence import Request
from digest.store.roster.words import hear
from store.readers import NOW, PAPER, bring, reader, said, standings

ADA = reader(
    name="Ada", language="sv", timezone="Europe/Stockholm", topics=("city", "kultur & nöje"),
    attributes={"city": "Hàng"}, provider="google", joined=datetime(2024, 1, 2, tzinfo=UTC), consent=PAPER,
)  # fmt: skip

BOTH = {"morning": Standing.CONFIRMED, "film": Standing.UNCONFIRMED}


def test_a_reader_comes_back_as_described(any_store: Store) -> None:
    with any_store.write() as connection:
        (subscriber,) = bring(
            connection, ADA, standings={"morning": Standing.CONFIRMED, "film": Standing.UNCONFIRMED}
        )

    with any_store.read() as connection:
        held = people.find(connection, ADA.key)
        many = people.get_many(connection, [subscriber, 999])

    assert held is not None
    assert held.standings == {"morning": Standing.CONFIRMED, "film": Standing.UNCONFIRMED}
    assert many == {subscriber: held.subscriber}
    found = held.subscriber
    assert (found.email, found.name, found.topics, dict(found.attributes)) == (
        ADA.email, ADA.name, ADA.topics, ADA.attributes,
    )  # fmt: skip
    assert (found.joined, found.provider, found.timezone) == (ADA.joined, "google", "Europe/Stockholm")


def test_an_id_is_never_given_twice(any_store: Store) -> None:
    with any_store.write() as connection:
        (first,) = bring(connection, ADA)
        people.remove(connection, [first])
        (second,) = bring(connection, reader("bob@post.example"))

    assert second > first


def test_whoever_is_removed_leaves_nothing_behind(any_store: Store) -> None:
    with any_store.write() as connection:
        (subscriber,) = bring(connection, ADA)
        evidence.keep_request(connection, subscriber, ["film"], Request(at=NOW, source="form"))
        assert people.remove(connection, [subscriber, 999]) == 1

        assert people.by_id(connection, subscriber) is None
        assert standing.subscriptions_of(connection, subscriber) == ()
        assert evidence.consents_of(connection, [subscriber]) == {}
        assert evidence.requested(connection, subscriber) == {}


@pytest.mark.parametrize("text", ["BOB", "post.example", "o%", "_"])
def test_search_finds_by_address_and_name_and_takes_no_wildcards(any_store: Store, text: str) -> None:
    expected = {"BOB": ["bob@post.example"], "post.example": ["ada@post.example", "bob@post.example"]}
    with any_store.write() as connection:
        bring(connection, ADA, reader("bob@post.example", name="Bo"))

        found = people.search(connection, text)

    assert [held.subscriber.key for held in found] == expected.get(text, [])


def test_everybody_comes_once_however_many_pages(store: Store) -> None:
    with store.write() as connection:
        bring(connection, *(reader(f"reader{number}@post.example") for number in range(2_300)))

        found = [held.subscriber.key for held in people.everybody(connection)]

    assert found == [f"reader{number}@post.example" for number in range(2_300)]


def test_describing_somebody_moves_the_provider_of_their_subscriptions(any_store: Store) -> None:
    from dataclasses import replace

    from digest.store.roster.audience import audience

    with any_store.write() as connection:
        (subscriber,) = bring(connection, ADA)
        known = people.get_many(connection, [subscriber])[subscriber]
        people.describe(connection, replace(known, provider="apple", hour=6, plain=True), own_choice=True)

        held = people.by_id(connection, subscriber)
        assert held is not None
        assert (held.subscriber.hour, held.subscriber.plain, held.own_choice) == (6, True, True)
        assert list(audience(connection, "morning")) == [(subscriber, "apple")]


def test_a_pause_ends_by_itself_and_only_when_its_time_is_over(any_store: Store) -> None:
    with any_store.write() as connection:
        (subscriber,) = bring(
            connection, ADA, standings={"morning": Standing.CONFIRMED, "film": Standing.UNCONFIRMED}
        )
        until = NOW.replace(hour=9)

        assert standing.pause(connection, subscriber, ["morning", "film"], until=until, now=NOW) == 1
        assert standings(connection) == {"morning": Standing.PAUSED, "film": Standing.UNCONFIRMED}
        assert standing.wake(connection, now=NOW.replace(hour=8)) == 0
        assert standing.wake(connection, now=until) == 1
        assert standings(connection)["morning"] is Standing.CONFIRMED


def test_nobody_who_left_can_be_paused_or_woken(any_store: Store) -> None:
    with any_store.write() as connection:
        (subscriber,) = bring(connection, ADA)
        standing.pause(connection, subscriber, ["morning"], until=NOW, now=NOW)
        hear(connection, [said(Word.NO, "morning")])

        assert standing.wake(connection, now=NOW.replace(hour=23)) == 0
        assert standing.resume(connection, subscriber, ["morning"], now=NOW) == 0
        assert standing.pause(connection, subscriber, ["morning"], until=None, now=NOW) == 0
        assert standings(connection) == {"morning": Standing.UNSUBSCRIBED}


def test_nobody_is_asked_twice_a_day(any_store: Store) -> None:
    person = "ab" * 20
    with any_store.write() as connection:
        asked = [
            evidence.may_ask(connection, person, now=NOW),
            evidence.may_ask(connection, person, now=NOW.replace(hour=23)),
            evidence.may_ask(connection, "cd" * 20, now=NOW),
            evidence.may_ask(connection, person, now=NOW.replace(day=24)),
        ]

    assert asked == [True, False, True, True]


def test_who_came_by_a_file_without_a_yes_is_found_once(any_store: Store) -> None:
    with any_store.write() as connection:
        unconfirmed = {"morning": Standing.UNCONFIRMED, "film": Standing.UNCONFIRMED}
        ada, bob = bring(connection, ADA, reader("bob@post.example"), standings=unconfirmed)
        bring(connection, reader("carl@post.example"))
        hear(connection, [said(Word.NO, "@complaint", "bob@post.example")])

        assert evidence.never_asked(connection) == {ada: ["film", "morning"]}
        evidence.mark_asked(connection, [ada], now=NOW)
        assert evidence.never_asked(connection) == {}
        assert bob not in evidence.never_asked(connection)
