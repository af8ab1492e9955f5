"""What a person chooses about what they get: which digests, how often, when, in what form; and a pause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from digest.audience.optouts import OptOuts
from digest.audience.segment import reached_by
from digest.model.classes import Frequency
from digest.model.digest import Digest
from digest.model.errors import AskedWrongly, NotFound
from digest.model.subscriber import Consent, Saying, Standing, Subscriber, Word
from digest.store.engine import Store
from digest.store.roster import evidence, people, standing, words
from digest.store.roster.standing import Subscription

#: How often a person may want a digest.
FREQUENCIES = tuple(each.value for each in Frequency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Everything a person can choose, as it should be from now on."""

    digests: Mapping[str, str]  #: digest -> frequency; a digest that is not in it is not wanted
    name: str = ""
    language: str = ""
    timezone: str = ""
    topics: tuple[str, ...] = ()
    hour: int | None = None  #: 0 to 23, in their time zone
    plain: bool = False
    untracked: bool = False
    paused_until: datetime | None = None  #: None: not paused


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person and their subscriptions, for the page of preferences."""

    subscriber: Subscriber
    subscriptions: tuple[Subscription, ...]


def profile(connection: Connection, subscriber: int) -> Profile:
    """Return what the page of preferences shows.

    Raises:
        NotFound: the person is gone.
    """
    found = people.by_id(connection, subscriber)
    if found is None:
        raise NotFound("reader: there is nobody of that number any more")
    return Profile(
        subscriber=found.subscriber, subscriptions=standing.subscriptions_of(connection, subscriber)
    )


def prefer(
    store: Store,
    opt_outs: OptOuts,
    subscriber: int,
    chosen: Preferences,
    *,
    now: datetime,
    browser: str = "",
    wording: Mapping[str, str] = MappingProxyType({}),
    offered: Sequence[Digest] = (),
) -> Profile:
    """Make everything as the person chose it, by the signed link of a mail they got.

    A digest ticked is their yes, one unticked their no; both go to the opt-out file first.

    Args:
        browser: the address it came from.
        wording: by digest, the words beside its tick.
        offered: the digests; who ticks one that is for other topics or another language reads those too.

    Raises:
        NotFound: the person is gone.
        AskedWrongly: a value that no form of ours offers.
    """
    _check(chosen)
    with store.read() as connection:
        before = profile(connection, subscriber)
    said = _said(opt_outs.who(before.subscriber.key), before, chosen, now)
    if said:
        opt_outs.say(said)
    with store.write() as connection:
        person = replace(
            before.subscriber,
            name=chosen.name,
            language=chosen.language,
            timezone=chosen.timezone,
            topics=chosen.topics,
            hour=chosen.hour,
            plain=chosen.plain,
            untracked=chosen.untracked,
        )
        wanted = [digest.audience for digest in offered if digest.id in chosen.digests]
        people.describe(connection, reached_by(wanted, person), own_choice=True)
        yes = [word.scope for word in said if word.word is Word.YES]
        standing.ask(connection, subscriber, yes, person.provider, now=now)
        words.hear(connection, said)
        for digest in yes:
            agreed = wording.get(digest, "")
            consent = Consent(at=now, source="preferences page", wording=agreed, address=browser)
            evidence.keep_consent(connection, subscriber, digest, consent)
        for digest, frequency in chosen.digests.items():
            standing.set_frequency(connection, subscriber, digest, frequency)
        _pause(connection, subscriber, chosen, now)
        return profile(connection, subscriber)


def _check(chosen: Preferences) -> None:
    for frequency in chosen.digests.values():
        if frequency not in FREQUENCIES:
            raise AskedWrongly(f"{frequency}: not a frequency: choose {', '.join(FREQUENCIES)}")
    if chosen.hour is not None and not 0 <= chosen.hour <= 23:
        raise AskedWrongly(f"{chosen.hour}: not an hour of the day: choose 0 to 23")


def _said(who: str, before: Profile, chosen: Preferences, now: datetime) -> list[Saying]:
    """Return the words that the ticks are: only where they change something."""
    have = {one.digest: one.standing for one in before.subscriptions}
    wanted = [d for d in chosen.digests if have.get(d) not in (Standing.CONFIRMED, Standing.PAUSED)]
    unwanted = [d for d, s in have.items() if d not in chosen.digests and s is not Standing.UNSUBSCRIBED]
    return [
        Saying(at=now, who=who, scope=digest, word=word, source="preferences")
        for word, digests in ((Word.YES, wanted), (Word.NO, unwanted))
        for digest in digests
    ]


def _pause(connection: Connection, subscriber: int, chosen: Preferences, now: datetime) -> None:
    if chosen.paused_until is not None and chosen.paused_until > now:
        standing.pause(connection, subscriber, list(chosen.digests), until=chosen.paused_until, now=now)
    else:
        standing.resume(connection, subscriber, list(chosen.digests), now=now)
