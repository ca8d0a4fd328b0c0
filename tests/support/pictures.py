"""Small pictures of one colour."""

from io import BytesIO
from pathlib import Path

from PIL import Image as Picture


def png(colour: str = "red", size: tuple[int, int] = (3, 2)) -> bytes:
    written = BytesIO()
    Picture.new("RGB", size, colour).save(written, format="PNG")
    return written.getvalue()


def draw(path: Path, colour: str = "red") -> Path:
    """A PNG file."""
    path.write_bytes(png(colour))
    return path
