"""A picture of a mail, as a browser paints it: PNG, as long as the mail is."""

import base64
import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from digest.flows.browser import look
from digest.flows.pictures import STORED_NAME
from digest.model.errors import OutsideMissing

#: Pixels down to which a mail is painted; a longer one is cut off.
LONGEST = 12_000
MARGIN = 24  #: pixels of ground that are left below the mail
#: Nothing in the page runs or loads anything; its pictures are written into it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_KINDS = {"jpg": "image/jpeg", "png": "image/png"}


def screenshot(html: str, *, width: int, pictures: Path, address: str = "/pictures/") -> bytes:
    """Return `html` painted `width` pixels wide.

    Args:
        html: as a frame shows it.
        pictures: the folder of the stored pictures.
        address: what stands before a stored picture's name in `html`.

    Raises:
        OutsideMissing: there is no browser, or it did not answer.
    """
    with TemporaryDirectory(prefix="digest-screenshot-") as name:
        folder = Path(name)
        page, picture = folder / "mail.html", folder / "mail.png"
        page.write_text(sealed(with_pictures(html, pictures, address)), encoding="utf-8")
        look(
            page,
            f"--screenshot={picture}",
            f"--window-size={width},{LONGEST}",
            "--force-device-scale-factor=1",
        )
        if not picture.is_file():
            raise OutsideMissing("chromium", "it painted nothing")
        return trimmed(picture.read_bytes())


def sealed(html: str) -> str:
    """Return `html` under a policy by which it can neither run nor fetch anything."""
    tag = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    found = _HEAD.search(html)
    if found is None:
        return f"<!DOCTYPE html><html><head>{tag}</head>{html}"
    return f"{html[: found.end()]}{tag}{html[found.end() :]}"


def with_pictures(html: str, pictures: Path, address: str) -> str:
    """Return `html` with its stored pictures written into it."""

    def embedded(match: re.Match[str]) -> str:
        path = pictures / match[1]
        if not STORED_NAME.fullmatch(match[1]) or not path.is_file():
            return match[0]
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        return f'"data:{_KINDS[path.suffix.removeprefix(".")]};base64,{data}"'

    return re.sub(rf'"{re.escape(address)}([0-9a-f.a-z]+)"', embedded, html)


def trimmed(picture: bytes) -> bytes:
    """Return a picture without the empty ground below what is painted."""
    from PIL import Image, ImageChops

    with Image.open(io.BytesIO(picture)) as opened:
        whole = opened.convert("RGB")
    ground = Image.new("RGB", whole.size, whole.getpixel((0, whole.height - 1)))
    painted = ImageChops.difference(whole, ground).getbbox()
    bottom = min(whole.height, (painted[3] if painted else 0) + MARGIN)
    out = io.BytesIO()
    whole.crop((0, 0, whole.width, bottom)).save(out, "PNG", optimize=True)
    return out.getvalue()
