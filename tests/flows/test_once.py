"""Once only: over days, digests and choices, no reader is shown a story or an event twice, but as updated."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from clock.test_rounds import at
from digest.store import classes, compositions, editions, renderings
from digest.store.ledger import history, names
from digest.store.roster import people, standing
from digest.wiring import House
from newsroom import NOW, SCHEDULE, open_newsroom, story

TWO = SCHEDULE.replace(
    "      - {title: Town, take: 3, tags: [town]}\n",
    "      - {title: Town, take: 2, tags: [town]}\n"
    "      - {title: Music, take: 1, tags: [music]}\n"
    "  - id: noon\n    title: The Noon Post\n    language: en\n    send: weekdays at 07:00\n"
    "    sections: [{title: Town, take: 2, tags: [town]}]\n",
)
READERS = """\
email,name,topics,digests,consent_at,consent_source
ada@reader.example,Ada,,morning,2026-01-15,paper form
bo@reader.example,Bo,music,morning,2026-01-15,paper form
cy@reader.example,Cy,,morning;noon,2026-01-15,paper form
dee@reader.example,Dee,town,morning;noon,2026-01-15,paper form
eve@reader.example,Eve,,noon,2026-01-15,paper form
"""
MONDAY = NOW.replace(hour=5, minute=0)
EVENTS = (
    ("Ferry runs aground off the north pier", "town"),
    ("Choir of miners wins the northern prize", "music"),
    ("Old brewery becomes forty flats", "town"),
    ("Storm takes the roof off the grain hall", "town"),
    ("Organ pipes go missing from the chapel", "music"),
    ("Bees settle on the war memorial", "town"),
    ("Bakers strike over the price of flour", "town"),
    ("Fiddle maker closes after sixty years", "music"),
    ("Canal lock opens to boats again", "town"),
    ("Goats clear the bank of the railway", "town"),
)
TWO = TWO.replace(
    "    language: en\n", "    language: en\n    related: {at_most: 0}\n"
)  # a link is shown, too
#: Each tells something of its own: what shared its words would rightly be merged.
TOLD = dict(
    zip(
        (headline for headline, _ in EVENTS),
        (
            "Passengers were taken off by pilots before noon. The captain blamed fog and a broken lamp.",
            "Forty voices beat nine rivals at the final in Hexby. The conductor wept on the stage.",
            "Buyers may move in by spring. The copper kettles stay in the stairwell as a monument.",
            "Sheets of iron were found two miles inland. Farmers covered the wheat with sails overnight.",
            "Thieves came through the vestry window. The organist counts eleven missing and offers a reward.",
            "A keeper from the allotments caught the swarm with a straw basket. Wreaths were laid later.",
            "Dough stayed in the troughs on Monday. The union asks for a fixed rate with millers until May.",
            "Her last instrument goes to a pupil in Varn. The workshop becomes a shop for bicycles.",
            "Barges queued from dawn behind the gates. Divers had replaced every hinge since August.",
            "The herd eats bramble that machines cannot reach. Trains slow down while the animals work.",
        ),
        strict=True,
    )
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, now=MONDAY, schedule=TWO)
    for path in (tmp_path / "stories").iterdir():
        path.unlink()
    (tmp_path / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    at(house, MONDAY)
    yield house
    house.close()


def morning(house: House, day: datetime, events: list[tuple[str, str]], numbers: Iterator[int]) -> None:
    """Let the news of a night come in, and one morning go by."""
    for headline, tag in events:
        head, _, _ = story(headline, "04:00", tag, day=f"{day:%Y-%m-%d}").rpartition("---\n")
        head = head.replace("What is known about it so far.", f"{TOLD[headline].split('. ')[0]}.")
        text = f"{head}---\n{TOLD[headline]}\n"
        (house.folder / "stories" / f"{next(numbers)}.md").write_text(text, encoding="utf-8")
    at(house, day + timedelta(hours=1, minutes=30))
    at(house, day + timedelta(hours=2))


def shown(house: House) -> dict[str, list[tuple[str, str, bool]]]:
    """Return by reader what they were shown: (edition, headline, whether it was labelled as updated)."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    with house.store.read() as connection:
        for record in sorted(editions.editions(connection, limit=99), key=lambda each: (each.day, each.id)):
            if record.published_at is None:
                continue
            made = compositions.compositions(connection, record.id)
            versions = names.versions(connection, record.id)
            told = list(history.deliveries(connection, names.edition_key(connection, record.id), now=NOW))
            readers = people.get_many(connection, [each.subscriber for each in told])
            for each in told:
                slots = made[versions[each.rendering][0]].selection.slots
                seen = [(record.id, slot.story.headline, slot.updated) for slot in slots]
                found.setdefault(readers[each.subscriber].name, []).extend(seen)
    return found


def repeats(seen: list[tuple[str, str, bool]]) -> list[str]:
    """Return the headlines that come again without a label."""
    had: set[str] = set()
    found = []
    for _, headline, updated in seen:
        if headline in had and not updated:
            found.append(headline)
        had.add(headline)
    return found


def test_nobody_is_shown_a_story_twice_over_a_week_in_any_of_their_digests(house: House) -> None:
    numbers = count()
    for day in range(5):
        morning(house, MONDAY + timedelta(days=day), list(EVENTS[2 * day : 2 * day + 2]), numbers)

    seen = shown(house)

    assert set(seen) == {"Ada", "Bo", "Cy", "Dee", "Eve"}
    assert {name: repeats(stories) for name, stories in seen.items()} == {name: [] for name in seen}
    assert {headline for _, headline, _ in seen["Bo"]} <= {h for h, tag in EVENTS if tag == "music"}
    assert {headline for _, headline, _ in seen["Dee"]} <= {h for h, tag in EVENTS if tag == "town"}
    assert {headline for _, headline, _ in seen["Ada"]} == {headline for headline, _ in EVENTS}


def test_two_digests_of_one_morning_share_the_news_between_them_for_who_reads_both(house: House) -> None:
    morning(house, MONDAY, list(EVENTS[:7]), count())

    seen = shown(house)

    both = [headline for _, headline, _ in seen["Cy"]]
    assert len(both) == len(set(both)) == 6
    town = {headline for headline, tag in EVENTS[:7] if tag == "town"}
    assert {headline for _, headline, _ in seen["Eve"]} <= town
    assert {headline for _, headline, _ in seen["Cy"]} >= town


def test_a_story_that_tells_materially_more_comes_again_and_says_so_in_the_mail(house: House) -> None:
    numbers = count()
    morning(house, MONDAY, [EVENTS[0]], numbers)
    path = house.folder / "stories" / "0.md"
    more = (
        "\nSix passengers were carried ashore by lifeboat, and the captain has been taken to hospital.\n\n"
        "The harbour master closed the northern channel, divers inspect the torn hull at first light.\n"
    )
    text = path.read_text("utf-8").replace("tags:", "updated: 2026-11-24T04:00:00+00:00\ntags:")
    path.write_text(text + more, encoding="utf-8")

    morning(house, MONDAY + timedelta(days=1), [EVENTS[2]], numbers)

    ferry = [(edition, updated) for edition, headline, updated in shown(house)["Ada"] if "Ferry" in headline]
    assert ferry == [("morning/2026-11-23", False), ("morning/2026-11-24", True)]
    with house.store.read() as connection:
        words = renderings.renderings(connection, "morning/2026-11-24")["all"]
    assert "Updated" in words.html
    assert "Updated" in words.text


def test_a_class_that_is_new_inherits_what_all_readers_of_the_digest_were_shown(house: House) -> None:
    numbers = count()
    morning(house, MONDAY, list(EVENTS[:4]), numbers)
    with house.store.write() as connection:
        held = people.find(connection, "ada@reader.example")
        assert held is not None
        people.describe(connection, replace(held.subscriber, topics=("town", "music")))

    morning(house, MONDAY + timedelta(days=1), list(EVENTS[4:6]), numbers)

    with house.store.read() as connection:
        placed = {one.reading.key for one in classes.placements(connection, "morning/2026-11-24")}
    assert "topics:music,town" in placed
    assert repeats(shown(house)["Ada"]) == []


def test_who_pauses_a_digest_is_no_longer_spared_its_stories(house: House) -> None:
    with house.store.write() as connection:
        held = people.find(connection, "cy@reader.example")
        assert held is not None
        standing.pause(connection, held.subscriber.id, ["noon"], until=None, now=MONDAY)

    morning(house, MONDAY, list(EVENTS[:4]), count())

    with house.store.read() as connection:
        placed = {
            one.reading.key: one.readers for one in classes.placements(connection, "morning/2026-11-23")
        }
    assert placed["all"] == 2
