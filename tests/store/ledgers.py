"""An edition to keep a ledger of, and the usual moves of a sender, for the tests of the ledger."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from digest.model.delivery import DeliveryState, Reply
from digest.model.digest import UnknownPolicy
from digest.model.edition import EditionState
from digest.model.mail import Rendering
from digest.store.editions import open_edition
from digest.store.engine import Store
from digest.store.ledger import claim, closing, group, names
from digest.store.ledger.chunk import Claimed
from digest.store.ledger.enlist import enlist
from digest.store.ledger.fates import Fate, put
from digest.store.ledger.group import Group
from digest.store.ledger.mishap import Mishap
from digest.store.ledger.moments import stamp
from digest.store.ledger.retries import Retries
from digest.store.ledger.states import Closed
from digest.store.renderings import save_rendering

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
EDITION = "morning/2026-11-23"
RETRIES = Retries(first=timedelta(minutes=30), longest=timedelta(hours=1), give_up=timedelta(hours=2))
OK = "250 2.0.0 Ok: queued as 4F2A91C0D3"


def words(text: str = "t") -> Rendering:
    """Return a rendering that is small."""
    return Rendering(subject="s", preheader="p", html="<p>h</p>", text=text, nonce="n0123456789abcde")


def opened(
    store: Store,
    audience: Sequence[tuple[int, str]],
    *,
    edition: str = EDITION,
    not_before: datetime = NOW,
    valid_until: datetime | None = None,
    priority: int = 0,
    policy: UnknownPolicy = UnknownPolicy.HOLD,
) -> int:
    """Enlist an edition that is being sent; return its key."""
    with store.write() as connection:
        open_edition(
            connection, edition, digest=edition.partition("/")[0], day=date(2026, 11, 23), who="clock",
            now=NOW, state=EditionState.SENDING,
        )  # fmt: skip
        save_rendering(connection, edition, "", words(), now=NOW)
        key = names.edition_key(connection, edition)
        enlist(
            connection, key, names.rendering_keys(connection, edition)[""], audience,
            not_before=not_before, valid_until=valid_until, priority=priority, policy=policy,
        )  # fmt: skip
        return key


def claimed(
    store: Store, owner: str = "me", *, now: datetime = NOW, scope: claim.Scope | None = None
) -> Claimed:
    """Claim a chunk that must be there."""
    with store.write() as connection:
        found = claim.claim(connection, owner, now=now, scope=scope)
    assert found is not None
    return found


def nothing_to_claim(store: Store, *, now: datetime = NOW, **more: object) -> bool:
    """Whether nobody could claim anything."""
    with store.write() as connection:
        return claim.claim(connection, "somebody", now=now, **more) is None  # type: ignore[arg-type]  # any option


def recorded(
    store: Store,
    chunk: Claimed,
    *,
    mark: int,
    sent: Sequence[int] = (),
    mishaps: dict[int, DeliveryState] | None = None,
    now: datetime = NOW,
) -> bytes | None:
    """Record a group; return the bits, None when the chunk was somebody else's."""
    bits = bytearray(chunk.bits)
    found = []
    for position in sent:
        put(bits, position, Fate.SENT)
    for position, outcome in (mishaps or {}).items():
        put(bits, position, Fate.HELD if outcome is DeliveryState.UNKNOWN else Fate.EXCEPTION)
        reply = Reply(code=451, enhanced="4.7.1", text=f"not now, {position}")
        found.append(Mishap(position=position, subscriber=chunk.ids[position], outcome=outcome, reply=reply))
    replies = tuple((position, f"{OK}{position}") for position in sent)
    one = Group(claimed=chunk, mark=mark, bits=bytes(bits), replies=replies, mishaps=tuple(found))
    with store.write() as connection:
        kept = group.record(connection, one, at=stamp(now), until=stamp(now + claim.LEASE))
    return bytes(bits) if kept else None


def closed(
    store: Store, chunk: Claimed, bits: bytes, *, why: Closed = Closed.DONE, now: datetime = NOW
) -> bool:
    """Close a chunk."""
    with store.write() as connection:
        return closing.close(connection, chunk, bits, why=why, now=now, retries=RETRIES, chance=0)


def of(ids: Sequence[int], provider: str = "other") -> list[tuple[int, str]]:
    """Return an audience of one provider."""
    return [(id, provider) for id in ids]
