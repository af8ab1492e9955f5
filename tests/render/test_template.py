"""Templates are found by name, run in a cage when they are an editor's, and blamed by file and line."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.model.errors import RenderError
from digest.render.edition import Rendered, render
from digest.render.template import Template, bundled_templates, load_template
from render.paper import NONCE, POST, edition, placed

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file into the newsroom's templates; return their folder."""

    def put(name: str, text: str) -> Path:
        path = tmp_path / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return tmp_path / "templates"

    return put


def printed(template: Template) -> Rendered:
    composition = edition(3)
    return render(composition, newsroom=POST, template=template, pictures=placed(composition), nonce=NONCE)


def refusal(folder: Path, name: str = "own") -> str:
    with pytest.raises(RenderError) as caught:
        printed(load_template(name, [folder]))
    return str(caught.value)


def test_the_bundled_template_needs_no_cage() -> None:
    template = load_template("brief")

    assert not template.caged
    assert template.folders == (bundled_templates(),)


def test_an_empty_folder_of_templates_needs_no_cage(tmp_path: Path) -> None:
    assert not load_template("brief", [tmp_path, tmp_path / "nothing"]).caged


def test_the_newsroom_s_folder_wins_over_the_bundled_one(write: Write) -> None:
    folder = write(
        "brief/edition.mjml", '{% extends "bundled/brief/edition.mjml" %}{% block footer %}{% endblock %}'
    )

    template = load_template("brief", [folder])

    assert template.caged
    assert "12 Quay Street" not in printed(template).rendering.html


def test_an_own_template_may_change_one_block_and_keep_the_rest(write: Write) -> None:
    folder = write(
        "own/edition.mjml",
        '{% extends "brief/edition.mjml" %}\n{% block top %}\n<mj-section><mj-column>'
        "<mj-text>Hello from {{ page.newsroom.name }}</mj-text></mj-column></mj-section>\n{% endblock %}\n",
    )

    made = printed(load_template("own", [folder])).rendering

    assert "Hello from The Harbour Post" in made.html
    assert "View in your browser" not in made.html
    assert "Harbour votes for a tide wall" in made.html
    assert "Harbour votes for a tide wall" in made.text


def test_a_part_of_the_bundled_template_may_be_replaced_alone_and_is_caged_too(write: Write) -> None:
    bundled = (bundled_templates() / "parts" / "look.mjml").read_text("utf-8")
    folder = write("parts/look.mjml", bundled.replace("#b3311b", "#0a5c8a"))

    template = load_template("brief", [folder])

    assert template.caged
    assert "#0a5c8a" in printed(template).rendering.html


def test_own_prose_is_styled_by_its_own_sheet(write: Write) -> None:
    write("own/edition.mjml", '{% extends "brief/edition.mjml" %}')
    folder = write("own/prose.css", "a { color: #0a5c8a }")

    assert re.search(
        r'href="https://harbourpost.example/plan[^"]*" style="color:\s?#0a5c8a',
        printed(load_template("own", [folder])).rendering.html,
    )


def test_a_name_that_is_not_there_says_which_ones_are(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"breif: no template of that name: did you mean brief\?"):
        load_template("breif", [tmp_path])
    with pytest.raises(RenderError, match="nothing: no template of that name: there are brief"):
        load_template("nothing")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<mjml>\n{% if %}", r"templates/own/edition.mjml:2: "),
        ("<mjml>\n\n{{ page.titel }}", r"templates/own/edition.mjml:3: .*no attribute 'titel'"),
        ("\n{{ pge.title }}", r"templates/own/edition.mjml:2: 'pge' is undefined"),
        ('\n{{ word("read_mor") }}', r"edition.mjml:2: .*no word read_mor .*did you mean read_more"),
        ('{{ slot("Bad Name") }}', r"edition.mjml:1: ValueError: Bad Name: not a name for a slot"),
        ("\n\n{{ 1 / 0 }}", r"edition.mjml:3: ZeroDivisionError"),
        ('{% include "parts/lok.mjml" %}', r"edition.mjml:1: there is no parts/lok.mjml: did you mean"),
        ('{% extends "brief/editon.mjml" %}', r"there is no brief/editon.mjml: did you mean .*edition.mjml"),
        (
            '{% extends "brief/edition.mjml" %}\n\n{% block mastehad %}{% endblock %}',
            r"templates/own/edition.mjml:3: no block mastehad: did you mean masthead\?",
        ),
        ("{{ page.title | nosuch }}", r"edition.mjml:1: No filter named 'nosuch'"),
    ],
)  # fmt: skip
def test_a_fault_in_a_template_is_told_by_file_and_line(write: Write, text: str, said: str) -> None:
    assert re.search(said, refusal(write("own/edition.mjml", text)))


def test_wrong_mjml_is_told_by_the_line_of_the_template_that_wrote_it(write: Write) -> None:
    folder = write(
        "own/edition.mjml",
        '{% extends "brief/edition.mjml" %}\n{% block top %}\n{% for n in range(7) %}\n{% endfor %}\n'
        '<mj-section>\n  <mj-column>\n    <mj-text colour="red">x</mj-text>\n  </mj-column>\n'
        "</mj-section>\n{% endblock %}",
    )

    said = refusal(folder)

    assert said.startswith("templates/own/edition.mjml:7:5: <mj-text> knows no colour: did you mean color?")
    assert '<mj-text colour="red">' in said


def test_wrong_mjml_in_a_macro_is_told_by_the_macro_s_file(write: Write) -> None:
    write("own/bits.mjml", "{% macro bit() %}\n<mj-txt>x</mj-txt>\n{% endmacro %}")
    folder = write(
        "own/edition.mjml",
        '{% import "own/bits.mjml" as bits %}\n<mjml><mj-body><mj-section><mj-column>\n{{ bits.bit() }}\n'
        "</mj-column></mj-section></mj-body></mjml>",
    )

    assert refusal(folder).startswith("templates/own/bits.mjml:2:1: <mj-txt> is no MJML")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ page.__class__.__mro__ }}", "access to attribute '__class__'"),
        ("{{ slot.__globals__ }}", "access to attribute '__globals__'"),
        ("{{ word.__closure__ }}", "__closure__"),
        ("{{ 'x' * 100000000 }}", "would make too much"),
        ("{{ [0] * 100000000 }}", "would make too much"),
        ("{{ 9 ** 999999999 }}", "would make too much"),
        ("{{ '%99999999d' % 1 }}", "would make too much"),
        ("{{ '%*d' % (99999999, 1) }}", "would make too much"),
        ("{{ '{:>99999999}'.format(1) }}", "would make too much"),
        ("{{ '{:>{w}}'.format(1, w=99999999) }}", "would make too much"),
        ("{{ 'x'.ljust(99999999) }}", "would make too much"),
        ("{{ 'x' | center(99999999) }}", "would make too much"),
        ("{% for a in range(99999999) %}x{% endfor %}", "Range too big"),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}xxxxxxxxxx{% endfor %}{% endfor %}",
            "writes more than",
        ),
        ("{% set x = page.blocks.append(1) %}", "append"),
    ],
)
def test_an_editor_s_template_stays_in_its_cage(write: Write, text: str, said: str) -> None:
    assert said in refusal(write("own/edition.mjml", text))


def test_what_authors_wrote_is_escaped_in_html_and_not_in_text(write: Write) -> None:
    write("own/edition.txt", "{{ page.title }}")
    folder = write("own/edition.mjml", '{% extends "brief/edition.mjml" %}')
    composition = edition(1, title="Fish & <Chips>")

    made = render(
        composition, newsroom=POST, template=load_template("own", [folder]), pictures={}, nonce=NONCE
    ).rendering

    assert "Fish &amp; &lt;Chips&gt;" in made.html
    assert made.text == "Fish & <Chips>\n"


def test_a_saved_template_shows_at_the_next_rendering(write: Write) -> None:
    folder = write("own/edition.txt", "first")
    write("own/edition.mjml", '{% extends "brief/edition.mjml" %}')
    before = printed(load_template("own", [folder])).rendering.text

    path = folder / "own" / "edition.txt"
    path.write_text("second, and longer", "utf-8")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 2))
    after = printed(load_template("own", [folder])).rendering.text

    assert (before, after) == ("first\n", "second, and longer\n")
