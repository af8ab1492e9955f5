"""`digest backup`: save a newsroom's memory in one file, and bring it back."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest import __version__
from digest.cli.context import Context
from digest.cli.progress import measured
from digest.cli.telling import give, json_option, plural, say, step

if TYPE_CHECKING:
    from digest.flows.restore import Place, Restored
    from digest.wiring import House


@click.group()
def backup() -> None:
    """Save database, opt-outs, pictures and keys in one file, and bring them back.

    \b
      $ digest backup save /safe/place/harbour-2026-11-23.zip
      $ digest backup restore /safe/place/harbour-2026-11-23.zip --dry-run
    """


@backup.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def save(context: Context, file: Path, as_json: bool) -> None:
    """Save the newsroom's memory in FILE, also while it sends.

    In it: the database, the file of opt-outs, the pictures, secrets.env and the keys. The file holds
    readers' addresses and your passwords: keep it as safe as those. Schedule, templates, stories and
    lists are yours and not in it. With PostgreSQL use pg_dump, and keep state/ and secrets.env.
    """
    from digest.flows.backup import save as save_backup

    house = context.house()
    target = context.folder / file
    with measured(f"saving {file.name}", quiet=context.quiet) as progress:
        made = save_backup(
            house.store, folder=context.folder, keys=house.keys, target=target,
            newsroom=house.newsroom.name, program=__version__, now=house.clock(),
            progress=progress or (lambda done, total: None),
        )  # fmt: skip
    size = target.stat().st_size
    if as_json:
        give({"file": str(target), "bytes": size, "taken": made.taken, "members": len(made.hashes)})
        return
    step("saved", f"{target}  {size / 1e6:,.1f} MB, {plural(len(made.hashes), 'file')}", quiet=context.quiet)


@backup.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def restore(context: Context, file: Path, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Bring FILE back into this folder, here or on another machine.

    Nobody is mailed twice: whoever had not been reached when the backup was made is listed as
    unknown, for you to settle (`digest edition settle`), and what came due since is left out. No no
    is forgotten: words that this folder knows and the backup does not are kept. The present
    database stays beside the new one. Stop `digest serve` first.
    """
    from digest.flows.restore import restore as restore_backup

    house = context.house()
    place = _place(house)
    if not dry_run and not yes and place.database.exists():
        if not context.interactive:
            raise click.UsageError(f"{place.database} would be replaced: add --yes, or look with --dry-run")
        click.confirm(f"Replace {place.database} (it is kept beside)?", abort=True, err=True)
    done = restore_backup(context.folder / file, place, now=house.clock(), dry_run=dry_run)
    if as_json:
        give(
            {
                "taken": done.taken, "unknown": done.held.unknown, "editions": done.held.editions,
                "skipped": [*done.held.skipped, *done.skipped], "newer_words": done.newer_words,
                "pictures": done.pictures, "kept": done.kept and str(done.kept),
                "left_alone": done.left_alone, "dry_run": dry_run,
            }
        )  # fmt: skip
        return 4 if done.held.unknown else 0
    verb = "would" if dry_run else "restored"
    step(
        verb,
        f"{'restore ' if dry_run else ''}a backup of {done.taken:%Y-%m-%d %H:%M} UTC",
        quiet=context.quiet,
    )
    for line in _lines(done):
        say(f"  {line}", quiet=context.quiet)
    return 4 if done.held.unknown else 0


def _lines(done: "Restored") -> Iterator[str]:
    if done.newer_words:
        yield f"{plural(done.newer_words, 'yes or no', 'yes and no')} newer than the backup, kept"
    if done.held.unknown:
        yield (
            f"{plural(done.held.unknown, 'delivery', 'deliveries')} may have been made since and are held: "
            f"digest edition settle ({', '.join(done.held.editions)})"
        )
    skipped = dict.fromkeys((*done.held.skipped, *done.skipped))
    if skipped:
        yield f"not sent, for they came due since: {', '.join(skipped)}"
    if done.pictures:
        yield f"{plural(done.pictures, 'picture')} that were missing here"
    if done.left_alone:
        yield f"left as they are here, though they differ: {', '.join(done.left_alone)}"
    if done.kept is not None:
        yield f"the database that was here: {done.kept}"


def _place(house: "House") -> "Place":
    """Return this newsroom as a restore needs it.

    Raises:
        AskedWrongly: its database is a server's.
    """
    from digest.flows.restore import Place
    from digest.model.errors import AskedWrongly
    from digest.settings.relays import database_url
    from digest.settings.secrets import SIGNING, secret, signing_keys

    url = database_url(house.environment, house.folder)
    if not url.startswith("sqlite:///"):
        raise AskedWrongly("PostgreSQL is restored by its own tools (pg_restore)")
    written = secret(SIGNING, house.environment, house.folder)
    return Place(
        folder=house.folder,
        database=Path(url.removeprefix("sqlite:///")),
        keys=signing_keys(house.environment, house.folder) if written else (),
        keys_from_environment=any(house.environment.get(name) for name in (SIGNING, f"{SIGNING}_FILE")),
        digests=house.schedule.digests,
    )
