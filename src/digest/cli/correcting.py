"""Correct an edition that has begun to leave, as the desk does: one story, told to readers."""

import getpass
from collections.abc import Iterator

import click

from digest.cli.build import edition_of
from digest.cli.context import Context
from digest.cli.telling import give, json_option, plural, step
from digest.flows.desk.correcting import Correctable, Standing, correctables, standings
from digest.flows.desk.correcting import correct as correct_story
from digest.flows.desk.correction_mail import write_correction
from digest.model.change import Change, Field
from digest.model.edition import EditionState, before_sending
from digest.model.errors import AskedWrongly, NotFound, StepForbidden
from digest.model.text import fold
from digest.store import editions
from digest.wiring import House

_WORDS = (Field.HEADLINE, Field.STANDFIRST, Field.IMAGE, Field.ALT)


@click.command()
@click.argument("name", metavar="EDITION")
@click.option("--told", required=True, help="What was wrong, in a sentence: readers see it, with the date.")
@click.option(
    "--story", "named", default="", metavar="WORDS",
    help="Which one: words of its headline, or its id. Default: the one that its source has changed.",
)  # fmt: skip
@click.option("--headline", help="Print this headline.")
@click.option("--standfirst", help="Print this standfirst.")
@click.option("--image", help="Print the picture at this address; empty for none.")
@click.option("--alt", help="Tell this to those who cannot see the picture.")
@click.option("--keep-text", is_flag=True, help="Leave its text alone, though its source has changed it.")
@click.option("--write", is_flag=True, help="Make the mail to those who had the old words, too.")
@json_option
@click.pass_obj
def correct(
    context: Context, /, name: str, told: str, named: str, keep_text: bool, write: bool, as_json: bool,
    **words: str | None,
) -> None:  # fmt: skip
    """Correct a story of an edition that has begun to leave, or that everybody has.

    Visits its sources first, and prints the story as they say now, with the words given here above
    that. Who has not been reached gets the new words; who has the old ones is listed by `digest edition
    show EDITION --deliveries`; the archive page carries a dated note. With `--write` a mail of its own is
    made to exactly those who had the old words: it waits to be approved, and is sent by `digest send`.

    \b
      $ digest edition correct morning --told "The bridge opens in May, not in April." \\
          --story bridge --headline "The bridge opens in May"
    """
    house = context.house()
    digest, edition = edition_of(house, name)
    with house.store.read() as connection:
        state = editions.edition(connection, edition).state
    if before_sending(state):
        raise StepForbidden(edition, state, EditionState.SENDING)
    house.gather(house.schedule.sources_of(digest), now=house.clock())
    story = _story(house, edition, named)
    number = correct_story(
        house.store, house.workshop, edition, story.id, list(_changes(story, words)),
        take_newest=not keep_text, told=told, who=getpass.getuser(), clock=house.clock,
    )  # fmt: skip
    with house.store.read() as connection:
        standing = next(one for one in standings(connection, edition) if one.correction.number == number)
    letter = ""
    if write and standing.had:
        letter = write_correction(
            house.store, house.workshop, edition, number, who=getpass.getuser(), now=house.clock()
        )
    if as_json:
        give(_as_json(edition, standing, letter))
        return
    _tell(edition, story, standing, letter, quiet=context.quiet)


def _story(house: House, edition: str, named: str) -> Correctable:
    """Return the story that is meant: by words of its headline or its id, or as the only changed one."""
    with house.store.read() as connection:
        there = correctables(connection, edition)
    if named:
        found = [one for one in there if one.id == named or fold(named) in fold(_title(one))]
    else:
        found = [one for one in there if one.newer]
    if len(found) == 1:
        return found[0]
    if found:
        told = "; ".join(f"“{_title(one)}”" for one in found)
        raise AskedWrongly(f"{edition}: which story? --story with words of its headline: {told}")
    if named:
        raise NotFound(f"{edition}: no story in it with “{named}” in its headline")
    raise AskedWrongly(
        f"{edition}: no source has changed a story of it: say which one is wrong, and how it reads: "
        "--story WORDS --headline TEXT"
    )


def _title(one: Correctable) -> str:
    return one.printed.headline or one.printed.standfirst


def _changes(story: Correctable, words: dict[str, str | None]) -> Iterator[Change]:
    for field in _WORDS:
        value = words[field.value]
        if value is not None:
            yield Change(field=field, story=story.id, value=value)


def _tell(edition: str, story: Correctable, standing: Standing, letter: str, *, quiet: bool) -> None:
    step("corrected", f"{edition}: “{_title(story)}”", quiet=quiet)
    had = plural(standing.had, "reader")
    step("told", f"{had} had the old words: digest edition show {edition} --deliveries", quiet=quiet)
    if letter:
        step("written", f"{letter}: digest edition approve {letter}, then digest send {letter}", quiet=quiet)
    elif standing.had:
        step("next", "a mail to exactly those: the desk, “Write to them”", quiet=quiet)


def _as_json(edition: str, standing: Standing, letter: str) -> dict[str, object]:
    one = standing.correction
    return {
        "edition": edition, "correction": one.number, "story": one.story, "told": one.told,
        "at": one.at, "readers_with_old_words": standing.had, "letter": letter or None,
    }  # fmt: skip
