"""What goes out as CSV comes back the same, and no spreadsheet computes it."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.builders import NOW, PAPER
from digest.audience.exporting import Exported, protected, write
from digest.audience.importing import rows_of
from digest.audience.layout import layout_of
from digest.audience.row import Lowered, Row
from digest.model.subscriber import Consent, Standing, Subscriber

ADA = Subscriber(
    email="ada@post.example",
    key="ada@post.example",
    envelope="ada@post.example",
    name="=HYPERLINK(1)",
    language="sv",
    timezone="Europe/Stockholm",
    topics=("city", "film"),
    attributes={"city": "Harbour; Quay", "note": '"a", b'},
    joined=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
)


def round_trip(*people: Exported) -> list[Row]:
    text = io.StringIO(newline="")
    write(people, text)
    file = io.BytesIO(text.getvalue().encode())
    found = list(rows_of(file, layout_of(file, "out.csv"), path="out.csv", now=NOW))
    rows = [one for one in found if isinstance(one, Row)]
    assert len(rows) == len(found)
    return rows


def test_an_export_is_read_back_with_every_standing_and_the_evidence() -> None:
    standings = {
        "morning": Standing.CONFIRMED,
        "film": Standing.PAUSED,
        "weekend": Standing.UNSUBSCRIBED,
        "helg": Standing.UNCONFIRMED,
    }
    consent = Consent(at=PAPER.at, source="paper form", wording="I would like the brief, please")

    (row,) = round_trip(Exported(subscriber=ADA, standings=standings, consent=consent))

    assert (row.name, row.language, row.timezone) == (ADA.name, ADA.language, ADA.timezone)
    assert (row.topics, row.attributes, row.joined) == (ADA.topics, ADA.attributes, ADA.joined)
    assert row.consent == consent
    assert (row.digests, row.unconfirmed, row.left) == (("film", "morning"), ("helg",), ("weekend",))
    assert row.lowered is None


@pytest.mark.parametrize(
    ("status", "lowered"),
    [
        ("unsubscribed", Lowered.UNSUBSCRIBED),
        ("bounced", Lowered.BOUNCED),
        ("complained", Lowered.COMPLAINED),
    ],
)
def test_a_no_travels_with_the_export(status: str, lowered: Lowered) -> None:
    (row,) = round_trip(Exported(subscriber=ADA, standings={}, status=status))

    assert row.lowered is lowered


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=1"])
def test_no_cell_is_computed_by_a_spreadsheet(cell: str) -> None:
    assert protected(cell) == f"'{cell}"
    assert protected("Ada") == "Ada"


def test_a_line_end_in_a_cell_makes_no_second_row() -> None:
    odd = replace(ADA, name="\r@", attributes={"": "", "0": ""})  # its second line has as many cells as a row

    (row,) = round_trip(Exported(subscriber=odd, standings={}))

    assert row.name == "@"


def test_a_topic_of_which_nothing_is_left_is_none() -> None:
    (row,) = round_trip(Exported(subscriber=replace(ADA, topics=("\\", "city")), standings={}))

    assert row.topics == ("city",)


_TEXT = st.text(max_size=20)


@settings(max_examples=150, deadline=None)
@given(_TEXT, st.lists(_TEXT, max_size=3), st.dictionaries(_TEXT, _TEXT, max_size=2), st.text(min_size=1))
def test_what_was_read_once_survives_any_number_of_exports(
    name: str, topics: list[str], attributes: dict[str, str], source: str
) -> None:
    typed = replace(ADA, name=name, topics=tuple(topics), attributes=attributes)
    consent = Consent(at=PAPER.at, source=f"form {source}")
    (first,) = round_trip(Exported(subscriber=typed, standings={}, consent=consent))

    read = replace(typed, name=first.name, topics=first.topics, attributes=first.attributes)
    (second,) = round_trip(Exported(subscriber=read, standings={}, consent=first.consent))

    assert second == first
