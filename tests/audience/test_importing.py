"""Lists of subscribers as programs and people write them."""

import io
import random
import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.audience.importing import rows_of
from digest.audience.layout import layout_of
from digest.audience.row import Lowered, Row
from digest.model.errors import FileWrong, Problem

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


def read(data: bytes | str) -> tuple[list[Row], list[Problem]]:
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    found = list(rows_of(file, layout_of(file, "list.csv"), path="list.csv", now=NOW))
    return [one for one in found if isinstance(one, Row)], [one for one in found if isinstance(one, Problem)]


def read_or_refused(data: bytes) -> tuple[list[Row], list[Problem]]:
    try:
        return read(data)
    except FileWrong as error:
        return [], list(error.problems)


def keys(rows: Sequence[Row]) -> list[str]:
    return [row.address.key for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_end_is_read_alike(encoding: str, delimiter: str, end: str) -> None:
    lines = [
        ["E-mail", "Förnamn", "Språk"],
        ["ada@post.example", "Zoë", "sv"],
        ["bob@post.example", "Bo", "en"],
    ]
    data = end.join(delimiter.join(cells) for cells in lines).encode(encoding)

    rows, problems = read(data)

    assert problems == []
    assert [(row.address.key, row.name, row.language) for row in rows] == [
        ("ada@post.example", "Zoë", "sv"),
        ("bob@post.example", "Bo", "en"),
    ]


def test_a_list_pasted_together_from_two_encodings_is_read_line_by_line() -> None:
    data = b"email,name\n" + "ada@post.example,Zoë\n".encode() + "bob@post.example,Zoë\n".encode("cp1252")

    rows, problems = read(data)

    assert [row.name for row in rows] == ["Zoë", "Zoë"]
    assert problems == []


def test_a_first_line_may_declare_the_delimiter_as_excel_does() -> None:
    rows, _ = read('sep=;\r\n"email";"name"\r\n"ada@post.example";"Byron, Ada"\r\n')

    assert [(row.line, row.name) for row in rows] == [(3, "Byron, Ada")]


def test_topics_with_semicolons_do_not_pass_for_the_delimiter() -> None:
    rows, _ = read("email,topics\nada@post.example,city;culture;Film\nbob@post.example,city;culture\n")

    assert [row.topics for row in rows] == [("city", "culture", "film"), ("city", "culture")]


def test_a_list_without_header_is_known_by_the_address_in_its_first_line() -> None:
    rows, problems = read("Ada Byron;ada@post.example;Harbour\nBo;bob@post.example;Quay\n")

    assert [(row.address.key, row.name) for row in rows] == [
        ("ada@post.example", "Ada Byron"),
        ("bob@post.example", "Bo"),
    ]
    assert rows[0].attributes == {"column_3": "Harbour"}
    assert problems == []


def test_a_column_of_addresses_under_an_unknown_name_is_found_by_what_stands_in_it() -> None:
    rows, _ = read("kontakt,ort\nada@post.example,Harbour\nbob@post.example,Quay\n")

    assert keys(rows) == ["ada@post.example", "bob@post.example"]


@pytest.mark.parametrize("data", ["", "\n\n", "name,city\nAda,Harbour\n", "\x00\x00\x00", "%PDF-1.4\n%bin"])
def test_what_is_no_list_is_refused_in_one_clear_sentence(data: str) -> None:
    with pytest.raises(FileWrong) as caught:
        read(data)

    assert len(caught.value.problems) == 1
    assert str(caught.value).startswith("list.csv")


def test_bad_rows_cost_themselves_and_are_named_with_their_lines() -> None:
    data = (
        "email,name\n"
        "ada@post.example,Ada\n"
        "not an address,Nobody\n"
        "\n"
        'bob@post.example,"Bob\n'
        "carl@post.example,Carl\n"
        "dora@post.example,Dora,too,many\n"
        "eve@post.example\n"
        "fay@post.example,F\0ay\n"
        f"{'g' * 70_000}@post.example,Gil\n"
        'hal@post.example,"Hal\nof the Quay"\n'
    )

    rows, problems = read(data)

    assert keys(rows) == ["ada@post.example", "carl@post.example", "eve@post.example", "hal@post.example"]
    assert [(problem.line, problem.level) for problem in problems] == [
        (3, "error"), (5, "error"), (7, "error"), (9, "error"), (10, "error"),
    ]  # fmt: skip
    assert rows[-1].name == "Hal of the Quay"


def test_two_open_quotes_do_not_swallow_the_rows_between_them() -> None:
    data = (
        'email,name\nada@post.example,"Ada\nbob@post.example,Bob\n'
        'carl@post.example,"Carl\ndora@post.example,D\n'
    )

    rows, problems = read(data)

    assert keys(rows) == ["bob@post.example", "dora@post.example"]
    assert [problem.line for problem in problems] == [2, 4]


def test_consent_is_a_time_and_a_source_together() -> None:
    data = (
        "email,consent_at,consent_source\n"
        "ada@post.example,2024-03-01,paper form\n"
        "bob@post.example,2024-03-01,\n"
        "carl@post.example,03/01/2024,paper form\n"
        "dora@post.example,2031-01-01,paper form\n"
        "eve@post.example,,\n"
    )

    rows, problems = read(data)

    assert [(row.address.key, row.consent is not None) for row in rows] == [
        ("ada@post.example", True),
        ("bob@post.example", False),
        ("eve@post.example", False),
    ]
    assert rows[0].consent is not None
    assert rows[0].consent.at == datetime(2024, 3, 1, tzinfo=UTC)
    assert [(problem.line, problem.level) for problem in problems] == [
        (3, "warning"),
        (4, "error"),
        (5, "error"),
    ]


MAILCHIMP = (
    '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,LEID,EUID,TAGS\n'
    'ada@post.example,Ada,Byron,2,"2023-05-06 07:08:09",192.0.2.1,"2023-05-06 07:09:00",1,ab12,'
    '"""Culture"",""Film"""\n'
)
MAILCHIMP_LEFT = (
    '"Email Address","First Name",UNSUB_TIME,UNSUB_REASON,LEID\n'
    'ada@post.example,Ada,"2024-01-01 10:00:00",Other,1\n'
)
MAILCHIMP_CLEANED = '"Email Address",CLEAN_TIME,LEID\nada@post.example,"2024-01-01 10:00:00",1\n'
LISTMONK = (
    "uuid,email,name,attributes,status,created_at,updated_at\n"
    'd9d4,ada@post.example,Ada Byron,"{""city"": ""Harbour"", ""age"": 36}",enabled,2023-01-02T03:04:05Z,\n'
    "d9d5,bob@post.example,Bob,{},blocklisted,2023-01-02T03:04:05Z,\n"
)
GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers\n"
    '1,ada@post.example,Ada Byron,,true,false,,2023-01-02T03:04:05.000Z,,"Culture,Film",Free\n'
    "2,bob@post.example,Bob,,false,false,,2023-01-02T03:04:05.000Z,,,\n"
)
SUBSTACK = (
    "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n"
    "ada@post.example,false,,other,false,2023-01-02T03:04:05.000Z,\n"
    "bob@post.example,false,,other,true,2023-01-02T03:04:05.000Z,\n"
)


def test_mailchimps_export_is_understood_and_its_confirmation_time_is_no_consent() -> None:
    rows, problems = read(MAILCHIMP)

    assert problems == []
    assert (rows[0].name, rows[0].topics) == ("Ada Byron", ("culture", "film"))
    assert rows[0].joined == datetime(2023, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert rows[0].consent is None
    assert rows[0].attributes == {}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (MAILCHIMP_LEFT, [Lowered.UNSUBSCRIBED]),
        (MAILCHIMP_CLEANED, [Lowered.BOUNCED]),
        (LISTMONK, [None, Lowered.UNSUBSCRIBED]),
        (GHOST, [None, Lowered.UNSUBSCRIBED]),
        (SUBSTACK, [None, Lowered.UNSUBSCRIBED]),
        (
            "email,status\nada@post.example,Spam complaint\nbob@post.example,subscribed\n",
            [Lowered.COMPLAINED, None],
        ),
    ],
)
def test_what_other_programs_say_against_writing_is_heard(data: str, expected: list[Lowered | None]) -> None:
    rows, problems = read(data)

    assert problems == []
    assert [row.lowered for row in rows] == expected


def test_attributes_come_from_other_columns_and_from_json_and_never_take_the_name_of_a_link() -> None:
    rows, _ = read(
        "email,Home Town,unsubscribe_url,attributes\n"
        "ada@post.example,Harbour,https://evil.example,"
        '"{""preferences_url"": ""https://evil.example"", ""age"": 36}"\n'
    )

    assert rows[0].attributes == {
        "home_town": "Harbour",
        "unsubscribe_url_2": "https://evil.example",
        "preferences_url_2": "https://evil.example",
        "age": "36",
    }


def test_a_second_column_of_the_same_kind_is_kept_under_a_name_of_its_own() -> None:
    rows, _ = read("email,email,city,City\nada@post.example,old@post.example,Harbour,Quay\n")

    assert rows[0].address.key == "ada@post.example"
    assert rows[0].attributes == {"email_2": "old@post.example", "city": "Harbour", "city_2": "Quay"}


def test_a_language_or_time_zone_that_is_none_is_left_out_with_a_warning() -> None:
    rows, problems = read(
        "email,language,timezone\nada@post.example,Swedish!,Mars/Base\nbob@post.example,pt-br,europe/stockholm\n"
    )

    assert [(row.language, row.timezone) for row in rows] == [("", ""), ("pt-BR", "Europe/Stockholm")]
    assert [problem.level for problem in problems] == ["warning", "warning"]


def test_line_ends_and_formulas_in_a_name_are_harmless() -> None:
    rows, _ = read('email,name\nada@post.example,"Ada\r\nBcc: eve@post.example"\nbob@post.example,\'=cmd\n')

    assert [row.name for row in rows] == ["Ada Bcc: eve@post.example", "=cmd"]


def test_memory_does_not_grow_with_the_list() -> None:
    class Endless(io.RawIOBase):
        """A list that is made while it is read."""

        def __init__(self, rows: int) -> None:
            self._rows, self._at, self._rest = rows, 0, b"email,name\n"

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            self._at, self._rest = 0, b"email,name\n"[offset:]
            return offset

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # a plain buffer will do
            while len(self._rest) < len(buffer) and self._at < self._rows:
                self._rest += b"reader%d@post.example,Reader %d\n" % (self._at, self._at)
                self._at += 1
            size = min(len(buffer), len(self._rest))
            buffer[:size], self._rest = self._rest[:size], self._rest[size:]
            return size

    def peak(rows: int) -> int:
        file = io.BufferedReader(Endless(rows))
        layout = layout_of(file, "list.csv")
        tracemalloc.start()
        count = sum(1 for _ in rows_of(file, layout, path="list.csv", now=NOW))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == rows
        return used

    peak(100)

    assert peak(8_000) < peak(1_000) + 200_000


_WORD = st.text(
    st.characters(codec="utf-8", exclude_characters='\r\n"\0,;\t|', exclude_categories=["Cs"]), max_size=12
)
_GOOD = st.integers(0, 10**6).map(lambda number: f"reader{number}@post.example,Reader")
_BAD = st.one_of(
    st.just("not an address,Nobody"),
    st.integers(0, 99).map(lambda n: f'open{n}@post.example,"never closed'),
    st.integers(0, 99).map(lambda n: f"long{n}@post.example,a,b,c"),
    st.integers(0, 99).map(lambda n: f"nul{n}@post.example,N\0ul"),
    _WORD.filter(lambda word: word.strip() and "@" not in word),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_GOOD, _BAD), max_size=30))
def test_in_any_list_good_rows_are_kept_and_every_bad_line_is_named(lines: list[str]) -> None:
    good = [line.split(",")[0] for line in lines if line.startswith("reader")]
    bad = [number for number, line in enumerate(lines, 2) if not line.startswith("reader")]

    rows, problems = read("email,name\n" + "".join(f"{line}\n" for line in lines))

    assert keys(rows) == good
    assert [problem.line for problem in problems if problem.level == "error"] == bad


def test_a_thousand_random_files_never_crash_the_reader() -> None:
    chance = random.Random(20261123)
    alphabet = "ab@.,;\t|\"'\n\r\0 \ufeffé<>=+-{}\\"
    for _ in range(1_000):
        text = "email,name\n" * chance.randint(0, 1) + "".join(
            chance.choices(alphabet, k=chance.randint(0, 400))
        )
        data = text.encode(chance.choice(["utf-8", "utf-16", "utf-16-le", "cp1252"]), errors="replace")
        rows, problems = read_or_refused(bytes(data))
        assert all(row.line > 0 for row in rows)
        assert all(problem.message for problem in problems)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=500))
def test_any_bytes_are_a_list_or_a_clear_error(data: bytes) -> None:
    rows, problems = read_or_refused(data)

    assert all(row.address.key for row in rows)
    assert all(problem.message for problem in problems)
