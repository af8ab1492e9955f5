"""A selection in plain lines, for the terminal."""

from collections.abc import Iterator

from digest.model.edition import Selection, Slot


def explain(selection: Selection) -> list[str]:
    """Return every slot with its reasons, every story passed over with its own, and what was noticed."""
    return list(_lines(selection))


def _lines(selection: Selection) -> Iterator[str]:
    if selection.featured:
        yield "Featured"
    for slot in selection.featured:
        yield from _slot(slot)
    for section in selection.sections:
        yield section.title
        for slot in section.stories:
            yield from _slot(slot)
    if selection.passed_over:
        yield "Passed over"
    for passed in selection.passed_over:
        name = passed.story.headline or passed.story.identity
        yield f"  {passed.score:6.2f}  {name}  ({passed.story.source})"
        yield f"            {passed.reason}"
    if selection.findings:
        yield "Noticed"
    for finding in selection.findings:
        yield f"  {finding.level}: {finding.where}: {finding.message}"


def _slot(slot: Slot) -> Iterator[str]:
    yield f"  {slot.score:6.2f}  {slot.story.headline}  ({slot.story.source})"
    for reason in slot.why:
        yield f"            {reason}"
    for related in slot.related:
        yield f"          > {related.story.headline}  ({related.kind}, {related.score:.2f}: {related.why})"
