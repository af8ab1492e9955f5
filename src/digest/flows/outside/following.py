"""Follow the links of a mail, each once, through the one guarded client; only when somebody asks for it.

Our own pages are left out: their links are each reader's own. A site that turns robots away is no dead
link, and is told as what it is.
"""

from collections.abc import Iterator, Sequence

from digest.model.finding import Finding, Level
from digest.model.mail import Rendering
from digest.render.lint.mail import Element, Mail, finding
from digest.sources.fetch import Fetched, FetchOutcome, Request, fetch

#: Links that one edition may have followed.
AT_MOST = 200
#: Of an answer; what a page says does not matter.
MAX_BYTES = 300_000
#: Answers that say "not you", or "not now", rather than "not here".
_TURNED_AWAY = frozenset((401, 402, 403, 405, 407, 408, 425, 429, 451, 500, 502, 503, 504))


def links(words: Sequence[Rendering], *, pages: str, private: bool = False) -> Iterator[Finding]:
    """Yield the links that lead nowhere, or somewhere else.

    Args:
        words: of all variants.
        pages: the public address of our pages.
        private: addresses of this machine may be asked; for a newsroom that prints such, and for tests.
    """
    places: dict[str, Element] = {}
    for rendering in words:
        for link in Mail(rendering=rendering).named("a"):
            href = link.get("href").partition("#")[0]
            ours = pages and href.startswith((f"{pages}/", "slot-"))
            if href.startswith(("http://", "https://")) and not ours and "slot-" not in href:
                places.setdefault(href, link)
    asked = list(places)[:AT_MOST]
    requests = [Request(url=url, max_bytes=MAX_BYTES, allow_private_address=private) for url in asked]
    for url, answer in zip(asked, fetch(requests), strict=True):
        yield from _judged(answer, places[url])
    if len(places) > AT_MOST:
        told = f"{len(places) - AT_MOST} of {len(places)} links were not followed: {AT_MOST} at most"
        yield Finding(level=Level.NOT_CHECKED, code="links-not-fetched", message=told)


def _judged(answer: Fetched, link: Element) -> Iterator[Finding]:
    url = answer.request.url[:120]
    there = answer.outcome in (FetchOutcome.FRESH, FetchOutcome.UNCHANGED) or 200 <= answer.status < 300
    if there:
        if answer.moved_to and answer.moved_to.rstrip("/") != answer.request.url.rstrip("/"):
            yield finding(Level.NOTE, "link-moved", f"{url} has moved to {answer.moved_to[:120]}", link)
    elif answer.status in _TURNED_AWAY:
        yield finding(Level.NOTE, "link-unsure", f"{url} answers {answer.status}: it may be there", link)
    else:
        yield finding(Level.WARNING, "link-dead", f"{url}: {answer.why or answer.status}", link)
