"""How often a digest comes, in a reader's words."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from audience.builders import digest
from digest.settings.sending import read_sending
from digest.web.rhythm import rhythm, where_the_clock_hangs
from digest.web.tongue import Speech

ENGLISH, ARABIC = Speech("en", "en-GB"), Speech("ar", "ar")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("every day at 07:00", "every day at 07:00"),
        ("weekdays at 07:00", "on weekdays at 07:00"),
        ("weekends at 09:30", "at weekends at 09:30"),
        ("mondays and thursdays at 18:00", "on Mondays and Thursdays at 18:00"),
        ("0 7,12,18 * * *", "every day at 07:00, 12:00 and 18:00"),
        ("0 8 1 * *", "on day 1 of the month at 08:00"),
        ("0 8 1,15 * *", "on day 1 and 15 of the month at 08:00"),
        ("0 8 1 1 *", "on certain days at 08:00"),
        ("0 8 13 * fri", "on certain days at 08:00"),
    ],
)
def test_a_cadence_is_told_in_words(written: str, told: str) -> None:
    one = replace(digest("morning"), cadence=read_sending(written))

    assert rhythm(one, ENGLISH) == told


def test_it_is_told_in_the_readers_language() -> None:
    one = replace(digest("morning"), cadence=read_sending("weekdays at 07:00"))

    assert rhythm(one, Speech("sv", "sv")) == "på vardagar kl. 07:00"
    assert rhythm(one, Speech("vi", "vi")) == "các ngày trong tuần lúc 07:00"
    assert rhythm(one, Speech("fr", "fr")) == "du lundi au vendredi à 07:00"
    assert "من الاثنين إلى الجمعة في الساعة" in rhythm(one, ARABIC)


def test_the_clock_is_named_after_its_city() -> None:
    stockholm = replace(digest("morning"), timezone=ZoneInfo("Europe/Stockholm"))

    assert where_the_clock_hangs(stockholm, ENGLISH) == "Stockholm time"
    assert where_the_clock_hangs(stockholm, Speech("vi", "vi")) == "giờ Stockholm"
    assert where_the_clock_hangs(digest("morning"), ENGLISH) == "UTC"
