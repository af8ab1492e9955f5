"""The archive's columns, as statements name them; `content` declares the tables and says what they mean."""

from sqlalchemy import Boolean, Date, Integer, LargeBinary, Text

from digest.store.tables import Key, Moment, view

stories = view("stories", key=Key, id=Text, first_seen=Moment)
story_versions = view(
    "story_versions", key=Key, story_key=Key, source=Text, fingerprint=Text, seen_at=Moment, document=Text
)
current_versions = view(
    "current_versions",
    story_key=Key,
    source=Text,
    version_key=Key,
    sort_at=Moment,
    full=Boolean,
    usable=Boolean,
    changed_at=Moment,
)
index_segments = view("index_segments", key=Key, first=Key, last=Key, texts=Integer, body=LargeBinary)
frequencies = view("frequencies", number=Key, texts=Integer, body=LargeBinary)
bookmarks = view("bookmarks", url=Text, etag=Text, last_modified=Text, moved_to=Text, at=Moment)
visits = view(
    "visits",
    key=Key,
    source=Text,
    at=Moment,
    ok=Boolean,
    why=Text,
    new=Integer,
    updated=Integer,
    same=Integer,
    findings=Text,
)
pictures = view(
    "pictures",
    url=Text,
    name=Text,
    content_type=Text,
    width=Integer,
    height=Integer,
    size=Integer,
    why=Text,
    at=Moment,
)
editions = view(
    "editions",
    key=Key,
    id=Text,
    digest=Text,
    kind=Text,
    day=Date,
    due=Moment,
    state=Text,
    why=Text,
    subject=Text,
    choice=Text,
    approved_hash=Text,
    made_at=Moment,
    published_at=Moment,
    changed_at=Moment,
)
history = view(
    "history",
    key=Key,
    edition_key=Key,
    at=Moment,
    who=Text,
    what=Text,
    old_state=Text,
    new_state=Text,
    field=Text,
    story=Text,
    before=Text,
    after=Text,
)
compositions = view(
    "compositions",
    edition_key=Key,
    variant=Text,
    version=Integer,
    at=Moment,
    document=Text,
    inputs=Text,
    program=Text,
)
carried = view("carried", edition_key=Key, variant=Text, version_key=Key, position=Integer, featured=Boolean)
reading_classes = view(
    "reading_classes",
    edition_key=Key,
    name=Text,
    document=Text,
    readers=Integer,
    follows=Text,
    variant=Text,
    why=Text,
)
renderings = view(
    "renderings",
    key=Key,
    edition_key=Key,
    variant=Text,
    version=Integer,
    hash=Text,
    subject=Text,
    preheader=Text,
    html=Text,
    text=Text,
    nonce=Text,
    language=Text,
    at=Moment,
)
approvals = view("approvals", edition_key=Key, hash=Text, who=Text, at=Moment)
overrides = view("overrides", edition_key=Key, hash=Text, rule=Text, who=Text, reason=Text, at=Moment)
looked = view("looked", edition_key=Key, hash=Text, what=Text, at=Moment, findings=Text)
corrections = view(
    "corrections",
    edition_key=Key,
    number=Integer,
    at=Moment,
    who=Text,
    story=Text,
    told=Text,
    variants=Text,
    rendering=Key,
)
