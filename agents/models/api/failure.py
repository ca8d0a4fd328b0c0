"""Failures of API calls: their kinds, which of them are retried, and the errors they become.

LiteLLM's exception classes are not reliable (a reply 503 can be a BadRequestError, a refused connection an
InternalServerError with status 500), so failures are classified by the HTTP status of the reply, or, without a reply,
by the chain of causes.
"""

import json
import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

from ...errors import CallFailed, MissingCapability, ModelUnavailable, PromptTooLong, SymposiaError
from .dialects import FILTERED, TOO_LONG, USED_UP, refused
from .limits import retry_after

Kind = Literal[
    "unreachable",
    "busy",
    "faulty",
    "late",
    "unreadable",
    "denied",
    "unknown",
    "too long",
    "filtered",
    "unsupported",
    "rejected",
]

PASSING: Final = frozenset[Kind](("unreachable", "busy", "faulty", "late", "unreadable"))
"""The transient kinds, which are retried."""


class Filtered(CallFailed):
    """A provider's content filter stopped a prompt or an answer."""


class Unreadable(ValueError):
    """A reply that is not that of a chat model.

    >>> raise Unreadable("the reply has no choices")
    Traceback (most recent call last):
    symposia.agents.models.api.failure.Unreadable: the reply has no choices
    """


MEANING: Final[Mapping[Kind, tuple[type[SymposiaError], str]]] = {
    "unreachable": (ModelUnavailable, "Start the server or correct the URL."),
    "busy": (ModelUnavailable, "Try later, or lower the limits on concurrency and requests per minute."),
    "faulty": (CallFailed, "Its log should say what it stumbled over."),
    "late": (CallFailed, "Raise the timeout or lower max_tokens."),
    "unreadable": (CallFailed, "The URL must be that of an OpenAI-compatible server; it usually ends in /v1."),
    "denied": (ModelUnavailable, "Check the API key and what it may be used for."),
    "unknown": (ModelUnavailable, "Check the name of the model and the URL."),
    "too long": (PromptTooLong, "Shorten the prompt or lower max_tokens."),
    "filtered": (Filtered, "The provider's filter does not let it through; ask otherwise."),
    "unsupported": (MissingCapability, "Change the sampling, or name in `omit` what is not to be sent."),
    "rejected": (CallFailed, "Change the sampling, or name in `omit` what is not to be sent."),
}


@dataclass(frozen=True)
class Failure:
    """The failure of one attempt.

    `asked` is the wait in seconds that the server asked for, `refused` are the parameters that the model does not take.

    >>> print(Failure("busy", "the server said 429: slow down", asked=2.0).error("api:openai/gpt-4o-mini", attempts=4))
    api:openai/gpt-4o-mini: no answer after 4 attempts (the server said 429: slow down). Try later, or lower the
    limits on concurrency and requests per minute.
    """

    kind: Kind
    problem: str
    asked: float | None = None
    refused: frozenset[str] = frozenset()

    @property
    def passing(self) -> bool:
        """True if it is transient, so that another attempt may succeed."""
        return self.kind in PASSING

    def error(self, where: str, attempts: int) -> SymposiaError:
        """The error to raise after the last attempt."""
        error, remedy = MEANING[self.kind]
        times = f"{attempts} attempt" + "s" * (attempts > 1)
        problem = f"no answer after {times} ({self.problem})" if self.passing else self.problem
        return error(f"{where}: {problem}. {remedy}")


def diagnose(error: BaseException, timeout: float, key_name: str | None) -> Failure:
    """Classify an exception of LiteLLM; `timeout` (seconds) and `key_name` are those of the request."""
    words = said(error, key_name)
    name = type(error).__name__
    if name == "UnsupportedParamsError":
        return Failure("unsupported", re.split(r"\.? To drop", words)[0], refused=refused(words))
    headers = getattr(error, "litellm_response_headers", None)
    status = int(getattr(error, "status_code", 0))
    if headers is None or status < 300:
        return unanswered(error, timeout, words)
    problem = f"the server said {status}: {words}"
    if status == 429:
        return Failure("denied" if USED_UP.search(words) else "busy", problem, retry_after(headers))
    if name == "ContentPolicyViolationError" or (status < 500 and FILTERED.search(words + code_of(error))):
        return Failure("filtered", problem)
    if name == "ContextWindowExceededError" or status == 413 or (status < 500 and TOO_LONG.search(words)):
        return Failure("too long", problem)
    if status in (400, 422) and (parameters := refused(words)):
        return Failure("rejected", problem, refused=parameters)
    return Failure(kind_of(status), problem, retry_after(headers))


def code_of(error: BaseException) -> str:
    """The `code` and `type` fields of an error in OpenAI's format, in which filters say their name."""
    body = getattr(error, "body", None)
    return " ".join(str(body.get(name) or "") for name in ("code", "type")) if isinstance(body, dict) else ""


def kind_of(status: int) -> Kind:
    """The kind of failure for an HTTP status."""
    if status in (401, 402, 403):
        return "denied"
    if status == 404:
        return "unknown"
    if status == 500:
        return "faulty"
    return "busy" if status in (408, 409, 425, 429) or status > 500 else "rejected"


def unanswered(error: BaseException, timeout: float, words: str) -> Failure:
    """The failure of a request without a readable reply, by the most specific exception in the chain of causes."""
    from httpx import ConnectTimeout, RequestError, TimeoutException

    signs: tuple[tuple[type[BaseException], Kind, str], ...] = (
        (ConnectionRefusedError, "unreachable", "connection refused"),
        (socket.gaierror, "unreachable", "no such host"),
        (ConnectTimeout, "unreachable", "no connection in time"),
        (TimeoutException, "late", f"nothing within {timeout:g} s"),
        (RequestError, "unreachable", "connection broken"),
        (json.JSONDecodeError, "unreadable", "the reply is not JSON"),
    )
    chain = tuple(causes(error))
    for sign, kind, problem in signs:
        if any(isinstance(cause, sign) for cause in chain):
            return Failure(kind, problem)
    if "Invalid response object" in words:  # LiteLLM quotes its own traceback
        words = "the reply is not in OpenAI's format; its content may be in parts"
    if "before a finish_reason" in words:  # as newer versions of LiteLLM say it
        words = "the stream broke off"
    return Failure("unreadable", words)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and its chain of causes."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def said(error: BaseException, key_name: str | None) -> str:
    """The server's error message in one line, with API keys masked."""
    text = re.sub(r"^litellm\.\w+: ", "", str(error).rpartition("Exception - ")[2])
    if text.startswith("{"):
        with suppress(ValueError, KeyError, TypeError):
            text = message_of(json.loads(text))
    return without_secrets(" ".join(text.split()), key_name)[:300].rstrip(". ")


def message_of(body: Any) -> str:  # noqa: ANN401 - any JSON
    """The message in the JSON of an error, in OpenAI's form or FastAPI's. Raises `KeyError`, `TypeError`."""
    found = body.get("error", body)
    return found if isinstance(found, str) else str(found.get("message") or found["detail"])


def without_secrets(text: str, key_name: str | None) -> str:
    """The text with the values of all environment variables for keys, tokens and secrets masked."""
    for name, value in os.environ.items():
        if value and (name == key_name or name.endswith(("_KEY", "_TOKEN", "_SECRET"))):
            text = text.replace(value, "***")
    return text
