import pytest

from digest.settings import scalars
from digest.settings.messages import Unreadable


def answer(read: object, text: object) -> str:
    assert callable(read)
    with pytest.raises(Unreadable) as caught:
        read(text)
    return caught.value.message


TAGS = ["en", "sv", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419", "sl-rozaj", "de-1996", "nds", "en-x-desk"]


@pytest.mark.parametrize("tag", TAGS)
def test_language_tags_are_read(tag: str) -> None:
    assert scalars.read_language(tag) == tag


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("English", '"English" is not a language code; did you mean "en"?'),
        ("français", '"français" is not a language code; did you mean "fr"?'),
        ("cn", '"cn" is not a language code; did you mean "zh"?'),
        ("EN", '"EN" is not how a language code is written; did you mean "en"?'),
        ("zh-hant", '"zh-hant" is not how a language code is written; did you mean "zh-Hant"?'),
        ("e", '"e" is not a language code: write a code such as "en", "sv" or "zh-Hant"'),
        ("en-", '"en-" is not a language code: write a code such as "en", "sv" or "zh-Hant"'),
    ],
)
def test_other_words_for_a_language_are_answered(word: str, message: str) -> None:
    assert answer(scalars.read_language, word) == message


@pytest.mark.parametrize("zone", ["UTC", "Europe/Stockholm", "America/Argentina/Ushuaia", "Asia/Kathmandu"])
def test_time_zones_are_read(zone: str) -> None:
    assert scalars.read_zone(zone).key == zone


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("europe/stockholm", '"europe/stockholm" is not a time zone; did you mean "Europe/Stockholm"?'),
        ("new york", '"new york" is not a time zone; did you mean "America/New_York"?'),
        ("UTC+1", '"UTC+1" is not a time zone'),
        ("../etc/passwd", '"../etc/passwd" is not a time zone: write one like Europe/Stockholm'),
        ("/etc/localtime", '"/etc/localtime" is not a time zone'),
    ],
)
def test_other_words_for_a_zone_are_answered(word: str, message: str) -> None:
    assert answer(scalars.read_zone, word).startswith(message)


@pytest.mark.parametrize(
    "mailbox",
    [
        "brief@tidewater.example",
        "Tidewater Times <brief@tidewater.example>",
        '"Times, Tidewater" <brief@tidewater.example>',
        "Bärgning <läsare@öarna.example>",
        "<brief@tidewater.example>",
        "Desk <o'neil+news@sub.tidewater.example>",
        "root@localhost",
    ],
)
def test_senders_are_read(mailbox: str) -> None:
    assert scalars.read_mailbox(mailbox) == mailbox


@pytest.mark.parametrize(
    "mailbox",
    [
        "Tidewater Times",
        "a@b@c.example",
        "two words@tidewater.example",
        "brief@",
        "@tidewater.example",
        "brief@tidewater",
        "brief@-tidewater.example",
        "brief@tidewater..example",
        "brief.@tidewater.example",
        "brief@127.0.0.1",
        "Times <brief@tidewater.example> <x@y.example>",
        "Times <brief@tidewater.example",
        "Times\nBcc: x <brief@tidewater.example>",
        "x" * 65 + "@tidewater.example",
    ],
)
def test_what_cannot_stand_in_a_from_line_is_refused(mailbox: str) -> None:
    assert "is not a" in answer(scalars.read_mailbox, mailbox)


def test_the_address_in_a_sender_is_found() -> None:
    assert scalars.address_in("Times <brief@tidewater.example>") == "brief@tidewater.example"
    assert scalars.address_in(" brief@tidewater.example ") == "brief@tidewater.example"


@pytest.mark.parametrize(
    "address", ["https://news.example/", "http://127.0.0.1:8420", "http://localhost:8420", "http://[::1]:80"]
)
def test_pages_are_https_or_on_this_machine(address: str) -> None:
    assert scalars.read_pages_address(address) == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    ["http://a.example", "https://a.example/?a=1", "https://", "a.example", "https://a.example:99999"],
)
def test_other_addresses_of_pages_are_refused(address: str) -> None:
    answer(scalars.read_pages_address, address)


@pytest.mark.parametrize(
    "location", ["https://a.example/f.rss", "stories/city.rss", "./a b.rss", "/srv/desk"]
)
def test_a_source_is_an_address_or_a_path(location: str) -> None:
    assert scalars.read_location(location) == location


@pytest.mark.parametrize(
    "location", ["ftp://a.example/f", "feed://a.example/f", "https:a.example", "https://a b.example/"]
)
def test_other_schemes_are_refused(location: str) -> None:
    assert "is not a web address" in answer(scalars.read_location, location)


@pytest.mark.parametrize("country", ["SE", "DE-BY", "GB-SCT", "XK"])
def test_countries_and_their_parts_are_read(country: str) -> None:
    assert scalars.read_country(country) == country


@pytest.mark.parametrize(
    ("word", "near"), [("se", '"SE"'), ("UK", '"GB"'), ("USA", '"US"'), ("Sweden", "write two capitals")]
)
def test_other_words_for_a_country_are_answered(word: str, near: str) -> None:
    assert near in answer(scalars.read_country, word)


def test_ids_are_small_words() -> None:
    assert scalars.read_id("morning-2") == "morning-2"
    assert answer(scalars.read_id, "Morning Brief").endswith('did you mean "morning-brief"?')
    assert "did you mean" not in answer(scalars.read_id, "朝")
    answer(scalars.read_id, "x" * 65)
