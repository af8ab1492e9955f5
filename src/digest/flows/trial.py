"""A test copy: what one reader would get, to one address, with that reader's links disarmed.

It is no delivery: the ledger knows nothing of it, the edition's history has a line.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.audience.address import normalise
from digest.delivery.compile import compile_mail
from digest.flows.outfit import Post, letterbox, letterhead, transport
from digest.flows.proof import persona
from digest.flows.readers import place_of_reader
from digest.flows.sending.means import Heading, Place
from digest.model.delivery import Outgoing, Sent
from digest.model.digest import Digest, Schedule
from digest.model.errors import NotFound
from digest.model.mail import Rendering
from digest.model.subscriber import Subscriber
from digest.model.token import keyed_hash
from digest.render.band import with_band
from digest.store import editions, renderings
from digest.store.engine import Store
from digest.store.roster import people

#: How long the relay may take for one mail.
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a test copy."""

    went: bool
    told: str


def send_trial(
    store: Store,
    schedule: Schedule,
    digest: Digest,
    edition: str,
    post: Post,
    *,
    to: str,
    as_reader: str | None,
    key: bytes,
    now: datetime,
    who: str = "terminal",
) -> Trial:
    """Send one copy of `edition` to the address `to`.

    Args:
        as_reader: the address of a reader in the roster; None for nobody in particular.

    Raises:
        AddressWrong: `to` is no address.
        NotFound: no such edition, or no such reader.
        RelayUnusable: the relay cannot be used.
    """
    address, newsroom = normalise(to), schedule.newsroom
    with store.read() as connection:
        reader = _reader(connection, as_reader) if as_reader else persona(newsroom, digest)
        variant, words = words_for(connection, schedule, digest, edition, reader)
    told = f"as {reader.name or reader.email}" if as_reader else "as nobody in particular"
    copy = with_band(words, f"Test copy of {edition}, {told}. The links in it change nothing.")
    heading = Heading(0, edition, digest.id, "edition")
    place = Place(heading=heading, chunk=0, position=0, began=0, ticket=0, variant=variant)
    nobody = replace(reader, id=0)  # links signed for nobody: they change nothing
    message_id = f"{keyed_hash(key, f'trial {edition} {to} {now.isoformat()}')[:32]}@test.invalid"
    addressed = letterbox(newsroom, digest, key).personalise(nobody, place)
    addressed = replace(addressed, envelope_to=address.envelope, message_id=message_id)
    head = letterhead(newsroom, digest)
    wire = compile_mail(copy, replace(head, bulk=False), date=now).wire(addressed)
    with transport(post) as way:
        way.start([Outgoing(position=0, mail_from=addressed.mail_from, rcpt_to=address.envelope, wire=wire)])
        outcome = (way.finished(PATIENCE) or way.close())[0]
    went = isinstance(outcome, Sent)
    with store.write() as connection:
        editions.note(connection, edition, who=who, what=f"test copy to {to}, {told}", now=now)
    return Trial(went, f"to {to}, {told}" if went else f"{to}: {outcome.reply}")


def words_for(
    connection: Connection, schedule: Schedule, digest: Digest, edition: str, reader: Subscriber
) -> tuple[str, Rendering]:
    """Return the words of an edition that `reader` would get, and whose they are: in the reader's form.

    Raises:
        NotFound: no such edition, or there is nothing in it for this reader.
    """
    words = renderings.renderings(connection, edition)
    place = place_of_reader(connection, schedule, digest, edition, reader.id)
    if not place.variant:
        raise NotFound(f"{edition}: nothing in it for {reader.email} ({place.reading}): {place.why}")
    if place.variant not in words:
        raise NotFound(f"{edition}: nothing in it yet: build it first")
    found = words[place.variant]
    return place.variant, replace(found, html="") if reader.plain else found


def _reader(connection: Connection, email: str) -> Subscriber:
    held = people.find(connection, normalise(email).key)
    if held is None:
        raise NotFound(f"{email}: nobody among the readers has that address")
    return held.subscriber
