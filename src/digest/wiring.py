"""Joins everything below the doors: a newsroom's folder becomes a `House` to work in.

The only file that imports every floor. It opens nothing before it is needed, so that
`digest check` never loads the database and `digest --help` never loads anything.
"""

import os
import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from digest.model import token
from digest.model.delivery import RelayAddress, RelayKind
from digest.model.digest import Digest, Newsroom, RelayRules, Schedule, Source
from digest.model.errors import FileWrong, Problem, StoreError

if TYPE_CHECKING:
    from digest.audience.optouts import OptOuts
    from digest.flows.checks import Checks
    from digest.flows.compose import Draft, Occasion
    from digest.flows.desk.workshop import Workshop
    from digest.flows.importing_folder import Synced
    from digest.flows.outfit import Post
    from digest.flows.sending.means import Limits
    from digest.flows.subscribe_letters import Letters
    from digest.model.edition import Choice
    from digest.model.finding import Finding
    from digest.model.zones import Clock
    from digest.store.editions import EditionRecord
    from digest.store.engine import Store
    from digest.store.looked import Found
    from digest.store.visits import Visit

#: Where `serve` listens unless told otherwise.
PORT = 8420
#: Pictures are fetched for stories that are no older than this; an edition seldom reaches further back.
PICTURES_FOR = timedelta(days=14)
PICTURES_OF = 1_000  #: and for so many
#: How long it is remembered which time zones readers are in; asking a million takes a second.
CLOCKS_FOR = timedelta(minutes=5)


def bundled() -> Path:
    """Return the folder of what comes with the program: inside the wheel, or the checkout itself."""
    packaged = Path(__file__).parent / "bundled"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def utc_now() -> datetime:
    """Return the time. The only clock of the house; everything below is handed `now`."""
    return datetime.now(UTC)


@dataclass
class House:
    """A newsroom's folder, opened: its schedule, its database, its keys, its relays."""

    folder: Path
    environment: Mapping[str, str]
    pages: str = ""  #: overrides `newsroom.pages`: the address at which `serve` really listens
    clock: Callable[[], datetime] = field(default=utc_now)
    problems: tuple[Problem, ...] = ()  #: of a schedule that was changed and is wrong; the old one runs
    dropped_at: datetime | None = None  #: when this process last looked for old words of relays
    rehearsing: Path | None = None  #: a folder that stands for `state`: nothing that happens is kept
    _seen: tuple[int, str] = (0, "")
    _letters: "tuple[tuple[object, ...], Letters] | None" = None
    _clocks: "dict[str, tuple[datetime, frozenset[Clock]]]" = field(default_factory=dict)

    @cached_property
    def schedule(self) -> Schedule:
        """Return `schedule.yaml`, checked.

        Raises:
            FileWrong: with every problem in it.
        """
        from digest.settings.schedule import load_schedule

        schedule = load_schedule(self.folder)
        pages = (self.pages or schedule.newsroom.pages or f"http://127.0.0.1:{PORT}").rstrip("/")
        return replace(schedule, newsroom=replace(schedule.newsroom, pages=pages))

    def reread(self) -> None:
        """Read the schedule again if its file has changed; one that is wrong leaves the old one running.

        What is wrong stands in `problems` until it is mended.
        """
        from digest.settings.schedule import schedule_path

        path = schedule_path(self.folder)
        seen = (path.stat().st_mtime_ns, self.pages) if path.exists() else (0, self.pages)
        if seen == self._seen:
            return
        old = self.__dict__.pop("schedule", None)
        self._seen = seen
        try:
            self.problems = ()
            self.schedule  # noqa: B018  (reads the file)
        except FileWrong as error:
            if old is None:
                raise
            self.problems = error.problems
            self.__dict__["schedule"] = old
        if path.exists() and self.rehearsing is None:
            from digest.flows.noting import note_schedule

            note_schedule(self.store, path, self.problems, now=self.clock())

    @property
    def newsroom(self) -> Newsroom:
        """Return who publishes."""
        return self.schedule.newsroom

    @property
    def state(self) -> Path:
        """Return the folder of everything made at run time."""
        folder = self.rehearsing or self.folder / "state"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = (
                "is no folder"
                if isinstance(error, FileExistsError)
                else (error.strerror or str(error)).lower()
            )
            raise StoreError(f"{folder}: {why}: it must be a folder that can be written") from error
        return folder

    @property
    def pictures(self) -> Path:
        """Return the folder of the stored pictures, named by content."""
        folder = self.folder / "state" / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @cached_property
    def store(self) -> "Store":
        """Return the database, migrated."""
        from digest.settings.relays import database_url
        from digest.store.engine import open_store

        url = database_url(self.environment, self.folder)
        _ = self.state  # says what is wrong with its folder, if anything is
        if self.rehearsing is not None:
            url = f"sqlite:///{self.rehearsing / 'digest.db'}"
        return open_store(url, now=self.clock()).__enter__()

    @cached_property
    def keys(self) -> tuple[bytes, ...]:
        """Return the signing keys, the newest first; made at the first need."""
        from digest.settings.relays import signing_keys

        return signing_keys(self.environment, self.folder)

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Return where templates are looked for: the newsroom's own first."""
        return (self.folder / "templates", bundled() / "templates")

    @property
    def workshop(self) -> "Workshop":
        """Return what it takes to set editions anew."""
        from digest.flows.desk.workshop import Workshop

        return Workshop(
            schedule=self.schedule, templates=self.template_folders, nonce=self.nonce,
            root=self.folder, pictures=self.pictures,
        )  # fmt: skip

    def nonce(self, edition: str, variant: str = "") -> str:
        """Return what every slot of this rendering starts with: nobody without the key can type it."""
        return "n" + token.keyed_hash(self.keys[0], f"nonce {edition} {variant}")[:15]

    def relay(self, name: str) -> tuple[RelayAddress, RelayRules]:
        """Return the address and the rules of the relay called `name`."""
        return self.relay_address(name), self.schedule.relay(name)

    def relay_address(self, name: str) -> RelayAddress:
        """Return the address of the relay called `name`; the schedule is not read."""
        from digest.settings.relays import relay_address

        return relay_address(name, self.environment, self.folder)

    def local(self, digest: Digest) -> bool:
        """Whether mail of `digest` stays on this machine."""
        return all(self.relay(name)[0].kind is not RelayKind.SMTP for name in digest.relays)

    def post(self, relay: str) -> "Post":
        """Return what it takes to send through the relay called `relay`."""
        from digest.flows.outfit import Post

        address, rules = self.relay(relay)
        return Post(address=address, rules=rules, inbox=self.state / "inbox", secrets=self.folder / "secrets")

    def posts(self, digest: Digest) -> "tuple[Post, ...]":
        """Return the relays of `digest`, which share the work and stand in for each other."""
        return tuple(self.post(name) for name in digest.relays)

    def way(self, digest: Digest) -> str:
        """Return in words where mail of `digest` goes."""
        return ", ".join(f"{name} ({self.relay(name)[0]})" for name in digest.relays)

    @cached_property
    def opt_outs(self) -> "OptOuts":
        """Return the file that keeps every no outside the database."""
        from digest.audience.optouts import OptOuts

        return OptOuts(self.state / "opt-outs.jsonl", self.keys)

    @property
    def templates_as_of(self) -> int:
        """Return a number that is another one when the newsroom's own templates have changed."""
        own = sorted((self.folder / "templates").rglob("*"))
        return hash(tuple((path.name, path.stat().st_mtime_ns) for path in own))

    @property
    def letters(self) -> "Letters":
        """Return what it takes to write letters; they are rendered anew when schedule or templates change."""
        from digest.flows.subscribe_letters import Letters

        state = (self.schedule, self.templates_as_of)
        if self._letters is None or self._letters[0] != state:
            letters = Letters(
                newsroom=self.newsroom,
                digests=self.schedule.digests,
                folders=self.template_folders,
                nonce=self.nonce,
            )
            self._letters = (state, letters)
        return self._letters[1]

    def grant_wishes(self) -> list[str]:
        """Look at what the public forms asked for; return what went wrong. Waits while no mail may leave."""
        from digest.flows.subscribe_wishes import grant

        if any(self.not_ready(digest) for digest in self.schedule.digests):
            return []
        return grant(self.store, self.opt_outs, self.letters, now=self.clock())

    def sync_readers(self, *, on_report: Callable[[str], None] = lambda line: None) -> "Synced":
        """Take in what changed files of `subscribers/` add, and what was said while nobody listened."""
        from digest.audience.tally import in_lines
        from digest.flows.importing_folder import sync_folder
        from digest.flows.subscribe_replay import replay

        replay(self.store, self.opt_outs)
        synced = sync_folder(
            self.store, self.opt_outs, self.folder / "subscribers", self.schedule.digests, now=self.clock()
        )
        for tally in synced.tallies:
            for line in in_lines(tally):
                on_report(f"{tally.path}: {line.strip()}")
        for problem in synced.problems:
            on_report(str(problem))
        return synced

    def not_ready(self, digest: Digest) -> "tuple[Finding, ...]":
        """Return what keeps mail of `digest` from leaving this machine."""
        from digest.flows.readiness import not_ready

        found = (not_ready(self.newsroom, digest, self.relay(name)[0]) for name in digest.relays)
        return tuple(dict.fromkeys(finding for some in found for finding in some))

    def checks(self, edition: str) -> "Checks":
        """Return everything that there is to say about an edition before it goes out."""
        from digest.flows.checks import checks_of

        digest = self.schedule.digest(edition.partition("/")[0])
        with self.store.read() as connection:
            return checks_of(
                connection, self.newsroom, edition, now=self.clock(), ready=self.not_ready(digest)
            )

    def look_outside(self, edition: str, what: Sequence[str]) -> "list[Found]":
        """Ask programs and sites outside about an edition, and keep what they say of its words."""
        from digest.flows.outside.asking import ask

        digest = self.schedule.digest(edition.partition("/")[0])
        return ask(self.store, self.newsroom, digest, edition, what=what, key=self.keys[0], now=self.clock())

    def limits(self, digest: Digest) -> "Limits":
        """Return how far a sender of `digest` may go: two sends on their way for each connection."""
        from digest.flows.sending.means import Limits

        return Limits(window=2 * sum(self.relay(name)[1].connections for name in digest.relays))

    @cached_property
    def owner(self) -> str:
        """Return the name under which this process claims work."""
        return f"{socket.gethostname()}:{os.getpid()}"

    def clocks(self, digest: Digest, now: datetime) -> frozenset["Clock"]:
        """Return the time zones and hours of a digest's readers, asked for anew every few minutes."""
        from digest.store.roster.choices import Asked, clocks

        held = self._clocks.get(digest.id)
        if held is None or not timedelta(0) <= now - held[0] < CLOCKS_FOR:
            with self.store.read() as connection:
                asked = Asked(digest=digest.id, audience=digest.audience, zones=True)
                held = self._clocks[digest.id] = (now, clocks(connection, asked))
        return held[1]

    def gather(
        self,
        sources: Sequence[Source],
        *,
        now: datetime,
        only_due: bool = False,
        on_visit: "Callable[[Visit], None]" = lambda visit: None,
    ) -> "list[Visit]":
        """Visit `sources`, then fetch the pictures of their newest stories."""
        from digest.flows.gather import gather
        from digest.flows.indexing import catch_up
        from digest.flows.pictures import fetch_pictures
        from digest.store.archive import candidates

        visits = gather(
            self.store, sources, folder=self.folder, now=now, only_due=only_due, on_visit=on_visit
        )
        with self.store.read() as connection:
            newest = candidates(
                connection, sources=[s.id for s in sources], since=now - PICTURES_FOR, most=PICTURES_OF
            )
        if self.rehearsing is None:
            fetch_pictures(self.store, newest, sources, root=self.folder, folder=self.pictures, now=now)
        catch_up(self.store)
        return visits

    def draft(
        self,
        digest: Digest,
        when: "Occasion",
        *,
        now: datetime,
        choice: "Choice | None" = None,
        only: str | None = None,
    ) -> "Draft":
        """Return the edition `when` as it would be made at `now`; nothing is written.

        `only` is the key of the one reading class whose words are wanted.
        """
        from digest.flows.compose import draft

        with self.store.read() as connection:
            return draft(
                connection, self.schedule, digest, when, now=now, templates=self.template_folders,
                nonce=self.nonce, choice=choice, only=only,
            )  # fmt: skip

    def keep(self, made: "Draft", *, who: str, now: datetime, by_editor: bool = False) -> "EditionRecord":
        """Put a draft into the archive as the edition's newest words."""
        from digest.flows.compose import keep

        with self.store.write() as connection:
            return keep(connection, made, who=who, now=now, by_editor=by_editor)

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        store = self.__dict__.pop("store", None)
        if store is not None:
            store.__exit__(None, None, None)


@contextmanager
def rehearsal(house: House) -> Iterator[House]:
    """Give a house in which everything happens and nothing is kept: for `--dry-run`.

    The database and the file of opt-outs are copied first. With a database server there is no
    such copy: the rehearsal then knows what the files of the newsroom say, and no more.
    """
    with TemporaryDirectory(prefix="digest-rehearsal-") as name:
        place = Path(name)
        if house.store.path is not None:
            with closing(sqlite3.connect(house.store.path)) as database:
                database.execute("VACUUM INTO ?", (str(place / "digest.db"),))
        if (house.state / "opt-outs.jsonl").exists():
            shutil.copy(house.state / "opt-outs.jsonl", place / "opt-outs.jsonl")
        stage = replace(house, rehearsing=place)
        try:
            yield stage
        finally:
            stage.close()


def open_house(folder: Path, environment: Mapping[str, str], *, pages: str = "") -> House:
    """Return the newsroom in `folder`; nothing is read or written yet."""
    return House(folder=folder, environment=environment, pages=pages)
