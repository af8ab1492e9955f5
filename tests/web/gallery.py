"""Every page that a subscriber can see, each in one state worth looking at."""

from collections.abc import Mapping
from pathlib import Path

from digest.flows.compose import occasion_named
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.sending.addressing import preferences_token
from digest.flows.sending.means import Heading
from digest.flows.subscribe_links import ERASE, EXPORT, confirm_letter, data_link, letter_values
from newsroom import NOW, SCHEDULE, open_newsroom
from web.visitors import SAME, browser, field, held, sign_up, wait

EDITION = "morning/2026-11-23"
SEVERAL = (
    SCHEDULE.replace(
        "title: The Morning Post",
        "title: The Morning Post\n    about: What Larkmoor talks about at breakfast, in five minutes.",
    )
    + """\
  - id: evening
    title: The Evening Post
    about: The council, the harbour and the arts, after work.
    language: en
    send: mondays and thursdays at 18:00
    in_reader_timezone: true
    tracking: anonymous
    sections:
      - {title: Council, tags: [council]}
      - {title: Harbour, tags: [harbour]}
      - {title: Arts, tags: [arts]}
  - id: masaa
    title: نشرة المساء
    about: أهم أخبار لاركمور في دقائق.
    language: ar
    send: weekdays at 19:00
    audience: {language: ar}
"""
)


class Gallery:
    """A newsroom in which every page has something to show, and the pages, by name."""

    def __init__(self, folder: Path, language: str) -> None:
        self.house = house = open_newsroom(folder, schedule=SEVERAL)
        self.language = language
        house.sync_readers()
        house.gather(house.schedule.sources, now=NOW)
        digest = house.schedule.digest("morning")
        when = occasion_named(digest, EDITION)
        house.keep(house.draft(digest, when, now=NOW), who="test", now=NOW)
        approve_by_policy(house.store, house.newsroom, digest, EDITION, now=NOW)
        turn = take_turn(house.store, when, now=NOW, owner="t")
        release(house.store, house.schedule, digest, turn, now=NOW, who="test")
        self.client = browser(house, language=language)

    def close(self) -> None:
        """Close the newsroom."""
        self.house.close()

    def pages(self) -> Mapping[str, str]:
        """Return the HTML of every page, by name; they are made in the order of a reader's life."""
        get = lambda path: self.client.get(path).text  # noqa: E731
        post = lambda path, **data: self.client.post(path, data=data, headers=SAME).text  # noqa: E731
        made = {
            "home": get("/"),
            "archive": get("/archive/morning"),
            "join": get("/join/morning"),
            "join-topics": get("/join/evening"),
            "join-fault": post("/join/morning", email="dee@post"),
            "again": post("/join/evening", email="dee@post.example", topic="harbour"),
            "sent": sign_up(self.house, "dee@gmial.com", client=self.client),
            "data-asking": get("/my-data"),
            "lost": get("/nothing/of/that/name"),
            "wrong-link": get("/c/MTIz.abc"),
        }
        sign_up(self.house, "dee@post.example", client=self.client)
        sign_up(self.house, "dee@post.example", digest="evening", client=self.client)
        made["too-many"] = self._too_many()
        return made | self._life("dee@post.example")

    def _too_many(self) -> str:
        crowd = browser(self.house, address="192.0.2.1", language=self.language)
        html = ""
        for number in range(21):
            html = sign_up(self.house, f"a{number}@post.example", client=crowd)
        return html

    def _life(self, email: str) -> dict[str, str]:
        house = self.house
        reader = held(house, email)
        assert reader is not None
        person, key = reader.subscriber, house.keys[0]
        letter = Heading(0, confirm_letter(["morning"], "en", NOW.date()), "morning", "letter")
        address = letter_values(person, letter, key=key, pages="")["confirm_url"]
        get = lambda path: self.client.get(path).text  # noqa: E731
        post = self._post
        made = {"confirm": get(address), "confirmed": post(address)}
        prefer = f"/p/{preferences_token(person.id, key=key, until=None)}"
        made["preferences"] = get(prefer)
        choice = {"digest": ["morning", "evening"], "often-evening": "weekly", "topic": ["arts"], "hour": "7"}
        made["preferences-saved"] = post(prefer, pause="2026-12-24", plain="on", **choice)
        made["already"] = post(address)
        made["left"] = post(prefer, do="leave")
        made["thanked"] = post(
            made["left"].partition('action="/why/')[2].partition('"')[0].join(("/why/", "")),
            undo=field(made["left"], "undo"), reason="often",
        )  # fmt: skip
        made["back"] = post(f"/undo/{field(made['left'], 'undo')}")
        now = house.clock()
        made["data"] = get(f"/d/{data_link(EXPORT, person.id, key=key, now=now)}")
        erase = f"/e/{data_link(ERASE, person.id, key=key, now=now)}"
        made["leave"] = get(self._way_out(person.id))
        made["forget"] = get(erase)
        made["forgotten"] = post(erase, sure="on")
        return made

    def _post(self, path: str, **data: object) -> str:
        wait(self.house, seconds=20)
        return self.client.post(path, data=data, headers=SAME).text

    def _way_out(self, subscriber: int) -> str:
        from digest.flows.sending.addressing import UNSUBSCRIBE
        from digest.model.token import sign

        return f"/u/{sign(UNSUBSCRIBE, f'{subscriber} morning', key=self.house.keys[0])}"
