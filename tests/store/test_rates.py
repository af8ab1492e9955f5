"""How often something may be done: counted one by one, on both databases, whoever asks at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from digest.store.engine import Store
from digest.store.roster.rates import within_rate

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADA, BO = "0a" * 20, "0b" * 20


def ask(store: Store, who: str = ADA, *, now: datetime = NOW, at_most: int = 3) -> bool:
    with store.write() as connection:
        return within_rate(connection, who, at_most=at_most, within=HOUR, now=now)


def test_so_many_at_once_and_then_one_by_one_as_time_passes(any_store: Store) -> None:
    at_once = [ask(any_store) for _ in range(5)]

    assert at_once == [True, True, True, False, False]
    assert [ask(any_store, now=NOW + HOUR / 3) for _ in range(2)] == [True, False]
    assert [ask(any_store, now=NOW + 2 * HOUR) for _ in range(4)] == [True, True, True, False]


def test_everybody_is_counted_alone(any_store: Store) -> None:
    assert [ask(any_store, ADA) for _ in range(4)].count(True) == 3
    assert [ask(any_store, BO) for _ in range(4)].count(True) == 3


def test_a_hundred_at_the_same_moment_are_no_way_around_it(any_store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: ask(any_store, at_most=20), range(100)))

    assert taken.count(True) == 20


def test_what_is_long_past_leaves_no_row(any_store: Store) -> None:
    ask(any_store, ADA)
    ask(any_store, BO, now=NOW + 2 * HOUR)

    with any_store.read() as connection:
        kept = connection.execute(text("SELECT who FROM rates")).scalars().all()
    assert [bytes(who).hex() for who in kept] == [BO]
