from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.story import Story
from digest.sources.identity import told_apart
from sources.making import NOW, codes

ONE = Story(
    source="desk", headline="Boat", url="https://npa.example/", guid="1", first_seen=NOW, published=NOW
)


def test_the_oldest_keeps_a_shared_address() -> None:
    newer = replace(ONE, headline="Race", guid="2", published=NOW + timedelta(hours=1))

    stories, findings = told_apart([newer, ONE], where="f")

    assert [story.url for story in stories] == [None, "https://npa.example/"]
    assert codes(findings) == ["identity-shared"]


def test_one_guid_for_all_leaves_the_headline_to_tell_them_apart() -> None:
    stories, _ = told_apart([replace(ONE, url=None, headline=name) for name in "abc"], where="f")

    assert [story.headline for story in stories] == ["a", "b", "c"]
    assert len({story.id for story in stories}) == 3


NAMES = st.sampled_from(["a", "b", ""])


@given(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=8))
@settings(max_examples=100, deadline=None)
def test_no_two_stories_share_an_identity_and_none_gets_lost_but_copies(
    rows: list[tuple[str, str, str]],
) -> None:
    given_stories = [
        Story(
            source="desk",
            headline=h,
            url=f"https://x.example/{u}" if u else None,
            guid=g or None,
            first_seen=NOW,
        )
        for h, u, g in rows
        if h or u
    ]

    stories, _ = told_apart(given_stories, where="f")

    assert len({story.id for story in stories}) == len(stories)
    assert {s.headline for s in stories if s.headline} == {s.headline for s in given_stories if s.headline}
