"""A browser that is started for one look at a page, without a network, and ended with a time limit.

Chromium, where it is installed; a profile of its own in a temporary folder, thrown away after.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from digest.model.errors import OutsideMissing

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
#: Seconds for one look.
PATIENCE = 30.0
#: Nothing is asked of any network: no name resolves, and no proxy is there.
_ALONE = (
    "--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--no-default-browser-check",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--mute-audio", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
)  # fmt: skip


def browser() -> str:
    """Return the browser's path.

    Raises:
        OutsideMissing: there is none.
    """
    found = next(filter(None, (shutil.which(name) for name in NAMES)), None)
    if found is None:
        raise OutsideMissing("chromium", "it is not installed: apt install chromium")
    return found


def look(page: Path, *arguments: str, within: float = PATIENCE) -> bytes:
    """Open `page` with `arguments` of the browser, and return what it prints.

    Raises:
        OutsideMissing: there is no browser, it did not answer in time, or it failed.
    """
    program = browser()
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()  # its own cage does not work for root
    with TemporaryDirectory(prefix="digest-browser-") as profile:
        command = [program, *_ALONE, *root, f"--user-data-dir={profile}", *arguments, page.as_uri()]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
            cwd=profile, start_new_session=True,
            env={"PATH": os.environ.get("PATH", ""), "HOME": profile, "LANG": "C.UTF-8"},
        ) as process:  # fmt: skip
            try:
                printed, _ = process.communicate(timeout=within)
            except subprocess.TimeoutExpired as error:
                raise OutsideMissing("chromium", f"it did not answer within {within:g} seconds") from error
            finally:
                _end(process)
    if process.returncode != 0:
        raise OutsideMissing("chromium", f"it failed with {process.returncode}")
    return printed


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the browser with all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
