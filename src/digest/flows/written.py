"""An edition as data: `edition.json`, format 1. Times are RFC 3339 UTC or null; absent text is null."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from digest.flows.checks import Checks
from digest.model.classes import Placement
from digest.model.edition import Composition, Slot, printed
from digest.model.finding import Finding
from digest.model.mail import Rendering
from digest.model.story import Image, Story

FORMAT = 1


def edition_json(
    composition: Composition,
    rendering: Rendering,
    findings: Sequence[Finding],
    placements: Sequence[Placement] = (),
) -> dict[str, Any]:
    """Return an edition in the words of one variant as plain values, in the order of reading."""
    selection = printed(composition).selection
    return {
        "format": FORMAT,
        "digest": composition.digest,
        "edition": composition.edition,
        "language": composition.language,
        "subject": rendering.subject,
        "preheader": rendering.preheader or None,
        "featured": [slot_json(slot) for slot in selection.featured],
        "sections": [
            {"title": section.title, "stories": [slot_json(slot) for slot in section.stories]}
            for section in selection.sections
        ],
        "passed_over": [
            {"story": story_json(passed.story), "reason": passed.reason} for passed in selection.passed_over
        ],
        "findings": [finding_json(finding) for finding in findings],
        "classes": [placement_json(one) for one in placements],
    }


def placement_json(one: Placement) -> dict[str, Any]:
    """Return where a reading class stands in an edition, as plain values."""
    return {
        "class": one.reading.key,
        "words": str(one.reading),
        "also": list(one.reading.also),
        "frequency": one.reading.frequency.value,
        "topics": list(one.reading.topics),
        "language": one.reading.language or None,
        "readers": one.readers,
        "variant": one.variant or None,
        "why": one.why or None,
    }


def slot_json(slot: Slot) -> dict[str, Any]:
    """Return a chosen story with its reasons and its related ones."""
    return {
        "story": story_json(slot.story),
        "why": list(slot.why),
        "related": [
            {
                "type": related.kind.value,
                "score": round(related.score, 4),
                "why": related.why,
                "story": story_json(related.story),
            }
            for related in slot.related
        ],
    }


def story_json(story: Story) -> dict[str, Any]:
    """Return a story as plain values."""
    line = story.dateline
    return {
        "id": story.id,
        "url": story.url,
        "headline": story.headline or None,
        "standfirst": story.standfirst or None,
        "byline": list(story.byline),
        "dateline": {
            "place": line.place or None,
            "agency": line.agency or None,
            "date": line.date.isoformat() if line.date else None,
        }
        if line
        else None,
        "body": list(story.body),
        "section": story.section or None,
        "tags": list(story.tags),
        "language": story.language or None,
        "published": moment_json(story.published),
        "updated": moment_json(story.updated),
        "first_seen": moment_json(story.first_seen),
        "completeness": story.completeness.value,
        "images": [_image_json(image) for image in story.images],
        "source": story.source,
        "sign_off": story.sign_off or None,
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain values."""
    return {
        "level": finding.level.value,
        "code": finding.code,
        "message": finding.message,
        "where": finding.where or None,
        "part": finding.part or None,
        "line": finding.line or None,
        "column": finding.column or None,
        "element": finding.element or None,
        "mend": finding.mend or None,
        "variants": list(finding.variants) or None,
    }


def checks_json(checks: Checks) -> dict[str, Any]:
    """Return an edition's checks as plain values; `overridden` blockers stop nothing any more."""
    return {
        "edition": checks.edition,
        "hash": checks.hash,
        "findings": [finding_json(finding) for finding in checks.findings],
        "overridden": [
            {
                "rule": passed.by.rule,
                "who": passed.by.who,
                "reason": passed.by.reason,
                "at": moment_json(passed.by.at),
                "finding": finding_json(passed.finding),
            }
            for passed in checks.overridden
        ],
    }


def moment_json(moment: datetime | None) -> str | None:
    """Return a time as RFC 3339 in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _image_json(image: Image) -> dict[str, Any]:
    return {
        "url": image.url,
        "alt": image.alt or None,
        "caption": image.caption or None,
        "credit": image.credit or None,
        "width": image.width,
        "height": image.height,
    }
