"""Suppress the addresses at which nobody is, and those that have failed again and again.

Decided from what the ledger keeps, when an edition has been sent or sending stops: so the whole of it
is seen, a crash forgets nothing, and deciding twice changes nothing. The word goes into the opt-out
file before the database hears it, as every no does.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.audience.optouts import OptOuts
from digest.delivery.alarm import believable
from digest.delivery.replies import Action, ids_of
from digest.model.consent import stop_scope
from digest.model.delivery import DeliveryState
from digest.model.subscriber import Saying, SuppressionReason, Word
from digest.store.engine import Store
from digest.store.ledger.bounces import Bounce, bounces, bounces_of, published_since, taken
from digest.store.ledger.history import delivery
from digest.store.roster import people, words
from digest.store.upsert import batches

#: So many failures in a row, in so many editions, over so long a time, and the address is given up.
POINTS = 3
EDITIONS = 2
SPAN = timedelta(days=14)
#: Refusals of one edition are looked at again for so long: a letter's edition never ends.
LOOK_BACK = timedelta(days=7)

_SCOPE = stop_scope(SuppressionReason.HARD_BOUNCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Whom an edition's refusals have stopped."""

    gone: int = 0  #: nobody was at the address
    failing: int = 0  #: it has failed too often
    doubted: Counter[str] = field(default_factory=Counter)  #: provider -> "unknown" that looks like a block

    @property
    def lines(self) -> list[str]:
        """Return it in words, for the edition's history."""
        told = []
        if self.gone:
            told.append(f"suppressed {self.gone:,}: nobody at that address")
        if self.failing:
            told.append(f"suppressed {self.failing:,}: failed {POINTS} times within {SPAN.days} days or more")
        for provider, number in self.doubted.items():
            told.append(f"{provider}: {number:,} unknown at once look like a block: nobody was suppressed")
        return told


def stop_the_bounced(
    store: Store, opt_outs: OptOuts, edition: int, *, since: datetime, now: datetime
) -> Stopped:
    """Suppress who is to be mailed no more, by what was refused of an edition since then.

    Args:
        edition: its key.

    Raises:
        StoreError: the opt-out file cannot be written; nothing was promised.
    """
    with store.read() as connection:
        dead = bounces(connection, edition, ids_of(Action.SUPPRESS), since=since)
        weak = bounces(connection, edition, ids_of(Action.SCORE), since=since)
        gone, doubted = _believed(connection, edition, dead)
        failing = _failing(connection, opt_outs, [bounce.subscriber for bounce in weak], now)
        noes = {bounce.subscriber: bounce for bounce in (*failing, *gone)}
        sayings = _new(connection, opt_outs, list(noes.values()))
    if sayings:
        opt_outs.say(list(sayings.values()))
        with store.write() as connection:
            words.hear(connection, sayings.values())
    last = {bounce.subscriber for bounce in gone}
    return Stopped(
        gone=sum(subscriber in last for subscriber in sayings),
        failing=sum(subscriber not in last for subscriber in sayings),
        doubted=doubted,
    )


def _believed(
    connection: Connection, edition: int, dead: Sequence[Bounce]
) -> tuple[list[Bounce], Counter[str]]:
    """Return the refusals that mean what they say, and how many do not, by provider."""
    number = Counter(bounce.provider for bounce in dead)
    good = taken(connection, edition) if dead else Counter[str]()
    doubted = Counter(
        {
            provider: count
            for provider, count in number.items()
            if not believable(provider, count, count + good[provider])
        }
    )
    return [bounce for bounce in dead if bounce.provider not in doubted], doubted


def _failing(
    connection: Connection, opt_outs: OptOuts, subscribers: Sequence[int], now: datetime
) -> list[Bounce]:
    """Return the last failure of everybody who has failed often enough since the last success, or yes."""
    found = []
    for some in batches(dict.fromkeys(subscribers)):
        for subscriber, points in bounces_of(connection, some, ids_of(Action.SCORE)).items():
            if not _enough(points):
                continue
            good = (
                _last_success(connection, subscriber, points[0].at, now),
                _last_yes(connection, opt_outs, subscriber),
            )
            counted = [point for point in points if all(at is None or point.at > at for at in good)]
            if _enough(counted):
                found.append(counted[-1])
    return found


def _enough(points: Sequence[Bounce]) -> bool:
    return (
        len(points) >= POINTS
        and len({point.edition for point in points}) >= EDITIONS
        and points[-1].at - points[0].at >= SPAN
    )


def _last_yes(connection: Connection, opt_outs: OptOuts, subscriber: int) -> datetime | None:
    person = people.get_many(connection, [subscriber]).get(subscriber)
    if person is None:
        return None
    said = words.words_of(connection, [opt_outs.who(person.key)])
    return max((word.at for some in said.values() for word in some if word.word is Word.YES), default=None)


def _last_success(connection: Connection, subscriber: int, since: datetime, now: datetime) -> datetime | None:
    """Return when something was last taken for `subscriber`, looking back until `since`."""
    for edition in published_since(connection, since - timedelta(days=1)):
        told = delivery(connection, edition, subscriber, now=now)
        if told is not None and told.state is DeliveryState.SENT:
            return told.at
    return None


def _new(connection: Connection, opt_outs: OptOuts, noes: Sequence[Bounce]) -> dict[int, Saying]:
    """Return the words that nobody has heard yet, by subscriber."""
    found: dict[int, Saying] = {}
    for some in batches(noes):
        by_id = people.get_many(connection, [bounce.subscriber for bounce in some])
        whos = {id: opt_outs.who(person.key) for id, person in by_id.items()}
        heard = words.words_of(connection, list(whos.values()))
        for bounce in some:
            who = whos.get(bounce.subscriber)
            if who is None:
                continue
            known = [said for said in heard.get(who, ()) if said.scope == _SCOPE]
            if not any(said.at >= bounce.at for said in known):
                found[bounce.subscriber] = Saying(
                    at=bounce.at,
                    who=who,
                    scope=_SCOPE,
                    word=Word.NO,
                    source=f"refused: {bounce.code} ({bounce.rule})",
                )
    return found
