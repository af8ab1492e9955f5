"""Joins everything below the doors: a newsroom's folder becomes a `House` to work in.

The only file that imports every floor. It opens nothing before it is needed, so that
`digest check` never loads the database and `digest --help` never loads anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from digest.model import token
from digest.model.delivery import RelayAddress, RelayKind
from digest.model.digest import Digest, Newsroom, RelayRules, Schedule

if TYPE_CHECKING:
    from digest.store.engine import Store

#: Where `serve` listens unless told otherwise.
PORT = 8420


def bundled(name: str) -> Path:
    """Return a file or folder that comes with the program: from the wheel, or from the checkout."""
    packaged = Path(__file__).parent / "bundled" / name
    return packaged if packaged.exists() else Path(__file__).parents[2] / name


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
        """Forget the schedule, so that the next look reads the file again."""
        self.__dict__.pop("schedule", None)

    @property
    def newsroom(self) -> Newsroom:
        """Return who publishes."""
        return self.schedule.newsroom

    @property
    def state(self) -> Path:
        """Return the folder of everything made at run time."""
        folder = self.folder / "state"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def pictures(self) -> Path:
        """Return the folder of the stored pictures, named by content."""
        folder = self.state / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @cached_property
    def store(self) -> "Store":
        """Return the database, migrated."""
        from digest.settings.relays import database_url
        from digest.store.engine import open_store

        return open_store(database_url(self.environment, self.folder), now=self.clock()).__enter__()

    @cached_property
    def keys(self) -> tuple[bytes, ...]:
        """Return the signing keys, the newest first; made at the first need."""
        from digest.settings.relays import signing_keys

        return signing_keys(self.environment, self.folder)

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Return where templates are looked for: the newsroom's own first."""
        return (self.folder / "templates", bundled("templates"))

    def nonce(self, edition: str, variant: str = "") -> str:
        """Return what every slot of this rendering starts with: nobody without the key can type it."""
        return "n" + token.keyed_hash(self.keys[0], f"nonce {edition} {variant}")[:15]

    def relay(self, name: str) -> tuple[RelayAddress, RelayRules]:
        """Return the address and the rules of the relay called `name`."""
        from digest.settings.relays import relay_address

        rules = next((r for r in self.schedule.relays if r.name == name), RelayRules(name=name))
        return relay_address(name, self.environment, self.folder), rules

    def local(self, digest: Digest) -> bool:
        """Whether mail of `digest` stays on this machine."""
        return self.relay(digest.send_through)[0].kind is not RelayKind.SMTP

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        store = self.__dict__.pop("store", None)
        if store is not None:
            store.__exit__(None, None, None)


def open_house(folder: Path, environment: Mapping[str, str], *, pages: str = "") -> House:
    """Return the newsroom in `folder`; nothing is read or written yet."""
    return House(folder=folder, environment=environment, pages=pages)
