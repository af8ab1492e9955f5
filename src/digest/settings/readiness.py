"""What stands between a right schedule and a real mail: relays, pages, secrets.

A schedule can be right, and be built and looked at, long before it can be sent. These problems
are for `check`, which prints them, and for publishing, which refuses while `pages_fault` speaks.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from digest.model.delivery import RelayAddress, RelayKind
from digest.model.digest import Digest, Newsroom
from digest.model.errors import Problem, RelayUnusable
from digest.settings import secrets
from digest.settings.messages import in_order
from digest.settings.relays import relay_address
from digest.settings.scalars import LOOPBACK, address_in
from digest.settings.schedule import Inspected

#: Top-level names that no mail reaches (RFC 2606, RFC 6761).
RESERVED = ("example", "invalid", "localhost", "test")


def hindrances(inspected: Inspected, environment: Mapping[str, str], folder: Path) -> tuple[Problem, ...]:
    """Return what would stop the digests of a schedule from being sent, and what would spoil them.

    Raises:
        FileWrong: `secrets.env`, or a file that a variable names, cannot be read.
    """
    if inspected.schedule is None:
        return ()
    problems: list[Problem] = []
    for number, digest in enumerate(inspected.schedule.digests):
        try:
            address = relay_address(digest.send_through, environment, folder)
        except RelayUnusable as error:
            problems.append(inspected.problem(("digests", number, "send_through"), str(error)))
            continue
        problems += _of_digest(inspected, number, digest, address)
    if secrets.exposed(folder):
        message = "other users of this machine can read it: chmod 600 secrets.env"
        problems.append(Problem(path=secrets.FILE, line=0, column=0, message=message, level="warning"))
    return in_order(problems)


def pages_fault(newsroom: Newsroom, address: RelayAddress) -> str:
    """Return why mail must not go through this relay with these links; empty when it may.

    Links to this machine help nobody but this machine: with a real relay `pages` must be public.
    """
    if address.kind is not RelayKind.SMTP:
        return ""
    if not newsroom.pages:
        return (
            "no pages: readers could not unsubscribe; write where they reach this server, "
            "such as https://news.example.org"
        )
    parts = urlsplit(newsroom.pages)
    if parts.hostname in LOOPBACK or (parts.hostname or "").startswith("127."):
        return f"{newsroom.pages} leads to this machine only: write the address that readers reach it by"
    if parts.scheme != "https":
        return f"{newsroom.pages} is not https: readers' links need it"
    return ""


def _of_digest(inspected: Inspected, number: int, digest: Digest, address: RelayAddress) -> Iterator[Problem]:
    assert inspected.schedule is not None
    fault = pages_fault(inspected.schedule.newsroom, address)
    if fault:
        yield inspected.problem(("newsroom", "pages"), fault)
    if address.kind is not RelayKind.SMTP:
        return
    domain = address_in(digest.sender).rpartition("@")[2].lower()
    if domain.rpartition(".")[2] in RESERVED:
        message = f"{domain} exists for examples only: receivers refuse mail from it"
        yield inspected.problem(("digests", number, "sender"), message, level="warning")
