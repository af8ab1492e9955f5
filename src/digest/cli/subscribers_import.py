"""`digest subscribers import`: look at a list, take it in, take it back."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.context import Context
from digest.cli.progress import measured
from digest.cli.telling import give, json_option, plural, say, step, table

if TYPE_CHECKING:
    from digest.audience.optouts import OptOuts
    from digest.audience.tally import Tally
    from digest.wiring import House


@click.command(name="import")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--apply", "apply_", is_flag=True, help="Do what the plan says.")
@click.option("--undo", type=int, metavar="N", help="Take import number N back.")
@click.option("--digest", "digests", multiple=True, metavar="ID", help="For rows that name no digest.")
@json_option
@click.pass_obj
def import_(
    context: Context,
    file: Path | None,
    apply_: bool,
    undo: int | None,
    digests: tuple[str, ...],
    as_json: bool,
) -> int:
    """Import a CSV file: print what would happen, or do it with --apply.

    Reads UTF-8, UTF-16 and Windows files with commas, semicolons, tabs or bars, and the exports
    of Mailchimp, listmonk, Ghost and Substack. A row with consent_at and consent_source is
    confirmed; every other new person gets one letter that asks. Whoever left stays away.

    Safe to repeat: what is known already is "the same". Without FILE it lists earlier imports.
    Exits 2 if the file is no list, 3 if some rows could not be used.

    \b
      $ digest subscribers import readers.csv
      $ digest subscribers import readers.csv --apply
      $ digest subscribers import --undo 3
    """
    house = context.house()
    if undo is not None:
        return _undo(house, undo, as_json)
    if file is None:
        return _list_imports(house, as_json)
    from digest.flows.importing import Listing, apply, plan

    for name in digests:
        house.schedule.digest(name)
    listing = Listing(
        path=context.folder / file,
        name=str(file),
        digests=house.schedule.digests,
        otherwise=digests,
        by=getpass.getuser(),
    )
    opt_outs, now = opt_outs_of(house), house.clock()
    with measured(f"{'importing' if apply_ else 'reading'} {file.name}", quiet=context.quiet) as progress:
        if apply_:
            tally = apply(house.store, opt_outs, listing, now=now, progress=progress)
        else:
            tally = plan(house.store, opt_outs, listing, now=now, progress=progress)
    _tell(tally, applied=apply_, as_json=as_json, quiet=context.quiet)
    return 3 if apply_ and tally.errors else 0


def opt_outs_of(house: "House") -> "OptOuts":
    """Return the opt-out file of a newsroom."""
    from digest.audience.optouts import OptOuts

    return OptOuts(house.state / "opt-outs.jsonl", house.keys)


def _undo(house: "House", number: int, as_json: bool) -> int:
    from digest.store import audit
    from digest.store.roster.undoing import undo

    with house.store.write() as connection:
        undone = undo(connection, number)
        audit.note(
            connection, at=house.clock(), who=getpass.getuser(), about=f"import {number}",
            what=f"undone: {undone.removed:,} removed, {undone.restored:,} restored, {undone.kept:,} kept",
        )  # fmt: skip
    if as_json:
        give({"import": number, "removed": undone.removed, "restored": undone.restored, "kept": undone.kept})
        return 0
    step(
        "undone", f"import {number}: {plural(undone.removed, 'reader')} removed, {undone.restored:,} restored"
    )
    if undone.kept:
        say(f"  {plural(undone.kept, 'reader')} stayed: they have said yes or no themselves since")
    return 0


def _list_imports(house: "House", as_json: bool) -> int:
    from digest.store.roster.bringing import runs

    with house.store.read() as connection:
        found = runs(connection)
    if as_json:
        give(
            [
                {"import": r.number, "file": r.file, "at": r.at, "state": r.state, "counts": r.counts}
                for r in found
            ]
        )
        return 0
    table(
        [
            (str(r.number), f"{r.at:%Y-%m-%d %H:%M} UTC", r.state, f"{r.counts.get('new', 0):,} new", r.file)
            for r in found
        ]
    )
    if not found:
        say("no import yet: digest subscribers import FILE")
    return 0


def _tell(tally: "Tally", *, applied: bool, as_json: bool, quiet: bool) -> None:
    from digest.audience.tally import in_lines

    if as_json:
        give({**tally.as_json(), "applied": applied})
        return
    for line in in_lines(tally):
        click.echo(line)
    for problem in tally.problems[:20]:
        colour = "red" if problem.level == "error" else "yellow"
        say(f"  {problem}", quiet=quiet, colour=colour)
    if len(tally.problems) > 20:
        say(f"  … and {tally.errors + tally.warnings - 20:,} more: --json lists them", quiet=quiet)
    if applied:
        say(f"  Done as import {tally.number}. To take it back: --undo {tally.number}", quiet=quiet)
    else:
        say(f"  Nothing was changed.{' Add --apply.' if tally.changes else ''}", quiet=quiet)
