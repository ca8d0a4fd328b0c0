"""Errors of other libraries while files are read, as one message of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ...errors import BadModel, SymposiaError


@contextmanager
def told(name: str, what: str = "it") -> Iterator[None]:
    """A context manager: whatever fails within is a `BadModel` that says what is wrong and what would be right.

    `what` is the part of the model that may need a library: "its quantization (gptq)".
    """
    try:
        yield
    except SymposiaError:
        raise
    except ImportError as error:
        raise BadModel(f"{name}: {what} needs a library that is not here: {reason(error)}. Install it.") from error
    except torch.OutOfMemoryError as error:
        raise BadModel(f"{name}: does not fit in memory. Use a shorter dtype, or another device.") from error
    except Exception as error:
        raise BadModel(f"{name}: cannot be read: {reason(error)}. Save it again with save_pretrained.") from error


def reason(error: BaseException) -> str:
    """The first line of an error that says what is wrong, without its full stop."""
    if isinstance(error, KeyError):
        return f"there is no {error.args[0]!r}" if len(str(error)) < 40 else str(error.args[0]).rstrip(".")
    lines = [line.strip() for line in str(error).split("\n") if line.strip()]
    # A line that ends with a colon announces the next one.
    told = " ".join(lines[: 2 if lines and lines[0].endswith(":") else 1])
    return told.rstrip(".") or type(error).__name__
