"""Ask for a digest: what a sign-up form does. Nothing here is a yes: that is the letter's button."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.audience.address import Address
from digest.audience.optouts import OptOuts
from digest.flows.subscribe import mailbox
from digest.flows.subscribe_letters import Letters, ask_for_yes
from digest.model.subscriber import Standing, Subscriber
from digest.store.engine import Store
from digest.store.ledger.moments import stamp
from digest.store.roster import evidence, people, standing
from digest.store.roster.audience import barred_from_letters
from digest.store.roster.evidence import Request

#: Nobody is asked more often than this, before they answer.
ONCE_IN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was typed into a sign-up form."""

    address: Address
    digests: tuple[str, ...]
    name: str = ""
    language: str = ""
    timezone: str = ""
    topics: tuple[str, ...] = ()


def sign_up(
    store: Store,
    opt_outs: OptOuts,
    letters: Letters,
    wish: Wish,
    *,
    source: str,
    now: datetime,
    wording: str = "",
    browser: str = "",
) -> bool:
    """Take a sign-up in: unconfirmed, with a confirmation letter on its way, in one transaction.

    Nobody is asked more than once a day before they answer, whoever types the address and with
    whatever tag; what was asked for meanwhile is offered by the letter they have. Nobody is asked
    who has all of it already, who complained, or whom an editor stopped. The page must answer the
    same in every case.

    Args:
        source: where the form stood: `sign-up page`, `form on harbourpost.example`.
        wording: the sentence of consent that the form showed.
        browser: the address it came from.

    Returns:
        Whether a letter was enlisted; for tests and logs, never for the answer.
    """
    address = wish.address
    who, box = opt_outs.who(address.key), mailbox(opt_outs, address.email)
    with store.write() as connection:
        subscriber = people.add(connection, _newcomer(wish), who, joined=stamp(now))
        if barred_from_letters(connection, [subscriber]):
            return False
        have = {one.digest: one.standing for one in standing.subscriptions_of(connection, subscriber)}
        missing = tuple(
            digest for digest in wish.digests if have.get(digest) not in (Standing.CONFIRMED, Standing.PAUSED)
        )
        if not missing:
            return False
        standing.ask(connection, subscriber, missing, address.provider, now=now)
        request = Request(at=now, source=source, wording=wording, address=browser)
        evidence.keep_request(connection, subscriber, missing, request)
        if _asked_lately(connection, subscriber, now) or not evidence.may_ask(
            connection, box, now=now, every=ONCE_IN
        ):
            return False
        language = letters.language_for(wish.language, missing)
        ask_for_yes(connection, letters, [(subscriber, address.provider)], missing, language, now=now)
    return True


def _asked_lately(connection: Connection, subscriber: int, now: datetime) -> bool:
    """Whether a list of the newsroom has had them asked: that letter counts as well."""
    asked = evidence.unanswered_since(connection, subscriber)
    return asked is not None and now - asked < ONCE_IN


def _newcomer(wish: Wish) -> Subscriber:
    address = wish.address
    return Subscriber(
        email=address.email,
        key=address.key,
        envelope=address.envelope,
        name=wish.name or address.name,
        language=wish.language,
        timezone=wish.timezone,
        topics=wish.topics,
        provider=address.provider,
    )
