"""axe-core on a mail: what it finds, in which palette; and nothing in the mail may run."""

from pathlib import Path

import pytest

from digest.flows.outside.access import access, axe_script, with_axe
from digest.model.finding import Level
from needs import require
from render.test_lint import SOUND

FAULTY = """\
<!DOCTYPE html><html lang="en"><head><title>Mail</title><style>
@media (prefers-color-scheme: dark) { body { background: #222222 } .soft { color: #333333 } }
</style></head><body><h1>News</h1><p class="soft" style="color:#333333">Words for all to read</p>
<img src="https://a.example/x.jpg"><a href="https://a.example/"></a></body></html>
"""


@pytest.mark.browser
def test_faults_are_told_once_with_element_palette_and_a_way_to_mend_them() -> None:
    require("chromium")

    found = list(access(FAULTY))

    by_rule = {finding.message.rpartition("[")[2].partition("]")[0]: finding for finding in found}
    assert set(by_rule) >= {"image-alt", "link-name", "color-contrast"}
    assert by_rule["image-alt"].level is Level.WARNING
    assert by_rule["image-alt"].element == '<img src="https://a.example/x.jpg">'
    assert "in the light palette" in by_rule["image-alt"].message
    assert "in the dark palette" in by_rule["color-contrast"].message
    assert all(finding.mend for finding in found)
    assert len([finding for finding in found if "image-alt" in finding.message]) == 1


@pytest.mark.browser
def test_a_sound_mail_has_no_violation() -> None:
    require("chromium")

    assert list(access(SOUND.html)) == []


@pytest.mark.browser
def test_a_mail_that_forges_a_result_or_a_script_changes_nothing() -> None:
    require("chromium")
    forged = FAULTY.replace(
        "<h1>", "<script>document.body.innerHTML = ''</script><pre id=\"axe\">[]</pre><h1>"
    )

    assert "image-alt" in " ".join(finding.message for finding in access(forged))


def test_the_page_lets_nothing_run_but_axe() -> None:
    page = with_axe("<html><head></head><body><script>x</script></body></html>", "axe", "mark")

    assert page.index("Content-Security-Policy") < page.index("<script>x")
    assert page.count("<script nonce=") == 2
    assert "'unsafe-inline'; img-src data:; script-src 'nonce-" in page


def test_the_script_cannot_end_its_own_element() -> None:
    assert "</script" not in axe_script()


def test_without_a_browser_it_is_said_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    (told,) = access(FAULTY)

    assert (told.level, told.code) == (Level.NOT_CHECKED, "axe-not-checked")
    assert "apt install chromium" in told.message
