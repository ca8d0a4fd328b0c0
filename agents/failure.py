"""A call that failed, as a message."""

from typing import Self

from .errors import KINDS, SymposiaError
from .message import Message
from .tags import import_named


class Failure(Message, tag="failure/1"):
    """A call that failed: the kind of error and its text.

    >>> from symposia.agents.errors import CallFailed
    >>> Failure.of(CallFailed("amber: no answer. Ask again.")).kind
    'CallFailed'
    """

    kind: str
    text: str

    @classmethod
    def of(cls, error: SymposiaError) -> Self:
        """An error as a message."""
        return cls(kind=type(error).kind, text=str(error))

    def error(self) -> SymposiaError:
        """The error, to be raised again; a `SymposiaError` where its class is not known here."""
        kind = error_kind(self.kind)
        error: SymposiaError = kind.__new__(kind)
        error.args = (self.text,)
        return error


def error_kind(name: str) -> type[SymposiaError]:
    """The error class with this name in traces, `SymposiaError` where there is none.

    Only modules of this package that the name may mean are imported to find it.
    """
    if name not in KINDS and "." in name:
        import_named(name.partition(".")[0])
    return KINDS.get(name, SymposiaError)
