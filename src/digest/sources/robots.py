"""robots.txt: whether a page may be visited by a machine (RFC 9309)."""

from functools import lru_cache

from protego import Protego


def allows(text: str, url: str, agent: str) -> bool:
    """Whether the robots.txt `text` of its host lets `agent` visit `url`."""
    return bool(_rules(text).can_fetch(url, agent))


@lru_cache(maxsize=64)
def _rules(text: str) -> Protego:
    return Protego.parse(text)
