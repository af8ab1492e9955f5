"""What the public forms ask for: counted, kept, answered; and only then looked at.

`ask_to_join` and `ask_for_data` do the same work for an address that we know and one that we do
not: they count, and keep a wish. `grant` looks at the wishes afterwards, when nobody waits for it.
"""

import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from digest.audience.address import Address, normalise
from digest.audience.optouts import OptOuts
from digest.flows.sign_up import Wish, sign_up
from digest.flows.subscribe_letters import Letters, send_data_links
from digest.model.errors import DigestError
from digest.store.engine import Store
from digest.store.roster import evidence, people, rates, standing, wishes
from digest.store.roster.audience import barred_from_letters
from digest.store.roster.wishes import KeptWish

JOIN, DATA = "join", "data"
#: What one network (a /24, or a /64) may ask for in one hour.
FROM_A_NETWORK = 20
#: What may be asked for in one hour of one digest, or of everybody's data.
OF_A_DIGEST = 1_000
_HOUR = timedelta(hours=1)
#: A wish that could not be granted for so long is given up.
_GIVE_UP = timedelta(days=2)


class TooMany(DigestError):
    """So many asked from this network, or for this digest, that nothing more is taken for a while."""


def ask_to_join(
    store: Store,
    opt_outs: OptOuts,
    address: Address,
    *,
    digest: str,
    topics: tuple[str, ...] = (),
    language: str = "",
    place: str,
    wording: str,
    browser: str,
    now: datetime,
) -> None:
    """Keep a sign-up, to be looked at by `grant`; the name beside the address is no stranger's to give.

    Args:
        place: where the form stood.
        wording: the sentence of consent that it showed.
        browser: the address it came from.

    Raises:
        TooMany: nothing was kept.
    """
    what = {
        "email": address.email, "digest": digest, "topics": list(topics), "language": language,
        "place": place, "wording": wording, "browser": browser,
    }  # fmt: skip
    _keep(store, opt_outs, JOIN, what, about=digest, browser=browser, now=now)


def ask_for_data(store: Store, opt_outs: OptOuts, address: Address, *, browser: str, now: datetime) -> None:
    """Keep that somebody asked for the links to the data of `address`; raises as `ask_to_join` does."""
    _keep(store, opt_outs, DATA, {"email": address.email}, about="", browser=browser, now=now)


def _keep(
    store: Store,
    opt_outs: OptOuts,
    kind: str,
    what: Mapping[str, Any],
    *,
    about: str,
    browser: str,
    now: datetime,
) -> None:
    limits = [(f"{kind} of {about}", OF_A_DIGEST)]
    if network := network_of(browser):
        limits.insert(0, (f"forms from {network}", FROM_A_NETWORK))
    with store.write() as connection:
        for who, most in limits:
            if not rates.within_rate(connection, opt_outs.who(who), at_most=most, within=_HOUR, now=now):
                raise TooMany(f"{who}: more than {most} in an hour")
        wishes.keep(connection, kind, what, now=now)


def network_of(browser: str) -> str:
    """Return the network that a browser's address lies in, a /24 or a /64; empty for this machine's own.

    A proxy on this machine that does not tell whom it speaks for would make one network of the world.
    """
    try:
        address = ipaddress.ip_address(browser.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return ""
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))


def grant(store: Store, opt_outs: OptOuts, letters: Letters, *, now: datetime) -> list[str]:
    """Look at every wish that is kept; return what went wrong, in words. Repeating it changes nothing."""
    faults: list[str] = []
    after = 0
    while True:
        with store.read() as connection:
            some = wishes.oldest(connection, after=after)
        if not some:
            return faults
        after = some[-1].number
        for wish in some:
            try:
                _grant(store, opt_outs, letters, wish, now)
            except DigestError as error:
                faults.append(f"a wish of {wish.at:%d %b %H:%M}: {error}")
                if now - wish.at < _GIVE_UP:
                    continue
            with store.write() as connection:
                wishes.done(connection, [wish.number])


def _grant(store: Store, opt_outs: OptOuts, letters: Letters, wish: KeptWish, now: datetime) -> None:
    what, address = wish.what, normalise(wish.what["email"])
    if wish.kind == DATA:
        _send_data(store, opt_outs, letters, address, now)
        return
    wanted = Wish(
        address=address, digests=(what["digest"],), topics=tuple(what["topics"]), language=what["language"]
    )
    sign_up(
        store, opt_outs, letters, wanted, source=what["place"], wording=what["wording"],
        browser=what["browser"], now=now,
    )  # fmt: skip


def _send_data(store: Store, opt_outs: OptOuts, letters: Letters, address: Address, now: datetime) -> None:
    """Send the links to whoever has the address, once a day at most."""
    with store.write() as connection:
        held = people.find(connection, address.key)
        if held is None or barred_from_letters(connection, [held.subscriber.id]):
            return
        if not evidence.may_ask(connection, opt_outs.who(f"data {address.person}"), now=now):
            return
        have = [one.digest for one in standing.subscriptions_of(connection, held.subscriber.id)]
        send_data_links(connection, letters, held.subscriber, have, now=now)
