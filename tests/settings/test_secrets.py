import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digest.model.errors import FileWrong
from digest.settings.secrets import new_key, secret, signing_keys


def write(folder: Path, text: str) -> None:
    path = folder / "secrets.env"
    path.write_text(text, "utf-8")
    path.chmod(0o600)


def test_the_first_need_makes_a_key_that_nobody_else_can_read(tmp_path: Path) -> None:
    keys = signing_keys({}, tmp_path)

    path = tmp_path / "secrets.env"
    assert [len(key) for key in keys] == [32]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signing_keys({}, tmp_path) == keys


def test_a_key_is_added_to_a_file_that_has_other_secrets_and_no_last_line_end(tmp_path: Path) -> None:
    write(tmp_path, "DIGEST_RELAY_MAIN=local:")

    keys = signing_keys({}, tmp_path)

    assert secret("DIGEST_RELAY_MAIN", {}, tmp_path) == "local:"
    assert signing_keys({}, tmp_path) == keys


def test_many_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: signing_keys({}, tmp_path), range(32)))

    assert len(found) == 1
    assert (tmp_path / "secrets.env").read_text().count("DIGEST_SECRET=") == 1


def test_of_several_keys_the_first_signs_and_all_are_read(tmp_path: Path) -> None:
    new, old = new_key(), new_key()

    assert signing_keys({"DIGEST_SECRET": f"{new}, {old}"}, tmp_path) == (
        bytes.fromhex(new),
        bytes.fromhex(old),
    )
    assert not (tmp_path / "secrets.env").exists()


def test_a_key_that_is_none_is_refused_without_being_repeated(tmp_path: Path) -> None:
    with pytest.raises(FileWrong) as caught:
        signing_keys({"DIGEST_SECRET": "tiger7"}, tmp_path)

    assert "64 hexadecimal digits" in str(caught.value)
    assert "tiger7" not in str(caught.value)


def test_the_environment_goes_before_a_file_and_both_before_secrets_env(tmp_path: Path) -> None:
    write(tmp_path, "A=from secrets.env\nB=from secrets.env\nC=from secrets.env\n")
    (tmp_path / "b.txt").write_text("from b.txt\n")
    environment = {"A": "from the environment", "A_FILE": "nowhere", "B_FILE": "b.txt", "C": ""}

    assert secret("A", environment, tmp_path) == "from the environment"
    assert secret("B", environment, tmp_path) == "from b.txt"
    assert secret("C", environment, tmp_path) == "from secrets.env"
    assert secret("D", environment, tmp_path) is None


def test_secrets_env_is_read_as_shells_write_it(tmp_path: Path) -> None:
    write(tmp_path, "# ours\n\nexport A = 'x y'\nB=\"q#r\"\nC=a=b\nD_FILE=d.txt\n")
    (tmp_path / "d.txt").write_text("d")

    found = [secret(name, {}, tmp_path) for name in "ABCD"]

    assert found == ["x y", "q#r", "a=b", "d"]


def test_a_wrong_line_is_told_by_its_number_and_not_by_its_words(tmp_path: Path) -> None:
    write(tmp_path, "A=1\nmy password is tiger7\n")

    with pytest.raises(FileWrong) as caught:
        secret("A", {}, tmp_path)

    assert str(caught.value) == "secrets.env:2: error: a line reads NAME=value"


def test_a_file_that_is_named_but_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileWrong, match="named by A_FILE: No such file or directory"):
        secret("A", {"A_FILE": "missing"}, tmp_path)
