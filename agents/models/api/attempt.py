"""One request, and the record of one that failed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .failure import Failure, Unreadable, diagnose

Reply = TypeVar("Reply")


@dataclass(frozen=True)
class Attempt:
    """An attempt that failed and was followed by another, `wait` seconds later.

    `call` counts the model's calls from 0, `number` the attempts of one call from 1.
    """

    call: int
    number: int
    problem: str
    wait: float


async def attempt(
    ask: Callable[[], Any], read: Callable[[Any], Reply], seconds: float, key_name: str | None
) -> Reply | Failure:
    """Ask, and read what comes, within so many seconds.

    Failures are returned, not raised, so that no error holds on to a request and its key.
    """
    from openai import OpenAIError

    try:
        # LiteLLM is given the same timeout, comes first and says more; this one is for a server that trickles.
        async with asyncio.timeout(1.1 * seconds):
            return read(await ask())
    except TimeoutError:
        return Failure("late", f"nothing within {seconds:g} s")
    except Unreadable as error:
        return Failure("unreadable", str(error))
    except OpenAIError as error:
        return diagnose(error, seconds, key_name)
