"""Rate limits, timeouts and retries of API calls.

Limits apply per endpoint: all models on one server share its gate within an event loop.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from pydantic import ConfigDict, Field

from ...errors import BadModel
from ...frozen import Frozen

if TYPE_CHECKING:
    from httpx import Timeout


CONNECTED: Final = 10.0
"""The connection timeout in seconds, for the providers that LiteLLM has one for: OpenAI, Azure, Bedrock."""


class Limits(Frozen):
    """The limits of one endpoint: concurrent requests, requests per minute, timeout and retries. Times are in seconds.

    `timeout` applies to one attempt, or to each piece of a stream. The n-th retry waits `first_wait` * 2^(n-1), at most
    `longest_wait`, less up to half of it at random (jitter), and no less than the server's Retry-After. A server that
    is busy (429, 503) is asked again for as long as `patience`; any other failure is retried up to `attempts` in all.

    >>> 0.5 <= Limits(first_wait=0.5).wait(retry=2, asked=None) <= 1.0
    True
    """

    model_config = ConfigDict(allow_inf_nan=False)

    concurrency: int = Field(default=8, ge=1)
    per_minute: float | None = Field(default=None, gt=0.0)
    timeout: float = Field(default=120.0, gt=0.0)
    attempts: int = Field(default=4, ge=1)
    first_wait: float = Field(default=0.5, ge=0.0)
    longest_wait: float = Field(default=60.0, ge=0.0)
    patience: float = Field(default=600.0, ge=0.0)

    def wait(self, retry: int, asked: float | None) -> float:
        """The seconds to wait before a retry, counted from 1; `asked` is the server's Retry-After in seconds."""
        backoff = min(self.longest_wait, self.first_wait * 2.0 ** (retry - 1))
        return max(asked or 0.0, backoff * random.uniform(0.5, 1.0))

    def wants(self, busy: bool, attempts: int, waited: float, wait: float) -> bool:
        """True if there is another attempt, after so many and so many seconds of waiting, if the next wait is this."""
        patient = busy and waited + wait <= self.patience
        return patient or (attempts < self.attempts and wait <= self.longest_wait)

    def http(self) -> "Timeout":
        """The HTTP client's timeout for one attempt, with a shorter one for connecting."""
        from httpx import Timeout

        return Timeout(self.timeout, connect=min(self.timeout, CONNECTED))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds in a reply's Retry-After header, a number or a date; None without one."""
    value = headers.get("retry-after")
    if value is None:
        return None
    with suppress(ValueError):
        return max(0.0, float(value))
    with suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    return None


class Gate:
    """Limits the requests to one endpoint: so many at once, evenly spaced, and none while it is held.

    >>> async def entered(gate):
    ...     async with gate.enter():
    ...         return "request"
    >>> asyncio.run(entered(Gate(Limits(concurrency=2, per_minute=600))))
    'request'
    """

    def __init__(self, limits: Limits) -> None:
        self.concurrency, self.per_minute = limits.concurrency, limits.per_minute
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._first_in_line = asyncio.Lock()
        self._spacing = 60.0 / limits.per_minute if limits.per_minute else 0.0
        self._opens = 0.0

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """A context manager that waits for a slot and for the rate limit, and frees the slot at its end."""
        clock = asyncio.get_running_loop().time
        async with self._slots:
            async with self._first_in_line:
                while (wait := self._opens - clock()) > 0:  # noqa: ASYNC110 (it may be held anew while we wait)
                    await asyncio.sleep(wait)
                self._opens = clock() + self._spacing
            yield

    def hold(self, seconds: float) -> None:
        """Start no request for this many seconds, since a server's Retry-After applies to all requests."""
        self._opens = max(self._opens, asyncio.get_running_loop().time() + seconds)


_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Gate]] = WeakKeyDictionary()


def gate(endpoint: str, limits: Limits) -> Gate:
    """The endpoint's gate in this event loop. Raises `BadModel` where two models have different limits for it."""
    found = _gates.setdefault(asyncio.get_running_loop(), {}).setdefault(endpoint, Gate(limits))
    if (found.concurrency, found.per_minute) != (limits.concurrency, limits.per_minute):
        raise BadModel(
            f"{endpoint}: limits of {limits.concurrency} at once and {limits.per_minute or 'any number'} per minute, "
            f"but another model there has {found.concurrency} and {found.per_minute or 'any number'}. "
            "Give all models of one server the same."
        )
    return found
