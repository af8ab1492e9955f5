"""What SpamAssassin thinks of a message, where it is installed: offline, and it learns nothing from it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from tempfile import TemporaryDirectory

from digest.model.errors import OutsideMissing
from digest.model.finding import Finding, Level

PROGRAM = "spamassassin"
#: Seconds for one message.
PATIENCE = 60.0
#: Nothing is asked of the network (-L), nothing learned, no file of the user's touched.
_ARGUMENTS = ("--local", "--test-mode", "--nocreate-prefs", "--cf=use_bayes 0", "--cf=use_auto_whitelist 0")
_STATUS = re.compile(r"^X-Spam-Status: (?:Yes|No), score=(-?[\d.]+) required=([\d.]+)", re.MULTILINE)
_RULE = re.compile(r"^ *(-?\d+(?:\.\d)?) ([A-Z][A-Z0-9_]+) +(.*(?:\n {20,}\S.*)*)", re.MULTILINE)
_TOLD = 0.1  #: points from which a rule is worth telling


def spam(message: bytes) -> Iterator[Finding]:
    """Yield what counts against a message, a rule each, and whether it would be taken for spam."""
    try:
        said = judged(message)
    except OutsideMissing as missing:
        yield Finding(level=Level.NOT_CHECKED, code="spam-not-checked", message=str(missing))
        return
    status = _STATUS.search(said)
    if status is None:
        told = "spamassassin: answered without a score"
        yield Finding(level=Level.NOT_CHECKED, code="spam-not-checked", message=told)
        return
    score, required = float(status[1]), float(status[2])
    if score >= required:
        told = f"SpamAssassin: {score:g} points, and {required:g} make it spam"
        yield Finding(level=Level.WARNING, code="spam-likely", message=told, part="headers", where="the mail")
    for points, name, what in _RULE.findall(said.rpartition("Content analysis details:")[2]):
        if float(points) >= _TOLD:
            told = f"{' '.join(what.split())} (+{float(points):g} of {required:g})"
            yield Finding(level=Level.NOTE, code="spam-rule", message=told, where=name)


def judged(message: bytes) -> str:
    """Return the message as SpamAssassin hands it back, with its report.

    Raises:
        OutsideMissing: it is not installed, or did not answer.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise OutsideMissing(PROGRAM, "it is not installed: apt install spamassassin")
    with TemporaryDirectory(prefix="digest-spam-") as home:
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": home, "LANG": "C.UTF-8"}
        try:
            done = subprocess.run(
                [program, *_ARGUMENTS, f"--prefs-file={os.devnull}"], input=message, capture_output=True,
                timeout=PATIENCE, check=False, env=environment, cwd=home,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise OutsideMissing(PROGRAM, f"it did not answer within {PATIENCE:g} seconds") from error
    if done.returncode != 0:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise OutsideMissing(PROGRAM, f"it failed: {why[-1] if why else done.returncode}")
    return done.stdout.decode("utf-8", "replace")
