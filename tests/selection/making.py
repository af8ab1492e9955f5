"""Stories and digests for the tests of this room, made in one line."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from digest.model.cadence import Cadence
from digest.model.digest import Digest, StoryRules
from digest.model.edition import Carried, Selection
from digest.model.story import Image, Story

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

#: Nothing in one of these texts occurs in another, function words apart.
TEXTS = {
    "bridge": (
        "Old harbour bridge closes for repairs",
        "Engineers found rust in eleven girders of the Lindvik crossing. Ferries carry commuters till March.",
    ),
    "harvest": (
        "Apple growers count their losses after hail",
        "Farmers around Tessaly lost a third of their orchards within minutes. Insurers expect many claims.",
    ),
    "opera": (
        "Soprano returns to the stage after a decade",
        "Mirelle Ando sang Verdi at the Palladine opera house. The audience stood and applauded.",
    ),
    "vaccine": (
        "Clinics begin winter vaccinations",
        "Nurses in Corvell offer the jab to pensioners first. Appointments open by telephone each Tuesday.",
    ),
    "rocket": (
        "Private rocket reaches orbit at the second attempt",
        "Aurelis Space launched its booster from Kap Normand. A camera filmed the separation of stages.",
    ),
    "chess": (
        "Teenager wins national chess title",
        "Ilya Brandt, 15, beat the grandmaster Oskar Wenn with black pieces. His father taught him to play.",
    ),
    "tax": (
        "Parliament lowers property levy",
        "Ministers agreed on a rate of two percent. Opposition deputies called the reform unfair to tenants.",
    ),
    "whale": (
        "Stranded whale guided back to deep water",
        "Volunteers on Sandö beach pulled the animal by boat. Biologists attached a transmitter to its fin.",
    ),
}


def story(name: str, *, age: float = 1.0, source: str = "wire", **fields: Any) -> Story:
    """Return the story of that name in TEXTS, published and seen `age` hours ago."""
    headline, body = TEXTS.get(name, (name, ""))
    when = NOW - timedelta(hours=age)
    made = {
        "url": f"https://{source}.example/{name.replace(' ', '-')}",
        "headline": headline,
        "body": tuple(filter(None, (body,))),
        "published": when,
        "first_seen": when,
    }
    return Story(source=source, **(made | fields))


def digest(**fields: Any) -> Digest:
    """Return a daily digest."""
    made = {
        "id": "morning",
        "title": "The Morning Brief",
        "cadence": Cadence(written="daily at 07:00", times=(time(7),)),
        "stories": StoryRules(),
    }
    return Digest(**(made | fields))


def carried(one: Story, *, days: float = 1.0, featured: bool = True) -> Carried:
    """Return `one` as shown in an edition some days ago."""
    at = NOW - timedelta(days=days)
    return Carried(story=one, edition=f"morning/{at:%Y-%m-%d}", at=at, featured=featured)


def picture() -> Image:
    """Return a picture that can be printed."""
    return Image(url="https://wire.example/p.jpg", width=1200, height=800)


def headlines(selection: Selection) -> list[str]:
    """Return the headlines of all slots in the order of reading."""
    return [slot.story.headline for slot in selection.slots]


def reasons(selection: Selection) -> dict[str, str]:
    """Return the id of each story passed over, with its reason."""
    return {passed.story.id: passed.reason for passed in selection.passed_over}
