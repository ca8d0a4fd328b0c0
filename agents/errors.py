"""The errors that the package raises on purpose.

One form of message: *where: what is wrong. What would be right.*
"""

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

KINDS: dict[str, type["SymposiaError"]] = {}
"""The error classes by their names in traces."""


class SymposiaError(Exception):
    """Base class of everything this package raises on purpose; the command line exits with 2 on it.

    `kind` is the name of the class in traces: its own, for those in this file; elsewhere with the file's name,
    `judge_pick.Undecided`. A replay raises the same class again.

    >>> class Undecided(SymposiaError, kind="judge_pick.Undecided"):
    ...     pass
    >>> KINDS["judge_pick.Undecided"].__name__
    'Undecided'
    """

    kind: ClassVar[str] = "SymposiaError"

    def __init_subclass__(cls, *, kind: str | None = None, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        file = "" if cls.__module__ == __name__ else f"{cls.__module__.rpartition('.')[2]}."
        cls.kind = kind or f"{file}{cls.__name__}"
        other = KINDS.get(cls.kind)
        if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(
                f"{cls.__module__}.{cls.__qualname__}: {other.__module__}.{other.__qualname__} is the kind of error "
                f"{cls.kind} already. Give this one another: class {cls.__name__}(..., kind='...')."
            )
        KINDS[cls.kind] = cls


class UnknownName(SymposiaError):
    """A name that is not registered where it was looked up."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str | None = None) -> None:
        known = sorted(known)
        close = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        place = f"{where}: " if where else ""
        super().__init__(f"{place}no {kind} named {name!r}. {hint}Known: {', '.join(known) or 'none'}.")


class Twice(SymposiaError):
    """Two things have one name."""

    def __init__(self, kind: str, names: Iterable[str], *, where: str | None = None) -> None:
        twice = [name for name, times in Counter(names).items() if times > 1]
        place = f"{where}: " if where else ""
        super().__init__(f"{place}{kind} named twice: {', '.join(twice)}. Names are how {kind}s are told apart.")


class BadMessage(SymposiaError):
    """A message type is not well formed, or a payload is not of its type."""


class BadHandler(SymposiaError):
    """A method marked with @handles does not have the signature of a handler."""


class BadProtocol(SymposiaError):
    """A protocol's module lacks what a protocol defines."""


class BadPlugin(SymposiaError):
    """Code from outside of the package cannot be imported, or is not what its place asks for."""


class BadScenario(SymposiaError):
    """A scenario file says something that cannot be run."""


class BadData(SymposiaError):
    """A data file cannot be used."""


class BadRows(BadData):
    """Some rows of a data file cannot be used; `faults` has a message for each."""

    def __init__(self, message: str, faults: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults) or (message,)


class DataAbsent(BadData):
    """A data set is not on this machine; the message says how to get it."""


class BadModel(SymposiaError):
    """A model cannot be loaded, or its files are not what they should be."""


class BadTopology(SymposiaError):
    """A topology does not fit the members of the team."""


class NoEdge(SymposiaError):
    """An agent spoke to one it is not connected to."""


class CannotHandle(SymposiaError):
    """An agent got a message it has no handler for."""


class AgentFailed(SymposiaError):
    """A handler raised; the message names the agent, `__cause__` is what it raised."""


class MissingCapability(SymposiaError):
    """A protocol needs something a model does not offer."""


class ModelUnavailable(SymposiaError):
    """A model cannot be reached at all: retrying other questions is pointless, so the run stops."""


class CallFailed(SymposiaError):
    """A model did not answer one prompt; it may well answer others."""


class BadAnswer(CallFailed):
    """An answer is not of the form that it was asked in."""


class PromptTooLong(SymposiaError):
    """A prompt does not fit in a model's context together with one new token."""


class VocabularyMismatch(SymposiaError):
    """Token distributions over different vocabularies cannot be combined."""


class ArchitectureMismatch(SymposiaError):
    """Parameters of different shapes or names cannot be combined."""


class BudgetSpent(SymposiaError):
    """A budget ran out; the message says which and how much of it there was."""


class Deadlock(SymposiaError):
    """An agent asked one that waits for its reply, directly or through others."""


class DeadlineExceeded(SymposiaError):
    """An agent did not answer in the time it was given."""


class Divergence(SymposiaError):
    """A replay does not do what its trace says; the message names the event."""


class BadTrace(SymposiaError):
    """A trace file was changed after it was written, or is not a trace."""


class CannotWrite(SymposiaError):
    """A file of a run cannot be written; what was written before is kept."""


class Stopped(SymposiaError):
    """The user pressed Ctrl-C; by then everything is written."""


class ScriptRanOut(SymposiaError):
    """A scripted model was asked more often than its script is long."""
