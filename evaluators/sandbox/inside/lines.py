"""Lines of JSON over two pipes."""

import json
import os
from typing import Any, Final

LONGEST: Final = 16 * 2**20
"""Bytes of a line that are read."""


class Ended(BaseException):
    """The other process is gone.

    >>> import os
    >>> reading, writing = os.pipe()
    >>> os.close(writing)
    >>> Lines(reading, reading).receive()
    Traceback (most recent call last):
    ...
    symposia.evaluators.sandbox.inside.lines.Ended
    """


class TooLong(BaseException):
    """The other process sends more than is read.

    >>> issubclass(TooLong, Exception)
    False
    """


class Lines:
    """Sends and receives lines of JSON on two file descriptors.

    >>> import os
    >>> reading, writing = os.pipe()
    >>> lines = Lines(reading, writing)
    >>> lines.send({"a": 1})
    >>> lines.receive()
    {'a': 1}
    """

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._in, self._out = incoming, outgoing
        self._rest = b""

    def send(self, message: Any) -> None:  # noqa: ANN401
        """Write one line. Raises `Ended` where nobody reads it."""
        line = memoryview(json.dumps(message).encode() + b"\n")
        try:
            while line:
                line = line[os.write(self._out, line) :]
        except BrokenPipeError:
            raise Ended from None

    def receive(self) -> Any:  # noqa: ANN401
        """The next line. Raises `Ended`, `TooLong`, and `ValueError` for one that is no JSON."""
        pieces, size = [self._rest], len(self._rest)
        while b"\n" not in pieces[-1]:
            piece = os.read(self._in, 2**18)
            if not piece:
                raise Ended
            pieces.append(piece)
            size += len(piece)
            if size > LONGEST:
                raise TooLong
        line, _, self._rest = b"".join(pieces).partition(b"\n")
        return json.loads(line)
