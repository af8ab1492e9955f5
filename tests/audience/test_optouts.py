"""The opt-out file: nothing that was promised is lost."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.builders import said
from digest.audience.optouts import OptOuts, merge
from digest.model.consent import newest
from digest.model.errors import StoreError
from digest.model.subscriber import EVERYTHING, Saying, Word

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
def file(tmp_path: Path) -> OptOuts:
    return OptOuts(tmp_path / "state" / "opt-outs.jsonl", [KEY])


def test_what_was_said_is_read_back_in_order(file: OptOuts) -> None:
    words = [
        said(Word.NO, "morning"),
        said(Word.YES, "morning", minute=1),
        said(Word.NO, EVERYTHING, minute=2),
    ]

    file.say(words[:2])
    file.say(words[2:])

    assert list(file.read().sayings) == words
    assert file.read().findings == ()


def test_a_file_that_is_not_there_is_empty(file: OptOuts) -> None:
    assert file.read().sayings == ()
    assert (file.size(), file.identity(), file.key_fits()) == (0, "", None)


def test_reading_goes_on_where_it_stopped(file: OptOuts) -> None:
    file.say([said(Word.NO, "morning")])
    end = file.read().end
    file.say([said(Word.NO, "weekend")])

    tail = file.read(end)

    assert [saying.scope for saying in tail.sayings] == ["weekend"]
    assert tail.end == file.size()
    assert file.read(tail.end).sayings == ()


def test_it_can_be_read_piece_by_piece(file: OptOuts) -> None:
    words = [said(Word.NO, f"digest-{number}") for number in range(40)]
    file.say(words)
    found: list[Saying] = []
    start = 0

    while start < file.size():
        tail = file.read(start, most=300)
        assert tail.end > start
        found.extend(tail.sayings)
        start = tail.end

    assert found == words


@pytest.mark.parametrize("kept", [1, 20, 60])
def test_a_line_that_a_crash_cut_short_is_reported_and_harms_no_other(file: OptOuts, kept: int) -> None:
    file.say([said(Word.NO, "morning")])
    whole = file.path.read_bytes()
    file.say([said(Word.NO, "weekend")])
    file.path.write_bytes(file.path.read_bytes()[: len(whole) + kept])

    tail = file.read()

    assert [saying.scope for saying in tail.sayings] == ["morning"]
    assert [finding.code for finding in tail.findings] == ["opt-out-line-cut"]
    assert tail.end == len(whole)

    file.say([said(Word.NO, "film")])

    assert [saying.scope for saying in file.read().sayings] == ["morning", "film"]
    assert [finding.code for finding in file.read().findings] == ["opt-out-line-damaged"]
    assert [saying.scope for saying in file.read(tail.end).sayings] == ["film"]


def test_nobody_can_be_read_out_of_it(file: OptOuts) -> None:
    file.say([said(Word.NO, "morning", who=file.who("ada@post.example"))])

    assert "post.example" not in file.path.read_text()
    assert file.path.stat().st_mode & 0o077 == 0


def test_it_keeps_the_key_that_it_was_made_with_when_keys_rotate(file: OptOuts) -> None:
    who = file.who("ada@post.example")
    file.say([said(Word.NO, "morning", who=who)])

    rotated = OptOuts(file.path, [OTHER, KEY])

    assert rotated.who("ada@post.example") == who
    assert rotated.key_fits() is True


def test_another_newsrooms_key_does_not_open_it(file: OptOuts) -> None:
    file.say([said(Word.NO, "morning")])
    stranger = OptOuts(file.path, [OTHER])

    assert stranger.key_fits() is False
    with pytest.raises(StoreError, match="another key"):
        stranger.who("ada@post.example")


def test_a_file_put_in_its_place_is_noticed(file: OptOuts, tmp_path: Path) -> None:
    file.say([said(Word.NO, "morning")])
    restored = OptOuts(tmp_path / "backup.jsonl", [KEY])
    restored.say([said(Word.NO, "weekend")])
    os.replace(restored.path, file.path)

    file.say([said(Word.NO, "film")])

    assert [saying.scope for saying in file.read().sayings] == ["weekend", "film"]


def test_it_says_when_it_cannot_keep_a_promise(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(StoreError, match="nothing was kept"):
        OptOuts(tmp_path / "folder", [KEY]).say([said(Word.NO, "morning")])


def test_many_threads_lose_nothing_and_mix_no_lines(file: OptOuts) -> None:
    def speak(number: int) -> None:
        for turn in range(20):
            file.say([said(Word.NO, f"{number}-{turn}")])

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    tail = file.read()
    assert {saying.scope for saying in tail.sayings} == {f"{n}-{t}" for n in range(8) for t in range(20)}
    assert tail.findings == ()


_SPEAKER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from digest.audience.optouts import OptOuts
from digest.model.subscriber import Saying, Word
file = OptOuts(Path(sys.argv[1]), [b"k" * 32])
for turn in range(10**9):
    scope = f"{sys.argv[2]}-{turn}"
    file.say([Saying(at=datetime.now(UTC), who="ab" * 20, scope=scope, word=Word.NO, source="page")])
    print(scope, flush=True)
"""


@pytest.mark.crash
def test_whatever_was_promised_before_a_kill_is_there(file: OptOuts) -> None:
    speakers = [
        subprocess.Popen(
            [sys.executable, "-c", _SPEAKER, file.path, str(n)], stdout=subprocess.PIPE, text=True
        )
        for n in range(2)
    ]
    promised: list[str] = []
    for speaker in speakers:
        assert speaker.stdout is not None
        promised += [speaker.stdout.readline().strip() for _ in range(20)]
        speaker.kill()
        promised += [line for line in speaker.stdout.read().split("\n")[:-1] if line]
        speaker.stdout.close()
        speaker.wait()

    found = {saying.scope for saying in file.read().sayings}

    assert set(promised) <= found


def test_merging_adds_what_only_the_other_knows(file: OptOuts, tmp_path: Path) -> None:
    both, here, there = said(Word.NO, "both"), said(Word.NO, "here"), said(Word.NO, "there")
    other = OptOuts(tmp_path / "other.jsonl", [KEY])
    file.say([both, here])
    other.say([both, there])

    assert merge(file, [other]) == 1
    assert set(file.read().sayings) == {both, here, there}
    assert merge(file, [other]) == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            said,
            st.sampled_from(list(Word)),
            st.sampled_from(["morning", EVERYTHING]),
            minute=st.integers(0, 9),
            source=st.text(max_size=8),
        ),
        max_size=12,
    ),
    st.integers(0, 12),
)
def test_two_halves_merged_say_what_the_whole_says(
    tmp_path_factory: pytest.TempPathFactory, words: list[Saying], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("merge")
    left, right = OptOuts(folder / "left", [KEY]), OptOuts(folder / "right", [KEY])
    left.say(words[:cut])
    right.say(words[cut:])

    merge(left, [right])

    expected = {key: saying.word for key, saying in newest(words).items()}
    assert {key: saying.word for key, saying in newest(left.read().sayings).items()} == expected


def test_every_line_is_one_json_object(file: OptOuts) -> None:
    file.say([said(Word.NO, "morning", source='a "quote"\nand a line')])

    lines = file.path.read_text().splitlines()

    assert [sorted(json.loads(line)) for line in lines] == [
        ["file", "format", "key"],
        ["at", "scope", "source", "who", "word"],
    ]
