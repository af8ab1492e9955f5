"""What every suite may use: a browser, and a way to say what a test needs (see `needs`)."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from needs import require as require_now

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the whole test run."""
    parser.addoption(
        "--pictures",
        metavar="DIR",
        default=None,
        help="keep the pictures that browser tests take of mails and pages in DIR (docs/pictures)",
    )
    parser.addoption(
        "--accept",
        action="store_true",
        help="write tests/golden/ anew from what is rendered; look at the diff",
    )


@pytest.fixture(scope="session")
def require() -> Callable[..., str]:
    """`needs.require`, for suites that would rather ask for it as a fixture."""
    return require_now


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """Debian's chromium, without a window. Tests that use it are marked `browser`.

    One for each module, because Playwright's event loop must be gone before a test of another
    module runs its own. Every test makes its own context and so shares nothing.
    """
    program = require_now("chromium")
    require_now("playwright", present=find_spec("playwright") is not None, how="pip install playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of that name in tests/golden/, or write it with `--accept`."""
    folder = Path(__file__).parent / "golden"

    def compare(name: str, text: str) -> None:
        path = folder / name
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"{name}: no golden file: look at what is rendered, then run pytest --accept"
        assert text.splitlines() == path.read_text("utf-8").splitlines()

    return compare


@pytest.fixture
def picture_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where a browser test leaves its pictures: the folder of `--pictures`, else a temporary one."""
    told = request.config.getoption("--pictures")
    folder = Path(told) if told else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
