"""Decides how many messages may go now, to which provider, through which relay.

Limits are data: rates, sliding windows, warm-up caps and the paces of lanes. Asked with `choose`
and `room`, told with `count` and `heard`; nothing here waits, sends or reads a clock.
Several relays share the work by weight, and stand in for each other when one is full,
rests or cannot be reached.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from digest.delivery.allowance import Allowance, Wait, per_day_cap, warm_up_cap
from digest.delivery.pace import Pace
from digest.delivery.replies import Action, Scope, Verdict
from digest.model.delivery import Phase, Reply, Rest
from digest.model.digest import RelayRules

__all__ = ["WHOLE", "Lanes", "Wait", "per_day_cap", "warm_up_cap"]

#: Stands for all of a relay's lanes.
WHOLE = ""
Lane = tuple[str, str]  #: relay and provider

_BEFORE_ANY_MESSAGE = frozenset((Phase.CONNECT, Phase.TLS, Phase.EHLO, Phase.AUTH))


class Lanes:
    """All relays that a sender may use, and the paces of their lanes."""

    def __init__(self, relays: Sequence[RelayRules]) -> None:
        if not relays:
            raise ValueError("no relay to send through")
        self._relays = {rules.name: Allowance(rules) for rules in relays}
        self._paces: dict[Lane, Pace] = {}
        self._changed: set[Lane] = set()

    @property
    def relays(self) -> Mapping[str, Allowance]:
        """Return what each relay may be given, by name."""
        return self._relays

    def choose(self, provider: str, now: datetime, *, full: Collection[str] = ()) -> str | Wait | None:
        """Return the relay through which mail to `provider` goes next.

        Args:
            full: relays that have enough to do for now.

        Returns:
            A wait when every lane is closed; None when those that are open are all `full`.
        """
        rooms = {name: self.room(name, provider, now) for name in self._relays}
        waits = [room for room in rooms.values() if isinstance(room, Wait)]
        if len(waits) == len(rooms):
            return min(waits, key=lambda wait: wait.until)
        able = [name for name, room in rooms.items() if not isinstance(room, Wait)]
        sharing = [
            name for name in able if self._relays[name].rules.weight
        ] or able  # weight 0: only stands in
        free = [name for name in sharing if name not in full]
        return min(free, key=lambda name: self._relays[name].used(now), default=None)

    def closed_providers(self, now: datetime, *, full: Collection[str] = ()) -> set[str]:
        """Return the providers that `choose` finds no relay for now, of those that were ever slow."""
        known = {provider for _, provider in self._paces if provider != WHOLE}
        return {provider for provider in known if not isinstance(self.choose(provider, now, full=full), str)}

    def room(self, relay: str, provider: str, now: datetime) -> int | Wait:
        """Return how many messages to `provider` may start through `relay`, or until when none may."""
        for where, said in ((WHOLE, relay), (provider, f"{relay} to {provider}")):
            pace = self._paces.get((relay, where))
            if pace is not None and pace.rest is not None and pace.resting(now):
                return Wait(until=pace.rest.until, why=f"{said}: {pace.rest.cause}")
        allowance = self._relays[relay]
        room = allowance.room(now)
        if room:
            return room
        closed = allowance.closed(now)
        return Wait(until=closed.until, why=f"{relay}: {closed.why}")

    def connections(self, relay: str, now: datetime) -> int:
        """Return how many connections this sender may have with `relay` now; 0 while it rests."""
        allowance, pace = self._relays[relay], self._paces.get((relay, WHOLE))
        return allowance.connections(allowance.rules.connections if pace is None else pace.connections(now))

    def in_flight(self, relay: str, provider: str, now: datetime) -> int:
        """Return how many messages to `provider` may be on their way through `relay` at a time.

        Two for each connection, so that one follows the other without a pause. A lane that recovers
        gets one for each connection that it may use: then no more than those carry its mail.
        """
        whole = 2 * self.connections(relay, now)
        pace = self._paces.get((relay, provider))
        allowance = self._relays[relay]
        allowed = allowance.rules.connections if pace is None else pace.connections(now)
        if allowed >= allowance.rules.connections:
            return whole
        return min(whole, allowance.connections(allowed))

    def count(self, relay: str, number: int, now: datetime) -> None:
        """Count messages that begin to be sent through `relay`; negative: that many never began."""
        self._relays[relay].count(number, now)

    def heard(self, relay: str, provider: str, reply: Reply, verdict: Verdict | None, now: datetime) -> None:
        """Take in an answer; `verdict` is None for one that was good."""
        allowance = self._relays[relay]
        if verdict is not None and reply.phase in _BEFORE_ANY_MESSAGE:
            refused = verdict.action is Action.PAUSE and not 400 <= reply.code < 500
            allowance.not_reached(f"{verdict.cause}: {reply}", now, refused_login=refused)
            return
        if verdict is not None and reply.code == 0 and verdict.again:
            allowance.cut_off(f"{verdict.cause}: {reply}", now)
            return
        allowance.reached()
        if verdict is None or verdict.action is not Action.SLOW:
            return
        lane = (relay, provider if verdict.scope is Scope.LANE else WHOLE)
        if self._pace(lane).heard(verdict, now):
            self._changed.add(lane)

    def recall(self, rests: Mapping[Lane, Rest]) -> None:
        """Learn which lanes are slow, as other senders, or we before a restart, have found."""
        for lane in {*rests, *self._paces} - self._changed:
            if lane[0] in self._relays:
                self._pace(lane).take_over(rests.get(lane))

    def changed(self, now: datetime) -> dict[Lane, Rest | None]:
        """Return what was learnt of lanes since the last call; None: at full speed again."""
        self._changed.update(lane for lane, pace in self._paces.items() if pace.recovered(now))
        news = {lane: self._paces[lane].rest for lane in self._changed}
        self._changed.clear()
        return news

    def silent_since(self) -> datetime | None:
        """Return since when no relay at all could be reached; None while one can be."""
        since = [relay.away_since for relay in self._relays.values()]
        return None if None in since else max(filter(None, since))

    def locked_out(self) -> str:
        """Return why no relay will take mail before a person has mended something; empty when one may."""
        if all(relay.locked_out for relay in self._relays.values()):
            return "; ".join(f"{name}: {relay.away_why}" for name, relay in self._relays.items())
        return ""

    def _pace(self, lane: Lane) -> Pace:
        if lane not in self._paces:
            self._paces[lane] = Pace(self._relays[lane[0]].rules.connections)
        return self._paces[lane]
