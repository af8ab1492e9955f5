"""Ask what is outside about an edition, and keep the answers for exactly its words as they are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from digest.flows.outside import ACCESS, LINKS, NOT_ASKED, SPAM
from digest.flows.outside.access import access
from digest.flows.outside.following import links
from digest.flows.outside.spam import spam
from digest.flows.proof import Proof, proof
from digest.model.digest import Digest, Newsroom
from digest.model.errors import NotFound
from digest.model.finding import Finding, Level, gathered
from digest.model.mail import Rendering
from digest.store import renderings
from digest.store.engine import Store
from digest.store.looked import Found, save_looked

#: Variants that a browser and a filter look at; each takes seconds.
VARIANTS = 4


def ask(
    store: Store,
    newsroom: Newsroom,
    digest: Digest,
    edition: str,
    *,
    what: Sequence[str],
    key: bytes,
    now: datetime,
    private: bool = False,
) -> list[Found]:
    """Ask about the words of `edition`, keep what is found, and return it.

    Args:
        what: some of LINKS, SPAM and ACCESS.
        private: links to addresses of this machine may be followed.

    Raises:
        NotFound: there is no such edition, or nothing in it yet.
    """
    with store.read() as connection:
        words = renderings.renderings(connection, edition)
    if not words:
        raise NotFound(f"{edition}: there is nothing in it to ask about")

    def seen(rendering: Rendering) -> Proof:
        return proof(rendering, newsroom=newsroom, digest=digest, edition=edition, key=key, now=now)

    asked: dict[str, Callable[[], Iterable[Finding]]] = {
        LINKS: lambda: links(list(words.values()), pages=newsroom.pages, private=private),
        SPAM: lambda: _each(words, SPAM, lambda rendering: spam(seen(rendering).message)),
        ACCESS: lambda: _each(words, ACCESS, lambda rendering: access(seen(rendering).html)),
    }
    found = [Found(what=one, at=now, findings=tuple(asked[one]())) for one in what]
    with store.write() as connection:
        save_looked(connection, edition, renderings.hash_of(words), found)
    return found


def _each(
    words: Mapping[str, Rendering], what: str, look: Callable[[Rendering], Iterable[Finding]]
) -> Iterable[Finding]:
    some = dict(list(words.items())[:VARIANTS])
    yield from gathered({variant: tuple(look(rendering)) for variant, rendering in some.items()})
    if len(words) > len(some):
        message = f"{len(words) - len(some)} of {len(words)} variants were not looked at: each takes seconds"
        yield Finding(level=Level.NOT_CHECKED, code=NOT_ASKED[what].code, message=message)
