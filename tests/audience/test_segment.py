"""Whom a digest is for."""

from datetime import UTC, date, datetime

import pytest

from digest.audience.segment import in_words, matches
from digest.model.digest import Audience
from digest.model.subscriber import Subscriber

JOINED = datetime(2025, 6, 1, 12, tzinfo=UTC)


def reader(*, topics: tuple[str, ...] = (), language: str = "") -> Subscriber:
    return Subscriber(
        email="a@x.example", key="a@x.example", envelope="a@x.example", topics=topics, language=language
    )


@pytest.mark.parametrize(
    ("audience", "who", "expected"),
    [
        (Audience(), reader(), True),
        (Audience(topics=("Culture",)), reader(topics=("culture",)), True),
        (Audience(topics=("culture", "film")), reader(topics=("film", "city")), True),
        (Audience(topics=("culture",)), reader(topics=("city",)), False),
        (Audience(topics=("culture",)), reader(), True),
        (Audience(language="vi"), reader(language="vi"), True),
        (Audience(language="pt"), reader(language="pt-BR"), True),
        (Audience(language="pt-BR"), reader(language="pt"), False),
        (Audience(language="vi"), reader(language="en"), False),
        (Audience(language="vi"), reader(), True),
        (Audience(joined_before=date(2025, 6, 2)), reader(), True),
        (Audience(joined_before=date(2025, 6, 1)), reader(), False),
        (Audience(joined_after=date(2025, 6, 1)), reader(), True),
        (Audience(joined_after=date(2025, 6, 2)), reader(), False),
    ],
)
def test_a_reader_belongs_unless_something_we_know_speaks_against_it(
    audience: Audience, who: Subscriber, expected: bool
) -> None:
    assert matches(audience, who, JOINED) is expected


def test_an_audience_is_told_in_words() -> None:
    audience = Audience(topics=("culture", "film"), language="vi", joined_before=date(2026, 1, 1))

    assert in_words(audience) == "topics culture or film, language vi, joined before 2026-01-01"
    assert in_words(Audience()) == "everyone"
