"""What we know of one person, as they may ask to have it; and of everybody, to take away."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TextIO

from sqlalchemy import Connection

from digest.audience.exporting import Exported, write
from digest.audience.optouts import OptOuts
from digest.flows.subscribe_preferences import profile
from digest.model.consent import stopped_by
from digest.model.subscriber import EVERYTHING, Consent, Saying, Standing, SuppressionReason, Word
from digest.store.editions import EditionKind, editions
from digest.store.engine import Store
from digest.store.ledger import names
from digest.store.ledger.history import delivery
from digest.store.roster import evidence, people, reasons, words
from digest.store.roster.evidence import Request
from digest.store.roster.standing import Subscription
from digest.store.upsert import batches

_STATUS = {SuppressionReason.HARD_BOUNCE: "bounced", SuppressionReason.COMPLAINT: "complained"}
#: Editions that are looked through for deliveries to one person.
_EDITIONS = 1_000


def my_data(connection: Connection, opt_outs: OptOuts, subscriber: int, *, now: datetime) -> dict[str, Any]:
    """Return everything about one person: description, subscriptions, consents, words, deliveries.

    Raises:
        NotFound: the person is gone.
    """
    known = profile(connection, subscriber)
    person, who = known.subscriber, opt_outs.who(known.subscriber.key)
    requests = evidence.requested(connection, subscriber)
    return {
        "format": 1,
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "time_zone": person.timezone,
        "topics": list(person.topics),
        "attributes": dict(person.attributes),
        "preferred_hour": person.hour,
        "plain_text_only": person.plain,
        "no_tracking": person.untracked,
        "since": _told(person.joined),
        "subscriptions": [_as_subscribed(one) for one in known.subscriptions],
        "consents": [
            _as_consent(digest, consent)
            for digest, consent in evidence.consents_of(connection, [subscriber]).get(subscriber, [])
        ],
        "waiting_for_an_answer": [_as_request(digest, request) for digest, request in requests.items()],
        "reasons_for_leaving": [
            {"about": scope, "reason": reason, "at": _told(at)}
            for scope, reason, at in reasons.reasons_of(connection, subscriber)
        ],
        "said": [
            {"word": str(said.word), "about": said.scope, "at": _told(said.at), "how": said.source}
            for said in words.words_of(connection, [who]).get(who, [])
        ],
        "deliveries": _deliveries(connection, subscriber, now),
    }


def _as_subscribed(one: Subscription) -> dict[str, Any]:
    return {
        "digest": one.digest,
        "standing": str(one.standing),
        "since": _told(one.since),
        "frequency": one.frequency,
        "paused_until": _told(one.paused_until),
    }


def _as_consent(digest: str, consent: Consent) -> dict[str, Any]:
    return {
        "digest": digest or "all that were asked for",
        "at": _told(consent.at),
        "how": consent.source,
        "wording": consent.wording,
        "from": consent.address,
        "asked": _told(consent.asked),
        "asked_from": consent.asked_from,
        "confirmed_by": consent.confirmation,
    }


def _as_request(digest: str, request: Request) -> dict[str, Any]:
    return {
        "digest": digest,
        "asked": _told(request.at),
        "how": request.source,
        "wording": request.wording,
        "from": request.address,
    }


def export(store: Store, opt_outs: OptOuts, target: TextIO) -> int:
    """Write everybody to `target` as CSV, noes included; return how many. Memory stays flat."""
    with store.read() as connection:
        return write(_exported(connection, opt_outs), target)


def _exported(connection: Connection, opt_outs: OptOuts) -> Iterator[Exported]:
    for some in batches(people.everybody(connection)):
        whos = {held.subscriber.id: opt_outs.who(held.subscriber.key) for held in some}
        said = words.words_of(connection, list(whos.values()))
        proven = evidence.consents_of(connection, list(whos))
        for held in some:
            subscriber = held.subscriber.id
            consents = proven.get(subscriber, [])
            yield Exported(
                subscriber=held.subscriber,
                standings=held.standings,
                consent=consents[-1][1] if consents else None,
                status=_status(said.get(whos[subscriber], []), held.standings.values()),
            )


def _status(said: list[Saying], standings: Any) -> str:
    stopped = stopped_by(said)
    if stopped is not None:
        return _STATUS.get(stopped, "suppressed")
    everything = [word for word in said if word.scope == EVERYTHING and word.word is Word.NO]
    gone = everything and all(standing is Standing.UNSUBSCRIBED for standing in standings)
    return "unsubscribed" if gone else ""


def _deliveries(connection: Connection, subscriber: int, now: datetime) -> list[dict[str, Any]]:
    found = []
    for edition in editions(connection, kinds=tuple(EditionKind), limit=_EDITIONS):
        told = delivery(connection, names.edition_key(connection, edition.id), subscriber, now=now)
        if told is not None:
            found.append({"edition": edition.id, "state": str(told.state), "at": _told(told.at)})
    return found


def _told(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
