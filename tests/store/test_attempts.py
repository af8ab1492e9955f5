"""Tries are counted before they are looked at, also when they come all at once, and codes are used once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from digest.flows.signing_in import LIMITS, Browser, count_attempt
from digest.model.account import Role
from digest.model.errors import SignInPaused
from digest.store import accounts, attempts
from digest.store.engine import Store

NOW = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)
KEYS = [b"k" * 32]
HERE = Browser(address="192.0.2.7")


def at_once(number: int, act: Callable[[], bool]) -> int:
    """Return how many of `number` calls at the same time were answered with True."""
    with ThreadPoolExecutor(number) as pool:
        return sum(answer.result() for answer in [pool.submit(act) for _ in range(number)])


def test_twenty_tries_at_once_are_no_way_around_the_limit(any_store: Store) -> None:
    def counted() -> bool:
        try:
            count_attempt(any_store, "ida", HERE, keys=KEYS, now=NOW)
        except SignInPaused:
            return False
        return True

    assert at_once(20, counted) == LIMITS["here"][0]


def test_a_try_that_succeeds_is_taken_back(any_store: Store) -> None:
    for _ in range(3 * LIMITS["here"][0]):
        ticket = count_attempt(any_store, "ida", HERE, keys=KEYS, now=NOW)
        with any_store.write() as connection:
            attempts.take_back(connection, ticket)


def test_the_code_of_a_period_is_used_once_whoever_comes_first(any_store: Store) -> None:
    with any_store.write() as connection:
        ida = accounts.add(connection, name="ida", email="", role=Role.ADMIN, now=NOW)

    def use() -> bool:
        with any_store.write() as connection:
            return accounts.use_period(connection, ida.key, 59_000_000)

    assert at_once(8, use) == 1


def test_a_recovery_code_is_used_once_whoever_comes_first(any_store: Store) -> None:
    with any_store.write() as connection:
        ida = accounts.add(connection, name="ida", email="", role=Role.ADMIN, now=NOW)
        accounts.set_second_step(connection, ida.key, sealed="sealed", on=True, recovery=["a", "b"])

    def use() -> bool:
        with any_store.write() as connection:
            return accounts.use_recovery(connection, ida.key, ["a"])

    assert at_once(8, use) == 1
    with any_store.read() as connection:
        assert accounts.recovery_left(connection, ida.key) == 1
