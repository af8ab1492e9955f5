"""A person's own steps: say yes, leave, come back, be forgotten. How they ask is told in `sign_up`.

Every yes and no is appended to the opt-out file before the database hears of it. What a page
answers never depends on whether an address is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from digest.audience.address import normalise
from digest.audience.optouts import OptOuts
from digest.audience.segment import reached_by
from digest.model.consent import refuses, stop_scope, word_on
from digest.model.digest import Digest
from digest.model.errors import NotFound
from digest.model.subscriber import (
    EVERYTHING,
    Consent,
    Saying,
    Standing,
    Subscriber,
    SuppressionReason,
    Word,
)
from digest.store.engine import Store
from digest.store.roster import evidence, people, standing, words
from digest.store.roster.evidence import Request
from digest.store.roster.reasons import forget_reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What a yes did."""

    subscriber: Subscriber
    digests: tuple[str, ...]  #: that are confirmed now
    before: bool = False  #: all of them were before: "you are already confirmed"
    left: tuple[str, ...] = ()  #: said no to since they were asked: an old letter is no new yes


def confirm(
    store: Store,
    opt_outs: OptOuts,
    subscriber: int,
    digests: Sequence[str],
    *,
    now: datetime,
    browser: str = "",
    letter: str = "",
    offered: Sequence[Digest] = (),
) -> Confirmed:
    """Take the yes of a person who answered the confirmation letter (by POST, never by GET).

    A yes counts for what was asked after the person's last no: a letter from before it is refused.

    Args:
        browser: the address that the yes came from.
        letter: the letter that was answered, kept as evidence.
        offered: the digests; who wants one that is for other topics or another language reads those too.

    Raises:
        NotFound: the person is gone.
    """
    with store.read() as connection:
        person = _person(connection, subscriber)
        who = opt_outs.who(person.key)
        said = words.words_of(connection, [who]).get(who, [])
        requests = evidence.requested(connection, subscriber)
        have = {one.digest: one.standing for one in standing.subscriptions_of(connection, subscriber)}
    left = tuple(
        digest
        for digest in digests
        if refuses(digest, said) and not (digest in requests and _after(requests[digest].at, digest, said))
    )
    wanted = tuple(digest for digest in digests if digest not in left)
    new = tuple(d for d in wanted if have.get(d) not in (Standing.CONFIRMED, Standing.PAUSED))
    if new:
        yes = [saying(who, digest, Word.YES, "confirmation", now) for digest in new]
        opt_outs.say(yes)
        with store.write() as connection:
            standing.ask(connection, subscriber, new, person.provider, now=now)
            words.hear(connection, yes)
            for digest in new:
                proof = _consent(requests.get(digest), now, browser, letter)
                evidence.keep_consent(connection, subscriber, digest, proof)
            evidence.answered(connection, subscriber, new)
            evidence.has_answered(connection, mailbox(opt_outs, person.email))
            reached = reached_by([one.audience for one in offered if one.id in new], person)
            if reached != person:
                people.describe(connection, reached)
    return Confirmed(subscriber=person, digests=wanted, before=not new and not left, left=left)


def waiting(connection: Connection, opt_outs: OptOuts, subscriber: int) -> tuple[str, ...]:
    """Return the digests that were asked for and neither answered nor refused since.

    Raises:
        NotFound: the person is gone.
    """
    who = opt_outs.who(_person(connection, subscriber).key)
    said = words.words_of(connection, [who]).get(who, [])
    asked = evidence.requested(connection, subscriber).items()
    return tuple(
        digest for digest, request in asked if not refuses(digest, said) or _after(request.at, digest, said)
    )


def unsubscribe(
    store: Store, opt_outs: OptOuts, subscriber: int, scope: str, *, source: str, now: datetime
) -> Subscriber | None:
    """Take a no: in the opt-out file first, then in the database. It cancels what is queued.

    Args:
        scope: a digest's id, or EVERYTHING.
        source: `page`, `preferences`, `editor`.

    Returns the person, None when they are gone already.

    Raises:
        Busy: the database could not be written in time. The no stands in the file all the same,
            and `subscribe_replay` brings it in.
    """
    person, no = _said_no(store, opt_outs, subscriber, scope, source, now)
    if no:
        with store.write() as connection:
            words.hear(connection, no)
    return person


def one_click(
    store: Store, opt_outs: OptOuts, subscriber: int, scope: str, *, now: datetime, source: str = "one-click"
) -> bool:
    """Take the no of a one-click POST (RFC 8058), or of a page's button, without waiting for the database.

    When this returns, the no is on the disk and may be answered with 200: senders read the file
    at each group, and `subscribe_replay` brings it into the database, which may be busy now.
    Mail providers send these in thousands, while we send: nothing more is looked up than whose no it is.

    Returns whether there is anybody of that number.
    """
    with store.read() as connection:
        who = people.who_is(connection, subscriber)
    if who:
        opt_outs.say([saying(who, scope, Word.NO, source, now)])
    return bool(who)


def _said_no(
    store: Store, opt_outs: OptOuts, subscriber: int, scope: str, source: str, now: datetime
) -> tuple[Subscriber | None, list[Saying]]:
    with store.read() as connection:
        found = people.by_id(connection, subscriber)
    if found is None:
        return None, []
    no = [saying(opt_outs.who(found.subscriber.key), scope, Word.NO, source, now)]
    opt_outs.say(no)
    return found.subscriber, no


def come_back(
    store: Store, opt_outs: OptOuts, subscriber: int, scope: str, *, source: str, now: datetime
) -> tuple[str, ...]:
    """Take a no back that the person gave a moment ago, on the page that answered it.

    Returns the digests that they have again. What they had never confirmed stays as it was.

    Raises:
        NotFound: the person is gone.
    """
    with store.read() as connection:
        person = _person(connection, subscriber)
        have = standing.subscriptions_of(connection, subscriber)
        proven = {digest for digest, _ in evidence.consents_of(connection, [subscriber]).get(subscriber, [])}
    back = tuple(
        one.digest
        for one in have
        if one.standing is Standing.UNSUBSCRIBED
        and scope in (one.digest, EVERYTHING)
        and ("" in proven or one.digest in proven)
    )
    if back:
        yes = [saying(opt_outs.who(person.key), digest, Word.YES, source, now) for digest in back]
        opt_outs.say(yes)
        with store.write() as connection:
            words.hear(connection, yes)
            forget_reasons(connection, subscriber)
            for digest in back:
                evidence.keep_consent(connection, subscriber, digest, Consent(at=now, source=source))
    return back


def forget(store: Store, opt_outs: OptOuts, subscriber: int, *, source: str, now: datetime) -> bool:
    """Take a person out: the rows go, a keyed hash stays, so that no list brings them back.

    Their own new sign-up does. Returns whether there was anybody.
    """
    with store.read() as connection:
        found = people.by_id(connection, subscriber)
    if found is None:
        return False
    return forget_address(store, opt_outs, found.subscriber.key, source=source, now=now)


def forget_address(store: Store, opt_outs: OptOuts, key: str, *, source: str, now: datetime) -> bool:
    """Forget whoever has the address `key`, and never let a list bring it in; see `forget`."""
    who = opt_outs.who(key)
    noes = [
        saying(who, EVERYTHING, Word.NO, source, now),
        saying(who, stop_scope(SuppressionReason.ERASED), Word.NO, source, now),
    ]
    opt_outs.say(noes)
    with store.write() as connection:
        words.hear(connection, noes)
        found = people.find(connection, key)
        return found is not None and people.remove(connection, [found.subscriber.id]) > 0


def stop(
    store: Store, opt_outs: OptOuts, key: str, reason: SuppressionReason, *, source: str, now: datetime
) -> None:
    """Suppress the address `key`: it complained, it bounced for good, or an editor says so."""
    no = [saying(opt_outs.who(key), stop_scope(reason), Word.NO, source, now)]
    opt_outs.say(no)
    with store.write() as connection:
        words.hear(connection, no)


def _person(connection: Connection, subscriber: int) -> Subscriber:
    found = people.by_id(connection, subscriber)
    if found is None:
        raise NotFound("reader: there is nobody of that number any more")
    return found.subscriber


def mailbox(opt_outs: OptOuts, email: str) -> str:
    """Return the keyed hash of a person's mailbox, whatever tag stands in the address: for limits only."""
    return opt_outs.who(f"person {normalise(email).person}")


def saying(who: str, scope: str, word: Word, source: str, now: datetime) -> Saying:
    """Return a word that was said now."""
    return Saying(at=now, who=who, scope=scope, word=word, source=source)


def _after(moment: datetime, digest: str, said: Sequence[Saying]) -> bool:
    """Whether `moment` is later than the newest word about `digest`."""
    last = word_on(digest, said)
    return last is None or moment > last.at


def _consent(request: Request | None, now: datetime, browser: str, letter: str) -> Consent:
    if request is None:
        return Consent(at=now, source="confirmation letter", address=browser, confirmation=letter)
    return Consent(
        at=now,
        source=request.source,
        wording=request.wording,
        address=browser,
        asked=request.at,
        asked_from=request.address,
        confirmation=letter,
    )
