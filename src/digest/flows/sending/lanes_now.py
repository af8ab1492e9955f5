"""The lanes as they are now: for `status`, `edition show` and the desk; from any process.

Read from what living senders have written down and from the chunks that wait, so it is as new as
the last second.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from digest.delivery.allowance import Allowance, per_day_cap
from digest.flows.written import moment_json
from digest.model.delivery import Rest
from digest.model.digest import RelayRules
from digest.store.ledger import lanes as book
from digest.store.ledger import names
from digest.store.ledger.lanes import Away, InUse


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayNow:
    """One relay."""

    relay: str
    connections: int  #: that senders may use now, all together
    per_second: float  #: sent of late
    used_today: int  #: messages within the last 24 hours; counted only where there is a daily limit
    per_day: int | None  #: how many that may be, by `per_day` and `warm_up`
    closed_until: datetime | None = None  #: nothing leaves through it before
    away_since: datetime | None = None  #: it could not be used when last tried, and since when
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneNow:
    """One relay's mail to one mailbox provider; without a relay while no sender is at it."""

    relay: str
    provider: str
    connections: int  #: that may carry this mail now
    flying: int  #: messages on their way, without an outcome
    per_second: float
    waiting: int  #: recipients of this provider who have not been sent to, whatever the relay
    rests_until: datetime | None = None  #: None: it goes on
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanesNow:
    """All of them."""

    at: datetime
    relays: tuple[RelayNow, ...]
    lanes: tuple[LaneNow, ...]

    @property
    def lines(self) -> list[str]:
        """Return what is not as usual, in words."""
        told = [
            f"{r.relay}: {r.why}{_since(r.away_since, self.at)}{_until(r.closed_until, self.at)}"
            for r in self.relays
            if r.why
        ]
        for lane in self.lanes:
            if lane.why:
                told.append(
                    f"{lane.relay} to {lane.provider}: {lane.why}{_until(lane.rests_until, self.at)}, "
                    f"{lane.waiting:,} wait"
                )
        return told

    @property
    def failing(self) -> bool:
        """Whether mail waits while a relay cannot be used."""
        waits = any(lane.waiting for lane in self.lanes)
        return waits and any(relay.away_since is not None for relay in self.relays)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "relays": [
                {
                    "relay": relay.relay,
                    "connections": relay.connections,
                    "per_second": round(relay.per_second, 1),
                    "used_today": relay.used_today,
                    "per_day": relay.per_day,
                    "closed_until": moment_json(relay.closed_until),
                    "away_since": moment_json(relay.away_since),
                    "why": relay.why or None,
                }
                for relay in self.relays
            ],
            "lanes": [
                {
                    "relay": lane.relay or None,
                    "provider": lane.provider,
                    "connections": lane.connections,
                    "in_flight": lane.flying,
                    "per_second": round(lane.per_second, 1),
                    "waiting": lane.waiting,
                    "rests_until": moment_json(lane.rests_until),
                    "why": lane.why or None,
                }
                for lane in self.lanes
            ],
        }


def lanes_now(
    connection: Connection, relays: Sequence[RelayRules], *, now: datetime, edition: str | None = None
) -> LanesNow:
    """Return how the lanes of `relays` are.

    Args:
        edition: count only its recipients as waiting.

    Raises:
        NotFound: there is no such edition.
    """
    names_of = [rules.name for rules in relays]
    told = [lane for lane in book.in_use(connection, now=now) if lane.relay in names_of]
    slow = book.slow(connection, names_of)
    away = book.away(connection, names_of)
    keys = None if edition is None else [names.edition_key(connection, edition)]
    waiting = book.waiting(connection, keys)
    return LanesNow(
        at=now,
        relays=tuple(
            _away(
                _relay(rules, told, slow.get((rules.name, "")), _allowance(connection, rules, now), now),
                away.get(rules.name) if waiting else None,
            )
            for rules in relays
        ),
        lanes=_lanes(told, slow, waiting, now),
    )


def _allowance(connection: Connection, rules: RelayRules, now: datetime) -> Allowance:
    """Return what a relay may still be given today."""
    allowance = Allowance(rules)
    allowance.know(book.used(connection, rules.name, now=now))
    return allowance


def _relay(
    rules: RelayRules, told: Sequence[InUse], slow: Rest | None, allowance: Allowance, now: datetime
) -> RelayNow:
    mine = [lane for lane in told if lane.relay == rules.name]
    whole = [lane for lane in mine if not lane.provider]
    reasons = [(lane.closed_until, lane.why) for lane in whole if lane.closed_until]
    if slow is not None:
        reasons.append((slow.until, slow.cause))
    if not allowance.room(now):
        closed = allowance.closed(now)
        reasons.append((closed.until, closed.why))
    until, why = max(reasons, key=lambda reason: reason[0], default=(None, ""))
    return RelayNow(
        relay=rules.name,
        connections=sum(lane.connections for lane in whole),
        per_second=sum(lane.per_second for lane in mine if lane.provider),
        used_today=allowance.used_today(now),
        per_day=per_day_cap(rules, now),
        closed_until=until if until is not None and until > now else None,
        why=why,
    )


def _away(relay: RelayNow, found: Away | None) -> RelayNow:
    """Return `relay` with the refusal that outlives the sender that met with it."""
    return relay if found is None else replace(relay, away_since=found.since, why=found.why)


def _lanes(
    told: Sequence[InUse], slow: dict[tuple[str, str], Rest], waiting: dict[str, int], now: datetime
) -> tuple[LaneNow, ...]:
    used = {(lane.relay, lane.provider) for lane in told if lane.provider}
    known = used | {key for key in slow if key[1]}
    idle = {("", provider) for provider in waiting} - {("", provider) for _, provider in known}
    found = []
    for relay, provider in sorted(known | idle, key=lambda key: (key[1], key[0])):
        mine = [lane for lane in told if (lane.relay, lane.provider) == (relay, provider)]
        rest = slow.get((relay, provider))
        resting = rest is not None and rest.until > now
        found.append(
            LaneNow(
                relay=relay,
                provider=provider,
                connections=0 if resting else sum(lane.connections for lane in mine),
                flying=sum(lane.flying for lane in mine),
                per_second=sum(lane.per_second for lane in mine),
                waiting=waiting.get(provider, 0),
                rests_until=rest.until if rest is not None and resting else None,
                why=rest.cause if rest is not None else "",
            )
        )
    return tuple(found)


def _since(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    day = "" if moment.date() == now.date() else f"{moment:%Y-%m-%d} "
    return f", since {day}{moment:%H:%M} UTC"


def _until(moment: datetime | None, now: datetime) -> str:
    return f" until {moment:%H:%M} UTC" if moment is not None and moment > now else ""
