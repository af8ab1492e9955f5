"""The log reads as one, the newest line first, on both kinds of database."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.store import audit
from digest.store.editions import note, open_edition
from digest.store.engine import Store, open_store

NOW = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)


def test_lines_of_editions_and_of_everything_else_stand_in_one_order(any_store: Store) -> None:
    with any_store.write() as connection:
        open_edition(
            connection, "morning/2026-11-23", digest="morning", day=NOW.date(), due=NOW, who="clock", now=NOW
        )
        audit.note(
            connection, at=NOW + timedelta(minutes=2), who="ida", what="added as admin", about="account ida"
        )
        note(connection, "morning/2026-11-23", who="bo", what="held", now=NOW + timedelta(minutes=1))

    with any_store.read() as connection:
        found = audit.lines(connection)
        people = audit.people(connection)

    assert [(line.who, line.about) for line in found[:2]] == [
        ("ida", "account ida"),
        ("bo", "edition morning/2026-11-23"),
    ]
    assert found[0].at == NOW + timedelta(minutes=2)
    assert people == ["bo", "clock", "ida"]


def test_what_is_looked_for_is_taken_as_it_stands(any_store: Store) -> None:
    with any_store.write() as connection:
        for what in ("100% sure", "100 times", "under_score", "underXscore"):
            audit.note(connection, at=NOW, who="ida", what=what, about="reader 17")

    with any_store.read() as connection:
        found = {text: [line.what for line in audit.lines(connection, text=text)] for text in ("100%", "R_S")}
        readers = audit.lines(connection, about="reader")
        nobody = audit.lines(connection, about="reader%")

    assert found == {"100%": ["100% sure"], "R_S": ["under_score"]}
    assert (len(readers), nobody) == (4, [])


def test_the_newest_line_about_a_thing_is_found(any_store: Store) -> None:
    with any_store.write() as connection:
        for what in ("first", "second"):
            audit.note(connection, at=NOW, who="ida", what=what, about="schedule")

    with any_store.read() as connection:
        last = audit.newest(connection, "schedule")
        assert audit.newest(connection, "sched") is None
    assert last is not None
    assert last.what == "second"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=25), st.integers(1, 7))
def test_pages_hold_every_line_once_however_many_share_a_moment(moments: list[int], size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with open_store(f"sqlite:///{Path(folder) / 'digest.db'}", now=NOW) as store:
            with store.write() as connection:
                for number, second in enumerate(moments):
                    at = NOW + timedelta(seconds=second)
                    audit.note(connection, at=at, who="x", what=str(number))

            seen, place = [], None
            with store.read() as connection:
                while page := audit.lines(connection, after=place, limit=size):
                    seen += [int(line.what) for line in page]
                    place = page[-1].place

    assert seen == sorted(range(len(moments)), key=lambda n: (moments[n], n), reverse=True)
