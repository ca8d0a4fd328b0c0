"""The images of a row of data: files beside the data file, or the bytes that a data set of the hub has."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from ...agents.errors import BadData
from ...agents.parts import Image

FIELDS: Final = ("image", "images")


def images_of(fields: Mapping[str, Any], where: str, folder: Path | None) -> tuple[Image, ...]:
    """The images in the field `image` or `images`: paths relative to the data file, or images of the hub.

    Raises `BadData` for a file that is missing or not an image.
    """
    found: list[Image] = []
    for name in FIELDS:
        value = fields.get(name)
        several = value if isinstance(value, list | tuple) else [] if value is None else [value]
        found += [image_of(one, f"{where}: {name}", folder) for one in several]
    return tuple(found)


def image_of(value: Any, where: str, folder: Path | None) -> Image:  # noqa: ANN401 - what a data set has
    """One image: a path, a mapping with `bytes`, or a picture that the `datasets` library decoded."""
    if isinstance(value, str):
        return Image.from_file((folder or Path()) / value, where=where)
    if isinstance(value, Mapping) and isinstance(value.get("bytes"), bytes):
        return Image.from_bytes(value["bytes"], where=where)
    if hasattr(value, "save"):
        written = BytesIO()
        value.save(written, format="PNG")
        return Image.from_bytes(written.getvalue(), where=where)
    raise BadData(f"{where}: {str(value)[:40]!r} is not an image. Give the path of a PNG, JPEG, GIF or WebP file.")
