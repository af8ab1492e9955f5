from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.cadence import Cadence
from digest.settings.messages import Unreadable
from digest.settings.sending import read_sending

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


def weekdays(text: str) -> list[int]:
    return sorted(read_sending(text).weekdays)


def times(text: str) -> list[time]:
    return list(read_sending(text).times)


def dates(cadence: Cadence) -> list[date]:
    return [day for day in YEAR if cadence.on(day)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weekdays at 07:00", [MON, TUE, WED, THU, FRI]),
        ("Weekdays at 07:00", [MON, TUE, WED, THU, FRI]),
        ("every weekday at 07:00", [MON, TUE, WED, THU, FRI]),
        ("weekends at 9.00", [SAT, SUN]),
        ("every day at 7.30", list(range(7))),
        ("daily at noon", list(range(7))),
        ("mondays and thursdays at 18:00", [MON, THU]),
        ("Monday, Wednesday and Friday at 06:45", [MON, WED, FRI]),
        ("mon, wed & fri at 06:45", [MON, WED, FRI]),
        ("monday to thursday at 08:00", [MON, TUE, WED, THU]),
        ("fri-mon at 08:00", [MON, FRI, SAT, SUN]),
        ("on saturdays at 09:00", [SAT]),
        ("each sunday at 09:00", [SUN]),
        ("saturdays 09:00", [SAT]),
        ("weekdays and saturdays at 07:00", [MON, TUE, WED, THU, FRI, SAT]),
    ],
)
def test_days_are_read_as_people_write_them(text: str, expected: list[int]) -> None:
    assert weekdays(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daily at 07:00", [time(7)]),
        ("daily at 7.30", [time(7, 30)]),
        ("daily at 7:05", [time(7, 5)]),
        ("daily at 7 am", [time(7)]),
        ("daily at 7pm", [time(19)]),
        ("daily at 7.30 p.m.", [time(19, 30)]),
        ("daily at 12 am", [time(0)]),
        ("daily at 12 pm", [time(12)]),
        ("daily at 19h30", [time(19, 30)]),
        ("daily at 7h", [time(7)]),
        ("daily at midnight", [time(0)]),
        ("daily at noon", [time(12)]),
        ("daily at 17:00 and 07:00", [time(7), time(17)]),
        ("daily at 07:00, 12.30 and 5 pm", [time(7), time(12, 30), time(17)]),
        ("daily at 07:00 and 7.00", [time(7)]),
    ],
)
def test_times_are_read_as_people_write_them_and_come_sorted(text: str, expected: list[time]) -> None:
    assert times(text) == expected


def test_the_first_monday_of_the_month_is_the_monday_among_the_first_seven_days() -> None:
    first = dates(read_sending("the first monday of the month at 09:00"))
    second_and_fourth = dates(read_sending("the 2nd and 4th tuesday of the month at 09:00"))

    assert [day.month for day in first] == list(range(1, 13))
    assert all(day.weekday() == MON and day.day <= 7 for day in first)
    assert len(second_and_fourth) == 24
    assert all(day.weekday() == TUE for day in second_and_fourth)
    assert {(day.day - 1) // 7 for day in second_and_fourth} == {1, 3}


def test_days_of_the_month_are_read() -> None:
    found = dates(read_sending("the 1st and 15th of the month at 8.30"))

    assert {day.day for day in found} == {1, 15}
    assert len(found) == 24


def test_what_was_written_is_kept_for_people() -> None:
    assert read_sending("mondays at 7.30").written == "mondays at 7.30"


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("weekdys at 07:00", '"weekdys" is not a day; did you mean "weekdays"?', 0),
        ("mondays and thurdays at 18:00", '"thurdays" is not a day; did you mean "thursdays"?', 12),
        ("vardagar at 07:00", '"vardagar" is not a day: write "weekdays at 07:00"', 0),
        ("weekdays at 25:00", "25:00 is not a time of day", 12),
        ("weekdays at 07:60", "07:60 is not a time of day", 12),
        ("weekdays at 07:00 and 24.30", "24.30 is not a time of day", 22),
        ("weekdays at 7", "the minutes are missing: write 07:00", 12),
        ("weekdays at 13 pm", "13 pm is not a time of day: with am and pm the hours go from 1 to 12", 12),
        ("weekdays at dawn", '"dawn" is not a time of day: write 07:00 or 18:30', 12),
        ("weekdays at", 'no time of day: write "weekdays at 07:00"', 11),
        ("weekdays", 'no time of day: write "weekdays at 07:00"', 8),
        ("at 07:00", 'no day: write "weekdays at 07:00" or "every day at 07:00"', 0),
        ("the fifth monday of the month at 07:00", '"fifth" is not a day: write "weekdays at 07:00"', 4),
        ("the 5th monday at 07:00", '"5th" does not come in every month: write the first to the fourth', 4),
        ("the 32nd of the month at 07:00", '"32nd" does not come in every month: write 1st to 31st', 4),
        ("", 'write days and times, such as "weekdays at 07:00", or five cron fields in quotes', 0),
        ("@daily", '@daily has no time of day: write "every day at 07:00"', 0),
        ("0 7 30 2 *", "that day never comes: there is no such date in any year", 0),
        ("*/5 * * * *", "that is 288 editions a day: readers leave; write at most 24 times a day", 0),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_answered_with_its_place(text: str, message: str, at: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read_sending(text)

    assert (caught.value.message, caught.value.at) == (message, at)


def test_what_a_cadence_cannot_say_is_answered_with_what_it_can() -> None:
    with pytest.raises(Unreadable, match="a digest goes out at a time of day"):
        read_sending("every hour at 07:00")
    with pytest.raises(Unreadable, match='such as "the fourth friday of the month"'):
        read_sending("the last friday of the month at 07:00")


@pytest.mark.parametrize("value", [None, 7, 7.30, True, ["weekdays at 07:00"], date(2026, 1, 1)])
def test_what_is_not_text_is_refused(value: object) -> None:
    with pytest.raises(Unreadable):
        read_sending(value)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="weekdaysmonfri 0123456789:.,*/-andt@", max_size=30))
def test_any_text_is_read_or_answered_and_what_is_read_comes_at_some_time(text: str) -> None:
    try:
        cadence = read_sending(text)
    except Unreadable as error:
        at = error.at
    else:
        at = 0
        assert cadence.times == tuple(sorted(set(cadence.times)))
        assert cadence.weekdays <= frozenset(range(7))

    assert 0 <= at <= len(text)
