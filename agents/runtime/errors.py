"""The errors of a runtime; where autogen-core's callers expect its error classes, ours inherit from both."""

import re

from autogen_core import AgentId
from autogen_core.exceptions import CantHandleException

from .. import errors


class UnknownName(errors.UnknownName, LookupError):
    """No agent, or no subscription, has this name."""


class Twice(errors.Twice, ValueError):
    """An agent type, an agent or a subscription is registered already."""


class Mixed(errors.SymposiaError, ValueError):
    """Agents of different classes are of one type."""


class CannotHandle(errors.CannotHandle, CantHandleException):
    """An autogen agent has no handler for a message."""


class NotRunning(errors.SymposiaError, RuntimeError):
    """A runtime is not running, or is running already."""


def described(error: Exception) -> str:
    """The class and the message of an error."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def late(name: AgentId, seconds: float) -> errors.DeadlineExceeded:
    """The error that the sender of a message sees when no reply came in time."""
    return errors.DeadlineExceeded(f"{name}: no answer within {seconds:g} seconds. Raise the deadline.")


def interrupted(name: AgentId) -> errors.AgentFailed:
    """The error of a handler that did not end by itself, though nobody cancelled it."""
    return errors.AgentFailed(f"{name}: something its handler waited for was cancelled.")


def failure(name: AgentId, error: Exception) -> errors.SymposiaError:
    """The error that the sender of a message sees when the agent's handler raises `error`.

    Our own errors pass unchanged, with a note that names the agent if they do not; autogen's `CantHandleException`
    becomes `CannotHandle`, and anything else `AgentFailed`.
    """
    if isinstance(error, errors.SymposiaError):
        if not re.search(rf"(?<![\w-]){re.escape(name.type)}(?![\w-])", str(error)):
            error.add_note(f"In the handler of {name}.")
        return error
    known = isinstance(error, CantHandleException)
    failed = CannotHandle(f"{name}: {error}.") if known else errors.AgentFailed(f"{name}: {described(error)}")
    failed.__cause__ = error
    return failed
