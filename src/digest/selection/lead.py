"""Who leads: an editor's word first, then the digest's rules in their order, then the score."""

from collections.abc import Sequence
from dataclasses import dataclass

from digest.model.digest import LeadRules, Preference
from digest.model.edition import Choice
from digest.model.finding import Finding, Level
from digest.model.text import fold
from digest.selection.event import Event
from digest.selection.score import has_image


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The event that leads, why, and what was noticed in choosing it."""

    event: Event
    why: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def lead_of(events: Sequence[Event], rules: LeadRules, choice: Choice) -> Lead | None:
    """Return who leads among `events`, or None when there are none."""
    if not events:
        return None
    ranked = sorted(events, key=lambda event: _rank(event, rules, choice))
    best = ranked[0]
    why = [_first_reason(best, rules, choice)]
    if len(ranked) > 1:
        why.append(_what_decided(best, ranked[1], rules, choice))
    return Lead(event=best, why=tuple(why), findings=tuple(_noticed(best, rules, choice)))


def fulfils(event: Event, wish: Preference) -> bool:
    """Whether the story is what one rule of `prefer` asks for."""
    story, value = event.story, fold(wish.value)
    if wish.kind == "tag":
        return value in {fold(tag) for tag in story.tags}
    if wish.kind == "source":
        return wish.value == story.source
    if wish.kind == "section":
        return value == fold(event.item.section)
    return has(event, wish.value)


def has(event: Event, thing: str) -> bool:
    """Whether the story has an image, a summary or an author."""
    story = event.story
    return {"image": has_image(story), "summary": bool(story.standfirst), "author": bool(story.byline)}.get(
        thing, False
    )


def _missing(event: Event, rules: LeadRules) -> list[str]:
    return [thing for thing in rules.must_have if not has(event, thing)]


def _rank(event: Event, rules: LeadRules, choice: Choice) -> tuple[object, ...]:
    return (
        event.item.id != choice.lead,
        not event.full,
        bool(_missing(event, rules)),
        tuple(not fulfils(event, wish) for wish in rules.prefer),
        -event.score,
        -event.story.when.timestamp(),
        event.item.id,
    )


def _first_reason(event: Event, rules: LeadRules, choice: Choice) -> str:
    if event.item.id == choice.lead:
        return "lead: an editor's choice"
    met = [str(wish) for wish in rules.prefer if fulfils(event, wish)]
    if met:
        return f"lead: fits the lead rules ({', '.join(met)})"
    return (
        "lead: the highest score" if not rules.prefer else "lead: the highest score, no story fits the rules"
    )


def _what_decided(best: Event, second: Event, rules: LeadRules, choice: Choice) -> str:
    name = f"next best: “{second.story.headline}” ({second.score:.2f})"
    if best.item.id == choice.lead:
        return name
    if best.full and not second.full:
        return f"{name}, but it is only a teaser"
    if not _missing(best, rules) and (missing := _missing(second, rules)):
        return f"{name}, but it has no {' and no '.join(missing)}"
    more = max(0.0, best.score - second.score) + 0.01
    lacking = [f"“{wish}”" for wish in rules.prefer if fulfils(best, wish) and not fulfils(second, wish)]
    ahead = [wish for wish in rules.prefer if fulfils(second, wish) and not fulfils(best, wish)]
    if not lacking:
        return f"{name}; it would have led with {more:.2f} more"
    score = "" if ahead or second.score > best.score else f" and had {more:.2f} more"
    return f"{name}; it would have led had it been {' and '.join(lacking)}{score}"


def _noticed(best: Event, rules: LeadRules, choice: Choice) -> list[Finding]:
    found = []
    where = best.story.headline
    if choice.lead is not None and best.item.id != choice.lead:
        message = (
            f"the lead chosen by an editor is not among the stories: {choice.lead}; the rules chose instead"
        )
        found.append(Finding(level=Level.WARNING, code="lead-not-available", message=message, where=where))
    if not best.full:
        message = "the lead is only a teaser: no candidate has a text of its own"
        found.append(Finding(level=Level.WARNING, code="lead-is-partial", message=message, where=where))
    if missing := _missing(best, rules):
        message = (
            f"the lead has no {' and no '.join(missing)}, which the rules ask for; no candidate is better"
        )
        found.append(Finding(level=Level.WARNING, code="lead-lacks", message=message, where=where))
    return found
