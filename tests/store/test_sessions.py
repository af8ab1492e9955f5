"""A session lives as long as it is used, and no longer than it may: for any way of using it."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.flows import accounts as people
from digest.flows.signing_in import Browser, Ticket, begin, hash_of, sign_out, who_is
from digest.model.account import AT_MOST, IDLE, Account, Role, Stage
from digest.store import accounts, sessions
from digest.store.engine import Store, open_store
from digest.store.sessions import TOUCH

NOW = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)


def editor(store: Store, name: str = "ida") -> Account:
    with store.read() as connection:
        role = Role.EDITOR if accounts.exist(connection) else Role.ADMIN
    return people.add(store, name=name, email="", role=role, who="test", now=NOW)


def enter(store: Store, account: Account, *, now: datetime = NOW) -> Ticket:
    with store.write() as connection:
        return begin(
            connection, account, stage=Stage.OPEN, browser=Browser(address="2001:db8:1:2::9"), now=now
        )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.timedeltas(timedelta(0), IDLE + TOUCH), max_size=30))
def test_a_session_lives_while_no_pause_is_too_long_and_its_time_is_not_over(waits: list[timedelta]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with open_store(f"sqlite:///{Path(folder) / 'digest.db'}", now=NOW) as store:
            token, now, seen = enter(store, editor(store)).token, NOW, NOW

            for wait in waits:
                now += wait
                alive = now - seen < IDLE and now < NOW + AT_MOST
                assert (who_is(store, token, now=now) is not None) is alive
                if not alive:
                    break
                if now - seen >= TOUCH:
                    seen = now


def test_a_token_opens_its_own_session_and_nothing_like_it_does(any_store: Store) -> None:
    ida, bo = editor(any_store), editor(any_store, "bo")
    one, two = enter(any_store, ida), enter(any_store, bo)

    found = [who_is(any_store, ticket.token, now=NOW) for ticket in (one, two)]

    assert [each[1].name for each in found if each] == ["ida", "bo"]
    for wrong in ("", one.token[:-1], one.token + "A", one.session.hash, one.token.swapcase()):
        assert who_is(any_store, wrong, now=NOW) is None
    assert one.session.hash == hash_of(one.token)
    assert one.session.network == "2001:db8:1:2::/64"


def test_signing_out_ends_one_session_or_all_of_one_person(any_store: Store) -> None:
    ida, bo = editor(any_store), editor(any_store, "bo")
    first, second, other = enter(any_store, ida), enter(any_store, ida), enter(any_store, bo)

    sign_out(any_store, first.session, ida, everywhere=False, now=NOW)
    assert [who_is(any_store, t.token, now=NOW) is not None for t in (first, second, other)] == [
        False, True, True,
    ]  # fmt: skip
    sign_out(any_store, second.session, ida, everywhere=True, now=NOW)
    assert [who_is(any_store, t.token, now=NOW) is not None for t in (second, other)] == [False, True]


def test_sessions_that_are_over_are_cleared_away_when_somebody_signs_in(any_store: Store) -> None:
    ida = editor(any_store)
    for _ in range(3):
        enter(any_store, ida)

    enter(any_store, ida, now=NOW + IDLE)

    with any_store.read() as connection:
        assert len(sessions.of_account(connection, ida.key, now=NOW)) == 1
