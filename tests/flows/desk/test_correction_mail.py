"""The mail that corrects goes to exactly those who read it wrong, each in the language they read it in."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from digest.flows.compose import occasion_named
from digest.flows.desk import letting_go
from digest.flows.desk.changing import change
from digest.flows.desk.correcting import correct
from digest.flows.desk.correction_mail import write_correction
from digest.flows.outfit import outfit
from digest.flows.send import send_edition
from digest.model.change import Change, Field
from digest.model.errors import AskedWrongly
from digest.store import classes, compositions, editions, renderings
from digest.store.roster import people
from digest.wiring import House
from newsroom import MORNING, SCHEDULE, build, open_newsroom, story

LETTER = f"{MORNING}/correction-1"
IN_TWO = SCHEDULE.replace(
    "    folder: stories\n", "    folder: stories\n  - {id: viet, folder: viet, language: vi}\n"
).replace(
    "      - {title: Town, take: 3, tags: [town]}\n",
    "      - {title: Town, take: 6, tags: [town]}\n    skip: {with_fewer_than: 2}\n",
)
READERS = """\
email,name,language,consent_at,consent_source
ada@reader.example,Ada,,2026-01-15,paper form
an@reader.example,An,vi,2026-02-20,paper form
binh@reader.example,Bình,vi,2026-02-20,paper form
"""
FERRY = "Phà qua sông chạy lại sau mười năm"
TREES = "Thành phố trồng thêm hai trăm cây me"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A newsroom in two languages, whose edition everybody has; Bình wants text alone."""
    house = open_newsroom(tmp_path, schedule=IN_TWO)
    (tmp_path / "viet").mkdir()
    for name, headline, at in (("ferry.md", FERRY, "05:00"), ("trees.md", TREES, "04:00")):
        (tmp_path / "viet" / name).write_text(story(headline, at, "town"), encoding="utf-8")
    (tmp_path / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    house.sync_readers()
    with house.store.write() as connection:
        held = people.find(connection, "binh@reader.example")
        assert held is not None
        people.describe(connection, replace(held.subscriber, plain=True))
    build(house)
    send(house, MORNING)
    yield house
    house.close()


def send(house: House, edition: str) -> dict[str, EmailMessage]:
    """Send it now; return what came, by address."""
    digest, before = house.schedule.digests[0], set((house.state / "inbox").glob("*.eml"))
    with house.store.read() as connection:
        hash = renderings.hash_of(renderings.renderings(connection, edition))
    letting_go.send_now(
        house.store, house.schedule, digest, edition, hash=hash, who="ada", owner="t", now=house.clock()
    )
    with outfit(
        house.store, house.newsroom, digest, house.posts(digest),
        key=house.keys[0], state=house.state, clock=house.clock, opt_outs=house.opt_outs,
    ) as means:  # fmt: skip
        send_edition(house.store, edition, means=means, limits=house.limits(digest))
    new = set((house.state / "inbox").glob("*.eml")) - before
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in new]
    return {str(mail["To"]).rpartition("<")[2].strip(">"): mail for mail in mails}


def correction_of(house: House, headline: str, variant: str = "all") -> str:
    """Correct the story with this headline, and make the mail; return its edition."""
    with house.store.read() as connection:
        made = compositions.composition(connection, MORNING, variant)
    wrong = next(s.story.id for s in made.selection.slots if s.story.headline == headline)
    number = correct(
        house.store, house.workshop, MORNING, wrong,
        [Change(field=Field.HEADLINE, story=wrong, value=f"{headline} (2)")],
        take_newest=False, told="It is the second time.", who="ada", clock=house.clock,
    )  # fmt: skip
    return write_correction(house.store, house.workshop, MORNING, number, who="ada", now=house.clock())


def words_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html", "plain"))
    assert part is not None
    return str(part.get_content())


def test_each_reader_gets_it_in_the_language_they_read_it_in(house: House) -> None:
    letter = correction_of(house, FERRY)

    came = send(house, letter)

    assert letter == LETTER
    assert {address: str(mail["Subject"]) for address, mail in came.items()} == {
        "ada@reader.example": f"Correction: {FERRY} (2)",
        "an@reader.example": f"Đính chính: {FERRY} (2)",
        "binh@reader.example": f"Đính chính: {FERRY} (2)",
    }
    assert 'lang="vi"' in words_of(came["an@reader.example"])
    assert 'lang="en"' in words_of(came["ada@reader.example"])
    assert all("It is the second time." in words_of(mail) for mail in came.values())


def test_who_reads_text_alone_gets_text_alone(house: House) -> None:
    came = send(house, correction_of(house, FERRY))

    kinds = {address: mail.get_content_type() for address, mail in came.items()}
    assert kinds["binh@reader.example"] == "text/plain"
    assert kinds["an@reader.example"] == "multipart/alternative"


def test_who_did_not_read_the_story_hears_nothing(house: House) -> None:
    came = send(house, correction_of(house, "Owls found nesting in the clock tower"))

    assert set(came) == {"ada@reader.example"}


def test_all_words_of_it_are_there_to_be_looked_at_with_their_readers(house: House) -> None:
    letter = correction_of(house, FERRY)

    with house.store.read() as connection:
        places = {one.variant: one.readers for one in classes.placements(connection, letter)}
        assert set(renderings.renderings(connection, letter)) == set(places) == {"all", "language:vi"}
    assert places == {"all": 1, "language:vi": 2}


def test_its_subject_is_an_editors_or_says_that_it_corrects(house: House) -> None:
    letter = correction_of(house, FERRY)

    def ask(value: str | None) -> set[str]:
        with house.store.read() as connection:
            version = editions.versions(connection, [letter])[letter]
        wanted = Change(field=Field.SUBJECT, value=value)
        change(house.store, house.workshop, letter, [wanted], version=version, who="ada", now=house.clock())
        with house.store.read() as connection:
            return {words.subject for words in renderings.renderings(connection, letter).values()}

    assert ask("We were wrong") == {"We were wrong"}
    assert ask(None) == {f"Correction: {FERRY} (2)", f"Đính chính: {FERRY} (2)"}


def test_a_story_that_only_some_read_is_corrected_for_them(house: House) -> None:
    letter = correction_of(house, TREES, "language:vi")

    assert "an@reader.example" in send(house, letter)


def test_it_is_not_built_from_other_stories(house: House) -> None:
    letter = correction_of(house, FERRY)
    digest = house.schedule.digests[0]

    with pytest.raises(AskedWrongly, match="of what it corrects alone"):
        house.draft(digest, occasion_named(digest, letter), now=house.clock())
