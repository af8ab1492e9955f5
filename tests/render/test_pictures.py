"""Pictures come out upright, small, and in a form that every mail program shows."""

import io
import struct
import zlib

import pytest
from PIL import Image

from digest.model.errors import PictureUnusable
from digest.render.pictures import MAX_BYTES, prepare
from render.paper import landscape


def photo(size: tuple[int, int], form: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    """Return noise: a picture with many colours, as a photograph has."""
    image = Image.effect_noise(size, 80).convert("RGB")
    image = Image.merge("RGB", (image.getchannel(0), image.getchannel(1).rotate(180), image.getchannel(2)))
    out = io.BytesIO()
    image.convert(mode).save(out, form, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_large_photograph_is_printed_at_twice_its_width() -> None:
    made = prepare(landscape(1, (3000, 2000)), printed_width=600)

    assert (made.width, made.height) == (1200, 800)
    assert opened(made.data).size == (1200, 800)
    assert made.content_type == "image/jpeg"
    assert made.name.endswith(".jpg")
    assert len(made.data) < 300_000


def test_a_small_picture_is_not_blown_up() -> None:
    made = prepare(photo((320, 200)))

    assert (made.width, made.height) == (320, 200)


def test_a_thumbnail_is_cropped_to_its_shape() -> None:
    made = prepare(photo((1000, 1000)), printed_width=132, shape=(3, 2))

    assert (made.width, made.height) == (264, 176)


def test_a_tall_picture_keeps_its_upper_part() -> None:
    image = Image.new("RGB", (600, 1800), "blue")
    image.paste("red", (0, 0, 600, 600))
    out = io.BytesIO()
    image.save(out, "PNG")

    made = opened(prepare(out.getvalue()).data).convert("RGB")

    assert made.size == (600, 900)
    assert made.getpixel((300, 10)) == (255, 0, 0)


def test_a_phone_s_rotation_is_applied_and_its_data_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated by 90 degrees
    exif[0x010F] = "Maker of phones"
    data = photo((800, 400), exif=exif.tobytes())

    made = prepare(data)

    assert (made.width, made.height) == (400, 600)  # and not taller than one and a half times its width
    assert not opened(made.data).getexif()
    assert b"Maker of phones" not in made.data


def linear_profile() -> bytes:
    """Return a small colour profile (ICC 2.1) with the primaries of sRGB and a gamma of 1."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    words = b"linear\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(words)) + words + b"\0" * 78,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": xyz(0.9505, 1.0, 1.0891),
        b"rXYZ": xyz(0.4361, 0.2225, 0.0139),
        b"gXYZ": xyz(0.3851, 0.7169, 0.0971),
        b"bXYZ": xyz(0.1431, 0.0606, 0.7141),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), b"curv\0\0\0\0\0\0\0\0"),
    }
    table, body = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        value += b"\0" * (-len(value) % 4)
        table += name + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(body), len(value))
        body += value
    head = struct.pack(
        ">I4sI4s4s4s12s4s4sIIIIIIiiiI44x", 132 + 12 * len(tags) + len(body), b"", 0x02100000, b"mntr",
        b"RGB ", b"XYZ ", b"", b"acsp", b"", 0, 0, 0, 0, 0, 0, 63190, 65536, 54061, 0,
    )  # fmt: skip
    return head + table + body


def test_colours_are_turned_into_those_that_every_program_shows() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (128, 128, 128)).save(out, "JPEG", icc_profile=linear_profile(), quality=95)

    made = opened(prepare(out.getvalue()).data).convert("RGB")

    red, _, _ = made.getpixel((150, 100))  # type: ignore[misc]
    assert 183 <= red <= 193  # half the light is 188 of 255 in sRGB
    assert "icc_profile" not in made.info


def test_a_broken_profile_does_no_harm() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (128, 128, 128)).save(out, "JPEG", icc_profile=b"nonsense" * 40)

    assert prepare(out.getvalue()).width == 300


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_common_form_becomes_jpeg_or_png(form: str) -> None:
    made = prepare(photo((300, 200), form))

    assert opened(made.data).format in ("JPEG", "PNG")


def test_a_see_through_drawing_stays_see_through() -> None:
    image = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    image.paste((200, 20, 20, 255), (50, 50, 150, 150))
    out = io.BytesIO()
    image.save(out, "PNG")

    made = prepare(out.getvalue())

    assert made.content_type == "image/png"
    assert opened(made.data).convert("RGBA").getpixel((0, 0))[3] == 0


def test_the_first_picture_of_an_animation_is_taken() -> None:
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

    made = opened(prepare(out.getvalue()).data).convert("RGB")

    assert made.getpixel((50, 50)) == (255, 0, 0)


def test_cmyk_and_grey_become_colours_of_the_screen() -> None:
    assert opened(prepare(photo((300, 200), mode="CMYK")).data).mode == "RGB"
    assert prepare(photo((300, 200), mode="L")).width == 300


def test_the_same_picture_lands_on_the_same_name() -> None:
    data = landscape(2, (900, 600))

    assert prepare(data).name == prepare(data).name
    assert prepare(data).name != prepare(landscape(3, (900, 600))).name


def bomb() -> bytes:
    """Return a tiny PNG that says it is 30,000 by 30,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a picture"),
        (b"<html>not found</html>", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (photo((400, 300))[:5000], "broken"),
        (photo((1, 1)), "too small"),
        (bomb(), "too many pixels"),
        (b"\xff" * (MAX_BYTES + 1), "at most"),
    ],
    ids=["empty", "a page", "svg", "cut off", "tracking pixel", "bomb", "too long"],
)
def test_what_is_no_picture_for_a_mail_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(PictureUnusable, match=said):
        prepare(data)
