"""A list of readers at the terminal: looked at, taken in, taken back; and the folder read by itself."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli.context import Context
from digest.cli.subscribers_import import import_
from digest.flows.subscribe import confirm, one_click, stop
from digest.flows.subscribe_replay import replay
from digest.model.errors import AskedWrongly, NotFound
from digest.model.subscriber import Standing, SuppressionReason
from digest.store.roster import people
from digest.store.roster.people import Held
from digest.wiring import House
from newsroom import NOW, open_newsroom

LIST = """\
email;name;consent_at;consent_source
dee@post.example;Dee;2026-03-01;paper form
DEE@post.example;Dee again;2026-03-01;paper form
ada@reader.example;Ada Quill;2026-01-15;paper form
bo@reader.example;Bo;2026-01-15;paper form
cy@reader.example;Cy;;
info@post.example;The office;;
not an address;Nobody;;
eve@mailinator.com;Eve;;
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A newsroom with three readers, of whom Bo has left and Cy has complained; and a list beside it."""
    house = open_newsroom(tmp_path)
    house.sync_readers()
    one_click(house.store, house.opt_outs, number_of(house, "bo@reader.example"), "*", now=NOW)
    replay(house.store, house.opt_outs)
    reason = SuppressionReason.COMPLAINT
    stop(house.store, house.opt_outs, "cy@reader.example", reason, source="report", now=NOW)
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    yield house
    house.close()


def run(house: House, *arguments: str, code: int = 0) -> Result:
    context = Context(folder=house.folder, _house=house)
    answer = CliRunner().invoke(
        import_, list(arguments), obj=context, catch_exceptions=False, standalone_mode=False
    )
    assert answer.return_value == code, answer.output
    return answer


def held(house: House, email: str) -> Held | None:
    with house.store.read() as connection:
        return people.find(connection, email)


def number_of(house: House, email: str) -> int:
    found = held(house, email)
    assert found is not None
    return found.subscriber.id


def standing(house: House, email: str) -> Standing:
    found = held(house, email)
    assert found is not None
    return found.standings["morning"]


def test_the_plan_comes_first_names_every_kind_of_row_and_changes_nothing(house: House) -> None:
    told = run(house, "list.csv").output

    for words in (
        "3 new · 1 changed · 0 the same",
        "1 left alone  they unsubscribed (bo@reader.example, line 5)",
        "1 left alone  their address is suppressed (cy@reader.example, line 6)",
        "1 repeated    the first row of an address counts (DEE@post.example, lines 2 and 3)",
        "1 not usable  line 8",
        "role accounts (info@post.example, line 7)",
        "throw-away addresses (eve@mailinator.com, line 9)",
        "2 new people have no consent_at and consent_source",
        "Nothing was changed. Add --apply.",
    ):
        assert words in told, told
    assert held(house, "dee@post.example") is None


def test_what_was_planned_is_done_and_doing_it_again_changes_nothing(house: House) -> None:
    run(house, "list.csv", "--apply", code=3)  # one row could not be used
    again = json.loads(run(house, "list.csv", "--apply", "--json", code=3).stdout)

    assert standing(house, "dee@post.example") is Standing.CONFIRMED
    assert standing(house, "info@post.example") is Standing.UNCONFIRMED
    assert standing(house, "bo@reader.example") is Standing.UNSUBSCRIBED
    ada = held(house, "ada@reader.example")
    assert ada is not None
    assert ada.subscriber.name == "Ada Quill"
    assert (again["counts"]["new"], again["counts"]["changed"], again["counts"]["same"]) == (0, 0, 4)
    assert [(one["line"], one["level"]) for one in again["problems"]] == [(8, "error")]


def test_an_import_is_taken_back_but_for_those_who_have_spoken_since(house: House) -> None:
    run(house, "list.csv", "--apply", code=3)
    info = number_of(house, "info@post.example")
    confirm(house.store, house.opt_outs, info, ["morning"], now=NOW)
    number = json.loads(run(house, "--json").stdout)[0]["import"]

    told = json.loads(run(house, "--undo", str(number), "--json").stdout)

    assert told == {"import": number, "removed": 2, "restored": 1, "kept": 1}
    assert held(house, "dee@post.example") is None
    assert standing(house, "info@post.example") is Standing.CONFIRMED
    ada = held(house, "ada@reader.example")
    assert ada is not None
    assert ada.subscriber.name == "Ada"
    with pytest.raises(AskedWrongly, match="was undone before"):
        run(house, "--undo", str(number))
    with pytest.raises(NotFound, match="the last ones are"):
        run(house, "--undo", "99")


def test_an_address_is_known_again_however_many_rows_later(house: House) -> None:
    rows = [f"reader{number}@post.example" for number in range(12_000)]
    rows += ["reader0@post.example", "reader7000@post.example"]
    (house.folder / "long.csv").write_text("\n".join(["email", *rows]), encoding="utf-8")

    told = run(house, "long.csv").output

    assert "12,000 new" in told
    assert "lines 2 and 12002" in told
    assert "lines 7002 and 12003" in told


def test_the_folder_adds_overwrites_nothing_and_a_row_that_is_gone_does_nothing(house: House) -> None:
    folder = house.folder / "subscribers"
    (folder / "readers.csv").write_text(
        "email,name,consent_at,consent_source\nada@reader.example,Somebody else,2026-01-15,form\n"
        "fay@reader.example,Fay,2026-01-15,form\nbo@reader.example,Bo,2026-11-22,form\n",
        encoding="utf-8",
    )
    (folder / "broken.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "_draft.csv").write_text("email\ngus@reader.example\n", encoding="utf-8")

    synced = house.sync_readers()

    assert [tally.path for tally in synced.tallies] == ["subscribers/readers.csv"]
    assert [problem.path for problem in synced.problems] == ["subscribers/broken.csv"]
    assert standing(house, "fay@reader.example") is Standing.CONFIRMED
    assert standing(house, "bo@reader.example") is Standing.UNSUBSCRIBED
    ada, cy = held(house, "ada@reader.example"), held(house, "cy@reader.example")
    assert ada is not None
    assert cy is not None  # whose row is gone
    assert ada.subscriber.name == "Ada"
    assert held(house, "gus@reader.example") is None
    assert house.sync_readers().tallies == ()  # nothing has changed since
