"""A correction at the terminal does what the desk does: new words, a public note, a mail of its own."""

import json
from pathlib import Path

import pytest

from cli.test_sending_steps import EDITION, house, run, send, state, subjects
from digest.flows.release import approve_by_policy
from digest.flows.state_of_things import state_of_things
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, NotFound, StepForbidden, WaitingForPerson
from digest.store import renderings
from digest.store.corrections import Correction, corrections
from digest.wiring import House
from newsroom import NOW, open_newsroom

__all__ = ["house"]
LETTER = f"{EDITION}/correction-1"
TOLD = ("--told", "It was eighty years.")


def mend(house: House, *names: str) -> None:
    """Let the source tell stories anew."""
    for name in names:
        path = house.folder / "stories" / name
        text = path.read_text("utf-8")
        path.write_text(
            text.replace("ninety years", "eighty years").replace("Owls found", "Two owls found"), "utf-8"
        )


def kept(house: House) -> list[Correction]:
    with house.store.read() as connection:
        return corrections(connection, EDITION)


def test_who_was_not_reached_gets_what_the_source_says_now(house: House) -> None:
    mend(house, "mill.md")

    told = run(house, "correct", EDITION, *TOLD)
    send(house)

    assert "corrected" in told.output
    assert subjects(house) == ["The mill wheel turns again after eighty years"] * 2
    assert run(house, "show", EDITION, "--deliveries").output.count(" all/2 ") == 2
    assert [one.told for one in kept(house)] == ["It was eighty years."]


def test_words_given_here_are_printed(house: House) -> None:
    run(house, "correct", EDITION, *TOLD, "--story", "the mill", "--headline", "The wheel turns")
    send(house)

    assert subjects(house) == ["The wheel turns"] * 2
    shown = run(house, "show", EDITION).output
    assert "subject   The wheel turns" in shown
    assert " 1. The wheel turns" in shown


def test_what_everybody_has_is_corrected_in_the_archive_and_by_a_mail_to_them(house: House) -> None:
    send(house)
    mend(house, "mill.md")

    told = json.loads(run(house, "correct", EDITION, *TOLD, "--write", "--json").stdout)

    assert (told["readers_with_old_words"], told["letter"]) == (2, LETTER)
    assert state(house) is EditionState.SENT
    assert run(house, "approve", LETTER).exit_code == 0
    with house.store.read() as connection:
        assert "It was eighty years." in renderings.renderings(connection, LETTER)["all"].text


def test_without_a_mail_it_says_how_many_had_the_old_words(house: House) -> None:
    send(house)

    told = run(house, "correct", EDITION, *TOLD, "--story", "owls", "--headline", "Owls again").output

    assert "2 readers had the old words" in told
    assert "Write to them" in told


def test_a_correction_of_nothing_says_what_to_say(house: House) -> None:
    with pytest.raises(AskedWrongly, match="--story WORDS --headline TEXT"):
        run(house, "correct", EDITION, *TOLD)
    with pytest.raises(AskedWrongly, match="nothing in it has changed"):
        run(house, "correct", EDITION, *TOLD, "--story", "mill")
    assert kept(house) == []


def test_where_several_are_meant_it_asks_which(house: House) -> None:
    mend(house, "mill.md", "owls.md")

    with pytest.raises(AskedWrongly, match="which story"):
        run(house, "correct", EDITION, *TOLD)
    with pytest.raises(NotFound, match="zeppelin"):
        run(house, "correct", EDITION, *TOLD, "--story", "zeppelin")


def test_what_has_not_begun_to_leave_is_changed_not_corrected(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    house.gather(house.schedule.sources, now=NOW)
    run(house, "rebuild", EDITION)

    with pytest.raises(StepForbidden):
        run(house, "correct", EDITION, *TOLD)
    house.close()


def test_the_mail_that_corrects_waits_for_a_person_even_where_editions_do_not(house: House) -> None:
    send(house)
    mend(house, "mill.md")
    run(house, "correct", EDITION, *TOLD, "--write")
    digest = house.schedule.digest(EDITION.partition("/")[0])
    assert digest.approval.editors == 0

    with pytest.raises(WaitingForPerson, match="waits for an editor"):
        approve_by_policy(house.store, house.newsroom, digest, LETTER, now=house.clock())

    with house.store.read() as connection:
        things = state_of_things(connection, house.schedule, now=house.clock())
    assert f"{LETTER} waits for approval: digest edition approve {LETTER}" in things.waiting
    assert things.exit_code == 4
