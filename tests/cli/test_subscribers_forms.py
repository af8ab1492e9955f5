"""The form for a newsroom's own site, and why readers left, on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli.main import cli
from digest.cli.subscribers_forms import IN_WORDS
from digest.store.roster.reasons import REASONS, keep_reason
from digest.wiring import House
from newsroom import open_newsroom, write_newsroom
from web.newspapers import TWO
from web.visitors import held


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, schedule=TWO)
    house.sync_readers()
    yield house
    house.close()


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(folder), "subscribers", *arguments])


def test_the_form_is_plain_and_leads_to_the_digests_own_page(tmp_path: Path) -> None:
    write_newsroom(tmp_path, schedule=TWO)

    made = run(tmp_path, "form", "morning").stdout

    assert made.startswith(
        '<form action="https://letters.gazette.example/join/morning?lang=en" method="post"'
    )
    assert '<input type="email" name="email" required' in made
    assert "Sign up for The Morning Post" in made
    assert "script" not in made


def test_the_form_speaks_the_language_that_is_asked_for(tmp_path: Path) -> None:
    write_newsroom(tmp_path, schedule=TWO)

    made = run(tmp_path, "form", "morning", "--lang", "vi").stdout

    assert "?lang=vi" in made
    assert "Đăng ký nhận The Morning Post" in made


def test_a_title_is_text_in_the_form(tmp_path: Path) -> None:
    write_newsroom(tmp_path, schedule=TWO.replace("The Morning Post", '"Fish <&> Chips"'))

    assert "Fish &lt;&amp;&gt; Chips" in run(tmp_path, "form", "morning").stdout


def test_a_form_that_only_this_machine_could_use_is_remarked_upon(tmp_path: Path) -> None:
    local = TWO.replace("  pages: https://letters.gazette.example\n", "")
    write_newsroom(tmp_path, schedule=local)

    answer = run(tmp_path, "form", "morning")

    assert "only this machine reaches it" in answer.stderr
    assert answer.exit_code == 0
    assert run(tmp_path, "form", "nightly").exit_code != 0


def test_reasons_are_counted_by_digest(house: House) -> None:
    for email, reason in (
        ("ada@reader.example", "often"),
        ("bo@reader.example", "often"),
        ("cy@reader.example", "looks"),
    ):
        reader = held(house, email)
        assert reader is not None
        with house.store.write() as connection:
            keep_reason(connection, reader.subscriber.id, "morning", reason, now=house.clock())

    told = run(house.folder, "reasons", "--days", "9999")
    data = json.loads(run(house.folder, "reasons", "--days", "9999", "--json").stdout)

    assert [line.strip().split("  ") for line in told.stdout.splitlines()] == [
        ["morning", "2", "too many mails"],
        ["morning", "1", "hard to read, or looks wrong"],
    ]
    assert data["reasons"] == {"morning": {"often": 2, "looks": 1}}


def test_every_reason_has_words_for_editors() -> None:
    assert set(IN_WORDS) == set(REASONS)


def test_the_documentation_shows_the_form_as_it_is_printed(tmp_path: Path) -> None:
    schedule = TWO.replace("letters.gazette.example", "news.harbourpost.example")
    write_newsroom(tmp_path, schedule=schedule.replace("The Morning Post", "The Morning Brief"))
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "sign-up-form.md").read_text("utf-8")

    assert run(tmp_path, "form", "morning").stdout in page
