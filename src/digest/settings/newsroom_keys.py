"""The upper half of `schedule.yaml`: the newsroom, its sources and its relays."""

from typing import Annotated

from digest.settings.keys import (
    Day,
    Domain,
    Id,
    Keys,
    Language,
    Location,
    PagesAddress,
    Span,
    Text,
    Visit,
    WebAddress,
    Weight,
    key,
    limit,
    whole,
)


class NewsroomKeys(Keys):
    """Who publishes; printed in every mail."""

    name: Text = key(..., "The publication's name.")
    website: WebAddress | None = key(None, "Where the newsroom's own site is.")
    pages: PagesAddress | None = key(
        None,
        "Where readers reach the pages that digest serves: all links in a mail begin with it. Must be "
        "https; an address of this machine is refused as soon as a real relay sends.",
    )
    postal_address: Text | None = key(None, "Printed in every mail; many countries require it.")


class SelectKeys(Keys):
    """CSS selectors for pages that carry no metadata: which element holds which field."""

    headline: Text | None = key(None, "The headline.")
    standfirst: Text | None = key(None, "The summary under the headline.")
    byline: Text | None = key(None, "Who wrote it.")
    dateline: Text | None = key(None, "Place and agency at the head of the first paragraph.")
    body: Text | None = key(None, "The element whose paragraphs are the text.")
    section: Text | None = key(None, "The section it stands in.")
    published: Text | None = key(None, "When it was published.")
    image: Text | None = key(None, "The picture.")
    caption: Text | None = key(None, "What the picture shows.")
    credit: Text | None = key(None, "Who made the picture.")
    see_more: Text | None = key(None, "The links to further stories.")


class SourceKeys(Keys):
    """One place that stories come from: give it exactly one of feed, folder, sitemap and page."""

    id: Id = key(..., "Its name in this file; the stories keep it, so it stays for ever.")
    feed: Location | None = key(None, "An RSS, Atom or JSON Feed: URL or path.")
    folder: Location | None = key(
        None, "A folder of .txt wire copy, .md, .html and .json (ninjs) files, one story each."
    )
    sitemap: Location | None = key(None, "A news sitemap, whose pages are read one by one: URL or path.")
    page: Location | None = key(None, "One article page: URL or path.")
    title: Text | None = key(
        None, "What readers know it as: named in a mail that carries another's report of the same event."
    )
    section: Text | None = key(None, "The section of its stories that name none.")
    weight: Weight = key(1, "How much its stories count when stories are chosen.")
    visit: Visit = key("every 15 minutes", "How often it is looked at.")
    language: Language | None = key(None, "Else told by the source, else detected.")
    select: SelectKeys | None = key(None, "For pages without metadata.")
    allow_private_address: bool = key(False, "Whether its address may be one of a private network.")


class WarmUpKeys(Keys):
    """A new address earns its name: a cap on a day's mails that grows."""

    from_: Day = key(..., "The first day.", alias="from")
    start: Annotated[int, *whole(1, 10_000_000)] = key(..., "Mails on the first day.")
    double_every: Span = key("2 days", "After how long the cap doubles.")


class DkimKeys(Keys):
    """How mail is signed; the keys lie in `secrets/` and are made by `digest doctor dkim`."""

    domain: Domain = key(..., "The domain that signs; that of the sender, or one above it.")
    selectors: list[Text] = key(
        ..., "The names of one or two keys: one RSA, one Ed25519.", min_length=1, max_length=2
    )


class RelayKeys(Keys):
    """How one relay may be used; its address and password are in the environment."""

    connections: Annotated[int, *whole(1, 500)] = key(10, "Connections at the same time.")
    messages_per_connection: Annotated[int, *whole(1, 100_000)] = key(
        100, "Mails over one connection, then a new one is opened."
    )
    per_second: Annotated[float | None, *limit(0.01)] = key("no limit", "Mails a second.")
    per_day: Annotated[float | None, *limit(1)] = key("no limit", "Mails a day.")
    weight: Weight = key(1, "Its share where several relays share the work; 0: it only stands in.")
    warm_up: WarmUpKeys | None = key(None, "For an address that has not sent before.")
    dkim: DkimKeys | None = key(None, "Sign every mail.")
