"""A newsroom to send from: readers in the roster, an approved edition, and what a sender needs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, insert

from digest.delivery.compile import compile_mail
from digest.delivery.smtp import SmtpTransport
from digest.flows.publish import publish
from digest.flows.sending.addressing import Letterbox
from digest.flows.sending.means import Means, Way
from digest.model.delivery import RelayAddress, RelayKind, TlsMode
from digest.model.digest import RelayRules, UnknownPolicy
from digest.model.edition import EditionState
from digest.model.mail import Addressed, Letterhead, Rendering, token
from digest.store.editions import open_edition, set_state
from digest.store.engine import Store
from digest.store.ledger import names
from digest.store.ledger.enlist import enlist
from digest.store.renderings import approve, hash_of, save_rendering
from digest.store.roster.audience import audience
from digest.store.tables.roster import subscribers, subscriptions

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
EDITION = "morning/2026-11-23"
KEY = b"a key that only the tests know"
NONCE = "n0123456789abcde"
LETTERBOX = Letterbox(
    key=KEY,
    sender="Harbour Post <brief@harbourpost.example>",
    return_path="bounces@mail.harbourpost.example",
    pages="https://news.harbourpost.example",
)
WORDS = Rendering(
    subject="Cầu cảng mở cửa trở lại",
    preheader="And the ferry is back",
    html=f'<p>Good morning.</p><a href="{token(NONCE, "unsubscribe_url")}">Leave</a>',
    text=f"Good morning.\n\nLeave: {token(NONCE, 'unsubscribe_url')}\n",
    nonce=NONCE,
)


def enrol(
    connection: Connection, addresses: Sequence[str], *, digest: str = "morning", first: int = 1
) -> None:
    """Put confirmed readers of `digest` into the roster; ids count up from `first`."""
    people = [
        {
            "id": id, "key": address, "who": sha256(address.encode()).digest()[:20], "email": address,
            "envelope": address, "provider": provider(address), "joined": 0,
        }
        for id, address in enumerate(addresses, first)
    ]  # fmt: skip
    standing = [
        {
            "digest": digest,
            "subscriber": p["id"],
            "standing": "confirmed",
            "since": 0,
            "provider": p["provider"],
        }
        for p in people
    ]
    connection.execute(insert(subscribers), people)
    connection.execute(insert(subscriptions), standing)


def provider(address: str) -> str:
    """Return the mailbox provider of a made-up address: `google` for ada@google.readers.example."""
    label, _, rest = address.rpartition("@")[2].partition(".")
    return label if rest == "readers.example" else "other"


def approved(connection: Connection, edition: str = EDITION, *, words: Rendering = WORDS) -> None:
    """Make an edition whose words are approved."""
    open_edition(connection, edition, digest="morning", day=date(2026, 11, 23), who="clock", now=NOW)
    save_rendering(connection, edition, "en", words, now=NOW)
    set_state(connection, edition, EditionState.COLLECTING, EditionState.READY, who="clock", now=NOW)
    assert approve(connection, edition, hash_of({"en": words}), who="Maja", now=NOW)


def published(
    store: Store,
    addresses: Sequence[str],
    *,
    policy: UnknownPolicy = UnknownPolicy.HOLD,
    valid_for: timedelta | None = None,
    now: datetime = NOW,
) -> int:
    """Enrol readers and publish an edition to them; return its key."""
    with store.write() as connection:
        enrol(connection, addresses)
        approved(connection)
    until = None if valid_for is None else now + valid_for

    def freeze(connection: Connection) -> int:
        (rendering,) = names.rendering_keys(connection, EDITION).values()
        key = names.edition_key(connection, EDITION)
        return enlist(
            connection, key, rendering, audience(connection, "morning"),
            not_before=now, valid_until=until, policy=policy,
        )  # fmt: skip

    publish(store, EDITION, freeze=freeze, now=now)
    with store.read() as connection:
        return names.edition_key(connection, EDITION)


def wires(store: Store, rendering: int) -> Callable[[Addressed], bytes]:
    """Return the compiled mail behind a rendering's key."""
    letterhead = Letterhead(
        sender=LETTERBOX.sender, list_id="The Morning Brief <morning.harbourpost.example>"
    )
    with store.read() as connection:
        return compile_mail(names.words(connection, rendering), letterhead, date=NOW).wire


@contextmanager
def means(
    store: Store,
    folder: Path,
    port: int,
    *,
    connections: int = 10,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Means]:
    """Give what a sender needs to send to the sink at `port` by real SMTP."""
    address = RelayAddress(name="sink", kind=RelayKind.SMTP, host="127.0.0.1", port=port, tls=TlsMode.NONE)
    rules = RelayRules(name="sink", connections=connections)
    with SmtpTransport(address, rules, hello="test.example") as relay:
        yield Means(
            owners=folder / "owners",
            ways=[Way(rules=rules, transport=relay)],
            compile=partial(wires, store),
            personalise=LETTERBOX.personalise,
            clock=clock,
            stop=stop,
        )


def readers(count: int, *, kinds: Iterable[str] = ()) -> list[str]:
    """Return addresses, all different; every tenth one of a kind that the sink treats its own way."""
    turn = list(kinds)
    return [
        f"{turn[n // 10 % len(turn)]}-{n}@readers.example"
        if turn and n % 10 == 9
        else f"r{n}@readers.example"
        for n in range(count)
    ]
