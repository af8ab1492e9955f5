"""Keys become values of the ground floor: defaults are merged, aliases go."""

from collections.abc import Mapping
from types import MappingProxyType

from digest.model.digest import (
    Approval,
    Audience,
    Digest,
    DkimRules,
    LeadRules,
    Newsroom,
    RelatedRules,
    RelayRules,
    Schedule,
    SectionRules,
    SkipRules,
    Source,
    SourceKind,
    StoryRules,
    WarmUp,
)
from digest.settings.digest_keys import (
    AudienceKeys,
    DefaultsKeys,
    DigestKeys,
    ScheduleKeys,
    SegmentKeys,
    SharedKeys,
)
from digest.settings.newsroom_keys import NewsroomKeys, RelayKeys, SourceKeys


def schedule_of(keys: ScheduleKeys) -> Schedule:
    """Return the schedule that checked keys mean."""
    return Schedule(
        newsroom=_newsroom(keys.newsroom),
        sources=tuple(_source(source) for source in keys.sources),
        relays=tuple(_relay(name, relay) for name, relay in keys.relays.items()),
        digests=tuple(
            _digest(digest, merged(digest, keys.defaults), keys.segments) for digest in keys.digests
        ),
    )


def merged(digest: DigestKeys, defaults: DefaultsKeys) -> SharedKeys:
    """Return what a digest says, and what `defaults` says where it is silent; one level deep."""
    given = {
        name: getattr(digest if name in digest.model_fields_set else defaults, name)
        for name in SharedKeys.model_fields
    }
    return SharedKeys.model_construct(**given)


def _newsroom(keys: NewsroomKeys) -> Newsroom:
    return Newsroom(
        name=keys.name,
        website=keys.website or "",
        pages=keys.pages or "",
        postal_address=keys.postal_address or "",
    )


def _source(keys: SourceKeys) -> Source:
    kind = next(kind for kind in SourceKind if getattr(keys, kind.value) is not None)
    select = keys.select.model_dump(exclude_none=True) if keys.select else {}
    return Source(
        id=keys.id,
        kind=kind,
        location=getattr(keys, kind.value),
        title=keys.title or "",
        section=keys.section or "",
        weight=keys.weight,
        visit=keys.visit,
        language=keys.language or "",
        select=MappingProxyType(select),
        allow_private_address=keys.allow_private_address,
    )


def _relay(name: str, keys: RelayKeys) -> RelayRules:
    warm_up, dkim = keys.warm_up, keys.dkim
    return RelayRules(
        name=name,
        connections=keys.connections,
        messages_per_connection=keys.messages_per_connection,
        per_second=keys.per_second,
        per_day=None if keys.per_day is None else int(keys.per_day),
        weight=keys.weight,
        warm_up=WarmUp(begins=warm_up.from_, start=warm_up.start, double_every=warm_up.double_every)
        if warm_up
        else None,
        dkim=DkimRules(domain=dkim.domain, selectors=tuple(dkim.selectors)) if dkim else None,
    )


def _digest(keys: DigestKeys, shared: SharedKeys, segments: Mapping[str, SegmentKeys]) -> Digest:
    return Digest(
        id=keys.id,
        title=keys.title,
        about=keys.about or "",
        cadence=keys.send,
        language=shared.language,
        timezone=shared.timezone,
        sender=shared.sender or "",
        reply_to=shared.reply_to or "",
        return_path=shared.return_path or "",
        send_through=shared.send_through[0],
        also_through=shared.send_through[1:],
        build_before=shared.build,
        catch_up=shared.catch_up,
        valid_for=shared.valid_until,
        in_reader_timezone=shared.in_reader_timezone,
        round_up=None if keys.send.at_most_weekly else shared.round_up,
        reading_classes=shared.reading_classes,
        skip=_skip(shared),
        stories=StoryRules(
            sources=tuple(keys.stories.from_),
            no_older_than=keys.stories.no_older_than,
            never_repeat_within=keys.stories.never_repeat_within,
        ),
        lead=LeadRules(prefer=tuple(shared.lead.prefer), must_have=tuple(shared.lead.must_have)),
        sections=_sections(keys),
        related=RelatedRules(
            at_most=shared.related.at_most, within=shared.related.within, kinds=tuple(shared.related.kinds)
        ),
        template=shared.template,
        audience=_audience(keys.audience, segments),
        approval=_approval(shared),
        unknown=shared.unknown,
        keep_replies=shared.keep_replies,
        tracking=shared.tracking,
    )


def _skip(shared: SharedKeys) -> SkipRules:
    return SkipRules(
        on_holidays=tuple(shared.skip.on_holidays),
        on_dates=tuple(shared.skip.on_dates),
        with_fewer_than=shared.skip.with_fewer_than,
    )


def _sections(keys: DigestKeys) -> tuple[SectionRules, ...]:
    return tuple(
        SectionRules(
            title=section.title,
            take=section.take,
            tags=tuple(section.tags),
            sources=tuple(section.from_),
            optional=section.optional,
            half_life=section.half_life,
        )
        for section in keys.sections
    )


def _audience(keys: AudienceKeys, segments: Mapping[str, SegmentKeys]) -> Audience:
    """Return whom a digest is for; a segment that is not there is told by `crosscheck`."""
    meant = segments.get(keys.segment, keys) if keys.segment else keys
    return Audience(
        segment=keys.segment or "",
        topics=tuple(meant.topics),
        language=meant.language or "",
        joined_before=meant.joined_before,
        joined_after=meant.joined_after,
    )


def _approval(shared: SharedKeys) -> Approval:
    keys = shared.approval
    if keys is None:
        return Approval()
    return Approval(editors=keys.needs, remind=keys.remind, at_deadline=tuple(keys.at_deadline))
