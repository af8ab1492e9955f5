"""What becomes of an edition for which editors are needed: reminded in time, and the ladder at its deadline.

The rungs stand in `approval.at_deadline` and are tried in that order: send it if it is clean, a
safe edition, leave it out, wait. An editor's word goes before all of them: what is held is waited
for.
"""

from datetime import datetime

from digest.clock.due import Window
from digest.flows.checks import checks_of
from digest.flows.compose import Draft, occasion_named
from digest.flows.notices import REMINDED, Notice, reminded, tell_editors
from digest.flows.release import approve_by_policy
from digest.flows.safe import safe_edition
from digest.model.digest import AtDeadline, Digest
from digest.model.edition import Choice, EditionState
from digest.store import editions, renderings
from digest.wiring import House

_WAITING = (EditionState.READY, EditionState.HELD)
#: Why an edition is left out by the ladder's last rung.
UNANSWERED = "nobody approved it by its deadline"


def remind(house: House, window: Window, now: datetime) -> str:
    """Write to the editors, once, when an edition waits for them and its time comes near."""
    digest, edition = window.digest, window.slot.edition
    if not digest.approval.editors or now < window.opens - digest.approval.remind:
        return ""
    with house.store.read() as connection:
        record = editions.there(connection, edition)
        if record is None or record.state not in _WAITING or reminded(connection, edition):
            return ""
    at = window.opens.astimezone(digest.timezone)
    lines = (
        f"{digest.title} of {window.slot.day:%d %B %Y} waits for you: {record.subject}",
        f"It is due at {at:%H:%M} {digest.timezone.key}. {_outlook(digest)}",
    )
    return _tell(house, digest, edition, REMINDED, f"Waits for you: {digest.title}", lines, now)


def decide(house: House, digest: Digest, edition: str, now: datetime) -> str:
    """See to it that an edition that is due is approved; return why it is to be left out, if it is.

    Raises:
        WaitingForPerson: it waits, for an editor or for what the checks say to be mended.
    """
    with house.store.read() as connection:
        state = editions.edition(connection, edition).state
    if not digest.approval.editors or state is not EditionState.READY:
        approve_by_policy(house.store, house.newsroom, digest, edition, now=now)
        return ""
    for rung in digest.approval.at_deadline:
        if rung is AtDeadline.SKIP:
            return UNANSWERED
        if rung is AtDeadline.SEND_IF_CLEAN and _send_if_clean(house, digest, edition, now):
            return ""
        if rung is AtDeadline.SAFE_EDITION and _send_safe(house, digest, edition, now):
            return ""
        if rung is AtDeadline.HOLD:
            break
    approve_by_policy(house.store, house.newsroom, digest, edition, now=now)  # says whom it waits for
    return ""


def tell_left_out(house: House, digest: Digest, edition: str, why: str, now: datetime) -> str:
    """Write to the editors that an edition they did not approve was left out."""
    lines = (f"{edition} was left out: {why}.", "Nothing of it was sent.")
    return _tell(house, digest, edition, "notice", f"Left out: {digest.title}", lines, now)


def _send_if_clean(house: House, digest: Digest, edition: str, now: datetime) -> bool:
    with house.store.read() as connection:
        faults = checks_of(connection, house.newsroom, edition, now=now).blockers
    if faults:
        return False
    _approve(house, edition, AtDeadline.SEND_IF_CLEAN, now)
    lines = (
        f"Nobody approved {edition} in time. The checks found nothing that must not be sent,",
        "so it goes out as it was built, as the schedule says (approval.at_deadline).",
    )
    _tell(house, digest, edition, "notice", f"Sent without you: {digest.title}", lines, now)
    return True


def _send_safe(house: House, digest: Digest, edition: str, now: datetime) -> bool:
    when = occasion_named(digest, edition)
    with house.store.read() as connection:
        choice = editions.edition(connection, edition).choice

    def make(rules: Digest, decided: Choice) -> Draft:
        return house.draft(rules, when, now=now, choice=decided)

    made = safe_edition(make, digest, choice)
    if made is None:
        return False
    house.keep(made, who="clock", now=now)
    _approve(house, edition, AtDeadline.SAFE_EDITION, now)
    number = len(made.composition.selection.slots)
    lines = (
        f"Nobody approved {edition} in time, so a safe edition goes out: {number} complete stories",
        "of which the checks have nothing to say, without related ones.",
    )
    _tell(house, digest, edition, "notice", f"Safe edition sent: {digest.title}", lines, now)
    return True


def _approve(house: House, edition: str, rung: AtDeadline, now: datetime) -> None:
    with house.store.write() as connection:
        words = renderings.hash_of(renderings.renderings(connection, edition))
        renderings.approve(connection, edition, words, who=f"policy: {rung}", now=now)


def _tell(
    house: House, digest: Digest, edition: str, kind: str, subject: str, lines: tuple[str, ...], now: datetime
) -> str:
    notice = Notice(edition=edition, kind=kind, subject=subject, lines=lines)
    post = house.post(digest.send_through)
    return tell_editors(house.store, house.newsroom, digest, post, notice, key=house.keys[0], now=now)


def _outlook(digest: Digest) -> str:
    """Return what happens when nobody answers."""
    words = {
        AtDeadline.SEND_IF_CLEAN: "it goes out if the checks find nothing against it",
        AtDeadline.SAFE_EDITION: "a safe edition goes out",
        AtDeadline.SKIP: "it is left out",
        AtDeadline.HOLD: "it waits, and is left out when its time is over",
    }
    rungs = [words[rung] for rung in digest.approval.at_deadline]
    return f"If nobody approves it by then, {', else '.join(rungs)}."
