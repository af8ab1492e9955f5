"""Scripts of others are here as they were published, each with its licence."""

from base64 import b64encode
from hashlib import sha384

from digest.web.rendering import STATIC

VENDOR = STATIC / "vendor"


def test_every_vendored_script_has_its_hash_and_its_licence() -> None:
    listed = {}
    for line in (VENDOR / "hashes.txt").read_text("utf-8").splitlines():
        kind, hash, name = line.split()
        assert kind == "sha384"
        listed[name] = hash

    there = {
        path.name: b64encode(sha384(path.read_bytes()).digest()).decode() for path in VENDOR.glob("*.js")
    }
    assert there == listed
    for name in there:
        assert (VENDOR / f"{name.partition('-')[0]}.LICENSE").is_file()


def test_no_page_of_ours_carries_a_script_or_a_style_of_its_own() -> None:
    import re

    pages = list((STATIC.parent / "templates").rglob("*.html"))

    assert pages
    for page in pages:
        text = page.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text), page.name
