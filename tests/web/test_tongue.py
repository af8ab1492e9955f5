"""Every word of the readers' pages is there in every language, and each reader is spoken to in theirs."""

import re
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

import digest.web
from digest.render.filters import written_date
from digest.web.tongue import LANGUAGES, LOCALE, Speech, accepted, own_name, speech, speech_for

WEB = Path(digest.web.__file__).parent
ENGLISH = tomllib.loads((LOCALE / "en.toml").read_text("utf-8"))


def words(language: str) -> dict[str, Any]:
    return tomllib.loads((LOCALE / f"{language}.toml").read_text("utf-8"))


def request(query: str = "", accept: str = "") -> Request:
    headers = [(b"accept-language", accept.encode())]
    return Request({"type": "http", "method": "GET", "query_string": query.encode(), "headers": headers})


def test_the_pages_speak_five_languages() -> None:
    assert set(LANGUAGES) == {"en", "ar", "fr", "sv", "vi"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_missing_in_a_language_and_every_one_has_the_same_places(language: str) -> None:
    def places(entry: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", entry))

    there = words(language)

    assert set(there) == set(ENGLISH)
    for key, entry in ENGLISH.items():
        assert places(there[key]) == places(entry), key
        assert there[key].strip() == there[key] != ""


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "en"])
def test_nothing_was_left_in_english(language: str) -> None:
    there = words(language)

    assert [key for key in ENGLISH if there[key] == ENGLISH[key] and len(ENGLISH[key]) > 12] == []


def test_every_word_that_a_page_says_is_in_the_catalogue() -> None:
    said = set()
    for path in (WEB / "templates" / "pages").glob("*.html"):
        said |= {
            (path.name, key) for key in re.findall(r"""say\(["'](\w+)["'][,)]""", path.read_text("utf-8"))
        }
    for path in WEB.glob("*.py"):
        said |= {
            (path.name, key) for key in re.findall(r"""\.say\(\s*["'](\w+)["']""", path.read_text("utf-8"))
        }

    assert len(said) > 60
    assert {(name, key) for name, key in said if key not in ENGLISH} == set()


def test_no_page_has_words_of_its_own() -> None:
    """Only what is between tags and outside of Jinja is looked at; attributes that are read aloud too."""
    for path in (WEB / "templates" / "pages").glob("*.html"):
        bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        spoken = re.findall(r"(?:aria-label|placeholder|title|alt)=\"([^\"]*)\"", bare)
        text = re.sub(r"<[^>]*>", "", bare) + "".join(spoken)

        assert re.findall(r"[^\W\d_]{2,}", text) == [], path.name


@pytest.mark.parametrize(
    ("own", "query", "accept", "digest", "language"),
    [
        ("vi", "lang=fr", "sv", "en", "vi"),
        ("", "lang=fr", "sv", "en", "fr"),
        ("", "", "nl, sv;q=0.8, fr;q=0.9", "en", "fr"),
        ("", "", "nl", "ar", "ar"),
        ("", "", "", "", "en"),
        ("de", "", "", "sv", "sv"),  # no words in German: the next best
        ("", "lang=../etc", "x" * 3000, "ar", "ar"),
        ("", "lang=sv-FI", "", "en", "sv"),
    ],
)
def test_a_reader_is_spoken_to_in_their_own_language_else_the_browsers_else_the_digests(
    own: str, query: str, accept: str, digest: str, language: str
) -> None:
    assert speech_for(request(query, accept), own=own, digest=digest).language == language


@pytest.mark.parametrize(
    ("own", "accept", "digest", "written"),
    [
        ("", "en-US,en;q=0.9", "en", "23 November 2026, 19:50"),
        ("en", "en-US,en;q=0.9", "en", "23 November 2026, 19:50"),
        ("", "en-GB", "en-US", "November 23, 2026, 7:50\u202fPM"),
        ("en", "", "en-US", "November 23, 2026, 7:50\u202fPM"),
        ("en-US", "", "en", "November 23, 2026, 7:50\u202fPM"),
        ("", "en-US", "sv", "23 November 2026, 19:50"),
    ],
)
def test_before_and_after_signing_up_dates_are_written_as_the_digest_writes_them(
    own: str, accept: str, digest: str, written: str
) -> None:
    spoken = speech_for(request(accept=accept), own=own, digest=digest)

    assert f"{spoken.day(date(2026, 11, 23))}, {spoken.hour(time(19, 50))}" == written


@pytest.mark.parametrize("tag", ["en", "en-US", "en-GB", "fr", "fr-CA", "sv", "ar", "vi"])
def test_a_page_and_a_mail_write_a_day_alike(tag: str) -> None:
    spoken, day = speech(tag), date(2026, 11, 23)

    assert spoken is not None
    assert spoken.day(day) == written_date(day, tag, "long")


@pytest.mark.parametrize(
    ("header", "order"),
    [
        ("sv", ["sv"]),
        ("fr;q=0.2, en-GB, en;q=0.7", ["en-GB", "en", "fr"]),
        ("fr;q=0, en", ["en"]),
        ("fr;q=soon, en", ["en"]),
        (",,;", ["", "", ";"]),
    ],
)
def test_what_the_browser_accepts_is_read_by_weight(header: str, order: list[str]) -> None:
    assert list(accepted(header)) == order


def test_dates_and_hours_are_written_as_the_language_writes_them() -> None:
    day, seven = date(2026, 11, 23), time(7)
    spoken = {tag: speech(tag) for tag in ("en", "en-US", "fr", "ar", "vi")}

    assert [s and (s.day(day), s.hour(seven)) for s in spoken.values()] == [
        ("23 November 2026", "07:00"),
        ("November 23, 2026", "7:00\u202fAM"),
        ("23 novembre 2026", "07:00"),
        ("23 نوفمبر 2026", "7:00 ص"),
        ("23 tháng 11, 2026", "07:00"),
    ]


def test_a_name_that_reads_the_other_way_does_not_turn_its_sentence() -> None:
    arabic, english = Speech("ar", "ar"), Speech("en", "en-GB")

    assert "\u2068The Morning Post\u2069" in arabic.say("leave_title", title="The Morning Post")
    assert english.say("leave_title", title="The Morning Post") == "Unsubscribe from The Morning Post?"
    assert "\u2068نشرة\u2069" in english.say("leave_title", title="نشرة")


def test_a_language_is_called_by_its_own_name() -> None:
    assert [own_name(tag) for tag in ("en", "vi", "fr", "ar", "sv", "zz-nonsense")] == [
        "English", "Tiếng Việt", "français", "العربية", "svenska", "zz-nonsense",
    ]  # fmt: skip
