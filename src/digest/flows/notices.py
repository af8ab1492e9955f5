"""Mails to the editors: an edition waits for them, went without them, or was left out.

They are no deliveries: the ledger knows nothing of them, the edition's history has a line for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr

from sqlalchemy import Connection

from digest.audience.address import normalise
from digest.delivery.compile import compile_mail
from digest.flows.outfit import Post, letterhead, signing, transport
from digest.model.account import Role
from digest.model.delivery import Outgoing, Sent
from digest.model.digest import Digest, Newsroom
from digest.model.errors import AddressWrong, DigestError
from digest.model.mail import Addressed, Rendering
from digest.model.token import keyed_hash
from digest.store import accounts, editions
from digest.store.engine import Store

#: How long the relay may take for all of them: a round of the clock waits for it.
PATIENCE = timedelta(seconds=20)
#: What lines of history begin with, so that nobody is reminded twice.
REMINDED = "reminder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the editors are told about an edition."""

    edition: str
    kind: str  #: the line of history begins with it
    subject: str
    lines: tuple[str, ...]


def editors_of(connection: Connection, digest: Digest) -> tuple[str, ...]:
    """Return whom to write to: accounts that may approve and have an address, else the digest's reply_to."""
    found = [
        account.email
        for account in accounts.every(connection)
        if account.email and not account.disabled and account.role.may(Role.APPROVER)
    ]
    return tuple(found) or ((digest.reply_to,) if digest.reply_to else ())


def tell_editors(
    store: Store,
    newsroom: Newsroom,
    digest: Digest,
    post: Post,
    notice: Notice,
    *,
    key: bytes,
    now: datetime,
) -> str:
    """Write to the editors, keep a line of history, and return that line.

    What goes wrong on the way is said in the line: a mail to editors never stops an edition.
    """
    with store.read() as connection:
        addresses = editors_of(connection, digest)
    try:
        told = _sent(newsroom, digest, post, notice, addresses, key=key, now=now)
    except DigestError as error:
        told = f"to nobody: {error}"
    line = f"{notice.kind} {told}"
    with store.write() as connection:
        editions.note(connection, notice.edition, who="clock", what=line, now=now)
    return line


def reminded(connection: Connection, edition: str) -> bool:
    """Whether the editors were reminded of an edition already."""
    return any(line.what.startswith(REMINDED) for line in editions.history(connection, edition))


def _sent(
    newsroom: Newsroom,
    digest: Digest,
    post: Post,
    notice: Notice,
    addresses: Sequence[str],
    *,
    key: bytes,
    now: datetime,
) -> str:
    if not addresses:
        return "to nobody: no approver has an address, and the digest has no reply_to"
    head = replace(letterhead(newsroom, digest), bulk=False, auto_submitted=True)
    link = f"{newsroom.pages}/desk/{notice.edition}"
    text = "\n".join((*notice.lines, "", link, "", newsroom.name, ""))
    words = Rendering(subject=notice.subject, preheader="", html="", text=text, nonce="")
    wire, sign = compile_mail(words, head, date=now).wire, signing(post, lambda: now)
    mails, wrong = [], []
    for number, address in enumerate(addresses):
        try:
            envelope = normalise(address).envelope
        except AddressWrong as error:
            wrong.append(str(error))
            continue
        sender = parseaddr(head.sender)[1]
        name = keyed_hash(key, f"notice {notice.kind} {notice.edition} {envelope} {now.isoformat()}")[:32]
        addressed = Addressed(
            position=number, email=address, envelope_to=envelope, mail_from=sender,
            message_id=f"{name}@{sender.rpartition('@')[2] or 'localhost'}",
        )  # fmt: skip
        (signed,) = sign([wire(addressed)], 1)
        mails.append(Outgoing(position=number, mail_from=sender, rcpt_to=envelope, wire=signed))
    went = _handed_over(post, mails)
    lost = [addresses[position] for position in range(len(mails)) if position not in went]
    parts = [f"to {', '.join(addresses[position] for position in sorted(went)) or 'nobody'}"]
    return "; ".join((*parts, *(f"not to {address}" for address in lost), *wrong))


def _handed_over(post: Post, mails: Sequence[Outgoing]) -> set[int]:
    """Return the positions of the mails that the relay took."""
    if not mails:
        return set()
    with transport(post) as way:
        way.start(mails)
        outcomes = way.finished(PATIENCE)
        while len(outcomes) < len(mails):
            more = way.finished(PATIENCE)
            if not more:
                outcomes += way.close()
                break
            outcomes += more
    return {outcome.position for outcome in outcomes if isinstance(outcome, Sent)}
