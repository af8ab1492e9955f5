"""Letters are short, in the reader's language, and say who writes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from digest.model.errors import RenderError
from digest.model.finding import Level
from digest.model.mail import Rendering
from digest.render.band import with_band
from digest.render.edition import render
from digest.render.letters import LETTERS, render_letter
from digest.render.lint import lint
from digest.render.lint.mail import parse
from digest.render.template import load_template
from render.paper import NONCE, POST, edition, placed


def letter(name: str, language: str = "en", *folders: Path) -> Rendering:
    return render_letter(
        name, language, newsroom=POST, values={"title": "The Morning Brief"}, nonce=NONCE, folders=folders
    )


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("language", ["en", "vi", "fr", "es", "zh", "zh-Hant", "ru", "ar", "sv", "de"])
def test_a_letter_is_sound_in_every_language(name: str, language: str) -> None:
    made = letter(name, language)

    assert made.slots == {"email", *LETTERS[name]}
    assert "The Morning Brief" in made.subject
    assert "12 Quay Street, Harbour" in made.text
    assert parse(made.html).get("lang") == language
    assert [
        f for f in lint(made, newsroom=POST, bulk=False) if f.level in (Level.BLOCKER, Level.WARNING)
    ] == []


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_looks_as_it_did(name: str, golden: Callable[[str, str], None]) -> None:
    made = letter(name)

    golden(f"render/{name}.html", made.html.replace("><", ">\n<"))
    golden(f"render/{name}.txt", f"{made.subject}\n\n{made.text}")


def test_a_language_without_words_gets_english_and_says_so() -> None:
    made = letter("confirm", "nl")

    assert made.language == "en"
    assert made.subject == "Please confirm: The Morning Brief"


def test_a_newsroom_may_write_its_own_letter(tmp_path: Path) -> None:
    own = tmp_path / "letters" / "confirm.mjml"
    own.parent.mkdir()
    own.write_text(
        '{% extends "bundled/letters/confirm.mjml" %}'
        "{% block headline %}Hello from {{ letter.newsroom.name }}{% endblock %}",
        "utf-8",
    )

    assert "Hello from The Harbour Post" in letter("confirm", "en", tmp_path).html


def test_a_letter_that_is_not_there_is_named() -> None:
    with pytest.raises(RenderError, match="farewell: no letter of that name: there are confirm, welcome"):
        letter("farewell")


def test_a_hostile_title_stays_a_title() -> None:
    made = render_letter(
        "confirm",
        "en",
        newsroom=POST,
        values={"title": "<script>x</script>\r\nBcc: a@b.example"},
        nonce=NONCE,
    )

    assert "\n" not in made.subject
    assert "<script>" not in made.html


def test_a_test_copy_differs_by_its_band_alone() -> None:
    template = load_template("brief")
    composition = edition(2)
    real = render(
        composition, newsroom=POST, template=template, pictures=placed(composition), nonce=NONCE
    ).rendering

    test = with_band(real, "Test copy. <Nothing> here works.")

    assert test.subject == f"[Test] {real.subject}"
    assert test.text.startswith("*** Test copy.")
    assert test.text.endswith(real.text)
    begin = next(
        at for at, (one, other) in enumerate(zip(real.html, test.html, strict=False)) if one != other
    )
    added = len(test.html) - len(real.html)
    assert test.html[:begin] + test.html[begin + added :] == real.html
    assert "Test copy. &lt;Nothing&gt;" in test.html[begin : begin + added]
    assert test.html.index(real.preheader) < test.html.index("Test copy.")
