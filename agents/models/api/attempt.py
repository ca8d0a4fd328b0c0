"""One request to an API, and the record of a failed one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .failure import Failure, Unreadable, diagnose

Reply = TypeVar("Reply")


@dataclass(frozen=True)
class Attempt:
    """A failed attempt that was retried `wait` seconds later.

    `call` counts the model's calls from 0, `number` the attempts of one call from 1.

    >>> Attempt(call=0, number=1, problem="the server said 429: slow down", wait=0.4).wait
    0.4
    """

    call: int
    number: int
    problem: str
    wait: float


async def attempt(
    ask: Callable[[], Any], read: Callable[[Any], Reply], seconds: float, key_name: str | None
) -> Reply | Failure:
    """Send one request and parse its reply, within this many seconds.

    Failures are returned, not raised, so that no exception keeps a reference to a request and its key.
    """
    from openai import OpenAIError

    try:
        # LiteLLM has the same timeout, fires first and says more; this one is for a server that trickles.
        async with asyncio.timeout(1.1 * seconds):
            return read(await ask())
    except TimeoutError:
        return Failure("late", f"nothing within {seconds:g} s")
    except Unreadable as error:
        return Failure("unreadable", str(error))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        what = str(error).splitlines()[0] if str(error) else "nothing more is known"
        return Failure("unreadable", f"the reply is not in OpenAI's format ({type(error).__name__}: {what})"[:300])
    except OpenAIError as error:
        return diagnose(error, seconds, key_name)
