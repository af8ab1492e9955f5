"""Laws of the wire reader: whatever it is given, it neither fails nor invents."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.digest import SourceKind
from digest.model.text import plain
from digest.sources.wire import read_wire
from sources.making import NOW, source

PRINTED = """
See more
Floating library opens
A reader (Photo: NPA)
Reedport (NPA) – The boat sailed.
It sails on until the leaves fall./.
NPA
###
By Ann Lee
The boat sailed on Saturday.
Photo: NPA
12 March 2031 08:15
- Boat race returns
https://npa.example/race
(
./.
首座水上图书馆启用
（完）
EMBARGO
– – –
Xem thêm
"""
LINES = st.sampled_from(PRINTED.split("\n"))


@given(text=st.one_of(st.text(max_size=400), st.lists(LINES, max_size=14).map("\n".join)))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_stories_that_say_only_what_it_says(text: str) -> None:
    reading = read_wire(source(SourceKind.FOLDER, language="en"), text, path="a.txt", now=NOW)

    letters = {character for character in text if character.isalnum()}
    for story in reading.stories:
        said = story.headline + story.standfirst + " ".join(map(plain, story.body)) + story.sign_off
        assert {c for c in said if c.isalnum()} <= letters | {c for c in _normal(text) if c.isalnum()}
    assert len({story.id for story in reading.stories}) == len(reading.stories)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)
