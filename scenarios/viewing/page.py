"""The page as one file: the built page with a document in it, as base64 that no browser takes for markup."""

from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic_core import to_json

from .document import Document

BUILT: Final = "page.html"
HERE: Final = "<!-- document -->"
"""The place in the built page at which the document is put."""


@cache
def built() -> str:
    """The built page, without a document."""
    return (files(__package__) / BUILT).read_text(encoding="utf-8")


def page(document: Document | None) -> str:
    """The page with a document; without one it asks the server that it came from.

    A document is base64 in inert elements: letters, digits, `+`, `/` and `=`, so nothing in it can be markup.
    """
    if document is None:
        return built()
    return built().replace(HERE, "".join(element(name, block) for name, block in document.blocks.items()), 1)


def element(name: str, block: bytes) -> str:
    """A block as an element that is neither run nor shown. Its name is letters, digits and slashes."""
    return f'<script type="text/plain" data-block="{name}">{b64encode(block).decode()}</script>\n'


def as_json(document: Document) -> bytes:
    """The blocks as the server gives them: base64 by name."""
    return to_json({name: b64encode(block).decode() for name, block in document.blocks.items()})
