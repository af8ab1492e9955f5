"""Proofs and files: an edition written down, and nothing else with it."""

from pathlib import Path

from digest.flows.compose import occasion_named
from digest.flows.proof import write_edition
from newsroom import NOW, open_newsroom, story


def test_a_storys_link_never_copies_a_private_file_beside_the_edition(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path / "news")
    trap = "https://letters.gazette.example/pictures/../../secrets.env"
    text = story("A trap is laid in the mill race", "05:45", "town", 9)
    text = text.replace("https://gazette.example/a-trap-is-laid-in-the-mill-race", trap)
    (house.folder / "stories" / "trap.md").write_text(text, encoding="utf-8")
    key = house.keys[0]  # makes secrets.env
    house.gather(house.schedule.sources, now=NOW)
    digest = house.schedule.digest("morning")
    made = house.draft(digest, occasion_named(digest, "morning/2026-11-23"), now=NOW)

    out = tmp_path / "www" / "today"
    write_edition(
        made, out, newsroom=house.newsroom, digest=digest, pictures=house.pictures, key=key, now=NOW
    )  # fmt: skip

    assert "trap is laid" in (out / "edition.html").read_text("utf-8")
    assert not [path for path in tmp_path.rglob("secrets.env") if path.parent != house.folder]
    house.close()
