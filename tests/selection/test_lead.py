import re
from dataclasses import replace

from digest.model.digest import LeadRules, Preference, SectionRules
from digest.model.story import Completeness, Story
from digest.selection.select import select
from selection.making import NOW, digest, story


def test_what_would_have_led_leads_once_it_has_what_it_lacked() -> None:
    """Literally: the tag that was missing, and exactly as much more of the score."""
    tagged = story("harvest", age=2, tags=("front",), priority=2)
    second = story("rocket", age=9)
    rules = digest(lead=LeadRules(prefer=(Preference(kind="tag", value="front"),)))
    why = select([tagged, second], digest=rules, now=NOW).featured[0].why[1]
    lacking = re.search(r"had it been “tag front” and had (\d+\.\d\d) more", why)
    assert lacking, why

    with_the_tag = replace(second, tags=("front",))
    ready = [replace(with_the_tag, priority=steps) for steps in (1, 3)]

    assert [select([tagged, one], digest=rules, now=NOW).featured[0].story for one in ready] == [
        tagged,
        ready[1],
    ]
    assert 1 < float(lacking[1]) <= 3


def test_a_teaser_that_let_its_story_go_first_is_told_so_and_no_number() -> None:
    teasers = [teaser(number) for number in range(5)]
    parent = story("bridge", age=23, see_more=tuple(one.id for one in teasers))
    full = [story(name) for name in ("rocket", "opera", "tax")]

    selection = select(
        [*full, parent, *teasers], digest=digest(sections=(SectionRules(title="All", take=2),)), now=NOW
    )

    reasons = [passed.reason for passed in selection.passed_over if passed.story in teasers]
    assert len(reasons) == len(teasers)
    assert all("teasers come last" in reason for reason in reasons)


def teaser(number: int) -> Story:
    return story(f"teaser {number}", age=3, completeness=Completeness.PARTIAL)
