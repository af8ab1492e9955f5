"""Where chosen stories go: the sections with their quotas, or the featured block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from digest.model.digest import Digest, SectionRules
from digest.model.edition import Choice
from digest.model.finding import Finding, Level
from digest.model.text import fold
from digest.selection.event import Event

FEATURED = 6  #: stories, the lead included, when a digest has no sections


@dataclass(slots=True, kw_only=True)
class Plan:
    """A block of the digest while it is being filled."""

    title: str
    take: int
    rules: SectionRules | None  #: None for the featured block
    events: list[Event] = field(default_factory=list)

    @property
    def room(self) -> int:
        """How many stories it still takes."""
        return self.take - len(self.events)


def accepts(rules: SectionRules | None, event: Event, names: frozenset[str]) -> bool:
    """Whether a section takes a story.

    By its tags (the story's own section counts as one) and by its sources, both when both are
    given. With neither it takes its namesakes, where stories of a section of its name exist
    (`names`, folded), and else every story.
    """
    if rules is None:
        return True
    section = fold(event.item.section)
    if rules.sources and event.story.source not in rules.sources:
        return False
    if rules.tags:
        wanted = {fold(tag) for tag in rules.tags}
        return section in wanted or not wanted.isdisjoint(fold(tag) for tag in event.story.tags)
    return bool(rules.sources) or fold(rules.title) not in names or section == fold(rules.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Who stands where."""

    featured: tuple[Event, ...]  #: the lead first
    sections: tuple[Plan, ...]
    reasons: Mapping[str, str]  #: story id -> why its event found no place
    findings: tuple[Finding, ...]

    @property
    def placed(self) -> tuple[Event, ...]:
        """Return every event that has a slot."""
        return (*self.featured, *(event for plan in self.sections for event in plan.events))


def lay_out(
    events: Sequence[Event], lead: Event | None, digest: Digest, choice: Choice, names: frozenset[str]
) -> Layout:
    """Place the lead, then what is pinned, then the best of the rest; teasers wait for their story's block.

    Args:
        names: sections that occur among the candidates, folded.
    """
    plans = [Plan(title=rules.title, take=rules.take, rules=rules) for rules in digest.sections]
    if not plans:
        plans = [Plan(title="", take=FEATURED - 1, rules=None)]
    ranked = sorted((event for event in events if event is not lead), key=_rank)
    parents = offered_by(events)
    waiting = [event for event in ranked if event.item.id in parents and not event.pinned]
    reasons: dict[str, str] = {}
    extra = _fill(plans, [event for event in ranked if event not in waiting], names, reasons)
    placed = {event.item.id for event in (*extra, *(e for plan in plans for e in plan.events))}
    placed |= {lead.item.id} if lead else set()
    for event in waiting:
        if parents[event.item.id] in placed:
            reasons[event.item.id] = "waits under the story whose page offers it, where there was no room"
    left = [event for event in waiting if event.item.id not in reasons]
    extra += _fill(plans, left, names, reasons, waited=True)
    for plan in plans:
        plan.events.sort(key=lambda event: _shown(event, choice))
    own = [] if digest.sections else plans[0].events
    featured = sorted([*own, *extra], key=lambda event: _shown(event, choice))
    return Layout(
        featured=(*([lead] if lead else []), *featured),
        sections=tuple(plans) if digest.sections else (),
        reasons=reasons,
        findings=tuple(underfilled(plans)),
    )


def offered_by(events: Sequence[Event]) -> dict[str, str]:
    """Return teaser id -> id of the story whose page offers it, where both may run."""
    teasers = {event.item.id for event in events if not event.full}
    found: dict[str, str] = {}
    for parent in sorted(events, key=_rank):
        for name in parent.story.see_more:
            if name in teasers and name != parent.item.id:
                found.setdefault(name, parent.item.id)
    return found


def _rank(event: Event) -> tuple[object, ...]:
    return not event.pinned, -event.score, -event.story.when.timestamp(), event.item.id


def _shown(event: Event, choice: Choice) -> tuple[object, ...]:
    at = choice.order.index(event.item.id) if event.item.id in choice.order else len(choice.order)
    return at, -event.score, -event.story.when.timestamp(), event.item.id


def _fill(
    plans: Sequence[Plan],
    ranked: Sequence[Event],
    names: frozenset[str],
    reasons: dict[str, str],
    *,
    waited: bool = False,
) -> list[Event]:
    """Place events, best first, and note why the others found no place; return pinned ones without one.

    A full section makes room when one of its stories fits another section that has some.

    Args:
        waited: they had to let the others go first, so that no score would have helped.
    """
    extra = []
    for event in ranked:
        fitting = [plan for plan in plans if accepts(plan.rules, event, names)]
        if _placed(event, fitting, plans, names):
            continue
        if event.pinned:
            extra.append(event)
        elif fitting:
            reasons[event.item.id] = "; ".join(
                _full(plan, None if waited else event.score) for plan in fitting
            )
        else:
            reasons[event.item.id] = "fits no section of this digest"
    return extra


def underfilled(plans: Sequence[Plan]) -> list[Finding]:
    """Return a finding for every section that got fewer stories than it takes, the optional ones apart."""
    found = []
    for plan in plans:
        if plan.rules is None or plan.rules.optional or not plan.room:
            continue
        level = Level.NOTE if plan.events else Level.WARNING
        message = f"section {plan.title} has {len(plan.events)} of {plan.take} stories: too few fit its rules"
        found.append(Finding(level=level, code="section-underfilled", message=message, where=plan.title))
    return found


def _placed(event: Event, fitting: Sequence[Plan], plans: Sequence[Plan], names: frozenset[str]) -> bool:
    for plan in fitting:
        if plan.room > 0:
            plan.events.append(event)
            return True
    for plan in fitting:
        for held in reversed(plan.events):
            for other in plans:
                if other is not plan and other.room > 0 and accepts(other.rules, held, names):
                    plan.events.remove(held)
                    other.events.append(held)
                    plan.events.append(event)
                    return True
    return False


def _full(plan: Plan, score: float | None) -> str:
    """Say what stands where a story found no place, and what it would have taken, if any score would do."""
    block = f"section {plan.title}" if plan.rules else "the featured block"
    if not plan.events:
        return f"{block} takes none"
    chosen = [event.score for event in plan.events if not event.pinned]
    if not chosen:
        return f"{block} has its {plan.take}, all pinned by an editor"
    said = f"{block} has its {plan.take}, the last with a score of {min(chosen):.2f}"
    if score is None:
        return f"{said}, and teasers come last"
    return f"{said}; {max(0.0, min(chosen) - score) + 0.01:.2f} more would do"
