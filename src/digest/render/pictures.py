"""Make a picture fit for mail: small enough, the right way up, in a form that Outlook can show.

A picture is printed at some width in CSS pixels and stored at twice that, for dense screens.
Photographs become JPEG, drawings with few colours or transparency PNG. Its name comes from
its bytes, so the same picture lands on the same file.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.model.errors import PictureUnusable

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000  #: of the original: 8,660 x 5,773; a bomb is refused before it is unpacked
MIN_SIDE = 24  #: pixels; smaller is a tracking pixel or an ornament
MAX_TALL = 1.5  #: height by width of a whole picture; taller ones are cropped
JPEG_QUALITY = 80
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPicture:
    """A prepared picture that has an address."""

    address: str  #: absolute, as it goes into the mail
    width: int  #: pixels of the file
    height: int
    thumbnail: "PlacedPicture | None" = None  #: the small print of the same picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture ready to be stored."""

    data: bytes
    name: str  #: `HASH.jpg` or `HASH.png`
    content_type: str
    width: int
    height: int


def prepare(data: bytes, *, printed_width: int = 600, shape: tuple[int, int] | None = None) -> Picture:
    """Return the picture in `data` at twice `printed_width` at most; it is never made larger.

    Args:
        data: JPEG, PNG, GIF (first frame), WebP, AVIF, BMP or TIFF.
        printed_width: CSS pixels.
        shape: width to height to crop to, such as (3, 2); None keeps the picture's own, up to
            one and a half times as high as wide.

    Raises:
        PictureUnusable: too large, too small, broken, or of another kind.
    """
    if len(data) > MAX_BYTES:
        raise PictureUnusable(f"picture: {len(data):,} bytes: at most {MAX_BYTES:,}")
    whole = _opened(data, 4 * printed_width)
    cropped = _crop(whole, shape)
    width = min(cropped.width, 2 * printed_width)
    height = max(1, round(cropped.height * width / cropped.width))
    if (width, height) != cropped.size:
        from PIL import Image

        cropped = cropped.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _encoded(cropped)


def _opened(data: bytes, enough: int) -> "Image.Image":
    """Return the first frame, upright, as RGB or RGBA; a JPEG is unpacked no larger than `enough` asks."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a size that is checked here, and of odd metadata
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise PictureUnusable(f"picture: too many pixels: {image.width} x {image.height}")
            if min(image.size) < MIN_SIDE:
                raise PictureUnusable(f"picture: {image.width} x {image.height} pixels: too small to print")
            image.draft("RGB", (enough, enough))
            image.load()
            upright = ImageOps.exif_transpose(image)
    except PictureUnusable:
        raise
    except Image.DecompressionBombError as error:
        raise PictureUnusable("picture: too many pixels") from error
    except UnidentifiedImageError as error:
        raise PictureUnusable("picture: not a picture that can be read") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise PictureUnusable(f"picture: broken: {error}") from error
    clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    return _on_screen(upright.convert("RGBA" if clear else "RGB") if upright.mode != "CMYK" else upright)


def _on_screen(image: "Image.Image") -> "Image.Image":
    """Return the picture in sRGB: a phone's wide colours look pale where nobody reads its profile."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            wanted = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(image, given, wanted, outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            turned = None  # a profile for another kind of picture, or a broken one: as if there were none
        if turned is not None:
            turned.info.pop("icc_profile", None)
            return turned
    return image.convert(mode)


def _crop(image: "Image.Image", shape: tuple[int, int] | None) -> "Image.Image":
    """Return the middle of the picture; of a tall one the upper third, where faces are."""
    width, height = image.size
    ratio = shape[0] / shape[1] if shape else max(width / height, 1 / MAX_TALL)
    if width / height > ratio:
        wanted = max(1, round(height * ratio))
        left = (width - wanted) // 2
        return image.crop((left, 0, left + wanted, height)) if wanted < width else image
    wanted = max(1, round(width / ratio))
    top = (height - wanted) // 3
    return image.crop((0, top, width, top + wanted)) if wanted < height else image


def _encoded(image: "Image.Image") -> Picture:
    buffer = io.BytesIO()
    clear = image.mode == "RGBA" and image.getchannel("A").getextrema()[0] < 255  # type: ignore[operator]
    drawing = image.getcolors(maxcolors=4096) is not None
    if clear or drawing:
        image.save(buffer, "PNG", optimize=True)
        suffix, content_type = "png", "image/png"
    else:
        image.convert("RGB").save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
        suffix, content_type = "jpg", "image/jpeg"
    data = buffer.getvalue()
    name = f"{hashlib.sha256(data).hexdigest()[:32]}.{suffix}"
    return Picture(data=data, name=name, content_type=content_type, width=image.width, height=image.height)
