"""What must be true of a newsroom before anything may leave this machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from digest.model.delivery import RelayAddress, RelayKind
from digest.model.digest import Digest, Newsroom
from digest.model.finding import Finding, Level


def not_ready(newsroom: Newsroom, digest: Digest, relay: RelayAddress) -> tuple[Finding, ...]:
    """Return a blocker for everything that would make mail through `relay` useless or unlawful."""
    if relay.kind is not RelayKind.SMTP:
        return ()
    found = []
    fault = fault_of_pages(newsroom.pages)
    if fault:
        message = f"newsroom.pages {fault}: readers could not unsubscribe or see pictures"
        found.append(
            Finding(level=Level.BLOCKER, code="pages-not-public", message=message, where="schedule.yaml")
        )
    if not digest.sender:
        message = (
            f"digest {digest.id} has no sender: write `sender: Name <address>` under it or under defaults"
        )
        found.append(Finding(level=Level.BLOCKER, code="no-sender", message=message, where="schedule.yaml"))
    if not newsroom.postal_address:
        message = "newsroom.postal_address is missing: several countries require it in every mail"
        found.append(
            Finding(level=Level.BLOCKER, code="no-postal-address", message=message, where="schedule.yaml")
        )
    return tuple(found)


def fault_of_pages(pages: str) -> str:
    """Return what is wrong with the public address of our pages, or nothing."""
    if not pages:
        return "is missing"
    parts = urlsplit(pages)
    host = parts.hostname or ""
    if parts.scheme != "https":
        return f"is {pages}, not an https address"
    if host == "localhost" or host.endswith((".localhost", ".local")):
        return f"is {pages}, which only this machine can reach"
    try:
        if not ip_address(host).is_global:
            return f"is {pages}, which only this network can reach"
    except ValueError:
        pass  # a name, not a number
    return ""
