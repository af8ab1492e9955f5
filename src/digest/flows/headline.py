"""What an edition says in the inbox: subject and preheader, from its stories."""

from digest.model.edition import Selection
from digest.model.text import truncate

#: Phones show about 40 characters of a subject, desktops about 60.
SUBJECT_LIMIT = 78
#: Long enough to fill the line behind the subject, short enough not to spill (rendering rule 17).
PREHEADER_LIMIT = 120


def subject(selection: Selection, *, title: str, language: str) -> str:
    """Return the lead's headline, cut where the language allows; the title when there is no lead."""
    lead = next((slot.story.headline for slot in selection.slots if slot.story.headline), "")
    return truncate(lead or title, SUBJECT_LIMIT, language)


def preheader(selection: Selection, *, title: str, language: str) -> str:
    """Return the next headlines after the lead's; the lead's standfirst when it stands alone."""
    slots = selection.slots
    joined = " · ".join(slot.story.headline for slot in slots[1:4] if slot.story.headline)
    alone = slots[0].story.standfirst if slots else ""
    return truncate(joined or alone or title, PREHEADER_LIMIT, language)
