"""The demo newsroom with its pictures, on a running server, for a browser to look at."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from crash.newsroom import approved, enrol
from digest.clock.sender import Senders
from digest.flows.compose import occasion_named
from digest.flows.publish import publish
from digest.flows.sample import copy_newsroom
from digest.store import editions, renderings
from digest.store.ledger import names
from digest.store.ledger.enlist import enlist
from digest.store.roster.audience import audience
from digest.web.serving import Server
from digest.wiring import House, bundled, open_house
from web.desk.newsdesk import known

MORNING = "morning/2026-11-23"
#: A Monday, 28 minutes before the edition is due.
NOW = datetime(2026, 11, 23, 5, 32, tzinfo=UTC)
READERS = [
    *(f"reader-{n}@{('google', 'microsoft', 'apple')[n % 3]}.readers.example" for n in range(170)),
    *(f"reader-{n}@town-{n % 9}.example" for n in range(170, 226)),
    *(f"never-{n}@google.readers.example" for n in range(4)),
    *(f"later-9-{n}@microsoft.readers.example" for n in range(8)),
    "dataless-1@town-3.example", "cut-1@town-4.example",
]  # fmt: skip


class Ticking:
    """A clock that goes on from `NOW`."""

    def __init__(self, now: datetime = NOW) -> None:
        self._from, self._began = now, time.monotonic()

    def __call__(self) -> datetime:
        return self._from + timedelta(seconds=time.monotonic() - self._began)


@dataclass(frozen=True, slots=True)
class Harbour:
    """The newsroom, and where its desk is."""

    house: House
    address: str

    @property
    def page(self) -> str:
        """Where the edition of this morning is."""
        return f"{self.address}/desk/{MORNING}"

    def words(self) -> str:
        """The name of the words that are on the desk now."""
        with self.house.store.read() as connection:
            return renderings.hash_of(renderings.renderings(connection, MORNING))

    def state(self) -> str:
        """The state of this morning's edition."""
        with self.house.store.read() as connection:
            return editions.edition(connection, MORNING).state.value

    def send(self) -> None:
        """Let the senders do what is due."""
        senders = Senders(self.house, report=lambda line: None, stop=lambda: False)
        senders.look()
        senders.join(timedelta(minutes=1))


@contextmanager
def harbour(folder: Path, *, relay: int = 0, editors: int = 1) -> Iterator[Harbour]:
    """Serve the newsroom with this morning's edition built; `relay` is the port of an SMTP server."""
    environment = {"DIGEST_RELAY_MAIN": f"smtp://127.0.0.1:{relay}?tls=none"} if relay else {}
    copy_newsroom(bundled(), folder, now=NOW)
    path = folder / "schedule.yaml"
    at = "    send: weekdays at 07:00\n"
    needs = f"    approval: {{needs: {editors} editor{'s' if editors > 1 else ''}}}\n"
    text = path.read_text("utf-8").replace(at, at + needs, 1)
    if relay:
        text = text.replace("send_through: local", "send_through: main")
        text = text.replace("defaults:\n", "relays:\n  main: {connections: 4}\n\ndefaults:\n", 1)
        text = text.replace("newsroom:\n", "newsroom:\n  pages: https://news.harbourpost.example\n", 1)
    path.write_text(text, "utf-8")
    house = open_house(folder, environment)
    house.clock = Ticking()
    with Server(house, port=0) as server:
        if not relay:
            house.pages = server.address
            house.reread()
        house.gather(house.schedule.sources, now=NOW)
        if relay:
            with house.store.write() as connection:
                enrol(connection, READERS)
        else:
            house.sync_readers()
        digest = house.schedule.digest("morning")
        house.keep(house.draft(digest, occasion_named(digest, MORNING), now=NOW), who="clock", now=NOW)
        yield Harbour(house, server.address)
    house.close()


def send_earlier(here: Harbour, days: int) -> None:
    """Send editions of the days before, so that there is something to compare with."""
    for day in range(days, 0, -1):
        name, moment = f"morning/2026-11-{23 - day}", NOW - timedelta(days=day)
        with here.house.store.write() as connection:
            approved(connection, name)
        publish(here.house.store, name, freeze=partial(_everybody, edition=name, now=moment), now=moment)
    here.send()
    with here.house.store.write() as connection:
        known(here.house, connection)


def _everybody(connection: Connection, *, edition: str, now: datetime) -> int:
    (rendering,) = names.rendering_keys(connection, edition).values()
    key = names.edition_key(connection, edition)
    return enlist(connection, key, rendering, audience(connection, "morning"), not_before=now)
