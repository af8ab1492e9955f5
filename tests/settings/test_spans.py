from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.settings.messages import Unreadable
from digest.settings.spans import LONGEST, MINUTE, in_words, read_count, read_span


@pytest.mark.parametrize(
    ("text", "side", "expected"),
    [
        ("45 minutes before", "before", timedelta(minutes=45)),
        ("45 minutes", "before", timedelta(minutes=45)),
        ("2 hours", "", timedelta(hours=2)),
        ("1 hour", "", timedelta(hours=1)),
        ("4 hours after", "after", timedelta(hours=4)),
        ("every 10 minutes", "every", timedelta(minutes=10)),
        ("every hour", "every", timedelta(hours=1)),
        ("7 days", "", timedelta(days=7)),
        ("2 weeks", "", timedelta(weeks=2)),
        ("90 seconds", "", timedelta(seconds=90)),
        ("1 hour and 30 minutes", "", timedelta(minutes=90)),
        ("1h 30min", "", timedelta(minutes=90)),
        ("1.5 hours", "", timedelta(minutes=90)),
        ("1,5 hours", "", timedelta(minutes=90)),
        ("half an hour before", "before", timedelta(minutes=30)),
        ("an hour", "", timedelta(hours=1)),
        ("Two Days", "", timedelta(days=2)),
        ("0 minutes before", "before", timedelta()),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(text: str, side: str, expected: timedelta) -> None:
    assert read_span(text, side=side) == expected


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("45 minutes after", '"after" makes no sense here: write "24 hours"', 11),
        ("2 huors", '"huors" is not a unit of time; did you mean "hours"?', 2),
        ("2 fortnights", '"fortnights" is not a unit of time: write "24 hours"', 2),
        ("3 months", "a month has no fixed length: write days or weeks", 2),
        ("1 year", "a year has no fixed length: write days or weeks", 2),
        ("45", 'the unit is missing: write minutes, hours or days, such as "24 hours"', 2),
        ("minutes", 'a number is missing before "minutes": write "24 hours"', 0),
        ("2 3 hours", 'two numbers follow each other: write "24 hours"', 2),
        ("", 'write a length of time, such as "24 hours"', 0),
        (24, 'write a length of time with its unit, such as "24 hours"', 0),
        (None, 'write a length of time with its unit, such as "24 hours"', 0),
    ],
)
def test_what_is_no_length_of_time_is_answered_with_its_place(text: object, message: str, at: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read_span(text, side="before")

    assert (caught.value.message, caught.value.at) == (message, at)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("9999999999 weeks", "9999999999 weeks makes no sense here: from 1 minute to 3,650 days"),
        ("999999999 days", "999999999 days makes no sense here: from 1 minute to 3,650 days"),
        (f"{'9' * 400} seconds", f"{'9' * 400} seconds makes no sense here: from 1 minute to 3,650 days"),
        ("3650 days and 1 second", "3650 days and 1 second makes no sense here: from 1 minute to 3,650 days"),
        ("0 hours", "0 hours makes no sense here: from 1 minute to 3,650 days"),
        ("59 seconds", "59 seconds makes no sense here: from 1 minute to 3,650 days"),
    ],
)
def test_a_length_of_time_that_makes_no_sense_is_refused(text: str, told: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_span(text, at_least=MINUTE)

    assert caught.value.message == told


def test_the_shortest_and_the_longest_length_of_time_are_read() -> None:
    assert read_span("1 minute", at_least=MINUTE) == timedelta(minutes=1)
    assert read_span("3650 days", at_least=MINUTE) == LONGEST


@given(st.integers(1, 10_000_000).map(lambda seconds: timedelta(seconds=seconds)))
def test_what_is_said_in_words_is_read_back(span: timedelta) -> None:
    assert read_span(in_words(span)) == span


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=45), "45 minutes"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=14), "2 weeks"),
        (timedelta(), "0 seconds"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_whole_unit(span: timedelta, words: str) -> None:
    assert in_words(span) == words


@pytest.mark.parametrize("text", ["4 stories", "4", 4, " 4  stories ", "four stories", "4 Stories"])
def test_counts_are_read_as_people_write_them(text: object) -> None:
    assert read_count(text, "story") == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("4 storys", '"storys" cannot be counted here; did you mean "stories"?'),
        ("4 mails", '"mails" cannot be counted here: write stories'),
        ("many", 'write a number of stories, such as "2 stories"'),
        (True, 'write a number of stories, such as "2 stories"'),
        (-1, "-1 stories make no sense here: from 0 to 100,000"),
        (1.5, 'write a number of stories, such as "2 stories"'),
    ],
)
def test_what_is_no_count_is_answered(text: object, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_count(text, "story")

    assert caught.value.message == message
