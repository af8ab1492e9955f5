"""Mark an edition as breaking news: those get it too who want nothing else.

It is a change like any other (`Field.BREAKING`): it stands in the edition's history, can be undone
there, and takes an approval back, since an approval is of words for certain readers. What is built
is set anew from the same stories, so that there are words for the new readers to be looked at; what
is not built yet keeps the mark until it is.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from digest.flows.compose import Occasion
from digest.flows.desk.changing import Changed, change
from digest.flows.desk.saying import said
from digest.flows.desk.values import refuse_breaking
from digest.flows.desk.workshop import Workshop
from digest.model.change import YES, Change, Field
from digest.model.edition import EditionState
from digest.store import editions
from digest.store.editions import EditionRecord
from digest.store.engine import Store

_UNBUILT = (EditionState.COLLECTING, EditionState.FAILED)


def mark_breaking(
    store: Store, workshop: Workshop, when: Occasion, *, breaking: bool = True, who: str, now: datetime
) -> Changed:
    """Mark an edition, built or not, as breaking news, or take the mark back; once more changes nothing.

    Raises:
        AskedWrongly: it is a round-up or a correction, which has readers of its own.
        StepForbidden: it is being sent, or its life is over. Raises as `change` does, too.
    """
    wanted = Change(field=Field.BREAKING, value=YES if breaking else None)
    with store.write() as connection:
        record = editions.open_edition(
            connection, when.edition, digest=when.digest, day=when.day, due=when.due, who=who, now=now
        )
        refuse_breaking(record)
        version = editions.versions(connection, [when.edition])[when.edition]
        if record.state in _UNBUILT:
            return _keep_for_later(connection, record, wanted, who=who, now=now)
    return change(store, workshop, when.edition, [wanted], version=version, who=who, now=now)


def _keep_for_later(
    connection: Connection, record: EditionRecord, wanted: Change, *, who: str, now: datetime
) -> Changed:
    choice = replace(record.choice, breaking=wanted.value == YES)
    made = () if choice == record.choice else (wanted,)
    if made:
        before = YES if record.breaking else None
        what = said(wanted, {})
        editions.note_change(connection, record.id, wanted, before=before, who=who, what=what, now=now)
        editions.set_choice(connection, record.id, choice, now=now)
    return Changed(made=made, conflicts=(), withdrawn=False)
