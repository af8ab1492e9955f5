"""Reading classes from roster to mail: counted, made into words, frozen; nobody gets what nobody saw."""

import email
import email.policy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from digest.flows.compose import Draft, occasion_named
from digest.flows.outfit import outfit
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.send import send_edition
from digest.model.classes import Placement
from digest.model.errors import NotFound
from digest.store import classes, compositions, renderings
from digest.store.roster import people, standing
from digest.wiring import House
from newsroom import NOW, SCHEDULE, open_newsroom, story

EDITION = "morning/2026-11-23"
TWO_DIGESTS = SCHEDULE.replace(
    "      - {title: Town, take: 3, tags: [town]}\n",
    "      - {title: Town, take: 3, tags: [town]}\n"
    "      - {title: Music, take: 3, tags: [music]}\n"
    "  - id: evening\n    title: The Evening Post\n    language: en\n    send: weekdays at 18:00\n",
)
READERS = """\
email,name,topics,digests,plain,consent_at,consent_source
ada@reader.example,Ada,,morning,,2026-01-15,paper form
bo@reader.example,Bo,music,morning,,2026-01-15,paper form
cy@reader.example,Cy,Music;Chess,morning;evening,,2026-01-15,paper form
dee@reader.example,Dee,town;music,morning,,2026-01-15,paper form
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, schedule=TWO_DIGESTS)
    songs = {"organ.md": story("The old organ sounds once more", "05:00", "music")}
    for name, text in songs.items():
        (house.folder / "stories" / name).write_text(text, encoding="utf-8")
    (house.folder / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    yield house
    house.close()


def drafted(house: House, edition: str = EDITION, only: str | None = None) -> Draft:
    digest = house.schedule.digest(edition.partition("/")[0])
    return house.draft(digest, occasion_named(digest, edition), now=NOW, only=only)


def headlines(draft: Draft, variant: str) -> list[str]:
    return [slot.story.headline for slot in draft.made[variant].composition.selection.slots]


def by_key(placements: tuple[Placement, ...]) -> Mapping[str, Placement]:
    return {one.reading.key: one for one in placements}


def published(house: House, edition: str = EDITION) -> None:
    digest = house.schedule.digest(edition.partition("/")[0])
    approve_by_policy(house.store, house.newsroom, digest, edition, now=NOW)
    turn = take_turn(house.store, occasion_named(digest, edition), now=NOW, owner="t")
    release(house.store, house.schedule, digest, turn, now=NOW, who="test")


def sent(house: House, edition: str = EDITION) -> dict[str, email.message.EmailMessage]:
    """Send what is published; return the mails in the inbox by their reader's name."""
    digest = house.schedule.digest(edition.partition("/")[0])
    with outfit(
        house.store, house.newsroom, digest, house.posts(digest), key=house.keys[0], state=house.state,
        clock=house.clock, opt_outs=house.opt_outs,
    ) as means:  # fmt: skip
        send_edition(house.store, edition, means=means, limits=house.limits(digest))
    mails = {}
    for path in (house.state / "inbox").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        mails[mail["To"].addresses[0].display_name] = mail
    return mails  # type: ignore[return-value]  # the default policy makes EmailMessage


def test_each_class_gets_the_stories_it_asked_for_and_is_counted(house: House) -> None:
    draft = drafted(house)

    found = by_key(draft.placements)
    assert {key: one.readers for key, one in found.items()} == {
        "all": 1, "topics:music": 1, "topics:music.also:evening": 1, "topics:music,town": 1,
    }  # fmt: skip
    assert headlines(draft, "topics:music") == ["The old organ sounds once more"]
    assert len(headlines(draft, "all")) == 4


def test_classes_whose_words_come_out_the_same_share_them(house: House) -> None:
    draft = drafted(house)

    found = by_key(draft.placements)
    assert set(draft.variants) == {"all", "topics:music"}
    assert found["topics:music.also:evening"].variant == "topics:music"
    assert found["topics:music,town"].variant == "all"
    assert {one.why for one in draft.placements} == {""}


def test_the_smallest_classes_merge_when_there_are_too_many_and_that_is_listed(
    tmp_path: Path, house: House
) -> None:
    path = house.folder / "schedule.yaml"
    few = path.read_text("utf-8").replace("    sections:\n", "    reading_classes: 2\n    sections:\n", 1)
    path.write_text(few, encoding="utf-8")
    house.reread()

    found = by_key(drafted(house).placements)

    assert len({one.variant for one in found.values()}) <= 2
    merged = [one for one in found.values() if one.why]
    assert merged
    assert all(one.why.startswith("too few readers for words of their own: gets those of ") for one in merged)


def test_one_class_can_be_looked_at_alone_by_its_key(house: House) -> None:
    draft = drafted(house, only="topics:music.also:evening")

    assert draft.composition.subject == "The old organ sounds once more"
    with pytest.raises(NotFound, match="no reading class of morning/2026-11-23: there are all, topics:music"):
        drafted(house, only="topics:opera")


def test_a_class_for_which_there_is_nothing_is_left_out_and_listed(house: House) -> None:
    (house.folder / "stories" / "organ.md").unlink()
    house.gather(house.schedule.sources, now=NOW)
    house.keep(drafted(house), who="test", now=NOW)

    published(house)

    with house.store.read() as connection:
        found = by_key(classes.placements(connection, EDITION))
    assert (found["topics:music"].variant, found["topics:music"].readers) == ("", 1)
    assert found["topics:music"].why == "left out: no stories that it has not had"
    assert set(sent(house)) == {"Ada", "Dee"}


def test_each_reader_gets_the_words_of_their_class_by_real_smtp(house: House) -> None:
    house.keep(drafted(house), who="test", now=NOW)

    published(house)
    mails = sent(house)

    assert {name: mail["Subject"] for name, mail in mails.items()} == {
        "Ada": "The mill wheel turns again after ninety years",
        "Bo": "The old organ sounds once more",
        "Cy": "The old organ sounds once more",
        "Dee": "The mill wheel turns again after ninety years",
    }


def test_plain_text_only_is_the_text_part_of_the_same_words(house: House) -> None:
    with house.store.write() as connection:
        for name in ("bo", "ada"):
            held = people.find(connection, f"{name}@reader.example")
            assert held is not None
            people.describe(connection, replace(held.subscriber, plain=True))
    house.keep(drafted(house), who="test", now=NOW)
    published(house)

    mails = sent(house)

    assert mails["Bo"].get_content_type() == mails["Ada"].get_content_type() == "text/plain"
    beside = mails["Cy"].get_body(("plain",))
    assert beside is not None
    assert mails["Cy"].get_content_type() == "multipart/alternative"
    both = [one.get_content().splitlines() for one in (mails["Bo"], beside)]
    mine, theirs = ([line for line in lines if "example" not in line] for lines in both)
    assert mine == theirs  # but for addresses and links


def test_who_chooses_anew_after_the_build_gets_the_nearest_words_that_were_looked_at(house: House) -> None:
    house.keep(drafted(house), who="test", now=NOW)
    with house.store.write() as connection:
        held = people.find(connection, "ada@reader.example")
        assert held is not None
        people.describe(connection, replace(held.subscriber, topics=("town",)))
    with house.store.read() as connection:
        looked_at = set(renderings.renderings(connection, EDITION))

    published(house)

    with house.store.read() as connection:
        found = by_key(classes.placements(connection, EDITION))
    assert found["topics:town"].variant in looked_at
    assert found["topics:town"].why == "new since the edition was built: gets the words of topics:music,town"
    assert {one.variant for one in found.values()} <= looked_at
    assert found["all"].readers == 0


def test_an_edition_is_kept_with_what_each_variant_was_chosen_from(house: House) -> None:
    draft = drafted(house)
    house.keep(draft, who="test", now=NOW)

    with house.store.read() as connection:
        kept = compositions.compositions(connection, EDITION)
        music = compositions.saved(connection, EDITION, "topics:music")
        with pytest.raises(NotFound, match="not made in the words of nobody"):
            compositions.composition(connection, EDITION, "nobody")

    assert kept == {variant: one.composition for variant, one in draft.made.items()}
    assert music.inputs == draft.made["topics:music"].inputs
    assert list(kept) == ["all", "topics:music"]


def test_a_variant_that_is_no_more_after_a_rebuild_is_gone(house: House) -> None:
    house.keep(drafted(house), who="test", now=NOW)
    with house.store.write() as connection:
        for name in ("bo", "cy"):
            held = people.find(connection, f"{name}@reader.example")
            assert held is not None
            standing.pause(connection, held.subscriber.id, ["morning"], until=None, now=NOW)

    house.keep(drafted(house), who="test", now=NOW)

    with house.store.read() as connection:
        assert set(renderings.renderings(connection, EDITION)) == {"all"}
        assert set(compositions.compositions(connection, EDITION)) == {"all"}
        assert {one.reading.key for one in classes.placements(connection, EDITION)} == {
            "all",
            "topics:music,town",
        }
