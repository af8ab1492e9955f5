"""One edition on every wall: once a day in each zone, also where the clock is changed that day."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.cadence import Cadence, due, instant
from digest.model.zones import Morning, zone_named

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZONES = sorted(available_timezones())
DAY = timedelta(days=1)


def morning(day: date, at: time = time(7), zone: ZoneInfo = STOCKHOLM, **more: bool) -> Morning:
    moment = instant(day, at, zone)
    assert moment is not None
    return Morning(day=day, at=at, zone=zone, due=moment, **more)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_each_reader_has_it_at_that_time_of_their_own_day() -> None:
    monday = morning(date(2026, 11, 23))

    assert monday.by(("Asia/Tokyo", None)) == utc(2026, 11, 22, 22)
    assert monday.by(("America/New_York", None)) == utc(2026, 11, 23, 12)
    assert monday.by(("", None)) == monday.by(("Nowhere/Land", None)) == monday.due == utc(2026, 11, 23, 6)


def test_a_reader_may_name_another_hour_where_there_is_one_edition_a_day() -> None:
    clock = ("Asia/Tokyo", 20)

    assert morning(date(2026, 11, 23)).by(clock) == utc(2026, 11, 23, 11)
    assert morning(date(2026, 11, 23), hours_count=False).by(clock) == utc(2026, 11, 22, 22)
    assert morning(date(2026, 11, 23)).by(("", 9)) == utc(2026, 11, 23, 8)


def test_in_the_spring_gap_it_comes_an_hour_later_and_in_the_autumn_the_first_time() -> None:
    spring, autumn = morning(date(2027, 3, 28), time(2, 30)), morning(date(2027, 10, 31), time(2, 30))

    assert spring.by(("Europe/Paris", None)) == utc(2027, 3, 28, 1, 30)  # 03:30 on the wall
    assert autumn.by(("Europe/Paris", None)) == utc(2027, 10, 31, 0, 30)  # the summer's half past two


def test_where_a_date_never_was_its_readers_have_it_with_the_others() -> None:
    skipped = morning(date(2011, 12, 30))

    assert skipped.by(("Pacific/Apia", None)) == skipped.due


def test_the_span_reaches_from_the_first_to_the_last_reader() -> None:
    monday = morning(date(2026, 11, 23))

    assert monday.span([]) == (monday.due, monday.due)
    assert monday.span([("Asia/Tokyo", None), ("America/New_York", None)]) == (
        utc(2026, 11, 22, 22),
        utc(2026, 11, 23, 12),
    )


@given(
    st.sampled_from(ZONES),
    st.one_of(st.none(), st.integers(0, 23)),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.sampled_from([time(0), time(2, 30), time(7), time(23, 59)]),
)
@settings(max_examples=300, deadline=None)
def test_over_a_fortnight_with_any_change_of_the_clock_it_comes_once_each_local_date_and_in_order(
    name: str, hour: int | None, first: date, at: time
) -> None:
    days = [first + timedelta(days=number) for number in range(14)]

    times = [morning(day, at).by((name, hour)) for day in days]

    zone = zone_named(name)
    assert zone is not None
    assert times == sorted(set(times))
    assert all(
        timedelta(hours=22) <= later - earlier <= timedelta(hours=26) for earlier, later in pairwise(times)
    )
    wanted = time(hour) if hour is not None else at
    for day, moment in zip(days, times, strict=True):
        local = moment.astimezone(zone)
        assert local.date() == day or instant(day, wanted, zone) == moment
        assert abs(moment - morning(day, at).due) <= timedelta(hours=50)


@given(st.sampled_from(ZONES), st.dates(date(2025, 1, 1), date(2027, 12, 31)))
@settings(max_examples=100, deadline=None)
def test_a_reader_in_the_digests_own_zone_has_it_when_the_digest_is_due(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    cadence = Cadence(written="daily", times=(time(7),))
    start = datetime.combine(day, time(), UTC)
    (slot,) = [
        s for s in due(cadence, "d", zone, after=start - 2 * DAY, until=start + 3 * DAY) if s.day == day
    ]

    assert Morning(day=day, at=time(7), zone=zone, due=slot.due).by((name, None)) == slot.due
