"""An editor's word on the whole edition: approve, pull back, hold, skip, send now, rebuild, test."""

from digest.flows.checks import override as override_blocker
from digest.flows.compose import occasion_named
from digest.flows.desk import deciding, letting_go
from digest.flows.trial import send_trial
from digest.model.errors import WaitingForPerson
from digest.web.desk.posting import Asked


def approve(asked: Asked) -> None:
    """Agree to exactly the words that the page showed."""
    house, digest = asked.house, asked.digest
    deciding.approve(
        house.store, house.newsroom, digest, asked.edition,
        hash=asked.field("hash"), who=asked.who, now=asked.now, ready=house.not_ready(digest),
    )  # fmt: skip


def override(asked: Asked) -> None:
    """Let a blocker pass, with a reason that is kept."""
    with asked.house.store.write() as connection:
        override_blocker(
            connection, asked.house.newsroom, asked.edition, asked.field("rule"),
            reason=asked.field("reason"), who=asked.who, now=asked.now,
        )  # fmt: skip


def pull_back(asked: Asked) -> None:
    """Take the approval, or the hold, back."""
    deciding.pull_back(asked.house.store, asked.edition, who=asked.who, now=asked.now)


def hold(asked: Asked) -> None:
    """Keep it from leaving."""
    deciding.hold(asked.house.store, asked.edition, who=asked.who, now=asked.now, why=asked.field("why"))


def skip(asked: Asked) -> None:
    """Leave it out."""
    deciding.skip(asked.house.store, asked.edition, who=asked.who, now=asked.now, why=asked.field("why"))


def send_now(asked: Asked) -> None:
    """Send it at once."""
    house, digest = asked.house, asked.digest
    house.sync_readers()
    letting_go.send_now(
        house.store, house.schedule, digest, asked.edition, hash=asked.field("hash"),
        who=asked.who, owner=house.owner, now=asked.now, ready=house.not_ready(digest),
    )  # fmt: skip


def rebuild(asked: Asked) -> None:
    """Choose and set it, perhaps again, from the newest stories; editors' words and wishes stay."""
    house = asked.house
    digest = house.schedule.digest(asked.edition.partition("/")[0])
    house.gather(house.schedule.sources_of(digest), now=asked.now, only_due=True)
    made = house.draft(digest, occasion_named(digest, asked.edition), now=asked.now)
    house.keep(made, who=asked.who, now=asked.now, by_editor=True)


def trial(asked: Asked) -> None:
    """Send one copy, as one reader would get it, to any address."""
    house, digest = asked.house, asked.digest
    told = send_trial(
        house.store, house.schedule, digest, asked.edition, house.post(digest.send_through),
        to=asked.field("to").strip(), as_reader=asked.field("as").strip() or None,
        key=house.keys[0], now=asked.now, who=asked.who,
    )  # fmt: skip
    if not told.went:
        raise WaitingForPerson(f"the test copy did not go: {told.told}")
