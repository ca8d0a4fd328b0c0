"""Errors in OpenAI's form: what is refused, with the status, the parameter and the code that its clients know."""

from collections.abc import Mapping
from typing import Any, Final

from ...agents.errors import (
    BadData,
    BadMessage,
    BudgetSpent,
    CallFailed,
    DeadlineExceeded,
    MissingCapability,
    ModelUnavailable,
    PromptTooLong,
    SymposiaError,
)

KINDS: Final[Mapping[int, str]] = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "invalid_request_error",
    405: "invalid_request_error",
    413: "invalid_request_error",
    429: "rate_limit_error",
}
"""OpenAI's type of an error, by status; of any other it is `server_error`."""


class Refused(SymposiaError):
    """A request that is not answered: the HTTP status, the parameter it concerns and a code.

    >>> Refused(400, "n: 0 is too small. Write at least 1.", param="n").body()["error"]["param"]
    'n'
    """

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.param, self.code = status, param, code

    def body(self) -> dict[str, Any]:
        """The error as JSON in OpenAI's form."""
        kind = KINDS.get(self.status, "server_error")
        return {"error": {"message": str(self), "type": kind, "param": self.param, "code": self.code}}

    def headers(self) -> dict[str, str]:
        """The headers that belong to the status: when to come again, and how to show a token."""
        if self.status in (429, 503):
            return {"retry-after": "1"}
        return {"www-authenticate": "Bearer"} if self.status == 401 else {}


OURS: Final[tuple[tuple[type[SymposiaError], int, str | None], ...]] = (
    (PromptTooLong, 400, "context_length_exceeded"),
    (BudgetSpent, 400, "budget_spent"),
    (MissingCapability, 400, "unsupported"),
    (BadMessage, 400, None),
    (BadData, 400, None),
)
"""Errors that are the request's own, and are told in full."""

HIDDEN: Final[tuple[tuple[type[SymposiaError], int, str], ...]] = (
    (DeadlineExceeded, 504, "an agent took longer than its deadline"),
    (ModelUnavailable, 503, "a model cannot be reached"),
    (CallFailed, 502, "a model did not answer"),
)
"""Errors of what is behind the server: their text may hold addresses, so it is in the server's log alone."""


def refusal(error: Exception, request: str) -> Refused:
    """An error as it is told to a client; `request` is the id under which the log says more."""
    if isinstance(error, Refused):
        return error
    for kind, status, code in OURS:
        if isinstance(error, kind):
            return Refused(status, str(error), param="messages" if kind is PromptTooLong else None, code=code)
    for kind, status, words in HIDDEN:
        if isinstance(error, kind):
            return Refused(status, f"{request}: {words}. The server's log says more.")
    return Refused(500, f"{request}: the server failed at this request. Its log says more.")


def is_told(error: Exception) -> bool:
    """True for an error whose text the client is given, so that the log need not hold it."""
    return isinstance(error, (Refused, *(kind for kind, _, _ in OURS)))
