"""Errors, word for word."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def says(kind: type[Exception], message: str) -> Iterator[None]:
    """What follows raises an error of this kind with exactly this message."""
    with pytest.raises(kind) as error:
        yield
    assert str(error.value) == message
