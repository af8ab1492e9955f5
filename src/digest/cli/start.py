"""`digest init`: a newsroom's folder with a working example."""

from pathlib import Path

import click

from digest.cli.context import Context
from digest.cli.telling import plural, say, step
from digest.model.errors import AskedWrongly

SCHEDULE = """\
# yaml-language-server: $schema=./schedule.schema.json
# Every key is explained in the reference: docs/reference/schedule.md
version: 1

newsroom:
  name: {name}
  website: https://{host}
  pages: https://letters.{host}   # where readers reach this program's pages; https
  postal_address: 1 Your Street, Your Town   # printed in every mail

sources:
  - id: desk
    folder: stories                     # .md, .txt wire copy, .html, .json; or
  # - id: site
  #   feed: https://{host}/rss.xml      # RSS, Atom or JSON Feed; URL or path

defaults:
  timezone: {zone}
  sender: {name} <brief@{host}>
  send_through: local                   # the built-in inbox; set another relay when you are ready

digests:
  - id: morning
    title: The Morning Brief
    language: en
    send: weekdays at 07:00
    lead:
      prefer: [tag front-page]
    sections:
      - {{title: City, take: 4, tags: [city]}}
      - {{title: Culture, take: 3, tags: [culture]}}
      - {{title: One more thing, take: 1, tags: [delight], optional: true}}
"""
READERS = """\
email,name,language,consent_at,consent_source
ada@reader.example,Ada,en,2026-01-15,example
"""
IGNORED = "state/\nbuild/\nsecrets.env\nsecrets/\n"


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def init(context: Context, folder: Path) -> None:
    """Make a newsroom's FOLDER with a working example: one digest, a few stories, one reader.

    An existing folder is used only when it is empty.

    \b
      $ digest init news && cd news && digest preview
    """
    from digest.flows.sample import copy_starter
    from digest.settings.form import json_schema_text
    from digest.settings.secrets import signing_keys
    from digest.wiring import bundled, utc_now

    place = context.folder / folder
    if place.exists() and any(place.iterdir()):
        raise AskedWrongly(
            f"{folder}: is not empty: name a new folder, so that nothing of yours is overwritten"
        )
    place.mkdir(parents=True, exist_ok=True)
    name = place.resolve().name.replace("-", " ").replace("_", " ").title() or "Newsroom"
    host = f"{place.resolve().name.lower().replace(' ', '-').replace('_', '-')}.example"
    files = {
        "schedule.yaml": SCHEDULE.format(name=name, host=host, zone=_zone()),
        "schedule.schema.json": json_schema_text(),
        "subscribers/readers.csv": READERS,
        ".gitignore": IGNORED,
    }
    for path, text in files.items():
        (place / path).parent.mkdir(exist_ok=True)
        (place / path).write_text(text, encoding="utf-8")
    (place / "templates").mkdir()
    number = copy_starter(bundled(), place / "stories", now=utc_now())
    signing_keys(context.environment, place)
    for what, words in (
        ("schedule.yaml", "one digest, weekdays at 07:00"),
        (
            "stories/",
            f"{plural(number, 'sample story', 'sample stories')}: drop .md or .txt files here, or list feeds",
        ),
        ("subscribers/", "readers.csv: one made-up reader, so that there is somebody to send to"),
        ("templates/", "empty: the built-in `brief` is used"),
        ("secrets.env", "the key that signs links (0600, ignored by git): keep it in your backups"),
    ):
        step(f"{what:<16}", words, quiet=context.quiet)
    say(f"Next: cd {folder} && digest preview", quiet=context.quiet)


def _zone() -> str:
    """Return this machine's time zone, UTC when it does not say."""
    from zoneinfo import available_timezones

    target = Path("/etc/localtime")
    if target.is_symlink():
        name = str(target.resolve()).partition("zoneinfo/")[2]
        if name in available_timezones() and name not in ("Etc/UTC", "UCT", "Zulu", "Universal"):
            return name
    return "UTC"
