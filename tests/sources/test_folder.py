import os
from pathlib import Path

import pytest

from digest.model.digest import Source, SourceKind
from digest.model.errors import SourceUnreachable
from digest.model.story import Reading
from digest.sources.folder import MAX_FILE_BYTES, read_folder
from sources.making import NOW, codes, source

WIRE = (
    "Boat\n\nReedport (NPA) – The ferry sailed to the landing on Saturday with its books.\n\nIt sails on./.\n"
)
MARKDOWN = "---\nheadline: Race\nlanguage: en\n---\nTwenty-four crews.\n"
PAGE = """<html lang="en"><head><title>Market</title></head><body><h1>Market</h1>
<p>The covered market gets a new roof, and the traders will move to the quay for eighteen months.</p>
<p>The town says that the work will cost less than planned, since the old beams are still sound.</p>
</body></html>"""
NINJS = '{"uri": "urn:1", "headline": "Nets", "body_text": "A class keeps a craft alive.", "language": "en"}'


@pytest.fixture
def wire() -> Source:
    return source(SourceKind.FOLDER, location="stories/wire")


def put(root: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        path = root / "stories" / "wire" / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def read(folder: Source, root: Path) -> Reading:
    return read_folder(folder, root, now=NOW)


def test_every_kind_of_file_becomes_a_story_with_its_path(wire: Source, tmp_path: Path) -> None:
    put(tmp_path, a_txt=WIRE, b_md=MARKDOWN, c_html=PAGE, sub__d_json=NINJS)

    stories = read(wire, tmp_path).stories

    assert [(story.path, story.headline) for story in stories] == [
        ("a.txt", "Boat"), ("b.md", "Race"), ("c.html", "Market"), ("sub/d.json", "Nets"),
    ]  # fmt: skip
    assert len({story.id for story in stories}) == 4
    assert {story.language for story in stories} == {"en"}


def test_hidden_files_drafts_pictures_and_the_readme_are_left_alone(wire: Source, tmp_path: Path) -> None:
    put(tmp_path, a_txt=WIRE, README_md="# Not a story", p_jpg=b"\xff")
    (tmp_path / "stories/wire/_draft.md").write_text(MARKDOWN)
    (tmp_path / "stories/wire/.hidden.md").write_text(MARKDOWN)

    assert [story.path for story in read(wire, tmp_path).stories] == ["a.txt"]


def test_one_bad_file_is_a_finding_and_the_others_are_read(wire: Source, tmp_path: Path) -> None:
    put(tmp_path, a_json="{", b_txt="x" * (MAX_FILE_BYTES + 1), c_html="<p>", d_txt=WIRE, e_txt="")

    reading = read(wire, tmp_path)

    assert [story.path for story in reading.stories] == ["d.txt"]
    assert [f.where for f in reading.findings if f.code != "no-time"] == [
        "a.json:1:2",
        "b.txt",
        "c.html",
        "e.txt",
    ]


def test_a_text_in_an_old_encoding_is_read_and_doubted(tmp_path: Path) -> None:
    put(
        tmp_path,
        a_txt="Thư viện\n\nBến Sậy (TTXVN) - Phà đã đi.\n".encode("utf-16"),
        b_txt="Café\n\nx.\n".encode("cp1252"),
    )

    reading = read(source(SourceKind.FOLDER, location="stories/wire", language="fr"), tmp_path)

    assert [story.headline for story in reading.stories] == ["Thư viện", "Café"]
    assert [f.where for f in reading.findings if f.code == "encoding-guessed"] == ["b.txt"]


def test_a_folder_that_is_not_there_is_unreachable(wire: Source, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachable, match="no such folder"):
        read(wire, tmp_path)


def test_one_file_may_stand_for_a_folder(tmp_path: Path) -> None:
    put(tmp_path, a_txt=WIRE)

    (story,) = read(source(SourceKind.FOLDER, location="stories/wire/a.txt"), tmp_path).stories

    assert story.path == "a.txt"


def test_pictures_are_named_relative_to_the_newsroom(wire: Source, tmp_path: Path) -> None:
    put(tmp_path, a_md="---\nheadline: A\nimage: {file: ../pictures/p.jpg, alt: x}\n---\nT.", n_json=NINJS)
    (tmp_path / "stories/pictures").mkdir()
    (tmp_path / "stories/pictures/p.jpg").write_bytes(b"x")

    assert read(wire, tmp_path).stories[0].images[0].url == "stories/pictures/p.jpg"


@pytest.mark.parametrize("name", ["nothing.jpg", "../../../outside.jpg", "/etc/hostname", "link.jpg"])
def test_a_picture_that_is_not_there_or_lies_outside_is_a_finding(
    wire: Source, tmp_path: Path, name: str
) -> None:
    root = tmp_path / "news"
    (tmp_path / "outside.jpg").write_bytes(b"x")
    put(root, a_md=f"---\nheadline: A\nimage: {{file: {name}, alt: x, caption: C}}\n---\nT.")
    os.symlink(tmp_path / "outside.jpg", root / "stories/wire/link.jpg")

    reading = read(wire, root)

    assert reading.stories[0].images[0].url is None
    assert "image-missing" in codes(reading)


def test_a_file_without_leave_to_read_is_a_finding(wire: Source, tmp_path: Path) -> None:
    put(tmp_path, a_txt=WIRE)
    (tmp_path / "stories/wire/gone.txt").symlink_to(tmp_path / "nowhere.txt")

    reading = read(wire, tmp_path)

    assert len(reading.stories) == 1
    assert "file-unreadable" in codes(reading)
