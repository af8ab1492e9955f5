"""A small newsroom on the disk, for tests that go through the whole house: the *Gazette* of Larkmoor."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from digest.wiring import House, open_house

#: A Monday morning, twenty minutes before the edition is due.
NOW = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)

SCHEDULE = """\
version: 1
newsroom:
  name: The Larkmoor Gazette
  website: https://gazette.example
  pages: https://letters.gazette.example
  postal_address: 3 Mill Lane, Larkmoor
sources:
  - id: desk
    folder: stories
defaults:
  sender: The Larkmoor Gazette <brief@gazette.example>
digests:
  - id: morning
    title: The Morning Post
    language: en
    send: weekdays at 07:00
    build: 45 minutes before
    sections:
      - {title: Town, take: 3, tags: [town]}
"""
READERS = """\
email,name,consent_at,consent_source
ada@reader.example,Ada,2026-01-15,paper form
bo@reader.example,Bo,2026-02-20,paper form
cy@reader.example,Cy,,
"""
STORIES = {
    "mill.md": ("The mill wheel turns again after ninety years", "05:30", "town", 3),
    "market.md": ("Market moves to the church green for the winter", "04:10", "town", 0),
    "owls.md": ("Owls found nesting in the clock tower", "03:00", "town", 0),
}


#: What stories tell beside their headline: standfirst and text; two that tell the same would be one story.
TOLD = (
    ("The carpenters worked for two winters.", "Oak beams came by barge, and the smith forged nine bolts."),
    (
        "Stallholders drew lots for the best places.",
        "Cheese stands by the gate now, candles behind the yews.",
    ),
    ("A ladder has been tied up until summer.", "Three chicks hiss at visitors; their parents hunt voles."),
    ("Rehearsals begin on Thursday evening.", "Pipes were cleaned one by one with goose feathers and gin."),
    ("The constable asks for witnesses.", "Somebody left footprints, a lantern and half a pork pie."),
    (
        "Sandbags are handed out at the fire station.",
        "The gauge rose a foot before noon; cellars are emptied.",
    ),
    ("The sexton blames a mouse.", "Ropes were found gnawed, and the vicar bought peppermint oil."),
    ("Pupils counted for a whole week.", "Forty hedgehogs crossed Tanner Street, eleven with leaves."),
    ("The council voted by a show of hands.", "Benches will be green again, as they were before the paint."),
    ("A recipe turned up behind a drawer.", "It asks for rye, plums and patience; bakers try it tonight."),
    ("The last bus leaves half an hour later.", "Drivers had collected signatures among night nurses."),
    ("Fishermen found it in their nets.", "An anchor with a date, two centuries old, weighs a ton."),
)


def story(headline: str, at: str, tag: str, priority: int = 0, day: str = "2026-11-23") -> str:
    """Return a story file; `at` is the hour of the day, UTC."""
    standfirst, text = TOLD[sum(headline.encode()) % len(TOLD)]
    return (
        f"---\nheadline: {headline}\nstandfirst: {standfirst}\n"
        f"published: {day}T{at}:00+00:00\ntags: [{tag}]\npriority: {priority}\n"
        f"url: https://gazette.example/{headline.lower().replace(' ', '-')}\n---\n"
        f"{headline}. {text}\n"
    )


def write_newsroom(folder: Path, *, schedule: str = SCHEDULE) -> None:
    """Write the newsroom's files into `folder`."""
    (folder / "stories").mkdir(parents=True, exist_ok=True)
    (folder / "subscribers").mkdir(exist_ok=True)
    (folder / "schedule.yaml").write_text(schedule, encoding="utf-8")
    (folder / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    for name, (headline, at, tag, priority) in STORIES.items():
        (folder / "stories" / name).write_text(story(headline, at, tag, priority), encoding="utf-8")


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def open_newsroom(
    folder: Path,
    *,
    now: datetime = NOW,
    schedule: str = SCHEDULE,
    environment: Mapping[str, str] | None = None,
) -> House:
    """Return the newsroom in `folder`, written first, with a clock that stands at `now`."""
    write_newsroom(folder, schedule=schedule)
    house = open_house(folder, environment or {"PATH": os.environ["PATH"]})
    house.clock = Clock(now)
    return house


#: The edition of the morning on which the newsroom's clock stands.
MORNING = "morning/2026-11-23"


def build(house: House) -> None:
    """Build the edition of this morning, as the clock does."""
    from digest.flows.compose import occasion

    digest, now = house.schedule.digests[0], house.clock()
    house.sync_readers()
    house.gather(house.schedule.sources, now=now)
    house.keep(house.draft(digest, occasion(digest, now), now=now), who="clock", now=now)
