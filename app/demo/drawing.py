"""The photographs of the demo country: drawn by code, so that no foreign picture is shipped."""

import io
import random

from PIL import Image, ImageDraw

SIZE, SENT = (1200, 800), (600, 400)
ASPHALT, KERB, WATER, METAL = (92, 94, 98), (176, 172, 162), (120, 156, 176), (196, 198, 194)


def picture(subject: str) -> bytes:
    """A PNG of a `puddle`, a `pothole`, a `meter` or a dark `street`. Raises KeyError for another subject."""
    image = _ground(subject)
    _SCENES[subject](ImageDraw.Draw(image))
    written = io.BytesIO()
    image.resize(SENT).save(written, "PNG")
    return written.getvalue()


def _ground(subject: str) -> Image.Image:
    """Asphalt with its grain; the same for the same subject."""
    grains = random.Random(subject)  # noqa: S311  # a picture, no secret
    image = Image.new("RGB", SIZE, ASPHALT)
    draw = ImageDraw.Draw(image)
    for _ in range(2500):
        x, y, shade = grains.randrange(SIZE[0]), grains.randrange(SIZE[1]), grains.randrange(70, 118)
        draw.ellipse((x, y, x + 5, y + 4), fill=(shade, shade, shade + 3))
    return image


def _puddle(draw: ImageDraw.ImageDraw) -> None:
    draw.polygon([(0, 0), (1200, 0), (1200, 170), (0, 250)], fill=KERB)
    draw.line([(0, 250), (1200, 170)], fill=(120, 116, 108), width=14)
    draw.ellipse((180, 330, 1010, 690), fill=WATER)
    draw.ellipse((300, 380, 780, 590), fill=(150, 182, 198))
    draw.ellipse((560, 290, 660, 350), fill=(64, 60, 56))


def _pothole(draw: ImageDraw.ImageDraw) -> None:
    for x in range(-60, 1200, 300):
        draw.rectangle((x, 90, x + 160, 112), fill=(222, 220, 210))
    draw.polygon([(330, 380), (560, 300), (820, 350), (900, 520), (640, 640), (380, 570)], fill=(44, 42, 42))
    draw.polygon([(420, 420), (580, 360), (770, 400), (800, 500), (630, 570), (450, 520)], fill=(28, 27, 28))


def _meter(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((260, 60, 940, 740), fill=METAL, outline=(120, 122, 120), width=22)
    draw.rectangle((380, 300, 820, 420), fill=(24, 26, 28))
    for place, digit in enumerate("0047291"):
        draw.text((402 + place * 58, 312), digit, fill=(240, 240, 232), font_size=84)
    draw.text((548, 452), "m³", fill=(40, 42, 44), font_size=64)


def _street(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, 1200, 800), fill=(16, 20, 32))
    draw.polygon([(420, 800), (560, 330), (640, 330), (780, 800)], fill=(30, 32, 40))
    for x in (250, 960):
        draw.line([(x, 760), (x, 220), (x + 90, 200)], fill=(58, 62, 70), width=12)
    draw.ellipse((20, 330, 60, 370), fill=(240, 206, 120))


_SCENES = {"puddle": _puddle, "pothole": _pothole, "meter": _meter, "street": _street}
