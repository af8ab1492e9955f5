"""The lower half of `schedule.yaml`: `defaults` and the digests."""

from typing import Annotated, Any

from pydantic import field_validator

from digest.model.digest import AtDeadline, RelatedKind, Tracking, UnknownPolicy
from digest.settings.keys import (
    Address,
    Country,
    Day,
    Having,
    Id,
    Ids,
    Keys,
    Language,
    Mailbox,
    Preferred,
    RoundUp,
    Sending,
    Span,
    SpanAfter,
    SpanBefore,
    SpanOrNought,
    Text,
    Zone,
    count,
    key,
    one_of,
    whole,
)
from digest.settings.messages import Unreadable, did_you_mean
from digest.settings.newsroom_keys import NewsroomKeys, RelayKeys, SourceKeys


class SkipKeys(Keys):
    """When an edition is left out."""

    on_holidays: list[Country] = key([], "On public holidays of these countries.")
    on_dates: list[Day] = key([], "On these dates.")
    with_fewer_than: Annotated[int, *count("story", 1, 100)] = key("1 story", "When too little happened.")


class StoriesKeys(Keys):
    """Which stories may come into an edition at all."""

    from_: list[Id] = key([], "The sources, by id; none named: all of them.", alias="from")
    no_older_than: Span = key("24 hours", "Older stories are passed over.")
    never_repeat_within: SpanOrNought = key(
        "7 days", "A story that readers had in this time does not come again."
    )


class LeadKeys(Keys):
    """The story that stands first."""

    prefer: list[Preferred] = key([], "What it should be, most important first.")
    must_have: list[Having] = key([], "What it must have.")


class SectionKeys(Keys):
    """One block of the digest."""

    title: Text = key(..., "Its heading.")
    take: Annotated[int, *whole(1, 50)] = key(5, "At most so many stories.")
    tags: list[Text] = key([], "Stories with one of these tags, or of a section of that name.")
    from_: list[Id] = key([], "Stories of these sources.", alias="from")
    optional: bool = key(False, "Leave the heading out when nothing matches, and say nothing.")
    half_life: Span | None = key(
        None, "In which the recency of its stories halves. Half of `no_older_than` when left out."
    )


class RelatedKeys(Keys):
    """The block of further stories under a featured one."""

    at_most: Annotated[int, *whole(0, 10)] = key(5, "At most so many in the whole block; 0: no block.")
    within: Span = key("14 days", "How far back it looks.")
    kinds: list[Annotated[RelatedKind, *one_of(RelatedKind)]] = key(
        [kind.value for kind in RelatedKind], "Which kinds may stand there."
    )


class SegmentKeys(Keys):
    """Readers who have something in common; what we were not told of a reader leaves nobody out."""

    topics: list[Text] = key([], "Readers who chose one of these topics.")
    language: Language | None = key(None, "Readers of this language.")
    joined_before: Day | None = key(None, "Readers who joined before this day.")
    joined_after: Day | None = key(None, "Readers who joined after this day.")


class AudienceKeys(SegmentKeys):
    """Whom a digest is for; nothing given means everyone who subscribed."""

    segment: Id | None = key(None, "A segment, by name; alone: the conditions stand there.")


class ApprovalKeys(Keys):
    """Who must agree before an edition goes out."""

    needs: Annotated[int, *count("editor", 1, 2)] = key("1 editor", "How many must agree.")
    remind: SpanBefore = key("20 minutes before", "When those who have not answered are reminded.")
    at_deadline: list[Annotated[AtDeadline, *one_of(AtDeadline)]] = key(
        [AtDeadline.HOLD.value], "What happens when nobody has agreed in time; the first that can be done."
    )


class SharedKeys(Keys):
    """What a digest says of itself, or takes from `defaults`."""

    timezone: Zone = key("UTC", "The wall clock that its times are read from.")
    sender: Mailbox | None = key(None, "What readers see as From.")
    reply_to: Address | None = key(None, "Where answers of readers go.")
    return_path: Address | None = key(
        None, "Where bounces go; a token for each reader is added. The sender's address when left out."
    )
    send_through: Ids = key(
        "local",
        "The relay, by name; `DIGEST_RELAY_NAME` says where it is. `local` is the built-in inbox. Several, "
        "as in `[main, spare]`, share the work by their weight and stand in for each other.",
    )
    language: Language = key(
        "en",
        "The language of its own words and dates: `en` writes 23 November 2026, `en-US` November 23, 2026.",
    )
    build: SpanBefore = key("45 minutes before", "When the edition is put together.")
    catch_up: SpanOrNought = key(
        "2 hours", "A late start still sends within this time; after it the edition is skipped and says so."
    )
    valid_until: SpanAfter = key("4 hours after", "Nothing of the edition leaves later.")
    in_reader_timezone: bool = key(False, "Whether each reader gets it at that time of their own day.")
    round_up: RoundUp = key(
        "saturdays at 09:00", "When readers who chose weekly get what they have not had of it."
    )
    reading_classes: Annotated[int, *whole(1, 200)] = key(
        24, "In how many words an edition comes at most; the smallest reading classes merge."
    )
    skip: SkipKeys = key({}, "When an edition is left out.")
    lead: LeadKeys = key({}, "The story that stands first.")
    related: RelatedKeys = key({}, "The block of further stories under a featured one.")
    template: Text = key("brief", "A folder in `templates/`, or a template that comes with digest.")
    approval: ApprovalKeys | None = key("automatic", "Who must agree: `automatic` for nobody.")
    unknown: Annotated[UnknownPolicy, *one_of(UnknownPolicy)] = key(
        "hold",
        "What becomes of a mail that was cut off before the relay's answer: listed for an editor, or sent "
        "again under the same Message-ID.",
    )
    keep_replies: SpanOrNought = key("90 days", "How long the words of relays are kept.")
    tracking: Annotated[Tracking, *one_of(Tracking)] = key("off", "Whether clicks are counted, and for whom.")

    @field_validator("approval", mode="before")
    @classmethod
    def _automatic(cls, value: Any) -> Any:
        if isinstance(value, str) and value != "automatic":
            near = did_you_mean(value, ["automatic"]) or ": write automatic, or a block with needs: 1 editor"
            raise Unreadable(f'"{value}" is not an approval{near}')
        return None if value == "automatic" else value


class DefaultsKeys(SharedKeys):
    """What every digest starts from; a digest's own key takes the place of the whole value here."""


class DigestKeys(SharedKeys):
    """A publication that goes out again and again."""

    id: Id = key(..., "Its name in commands and addresses; for ever, while the title may change.")
    title: Text = key(..., "Its name for readers.")
    about: Text | None = key(None, "What it is, in a sentence or two, where readers may sign up.")
    send: Sending = key(..., "When it goes out.")
    stories: StoriesKeys = key({}, "Which stories may come in.")
    sections: list[SectionKeys] = key([], "Its blocks, in order; none: the six best stories.")
    audience: AudienceKeys = key("everyone", "Whom it is for.")

    @field_validator("audience", mode="before")
    @classmethod
    def _everyone(cls, value: Any) -> Any:
        if isinstance(value, str) and value != "everyone":
            near = did_you_mean(value, ["everyone"])
            if near:
                raise Unreadable(f'"{value}" is not an audience{near}')
            return {"segment": value}
        return {} if value == "everyone" else value


class ScheduleKeys(Keys):
    """All of `schedule.yaml`."""

    version: int = key(..., "The version of this file's form: 1.")
    newsroom: NewsroomKeys = key(..., "Who publishes.")
    sources: list[SourceKeys] = key([], "Where stories come from.")
    relays: dict[Id, RelayKeys] = key({}, "How mail servers may be used, by name.")
    segments: dict[Id, SegmentKeys] = key({}, "Readers who have something in common, by name.")
    defaults: DefaultsKeys = key({}, "What every digest starts from.")
    digests: list[DigestKeys] = key(..., "What goes out.", min_length=1)
