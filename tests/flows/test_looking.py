"""A newsroom's own template is tried on a specimen before any news is in it."""

from pathlib import Path

import pytest

from digest.flows.looking import look_over
from digest.model.delivery import RelayAddress
from digest.model.errors import Problem
from digest.render.template import bundled_templates
from newsroom import NOW, SCHEDULE, write_newsroom

OWN = SCHEDULE.replace("    language: en\n", "    language: en\n    template: dawn\n")
GOOD = '{% extends "bundled/brief/edition.mjml" %}\n'


def problems(folder: Path, template: str) -> tuple[Problem, ...]:
    write_newsroom(folder, schedule=OWN)
    (folder / "templates" / "dawn").mkdir(parents=True)
    (folder / "templates" / "dawn" / "edition.mjml").write_text(template, encoding="utf-8")
    return look_over(
        folder,
        templates=(folder / "templates", bundled_templates()),
        relay_of=lambda name: RelayAddress(name=name),
        now=NOW,
    ).problems


def test_a_template_that_extends_the_bundled_one_is_fine(tmp_path: Path) -> None:
    assert not problems(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("<mjml><mj-body></mj-body></mjml>", "unsubscribe-missing"),
        (GOOD + "{% block lead %}{{ nope.x }}{% endblock %}", "nope"),
        (GOOD + "{% block lead %}<mj-foo/>{% endblock %}", "mj-foo"),
    ],
)
def test_a_template_that_makes_no_lawful_mail_is_told_before_any_is_made(
    tmp_path: Path, template: str, told: str
) -> None:
    found = problems(tmp_path, template)

    assert told in "\n".join(str(problem) for problem in found)
    assert all(problem.line for problem in found)
