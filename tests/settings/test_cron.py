from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.cadence import Cadence
from digest.settings.cron import looks_like_cron, read_cron
from digest.settings.messages import Unreadable

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(731)]


def plain_cron(text: str, day: date) -> bool:
    """Say whether cron runs on `day`, by the words of crontab(5) and nothing clever."""
    _, _, of_month, month, of_week = text.split()

    def has(field: str, value: int, low: int, high: int) -> bool:
        for part in field.split(","):
            span, _, step = part.partition("/")
            first, _, last = span.partition("-")
            start, end = (low, high) if span == "*" else (int(first), int(last or (high if step else first)))
            if value in range(start, end + 1, int(step or 1)):
                return True
        return False

    sunday = day.isoweekday() % 7
    by_month = has(of_month, day.day, 1, 31)
    by_week = has(of_week, sunday, 0, 7) or (sunday == 0 and has(of_week, 7, 0, 7))
    both = of_month.startswith("*") or of_week.startswith("*")
    return has(month, day.month, 1, 12) and (by_month and by_week if both else by_month or by_week)


def field(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    stepped = st.tuples(st.one_of(st.just("*"), span), st.integers(1, 9)).map(lambda p: f"{p[0]}/{p[1]}")
    part = st.one_of(number.map(str), span, stepped)
    return st.one_of(st.just("*"), st.lists(part, min_size=1, max_size=3).map(",".join))


@settings(max_examples=150, deadline=None)
@given(of_month=field(1, 31), month=field(1, 12), of_week=field(0, 7))
def test_days_are_those_that_crontab_5_describes(of_month: str, month: str, of_week: str) -> None:
    text = f"30 7 {of_month} {month} {of_week}"

    cadence = read_cron(text)

    assert [day for day in DAYS if cadence.on(day)] == [day for day in DAYS if plain_cron(text, day)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 7 * * 1-5", [time(7)]),
        ("30 6,18 * * *", [time(6, 30), time(18, 30)]),
        ("0,30 7 * * *", [time(7), time(7, 30)]),
        ("15 */8 * * *", [time(0, 15), time(8, 15), time(16, 15)]),
        ("0 20/2 * * *", [time(20), time(22)]),
        ("  0   7  *  *  * ", [time(7)]),
    ],
)
def test_times_are_every_hour_with_every_minute(text: str, expected: list[time]) -> None:
    assert list(read_cron(text).times) == expected


def test_names_of_months_and_days_are_read_and_seven_is_sunday() -> None:
    assert read_cron("0 7 * jan-mar MON,sun") == Cadence(
        written="0 7 * jan-mar MON,sun",
        times=(time(7),),
        weekdays=frozenset({0, 6}),
        months=frozenset({1, 2, 3}),
    )
    assert read_cron("0 7 * * 7").weekdays == read_cron("0 7 * * 0").weekdays == frozenset({6})
    assert read_cron("0 7 * * fri-7").weekdays == frozenset({4, 5, 6})
    assert read_cron("0 7 ? * 1").either_day is False


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("0 7 * *", "cron has five fields (minute, hour, day of month, month, day of week), not 4", 0),
        ("0 0 7 * * 1", "cron has five fields (minute, hour, day of month, month, day of week), not 6", 0),
        ("60 7 * * *", "60 is no minute: it goes from 0 to 59", 0),
        ("0 24 * * *", "24 is no hour: it goes from 0 to 23", 2),
        ("0 7 0 * *", "0 is no day of the month: it goes from 1 to 31", 4),
        ("0 7 * 13 *", "13 is no month: it goes from 1 to 12", 6),
        ("0 7 * * 1,8", "8 is no day of the week: it goes from 0 to 7", 10),
        ("0 7 * * mond", '"mond" is no day of the week; did you mean "mon"?', 8),
        ("0 7 * * 5-1", '"5-1" is no day of the week: a range goes up, and a step is at least 1', 8),
        ("0 7 * * */0", '"*/0" is no day of the week: a range goes up, and a step is at least 1', 8),
        ("0 7 1,,2 * *", '"" is no day of the month: write a number, a range such as 1-31, or *', 6),
        ("0 7 L * *", '"L" is no day of the month', 4),
    ],
)
def test_a_wrong_field_is_answered_with_its_place(text: str, message: str, at: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read_cron(text)

    assert (caught.value.message, caught.value.at) == (message, at)


@pytest.mark.parametrize("text", ["0 7 * * 1-5", "*/10 7 * * *", "0 7 * *", "@daily", "5 4 1,15 jan *"])
def test_cron_is_known_by_its_look(text: str) -> None:
    assert looks_like_cron(text)


@pytest.mark.parametrize(
    "text", ["weekdays at 07:00", "7.30 daily", "1st of the month at 07:00", "7 at noon", ""]
)
def test_words_are_not_taken_for_cron(text: str) -> None:
    assert not looks_like_cron(text)
