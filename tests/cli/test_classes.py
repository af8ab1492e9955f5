"""Reading classes at the terminal: listed, looked at one by one."""

import json
from pathlib import Path

import pytest

from cli.test_main_job import digest

READERS = """\
email,name,topics,consent_at,consent_source
ada@reader.example,Ada,,2026-01-15,example
bo@reader.example,Bo,culture,2026-01-15,example
"""


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("classes")
    digest("init", "news", cwd=folder)
    (folder / "news" / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    digest("build", "--out", "all", cwd=folder / "news")
    return folder / "news"


def test_an_edition_is_written_in_the_words_of_one_class(news: Path) -> None:
    digest("build", "--class", "topics:culture", "--out", "culture", cwd=news)

    sections = json.loads((news / "culture" / "edition.json").read_text("utf-8"))["sections"]
    assert [section["title"] for section in sections] == ["Culture"]
    assert (news / "all" / "edition.txt").read_text("utf-8") != (news / "culture" / "edition.txt").read_text(
        "utf-8"
    )


def test_a_class_that_there_is_not_is_answered_with_those_there_are(news: Path) -> None:
    answer = digest("build", "--class", "topics:opera", cwd=news, code=2)

    assert "there are all, topics:culture" in answer.stderr


def test_classes_are_listed_with_their_readers(news: Path) -> None:
    shown = digest("edition", "show", "morning", cwd=news).stdout
    data = json.loads(digest("edition", "show", "morning", "--json", cwd=news).stdout)
    coming = json.loads(digest("next", "--json", cwd=news).stdout)

    assert "topics:culture  words of topics:culture" in shown
    assert [(one["class"], one["readers"]) for one in data["classes"]] == [("all", 1), ("topics:culture", 1)]
    assert [one["class"] for one in coming[0]["classes"]] == ["all", "topics:culture"]
    assert "topics:culture" in digest("next", cwd=news).stdout
    assert (
        "replayed: the same"
        in digest("edition", "explain", "morning", "--class", "topics:culture", cwd=news).stderr
    )


def test_breaking_news_goes_to_those_who_want_nothing_else_and_is_marked(tmp_path: Path) -> None:
    digest("init", "news", cwd=tmp_path)
    news = tmp_path / "news"
    usual = json.loads(digest("send", "morning", "--dry-run", "--json", cwd=news).stdout)

    digest("send", "morning", "--slot", "flash", "--breaking", "--yes", cwd=news)

    data = json.loads(digest("edition", "show", f"{usual['edition']}/flash", "--json", cwd=news).stdout)
    assert data["breaking"] is True
    assert data["state"] == "sent"
    assert "marked as breaking news" in [line["what"] for line in data["history"]]
    again = digest("send", "morning", "--slot", "flash", "--breaking", "--yes", cwd=news, code=2)
    assert "was sent already" in again.stderr


def test_an_edition_is_marked_as_breaking_news_and_unmarked(news: Path) -> None:
    digest("edition", "breaking", "morning", cwd=news)
    marked = json.loads(digest("edition", "show", "morning", "--json", cwd=news).stdout)
    again = digest("edition", "breaking", "morning", cwd=news).stderr
    digest("edition", "breaking", "morning", "--undo", cwd=news)

    unmarked = json.loads(digest("edition", "show", "morning", "--json", cwd=news).stdout)
    assert (marked["breaking"], unmarked["breaking"]) == (True, False)
    assert "was so already" in again
    assert "marked as breaking news no more" in [line["what"] for line in unmarked["history"]]
