"""The table of occurrences: one row for every slot of every digest that came due."""

from datetime import date, datetime

from sqlalchemy import Date, Index, Integer, Text, UniqueConstraint

from digest.store.tables import Key, Moment
from digest.store.tables.row import Row, column


class OccurrenceRow(Row, table=True):
    """A slot that came due. The unique (digest, slot) is what makes it fire once."""

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("digest", "slot"), Index(None, "state", "due"))

    key: int | None = column(Key, primary_key=True, default=None)
    digest: str = column(Text)
    slot: str = column(Text)  #: `2026-11-23`, or `2026-11-23/2`
    day: date = column(Date)
    number: int = column(Integer)
    due: datetime = column(Moment)
    state: str = column(Text)  #: new, running, done, skipped
    reason: str = column(Text, default="")  #: why it was skipped
    owner: str = column(Text, default="")
    lease_until: datetime | None = column(Moment, default=None)
    fence: int = column(Integer, default=0)
    claimed_at: datetime | None = column(Moment, default=None)
    finished_at: datetime | None = column(Moment, default=None)
