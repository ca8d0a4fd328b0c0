"""A model behind an API, as a `Writer`.

Retries are made here, with LiteLLM's own switched off, so that each of them is recorded.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import KW_ONLY, dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ...accounting import Usage
from ...errors import MissingCapability, SymposiaError, UnknownName
from ...message import Answer, Sampling
from ...turn import Turn
from ..base import GREEDY
from .address import Address
from .attempt import Attempt, attempt
from .dialects import PLAIN_TOKENS
from .failure import Failure, Filtered
from .library import library
from .limits import Limits, gate
from .reply import Spoken, read, stopped
from .request import request, sampled, without
from .response_form import FORM, SCHEMA

if TYPE_CHECKING:
    from litellm import CustomStreamWrapper

Reply = TypeVar("Reply")


@dataclass(frozen=True, eq=False)
class Api:
    """A model called through LiteLLM: `Api("openai/gpt-4o-mini")`, or your own server at `base_url`.

    `api_key_env` names the environment variable with the key; by default it is the provider's for the provider's
    server, and no key is sent to a `base_url`. `logprobs` requests log-probabilities. Fields of `Sampling` in `omit`
    are never sent (some models take no temperature, some providers no seed). One that is sent and refused is not sent
    again, and the answer says so in `omitted`; a stop string is then looked for here.
    `attempts` holds every retried attempt so far, and `on_retry` is called with each. The cost of an answer follows
    LiteLLM's price list, None where that has no price.

    >>> model = Api.from_url("api:hosted_vllm/Qwen/Qwen3-8B@http://127.0.0.1:8000/v1")
    >>> model.model, model.address.endpoint
    ('hosted_vllm/Qwen/Qwen3-8B', 'http://127.0.0.1:8000/v1')
    """

    model: str
    _: KW_ONLY
    base_url: str | None = None
    api_key_env: str | None = None
    limits: Limits = field(default_factory=Limits)
    logprobs: bool = False
    omit: frozenset[str] = frozenset()
    on_retry: Callable[[Attempt], None] | None = None
    attempts: list[Attempt] = field(default_factory=list, init=False, repr=False)
    _calls: "count[int]" = field(default_factory=count, init=False, repr=False)
    _refused: set[str] = field(default_factory=set, init=False, repr=False)

    def __post_init__(self) -> None:
        self.address.check()
        library()  # here, so that no deadline counts the seconds it takes
        for name in sorted(self.omit - set(Sampling.model_fields)):
            raise UnknownName("field of the sampling", name, Sampling.model_fields, where=str(self.address))

    @classmethod
    def from_url(cls, url: str, *, limits: Limits | None = None, omit: frozenset[str] = frozenset()) -> Self:
        """The model at `api:PROVIDER/MODEL[@URL][#KEY]` (see `address`). Raises `BadModel`."""
        address = Address.parse(url)
        server, key = address.base_url, address.key_name
        return cls(address.model, base_url=server, api_key_env=key, limits=limits or Limits(), omit=omit)

    @property
    def forces_schema(self) -> bool:
        """True, unless it is not to be sent one: a provider that refuses it is asked without, see `omitted`."""
        return SCHEMA not in self.omit

    @property
    def address(self) -> Address:
        """The model's address."""
        return Address(self.model, self.base_url, self.api_key_env)

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """Generate the next assistant turn; its `finish` is `refused` where a provider's filter stops it.

        A last assistant turn is continued where the server can (vLLM as `hosted_vllm/…`, and providers with prefill);
        elsewhere that raises `MissingCapability`. Raises
        `ModelUnavailable` if the server gives no answer after all attempts, `CallFailed` if this call fails,
        `PromptTooLong`.
        """
        try:
            async with AsyncExitStack() as slot:
                asked, call = self._request(turns, sampling), next(self._calls)
                answer = await self._insist(call, asked, lambda response: read(response, sampling), slot)
                retries = tuple(failed.problem for failed in self.attempts if failed.call == call)
                unsent = set(sampled(sampling, self.omit)) - {PLAIN_TOKENS} - asked.keys()
                omitted = tuple(sorted(SCHEMA if name == FORM else name for name in unsent))
                answer = stopped(answer, sampling.stop) if "stop" in omitted else answer
                noted = {"retries": retries, "omitted": omitted}
                return answer.model_copy(update=noted) if retries or omitted else answer
        except Filtered:
            return Answer(text="", finish="refused", usage=Usage(calls=1))

    async def stream(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> AsyncIterator[str]:
        """Generate the next assistant turn and yield its text in pieces, without its reasoning.

        Only the opening of the stream is retried. Raises as `write` does, and `CallFailed` when the stream breaks off
        or a filter stops it.
        """
        async with AsyncExitStack() as slot:
            if sampling.tools:
                raise MissingCapability(f"{self.address}: a stream shows no tool calls. Ask with write instead.")
            asked = {**self._request(turns, sampling), "stream": True}
            pieces = await self._insist(next(self._calls), asked, lambda opened: opened, slot)
            slot.push_async_callback(pieces.aclose)
            spoken = Spoken()
            while (piece := await self._piece(pieces)) is not None:
                if text := spoken.feed(piece):
                    yield text
            if rest := spoken.end():
                yield rest

    def _request(self, turns: Sequence[Turn], sampling: Sampling) -> dict[str, Any]:
        sent = sampled(sampling, self.omit) | ({"logprobs": True} if self.logprobs else {})
        without(sent, self._refused)
        return request(library(), self.address, turns, sent | {"timeout": self.limits.http()})

    async def _insist(
        self, call: int, asked: dict[str, Any], read: Callable[[Any], Reply], slot: AsyncExitStack
    ) -> Reply:
        """Send a request until there is a reply, within the limits.

        `slot` holds a place at the endpoint's gate until closed.
        """
        litellm = library()
        entrance = gate(self.address.endpoint, self.limits)
        number, waited = 1, 0.0
        while True:
            await slot.enter_async_context(entrance.enter())
            outcome = await self._attempt(lambda: litellm.acompletion(**asked), read)
            if not isinstance(outcome, Failure):
                return outcome
            await slot.aclose()
            if without(asked, outcome.refused):
                self._refused.update(outcome.refused)
                continue
            wait, busy = self.limits.wait(number, outcome.asked), outcome.kind == "busy"
            if not outcome.passing or not self.limits.wants(busy, number, waited, wait):
                raise self._error(outcome, number)
            if busy:
                entrance.hold(wait)
            self._note(Attempt(call, number, outcome.problem, wait))
            await asyncio.sleep(wait)
            number, waited = number + 1, waited + wait

    async def _attempt(self, ask: Callable[[], Any], read: Callable[[Any], Reply]) -> Reply | Failure:
        return await attempt(ask, read, self.limits.timeout, self.api_key_env)

    async def _piece(self, pieces: "CustomStreamWrapper") -> str | None:
        """The next piece of text; None at the end of the stream."""
        chunk = await self._attempt(lambda: anext(pieces, None), lambda chunk: chunk)
        if chunk is None:
            # LiteLLM makes up a finish reason for a stream that breaks off; this one is the server's.
            if pieces.received_finish_reason is None:
                chunk = Failure("unreadable", "the stream broke off")
            elif pieces.received_finish_reason == "content_filter":
                chunk = Failure("filtered", "the stream was stopped")
        if isinstance(chunk, Failure):
            raise self._error(chunk, 1)
        if chunk is None:
            return None
        return (chunk.choices[0].delta.content or "") if chunk.choices else ""

    def _note(self, failed: Attempt) -> None:
        self.attempts.append(failed)
        if self.on_retry is not None:
            self.on_retry(failed)

    def _error(self, failure: Failure, attempts: int) -> SymposiaError:
        return failure.error(str(self.address), attempts)
