"""The deadline of an approval: reminded once, and the rungs of the ladder in their order."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from clock.test_rounds import DUE, EDITION, at, state
from digest.flows.compose import occasion_named
from digest.model.account import Role
from digest.model.edition import EditionState
from digest.store import accounts, compositions, editions, occurrences, renderings
from digest.wiring import House
from newsroom import NOW, SCHEDULE, open_newsroom

DESK = "desk@gazette.example"


@contextmanager
def newsroom(folder: Path, rungs: str, needs: str = "1 editor") -> Iterator[House]:
    approval = (
        f"    reply_to: {DESK}\n    approval: {{needs: {needs}, at_deadline: [{rungs}]}}\n    sections:"
    )
    house = open_newsroom(folder, schedule=SCHEDULE.replace("    sections:", approval))
    at(house, NOW - timedelta(hours=2))
    at(house, DUE - timedelta(minutes=44))
    try:
        yield house
    finally:
        house.close()


def partial(house: House) -> None:
    """Add a story that is a teaser only, and one of which the checks have something to say."""
    folder = house.folder / "stories"
    head = "---\nheadline: {}\npublished: 2026-11-23T05:50:00+00:00\ntags: [town]\npriority: 5\n{}---\n{}"
    (folder / "teaser.md").write_text(head.format("A teaser without a text", "", ""), encoding="utf-8")
    (folder / "loud.md").write_text(
        head.format("EVERYTHING IS ON FIRE IN TOWN TODAY", "", "The fire brigade knew nothing of it.\n"),
        encoding="utf-8",
    )


def notices(house: House) -> list[EmailMessage]:
    mails = []
    for path in sorted((house.state / "inbox").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if mail["To"].addresses[0].addr_spec.endswith("gazette.example"):
            assert isinstance(mail, EmailMessage)
            mails.append(mail)
    return mails


def lines(house: House) -> list[tuple[str, str]]:
    with house.store.read() as connection:
        return [(line.who, line.what) for line in editions.history(connection, EDITION)]


def headlines(house: House) -> list[str]:
    with house.store.read() as connection:
        made = compositions.composition(connection, EDITION)
    return [slot.story.headline for slot in made.selection.slots]


def approve(house: House, who: str, needed: int = 1) -> bool:
    with house.store.write() as connection:
        words = renderings.hash_of(renderings.renderings(connection, EDITION))
        return renderings.approve(connection, EDITION, words, who=who, now=NOW, needed=needed)


def test_editors_are_reminded_once_and_that_is_no_delivery(tmp_path: Path) -> None:
    with newsroom(tmp_path, "hold") as house:
        at(house, DUE - timedelta(minutes=21))
        assert notices(house) == []

        told = at(house, DUE - timedelta(minutes=19))
        at(house, DUE - timedelta(minutes=18))

        (mail,) = notices(house)
        assert told == [f"{EDITION}: reminder to {DESK}"]
        assert ("clock", f"reminder to {DESK}") in lines(house)
        assert (mail["Subject"], mail["Auto-Submitted"]) == (
            "Waits for you: The Morning Post",
            "auto-generated",
        )
        assert "It is due at 07:00 UTC. If nobody approves it by then, it waits" in mail.get_content()
        assert f"https://letters.gazette.example/desk/{EDITION}" in mail.get_content()


def test_who_may_approve_and_has_an_address_is_reminded_rather_than_the_desk(tmp_path: Path) -> None:
    with newsroom(tmp_path, "hold") as house:
        with house.store.write() as connection:
            for name, role in (("maya", Role.APPROVER), ("noa", Role.EDITOR), ("ivo", Role.ADMIN)):
                accounts.add(connection, name=name, email=f"{name}@gazette.example", role=role, now=NOW)

        at(house, DUE - timedelta(minutes=19))

        assert {str(mail["To"]) for mail in notices(house)} == {"maya@gazette.example", "ivo@gazette.example"}


def test_nobody_is_reminded_of_what_is_approved(tmp_path: Path) -> None:
    with newsroom(tmp_path, "hold") as house:
        approve(house, "maya")

        at(house, DUE - timedelta(minutes=19))

        assert notices(house) == []


def test_a_relay_that_is_away_does_not_stop_the_clock_and_is_told(tmp_path: Path) -> None:
    with newsroom(tmp_path, "hold") as house:
        house.environment = {**house.environment, "DIGEST_RELAY_LOCAL": "smtp://127.0.0.1:1?tls=none"}

        at(house, DUE - timedelta(minutes=19))

        (told,) = (what for _, what in lines(house) if what.startswith("reminder"))
        assert told.startswith("reminder to nobody")


def test_a_clean_edition_goes_out_by_itself_and_the_editors_are_told(tmp_path: Path) -> None:
    with newsroom(tmp_path, "send if clean, skip") as house:
        told = at(house, DUE)

        assert told[-1] == f"{EDITION}: published to 2 readers"
        assert ("policy: send if clean", "approved") in lines(house)
        assert [str(mail["Subject"]) for mail in notices(house)][-1] == "Sent without you: The Morning Post"


def test_an_approval_goes_before_the_ladder(tmp_path: Path) -> None:
    with newsroom(tmp_path, "skip") as house:
        approve(house, "maya")

        assert at(house, DUE)[-1] == f"{EDITION}: published to 2 readers"


def test_what_an_editor_holds_is_waited_for(tmp_path: Path) -> None:
    with newsroom(tmp_path, "send if clean, safe edition, skip") as house:
        with house.store.write() as connection:
            editions.set_state(
                connection, EDITION, EditionState.READY, EditionState.HELD, who="maya", now=NOW
            )

        assert "held by an editor" in at(house, DUE)[-1]
        assert state(house) is EditionState.HELD


def bare(house: House) -> None:
    """Give the newsroom a template that a check stops, and build with it."""
    path = house.folder / "schedule.yaml"
    path.write_text(
        path.read_text("utf-8").replace("    language: en\n", "    language: en\n    template: bare\n"),
        "utf-8",
    )
    (house.folder / "templates" / "bare").mkdir(parents=True)
    (house.folder / "templates" / "bare" / "edition.mjml").write_text(
        "<mjml><mj-body></mj-body></mjml>", "utf-8"
    )
    house.reread()
    digest = house.schedule.digest("morning")
    now = DUE - timedelta(minutes=30)
    house.keep(house.draft(digest, occasion_named(digest, EDITION), now=now), who="build", now=now)


def test_what_a_check_stops_is_neither_sent_nor_made_safe_but_left_out(tmp_path: Path) -> None:
    with newsroom(tmp_path, "send if clean, safe edition, skip") as house:
        bare(house)

        told = at(house, DUE)

        assert f"{EDITION}: skipped: nobody approved it by its deadline" in told
        assert state(house) is EditionState.SKIPPED
        assert [str(mail["Subject"]) for mail in notices(house)][-1] == "Left out: The Morning Post"
        with house.store.read() as connection:
            assert (
                occurrences.occurrences(connection, "morning")[0].reason
                == "nobody approved it by its deadline"
            )


def test_a_safe_edition_has_only_complete_stories_in_no_doubt_and_none_under_them(tmp_path: Path) -> None:
    with newsroom(tmp_path, "safe edition, skip") as house:
        partial(house)
        house.gather(house.schedule.sources, now=DUE - timedelta(minutes=30))
        digest = house.schedule.digest("morning")
        now = DUE - timedelta(minutes=30)
        house.keep(house.draft(digest, occasion_named(digest, EDITION), now=now), who="build", now=now)
        assert {"A teaser without a text", "EVERYTHING IS ON FIRE IN TOWN TODAY"} & set(headlines(house))

        told = at(house, DUE)

        assert told[-1] == f"{EDITION}: published to 2 readers"
        assert headlines(house) == [
            "The mill wheel turns again after ninety years",
            "Market moves to the church green for the winter",
            "Owls found nesting in the clock tower",
        ]
        with house.store.read() as connection:
            made = compositions.composition(connection, EDITION)
        assert all(not slot.related for slot in made.selection.slots)
        assert ("policy: safe edition", "approved") in lines(house)
        assert "a safe edition goes out: 3 complete stories" in notices(house)[-1].get_content()


def test_two_editors_are_two_people_whatever_the_spelling(tmp_path: Path) -> None:
    with newsroom(tmp_path, "hold", needs="2 editors") as house:
        assert not approve(house, "Maya", needed=2)
        assert not approve(house, "maya ", needed=2)
        assert approve(house, "noa", needed=2)


def test_an_edition_that_waits_goes_out_as_soon_as_somebody_approves_it(tmp_path: Path) -> None:
    with newsroom(tmp_path, "hold") as house:
        assert "waits for an editor" in at(house, DUE)[-1]

        approve(house, "maya")

        assert at(house, DUE + timedelta(minutes=10))[-1] == f"{EDITION}: published to 2 readers"
