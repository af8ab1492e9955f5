"""Who may run at all: embargo, status, age, what editors have taken out. Rules, no weighing."""

from datetime import datetime, timedelta

from digest.model.digest import StoryRules
from digest.model.edition import Choice
from digest.model.story import PubStatus, Story

CLOCKS_DIFFER = timedelta(minutes=10)  #: how far ahead of ours a source's clock may be


def forbidden(story: Story, name: str, *, choice: Choice, now: datetime) -> str | None:
    """Return why `story` must not be printed, whatever anybody wishes, or None."""
    if name in choice.excluded:
        return "an editor has taken it out"
    if story.pubstatus is not PubStatus.USABLE:
        return f"its source has marked it {story.pubstatus.value}"
    if story.embargo is not None and story.embargo > now:
        return f"under embargo until {story.embargo:%Y-%m-%d %H:%M} UTC"
    if not story.headline:
        return "it has no headline"
    return None


def unfit(story: Story, *, rules: StoryRules, now: datetime, updated: bool = False) -> str | None:
    """Return why `story` is not news for this edition, or None; an editor's pin overrides it.

    Args:
        updated: readers had an earlier version and this one tells them more; then its age
            is that of the update, where the source says when it was.
    """
    if rules.sources and story.source not in rules.sources:
        return f"source {story.source} is not one of this digest's"
    if story.published is not None and story.published > now + CLOCKS_DIFFER:
        return f"dated in the future: {story.published:%Y-%m-%d %H:%M} UTC"
    when = max(story.when, min(story.updated or now, now)) if updated else story.when
    if now - when > rules.no_older_than:
        return f"older than {span(rules.no_older_than)}: {span(now - when)}"
    return None


def span(length: timedelta) -> str:
    """Return a length of time in words, in its largest fitting unit."""
    seconds = max(0.0, length.total_seconds())
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = int(seconds // size)
        if count >= (2 if unit == "day" else 1):
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"
