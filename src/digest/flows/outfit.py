"""Fit a sender out: relay, words, letterhead and readers' values become the `Means` of sending.

With the relay `local:` the embedded inbox listens for as long as the outfit is in use, so
trying things out takes the same road as sending: real SMTP, on this machine only.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from pathlib import Path

from digest.audience.optouts import OptOuts
from digest.delivery.compile import Compiled, compile_mail
from digest.delivery.inbox import Inbox
from digest.delivery.maildir import MaildirTransport
from digest.delivery.smtp import SmtpTransport
from digest.flows.sending.addressing import Letterbox
from digest.flows.sending.means import Means, Sign, Way, unsigned
from digest.flows.subscribe_gate import ListeningGate
from digest.flows.subscribe_links import letter_values
from digest.model.delivery import RelayAddress, RelayKind, Transport
from digest.model.digest import Digest, Newsroom, RelayRules
from digest.model.errors import RelayUnusable
from digest.model.mail import Letterhead, Rendering
from digest.store.editions import EditionKind
from digest.store.engine import Store
from digest.store.ledger import names

#: How long a relay may take to say goodbye: everything that matters was said before.
GOODBYE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One relay and how to use it."""

    address: RelayAddress
    rules: RelayRules
    inbox: Path  #: folder of the embedded inbox, used with `local:`
    secrets: Path  #: folder of the DKIM keys


def letterhead(newsroom: Newsroom, digest: Digest) -> Letterhead:
    """Return what the headers of every message of `digest` share."""
    domain = parseaddr(digest.sender)[1].rpartition("@")[2] or "localhost"
    return Letterhead(
        sender=digest.sender or f"{newsroom.name} <digest@{domain}>",
        reply_to=digest.reply_to,
        list_id=f"{digest.title} <{digest.id}.{domain}>",
        archive_url=f"{newsroom.pages}/archive/{digest.id}",
    )


def letterbox(newsroom: Newsroom, digest: Digest, key: bytes) -> Letterbox:
    """Return what makes a reader's own values for a delivery of `digest`."""
    return Letterbox(
        key=key,
        sender=letterhead(newsroom, digest).sender,
        return_path=digest.return_path,
        pages=newsroom.pages,
        more=partial(letter_values, key=key, pages=newsroom.pages),
    )


@contextmanager
def transport(post: Post) -> Iterator[Transport]:
    """Give a transport through `post`; with `local:` the embedded inbox listens meanwhile."""
    with ExitStack() as stack:
        address = post.address
        if address.kind is RelayKind.MAILDIR:
            yield MaildirTransport(Path(address.folder))
            return
        if address.kind is RelayKind.LOCAL:
            address = stack.enter_context(Inbox(post.inbox)).address
        way = SmtpTransport(address, post.rules)
        stack.callback(way.close, GOODBYE)
        yield way


def signing(post: Post, clock: Callable[[], datetime]) -> Sign:
    """Return what puts the relay's DKIM signatures onto messages; nothing where it has no keys.

    Raises:
        RelayUnusable: a key is not there, or cannot be read.
    """
    rules = post.rules.dkim
    if rules is None:
        return unsigned
    from digest.delivery.dkim import Signer
    from digest.delivery.keys import load_key

    signer = Signer([load_key(rules.domain, name, read_key(post.secrets, name)) for name in rules.selectors])
    return lambda wires, senders: signer.signed_all(wires, at=clock(), senders=senders)


def read_key(secrets: Path, selector: str) -> bytes:
    """Return the private key of a selector as PEM text, or raise RelayUnusable."""
    path = secrets / f"{selector}.pem"
    try:
        return path.read_bytes()
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        raise RelayUnusable(f"dkim: secrets/{path.name}: {why}: digest doctor dkim makes it") from error


@contextmanager
def outfit(
    store: Store,
    newsroom: Newsroom,
    digest: Digest,
    posts: Sequence[Post],
    *,
    key: bytes,
    state: Path,
    clock: Callable[[], datetime],
    opt_outs: OptOuts,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Means]:
    """Give the means to send editions of `digest` through the relays of `posts`.

    Args:
        state: the newsroom's state folder; the locks of living senders lie in it.
        opt_outs: read on before each group, so that a no counts before the database has heard it.
        stop: asked often; True lets what is in flight end, then returns.
    """
    head, began = letterhead(newsroom, digest), clock()
    ready: dict[int, Compiled] = {}

    def compiled(rendering: int) -> Compiled:
        if rendering not in ready:
            with store.read() as connection:
                words: Rendering = names.words(connection, rendering)
                letter = names.kind_of(connection, rendering) == EditionKind.LETTER
            used = replace(head, bulk=False, auto_submitted=True) if letter else head
            ready[rendering] = compile_mail(words, used, date=began)
        return ready[rendering]

    with ExitStack() as stack:
        ways = [
            Way(
                rules=post.rules,
                transport=stack.enter_context(transport(post)),
                sign=signing(post, clock),
            )
            for post in posts
        ]
        yield Means(
            owners=state / "owners",
            ways=ways,
            compile=lambda rendering: compiled(rendering).wire,
            personalise=letterbox(newsroom, digest, key).personalise,
            clock=clock,
            gate=ListeningGate(opt_outs),
            opt_outs=opt_outs,
            stop=stop,
        )


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Give a function that says whether SIGTERM or SIGINT has come since; the second one ends at once."""
    asked: list[int] = []

    def note(number: int, frame: object) -> None:
        asked.append(number)
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
