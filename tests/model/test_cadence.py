"""When a digest is due, over every time zone there is and both changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.cadence import Cadence, Occurrence, coming, due, instant

ZONES = sorted(available_timezones())
TIMES = (time(0), time(1, 30), time(2, 30), time(8), time(23, 59))
START, END = date(2025, 1, 1), date(2027, 12, 31)
DAYS = [START + timedelta(days=n) for n in range((END - START).days + 1)]
DAY = timedelta(days=1)

PARIS, NEW_YORK, APIA = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")


def daily(*times: time) -> Cadence:
    return Cadence(written="every day", times=times)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def one_day_of(cadence: Cadence, zone: ZoneInfo, day: date) -> list[Occurrence]:
    midnight = datetime.combine(day, time(0), UTC)
    around = due(cadence, "d", zone, after=midnight - 2 * DAY, until=midnight + 3 * DAY)
    return [occurrence for occurrence in around if occurrence.day == day]


@pytest.mark.parametrize("part", range(8))
def test_in_every_zone_every_slot_of_every_day_comes_once_and_in_order(part: int) -> None:
    """All zones x 5 times x 3 years: one occurrence a date, 22 to 26 hours apart, in order."""
    cadence = daily(*TIMES)
    after, until = (
        datetime.combine(START, time(0), UTC) - 2 * DAY,
        datetime.combine(END, time(0), UTC) + 2 * DAY,
    )

    for name in ZONES[part::8]:
        series: list[list[datetime]] = [[] for _ in TIMES]
        days: list[list[date]] = [[] for _ in TIMES]
        for occurrence in due(cadence, "d", ZoneInfo(name), after=after, until=until):
            if START <= occurrence.day <= END:
                series[occurrence.number - 1].append(occurrence.due)
                days[occurrence.number - 1].append(occurrence.day)

        for moments, dates in zip(series, days, strict=True):
            gaps = [later - earlier for earlier, later in pairwise(moments)]
            assert dates == DAYS, name
            assert timedelta(hours=22) <= min(gaps), name
            assert max(gaps) <= timedelta(hours=26), name


def test_a_slot_inside_the_spring_gap_moves_forward_by_the_gap() -> None:
    paris = instant(date(2027, 3, 28), time(2, 30), PARIS)
    new_york = instant(date(2027, 3, 14), time(2, 30), NEW_YORK)

    assert paris == utc(2027, 3, 28, 1, 30)  # 03:30 on the wall
    assert new_york == utc(2027, 3, 14, 7, 30)


def test_of_an_hour_that_comes_twice_the_first_one_counts() -> None:
    paris = one_day_of(daily(time(2, 30)), PARIS, date(2027, 10, 31))
    new_york = one_day_of(daily(time(1, 30)), NEW_YORK, date(2027, 11, 7))

    assert [occurrence.due for occurrence in paris] == [utc(2027, 10, 31, 0, 30)]
    assert [occurrence.due for occurrence in new_york] == [utc(2027, 11, 7, 5, 30)]


def test_a_process_started_inside_the_gap_still_finds_the_slot() -> None:
    started = utc(2027, 3, 28, 1, 5)  # 03:05 on the wall, where 02:30 never was

    found = list(due(daily(time(2, 30)), "d", PARIS, after=utc(2027, 3, 27, 12), until=started + DAY / 24))

    assert [occurrence.key for occurrence in found] == ["2027-03-28"]


def test_a_slot_that_a_gap_pushes_over_midnight_belongs_to_its_own_day() -> None:
    nuuk = ZoneInfo("America/Nuuk")  # 2025-03-29: from 23:00 to 00:00

    found = one_day_of(daily(time(23, 30)), nuuk, date(2025, 3, 29))

    assert [occurrence.key for occurrence in found] == ["2025-03-29"]
    assert found[0].due.astimezone(nuuk).date() == date(2025, 3, 30)


def test_a_date_that_was_left_out_has_no_occurrence() -> None:
    missing = date(2011, 12, 30)  # Samoa went from the 29th to the 31st

    found = list(due(daily(time(7)), "d", APIA, after=utc(2011, 12, 28, 12), until=utc(2012, 1, 1, 12)))

    assert instant(missing, time(7), APIA) is None
    assert missing not in [occurrence.day for occurrence in found]
    assert len({occurrence.key for occurrence in found}) == len(found)


def test_a_half_hour_change_is_a_change_like_any_other() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # 2026-10-04: from 02:00 to 02:30

    assert instant(date(2026, 10, 4), time(2, 15), lord_howe) == utc(2026, 10, 3, 15, 45)


def test_a_day_with_two_slots_numbers_the_second() -> None:
    found = one_day_of(daily(time(7), time(17)), PARIS, date(2026, 11, 23))

    assert [occurrence.key for occurrence in found] == ["2026-11-23", "2026-11-23/2"]
    assert found[1].edition == "d/2026-11-23/2"


def test_moving_the_time_of_a_day_keeps_its_key() -> None:
    early, late = (one_day_of(daily(at), PARIS, date(2026, 11, 23))[0] for at in (time(7), time(8)))

    assert early.due != late.due
    assert early.edition == late.edition


def test_the_start_is_left_out_and_the_end_is_kept() -> None:
    seven = utc(2026, 11, 23, 7)
    utc_zone = ZoneInfo("UTC")

    from_it = list(due(daily(time(7)), "d", utc_zone, after=seven, until=seven + DAY))
    up_to_it = list(due(daily(time(7)), "d", utc_zone, after=seven - DAY, until=seven))

    assert [occurrence.due for occurrence in from_it] == [seven + DAY]
    assert [occurrence.due for occurrence in up_to_it] == [seven]


def test_either_day_is_enough_where_cron_says_so() -> None:
    fridays_and_the_13th = Cadence(
        written="0 7 13 * 5", times=(time(7),), weekdays=frozenset({4}), days=frozenset({13}), either_day=True
    )
    both = Cadence(written="x", times=(time(7),), weekdays=frozenset({4}), days=frozenset({13}))
    november = [date(2026, 11, day) for day in range(1, 31)]

    assert [day.day for day in november if fridays_and_the_13th.on(day)] == [6, 13, 20, 27]
    assert [day.day for day in november if both.on(day)] == [13]


def test_what_comes_next_is_found_across_years() -> None:
    leap_days = Cadence(written="29 Feb", times=(time(7),), days=frozenset({29}), months=frozenset({2}))

    found = coming(leap_days, "d", PARIS, after=utc(2026, 11, 23), count=1)

    assert [occurrence.key for occurrence in found] == ["2028-02-29"]


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    at=st.lists(
        st.times().map(lambda t: t.replace(second=0, microsecond=0)), min_size=1, max_size=3, unique=True
    ),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    start=st.integers(0, 37 * 365 * 24).map(lambda hours: utc(2000, 1, 1) + timedelta(hours=hours)),
    cuts=st.lists(st.integers(0, 40 * 24 * 60), max_size=8),
)
def test_however_time_is_cut_into_ticks_each_slot_comes_in_exactly_one(
    zone: str, at: list[time], weekdays: frozenset[int], start: datetime, cuts: list[int]
) -> None:
    cadence = Cadence(written="x", times=tuple(sorted(at)), weekdays=weekdays)
    where = ZoneInfo(zone)
    end = start + 40 * DAY
    ticks = [start, *sorted(start + timedelta(minutes=cut) for cut in cuts), end]

    whole = list(due(cadence, "d", where, after=start, until=end))
    pieces = [
        occurrence
        for begin, until in pairwise(ticks)
        for occurrence in due(cadence, "d", where, after=begin, until=until)
    ]

    assert sorted(o.key for o in pieces) == sorted(o.key for o in whole)
    assert len({o.key for o in whole}) == len(whole)
    assert all(o.day.weekday() in weekdays for o in whole)
    assert all(start < o.due <= end for o in whole)
