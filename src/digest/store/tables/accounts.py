"""The columns of the desk's tables, as statements name them; `desk` declares the tables."""

from sqlalchemy import BigInteger, Boolean, Text

from digest.store.tables import Key, Moment, view

editors = view(
    "editors",
    key=Key,
    name=Text,
    email=Text,
    role=Text,
    disabled=Boolean,
    password=Text,
    invitation=Text,
    invited_until=Moment,
    totp=Text,
    totp_on=Boolean,
    totp_period=BigInteger,
    made_at=Moment,
    signed_in_at=Moment,
)
recovery_codes = view("recovery_codes", editor_key=Key, hash=Text)
sessions = view(
    "sessions",
    hash=Text,
    editor_key=Key,
    stage=Text,
    made_at=Moment,
    seen_at=Moment,
    until=Moment,
    network=Text,
    browser=Text,
)
sign_in_attempts = view("sign_in_attempts", key=Key, whose=Text, at=Moment, ticket=Text)
audit = view("audit", key=Key, at=Moment, who=Text, what=Text, about=Text)
