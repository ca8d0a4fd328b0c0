"""The program under test as its tests see it: a function that sends arguments away and gets results back."""

import builtins
from typing import Any

from .lines import Ended, Lines
from .program import CannotLoad
from .values import pack, restore, unpack


class Escaped(BaseException):
    """The program raised what is no `Exception`, such as `SystemExit`.

    >>> error_of(["SystemExit", "BaseException"], "0")
    Escaped('0')
    """


class Candidate:
    """Calls the function in the other process. What it raises is raised again, as the nearest built-in exception.

    >>> import os
    >>> (asks, asked), (answers, answered) = os.pipe(), os.pipe()
    >>> os.write(answered, b'{"result": [3]}\\n')
    16
    >>> Candidate(Lines(answers, asked), "f")(1, 2)
    [3]
    """

    def __init__(self, lines: Lines, name: str) -> None:
        self._lines = lines
        self.__name__ = name
        self.raised: BaseException | None = None
        self.said = ""
        self.unanswered = False
        self.calls = 0
        self.started = False

    def wait(self) -> None:
        """Wait until the program is loaded. Raises `CannotLoad`, `Ended`."""
        self.started = "started" in self._lines.receive()
        first = self._lines.receive()
        if "ready" not in first:
            raise CannotLoad(str(first["failed"]), str(first["message"])[:300])

    def check_answered(self) -> None:
        """Raise `Ended` if the program ended in a call, and the test caught that."""
        if self.unanswered:
            raise Ended

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        """The result of the call, of built-in types."""
        self.calls += 1
        self.unanswered = True
        self._lines.send({"arguments": pack(list(arguments)), "keywords": pack(keywords)})
        reply = self._lines.receive()
        self.unanswered = False
        if "raised" in reply:
            message = str(reply["message"])[:300]
            self.said = f"{reply['raised'][0]}: {message}"
            self.raised = error_of(reply["raised"], message)
            raise self.raised
        if "arguments" in reply:
            for old, new in zip(arguments, unpack(reply["arguments"]), strict=True):
                restore(old, new)
        return unpack(reply["result"])


def error_of(names: list[str], message: str) -> BaseException:
    """The built-in exception that is the first of these classes; `Escaped` where none is an `Exception`."""
    for name in map(str, names):
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            try:
                return kind(message)
            except TypeError:  # such as UnicodeDecodeError, which takes five arguments
                continue
    return Escaped(message)
