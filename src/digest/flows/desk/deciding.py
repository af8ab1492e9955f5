"""An editor's word on an edition as a whole: approve it, pull it back, hold it, leave it out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from digest.flows.checks import checks_of
from digest.model.digest import Digest, Newsroom
from digest.model.edition import EditionState, before_sending
from digest.model.errors import AskedWrongly, StepForbidden, WaitingForPerson
from digest.model.finding import Finding
from digest.store import editions, renderings
from digest.store.engine import Store

_S = EditionState
_BACK = {_S.APPROVED: "pulled back", _S.HELD: "held no more"}


def approve(
    store: Store,
    newsroom: Newsroom,
    digest: Digest,
    edition: str,
    *,
    hash: str,
    who: str,
    now: datetime,
    ready: Sequence[Finding] = (),
) -> bool:
    """Agree to the words named `hash`; return whether the edition is approved now, or more must agree.

    Args:
        hash: of the words that the editor saw.
        ready: what else keeps it from leaving (`flows.readiness`).

    Raises:
        NotFound: there is no such edition, or nothing in it.
        WaitingForPerson: the words are others meanwhile, or a blocker stands; the message names it.
        StepForbidden: it is not ready or held.
    """
    with store.write() as connection:
        editions.lock(connection, edition)
        stop = checks_of(connection, newsroom, edition, now=now, ready=ready).blockers
        if stop:
            told = "; ".join(f"{finding.message} [{finding.code}]" for finding in stop)
            raise WaitingForPerson(f"{edition}: not approved: {told}")
        needed = max(1, digest.approval.editors)
        return renderings.approve(connection, edition, hash, who=who, now=now, needed=needed)


def pull_back(store: Store, edition: str, *, who: str, now: datetime) -> None:
    """Take an approval, or a hold, back: the edition is ready again. Until the first batch leaves.

    Raises:
        NotFound: there is no such edition.
        StepForbidden: it is neither approved nor held, or it is being sent: pause it then.
    """
    _step(store, edition, (_S.APPROVED, _S.HELD), _S.READY, who=who, now=now, what=_BACK)


def hold(store: Store, edition: str, *, who: str, now: datetime, why: str = "") -> None:
    """Keep an edition from leaving until somebody approves it. Raises as `pull_back` does."""
    _step(store, edition, (_S.READY, _S.APPROVED), _S.HELD, who=who, now=now, why=why)


def skip(store: Store, edition: str, *, who: str, now: datetime, why: str) -> None:
    """Leave an edition out, for good.

    Raises:
        AskedWrongly: no reason was given. Raises as `pull_back` does, too.
    """
    if not why.strip():
        raise AskedWrongly(f"{edition}: say why it is left out: readers may ask")
    _step(store, edition, tuple(s for s in _S if before_sending(s)), _S.SKIPPED, who=who, now=now, why=why)


def _step(
    store: Store,
    edition: str,
    allowed: Sequence[EditionState],
    new: EditionState,
    *,
    who: str,
    now: datetime,
    why: str = "",
    what: Mapping[EditionState, str] = MappingProxyType({}),
) -> None:
    with store.write() as connection:
        state = editions.lock(connection, edition).state
        if state not in allowed:
            raise StepForbidden(edition, state, new)
        editions.set_state(
            connection, edition, state, new, who=who, now=now, why=why.strip(), what=what.get(state, "")
        )
