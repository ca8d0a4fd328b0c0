"""What can go wrong in a runtime. Where autogen-core's callers expect its errors, ours are both."""

from autogen_core import AgentId
from autogen_core.exceptions import CantHandleException

from .. import errors


class UnknownName(errors.UnknownName, LookupError):
    """No agent, or no subscription, has this name."""


class Twice(errors.Twice, ValueError):
    """An agent type, an agent or a subscription is there already."""


class CannotHandle(errors.CannotHandle, CantHandleException):
    """An autogen agent has no handler for a message."""


class NotRunning(errors.SymposiaError, RuntimeError):
    """A runtime is not started, was stopped, or is started already."""


def described(error: Exception) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def failure(name: AgentId, error: Exception) -> errors.SymposiaError:
    """What the asker gets to see of an agent's error.

    Our own errors say where already and pass as they are, so that `BudgetSpent` reaches whoever stops the
    run as `BudgetSpent`; an agent they do not name is named in a note. Anything else is an `AgentFailed`.
    """
    if isinstance(error, errors.SymposiaError):
        if name.type not in str(error):
            error.add_note(f"In the handler of {name}.")
        return error
    known = isinstance(error, CantHandleException)
    failed = CannotHandle(f"{name}: {error}.") if known else errors.AgentFailed(f"{name}: {described(error)}")
    failed.__cause__ = error
    return failed
