"""What the documentation says about templates is what the program does."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from digest.model.digest import Newsroom
from digest.render import filters
from digest.render.edition import render
from digest.render.letters import Letter
from digest.render.page import Block, Item, Page, Picture, RelatedBlock
from digest.render.template import bundled_templates, load_template
from render.paper import NONCE, POST, edition, placed

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "template-variables.md").read_text("utf-8")
HOW_TO = (DOCS / "how-to" / "own-template.md").read_text("utf-8")
KINDS = {
    "page": Page,
    "block": Block,
    "item": Item,
    "related": RelatedBlock,
    "picture": Picture,
    "letter": Letter,
}


@pytest.mark.parametrize("name", KINDS)
def test_every_variable_is_documented_and_every_documented_one_exists(name: str) -> None:
    there = {field.name for field in fields(KINDS[name])}

    assert set(re.findall(rf"`{name}\.(\w+)`", REFERENCE)) == there


def test_every_filter_and_every_field_of_the_newsroom_is_documented() -> None:
    assert set(re.findall(r"\\\| (\w+)", REFERENCE)) == set(filters.FILTERS)
    assert all(f"`.{field.name}`" in REFERENCE for field in fields(Newsroom))


@pytest.mark.parametrize("number", [0, 1])
def test_the_templates_of_the_how_to_render_as_they_stand(number: int, tmp_path: Path) -> None:
    example = re.findall(r"```jinja\n(.*?)```", HOW_TO, re.DOTALL)[number]
    path = tmp_path / "dawn" / "edition.mjml"
    path.parent.mkdir()
    path.write_text(example, "utf-8")
    composition = edition(4)

    made = render(
        composition,
        newsroom=POST,
        template=load_template("dawn", [tmp_path]),
        pictures=placed(composition),
        nonce=NONCE,
    ).rendering

    assert "unsubscribe_url" in made.slots
    assert "Night ferries return" in made.html
    assert ("become a member" in made.html) == (number == 0)


def test_the_blocks_that_the_how_to_names_are_those_of_the_template() -> None:
    source = (bundled_templates() / "brief" / "edition.mjml").read_text("utf-8")
    told = re.search(r"The blocks of `brief`, from top to bottom: (.*?)\.", HOW_TO, re.DOTALL)

    assert told is not None
    assert re.findall(r"`(\w+)`", told[1]) == re.findall(r"{% block (\w+) %}", source)


def test_the_words_of_the_how_to_are_words_that_can_be_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", HOW_TO, re.DOTALL)
    path = tmp_path / "brief" / "words.json"
    path.parent.mkdir()
    path.write_text(example, "utf-8")

    words = load_template("brief", [tmp_path]).words

    assert words.say("nl", "minutes", n=1) == "1 minuut"
    assert words.say("en", "read_more") == "Go on reading"
