"""The letters that a reader's own step brings about, rendered once and enlisted like any mail.

`ask_for_yes` sends the confirmation letter, `send_data_links` the one that leads to one's data.

A letter is a built-in edition that is always being sent; whoever sends the digest sends its
letters first. Enlisting is part of the caller's transaction, so a sign-up and its letter are
there both or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from digest.flows.subscribe_links import confirm_letter, data_letter
from digest.model.digest import Digest, Newsroom, UnknownPolicy
from digest.model.edition import EditionState
from digest.model.mail import Rendering
from digest.model.subscriber import Subscriber
from digest.render.letters import render_letter
from digest.store import renderings
from digest.store.editions import EditionKind, open_edition
from digest.store.engine import Store
from digest.store.ledger import names
from digest.store.ledger.enlist import enlist
from digest.store.roster import evidence, people

#: Letters go before editions.
PRIORITY = 100
#: People who are asked in one transaction.
BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What it takes to write letters for a newsroom."""

    newsroom: Newsroom
    digests: Sequence[Digest]
    folders: Sequence[Path]  #: of templates
    nonce: Callable[[str], str]  #: a letter's name -> what its slots begin with, always the same
    _ready: dict[tuple[str, tuple[str, ...], str], Rendering] = field(default_factory=dict)

    def words(self, digests: Sequence[str], language: str) -> Rendering:
        """Return the confirmation letter about `digests` in `language`, rendered once."""
        titles = {digest.id: digest.title for digest in self.digests}
        title = ", ".join(titles.get(name, name) for name in digests)
        return self._letter("confirm", tuple(digests), language, title)

    def data_words(self, language: str) -> Rendering:
        """Return the letter with the links to one's data in `language`, rendered once."""
        return self._letter("data", (), language, self.newsroom.name)

    def _letter(self, name: str, digests: tuple[str, ...], language: str, title: str) -> Rendering:
        known = (name, digests, language)
        if known not in self._ready:
            self._ready[known] = render_letter(
                name,
                language,
                newsroom=self.newsroom,
                values={"title": title},
                nonce=self.nonce(f"{name}/{'+'.join(digests)}/{language}"),
                folders=self.folders,
            )
        return self._ready[known]

    def language_for(self, spoken: str, digests: Sequence[str]) -> str:
        """Return the language to write to somebody in: theirs, else that of the first digest."""
        first = next((digest.language for digest in self.digests if digest.id in digests), "en")
        return spoken or first


def ask_for_yes(
    connection: Connection,
    letters: Letters,
    readers: Sequence[tuple[int, str]],
    digests: Sequence[str],
    language: str,
    *,
    now: datetime,
) -> None:
    """Enlist the confirmation letter about `digests` for `readers` (id, provider), ids ascending."""
    letter = confirm_letter(digests, language, now.date())
    _enlist(connection, letter, digests[0], letters.words(digests, language), readers, now)
    evidence.mark_asked(connection, [subscriber for subscriber, _ in readers], now=now)


def send_data_links(
    connection: Connection, letters: Letters, reader: Subscriber, digests: Sequence[str], *, now: datetime
) -> None:
    """Enlist the letter with the links to a reader's data; it goes by the relay of one of their `digests`."""
    there = [digest.id for digest in letters.digests]
    digest = next((name for name in digests if name in there), there[0])
    language = letters.language_for(reader.language, [digest])
    letter = data_letter(digest, language, now.date())
    _enlist(connection, letter, digest, letters.data_words(language), [(reader.id, reader.provider)], now)


def _enlist(
    connection: Connection,
    letter: str,
    digest: str,
    words: Rendering,
    readers: Sequence[tuple[int, str]],
    now: datetime,
) -> None:
    """Enlist `words` for `readers` as the letter of that id, in the caller's transaction."""
    open_edition(
        connection,
        letter,
        digest=digest,
        day=now.date(),
        who="sign-up",
        now=now,
        kind=EditionKind.LETTER,
        state=EditionState.SENDING,
    )
    versions = renderings.all_renderings(connection, letter)
    newest = max((version for _, version in versions), default=0)
    if not newest or versions["", newest].hash != words.hash:
        renderings.save_rendering(connection, letter, "", words, now=now, version=newest + 1)
    enlist(
        connection,
        names.edition_key(connection, letter),
        names.rendering_keys(connection, letter)[""],
        readers,
        not_before=now,
        priority=PRIORITY,
        policy=UnknownPolicy.RESEND,
    )


def ask_the_waiting(store: Store, letters: Letters, *, now: datetime, most: int = 10 * BATCH) -> int:
    """Ask those who came in by a file without a yes, each once; return how many letters were enlisted.

    Args:
        most: letters in one call, so that a large list does not crowd out the day's edition.
    """
    asked = 0
    while asked < most:
        with store.write() as connection:
            waiting = evidence.never_asked(connection, most=min(BATCH, most - asked))
            if not waiting:
                break
            for (digests, language), readers in _groups(connection, letters, waiting).items():
                ask_for_yes(connection, letters, readers, digests, language, now=now)
            evidence.mark_asked(connection, list(waiting), now=now)
            asked += len(waiting)
    return asked


def _groups(
    connection: Connection, letters: Letters, waiting: Mapping[int, Sequence[str]]
) -> dict[tuple[tuple[str, ...], str], list[tuple[int, str]]]:
    """Return the readers of each letter; a digest that the newsroom no longer has is not asked about."""
    there = {digest.id for digest in letters.digests}
    described = people.get_many(connection, list(waiting))
    groups: dict[tuple[tuple[str, ...], str], list[tuple[int, str]]] = {}
    for subscriber, digests in waiting.items():
        wanted = tuple(digest for digest in digests if digest in there)
        if wanted:
            person = described[subscriber]
            letter = (wanted, letters.language_for(person.language, wanted))
            groups.setdefault(letter, []).append((subscriber, person.provider))
    return groups
