"""The columns of occurrences, as statements name them; `content` declares the table."""

from sqlalchemy import Date, Integer, Text

from digest.store.tables import Key, Moment, view

occurrences = view(
    "occurrences",
    key=Key,
    digest=Text,
    slot=Text,
    day=Date,
    number=Integer,
    due=Moment,
    state=Text,
    reason=Text,
    owner=Text,
    lease_until=Moment,
    fence=Integer,
    claimed_at=Moment,
    finished_at=Moment,
)
