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
        """The failure that an error is."""
        return cls(kind=type(error).kind, text=str(error))

    def error(self) -> SymposiaError:
        """The error, to be raised again; of a kind that is not known here, a `SymposiaError`."""
        kind = error_kind(self.kind)
        error: SymposiaError = kind.__new__(kind)
        error.args = (self.text,)
        return error


def error_kind(name: str) -> type[SymposiaError]:
    """The class of errors that traces call by this name, `SymposiaError` where nobody knows it.

    It is looked for in the files of this package that the name may mean, and nowhere else.
    """
    if name not in KINDS and "." in name:
        import_named(name.partition(".")[0])
    return KINDS.get(name, SymposiaError)
