import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.sources.dates import read_date


@pytest.mark.parametrize(
    ("text", "utc", "zoned"),
    [
        ("2031-03-12T20:41:00+07:00", "2031-03-12 13:41", True),
        ("2031-03-12T20:41:00+0700", "2031-03-12 13:41", True),
        ("2031-03-12T20:41:00+07", "2031-03-12 13:41", True),
        ("2031-03-12T20:41Z", "2031-03-12 20:41", True),
        ("2031-03-12T20:41:00.123Z", "2031-03-12 20:41", True),
        ("2031-03-12 20:41:00", "2031-03-12 20:41", False),
        ("2031-03-12", "2031-03-12 00:00", False),
        ("20310312T204100Z", "2031-03-12 20:41", True),
        ("Wed, 12 Mar 2031 09:00:00 GMT", "2031-03-12 09:00", True),
        ("Wed, 12 Mar 2031 09:00:00 +0700", "2031-03-12 02:00", True),
        ("Wed, 12 Mar 2031 09:00:00 ICT", "2031-03-12 02:00", True),
        ("Wed, 12 Mar 2031 09:00:00 EST", "2031-03-12 14:00", True),
        ("Wed, 12 Mar 2031 09:00:00 CEST", "2031-03-12 07:00", True),
        ("Wed, 12 Mar 2031 09:00:00 IST", "2031-03-12 03:30", True),
        ("12 Mar 2031 09:00:00", "2031-03-12 09:00", False),
        ("2031年2月27日 20:41", "2031-02-27 20:41", False),
        ("Thứ năm, 27/02/2031 20:41 (GMT+7)", "2031-02-27 13:41", True),
        ("27.02.2031, 20:41", "2031-02-27 20:41", False),
        ("02/27/2031 8:41 PM", "2031-02-27 20:41", False),
        ("jeudi 27 février 2031 à 20:41", "2031-02-27 20:41", False),
        ("February 27, 2031", "2031-02-27 00:00", False),
        ("27 февраля 2031", "2031-02-27 00:00", False),
    ],
)  # fmt: skip
def test_dates_are_read_as_they_are_written(text: str, utc: str, zoned: bool) -> None:
    moment = read_date(text)

    assert moment is not None
    assert (f"{moment.when:%Y-%m-%d %H:%M}", moment.zoned) == (utc, zoned)


def test_the_language_decides_between_day_and_month() -> None:
    told = read_date("02/03/2031", language="fr")

    assert told is not None
    assert f"{told.when:%m-%d}" == "03-02"
    assert read_date("02/03/2031") is None
    assert read_date("02/03/2031", language="en-US") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2 hours ago",
        "2031",
        "March 12",
        "99/99/2031",
        "2031-02-30",
        "2031-13-01T00:00Z",
        "1" * 200,
    ],
)
def test_what_names_no_one_day_is_no_date(text: str) -> None:
    assert read_date(text) is None


@given(st.text(alphabet="0123456789-/.:TZ+ ,年月日GMTapril", max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_it_fail(text: str) -> None:
    moment = read_date(text, language="en")

    assert moment is None or moment.when.tzinfo is not None
