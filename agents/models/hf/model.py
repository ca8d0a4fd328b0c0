"""A resident transformers model as a `Writer`, `Stepper` and `Open`."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from copy import copy
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

from torch import Tensor
from transformers import PreTrainedModel

from ...message import Answer, Choice, Sampling
from ...timing import spent
from ...turn import Turn
from ..base import GREEDY, Vocabulary
from ..grammar import can_force
from ..listening import Listener
from . import labels as closed_set
from .adapters import Adapter, Merged, read_adapter
from .chat import ChatTokenizer
from .engine import Engine
from .generation import Generation
from .host import Host
from .reply import Reply
from .requests import Write
from .text_session import TextSession, read, show
from .token_map import TokenMap


class Model:
    """A model on a host's weights: the base model, or the base model with a LoRA adapter.

    All models of a host share its thread, its queue and its batches.

    >>> from symposia.agents.loading import load
    >>> model = load("pocket:base")
    >>> asyncio.run(model.write([Turn("user", "12 + 7 = ?")], Sampling(max_tokens=4))).text
    '82'
    """

    def __init__(self, host: Host, chat: ChatTokenizer, adapter: Adapter | None = None) -> None:
        self._host = host
        self.chat = chat
        self.adapter = adapter
        self._listen: Listener | None = None

    @property
    def name(self) -> str:
        """Its name in error messages."""
        return self.chat.name

    @property
    def engine(self) -> Engine:
        """The engine of its host."""
        return self._host.engine

    @property
    def token_map(self) -> TokenMap:
        """Its token-to-id map, and how it tokenizes text."""
        return self.chat.token_map

    @property
    def context(self) -> int:
        """The context length in tokens, prompt and answer together."""
        return self.chat.context

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary: its fingerprint, size and end tokens."""
        return self.chat.vocabulary

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids, without special tokens."""
        return self.chat.decode(ids)

    def encode(self, text: str, *, begins: bool = False) -> list[int]:
        """The token ids of a text that continues another, or, with `begins`, that begins an answer."""
        return self.chat.encode(text) if begins else self.chat.encode_on(text)

    @property
    def forces_schema(self) -> bool:
        """True if it keeps to `Sampling.json_schema`: where `llguidance` is installed."""
        return can_force()

    def named_in(self, stops: Sequence[str]) -> Mapping[int, str]:
        """The special tokens that stop strings name, by id."""
        return self.chat.named_in(stops)

    def tokenizer(self) -> str:
        """Its tokenizer as JSON of the `tokenizers` library. Raises `MissingCapability` if it has no such form."""
        return self.chat.serialized()

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """Generate the next assistant turn; a last assistant turn is continued.

        Cancelling the call removes it from the batch. Raises `PromptTooLong`, `BadMessage` for turns that the chat
        template refuses, `ModelUnavailable` if the model fails.
        """
        reply: Reply[Answer] = Reply()
        tell = None if self._listen is None else partial(self._tell, reply, self._listen)
        generation = Generation(self.chat, sampling, tell)
        self.engine.submit(Write(generation, turns, self.adapter, reply))
        answer = await reply.future
        spent(generation.timing())
        return answer

    def told_to(self, listen: Listener) -> Self:
        """The same model; `listen` is called in the event loop with each piece of its answers as it is written."""
        other = copy(self)
        other._listen = listen
        return other

    def plain(self) -> Self:
        """The same model, given bare text: the turns joined, without its chat template."""
        return type(self)(self._host, self.chat.plain(), self.adapter)

    def _tell(self, reply: Reply[Answer], listen: Listener, piece: str) -> None:
        """Have the loop that awaits a reply call its listener, unless it waits no longer."""
        self.engine.tell(reply.loop, lambda: None if reply.cancelled else listen(piece))

    async def stream(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> AsyncIterator[str]:
        """Generate the next assistant turn and yield it in pieces; together they are the text that `write` returns."""
        reply: Reply[Answer] = Reply()
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        tell = partial(self._tell, reply, pieces.put_nowait)
        self.engine.submit(Write(Generation(self.chat, sampling, tell), turns, self.adapter, reply))
        reply.future.add_done_callback(lambda _: pieces.put_nowait(None))
        try:
            while (piece := await pieces.get()) is not None:
                yield piece
            await reply.future
        finally:
            reply.future.cancel()

    async def open(self, turns: Sequence[Turn]) -> TextSession:
        """Open a session that decodes the next assistant turn token by token. Raises `PromptTooLong`, `BadMessage`."""
        return TextSession(self, self.chat.prompt(turns))

    async def step(self, sessions: Sequence[TextSession], keep: Sequence[int] | None = None) -> Tensor:
        """The logits at the last `keep` positions of sessions of this host, in one batch; see `text_session.read`."""
        return await read(sessions, keep)

    async def show(self, sessions: Sequence[TextSession], keep: Sequence[int]) -> tuple[Tensor, Tensor]:
        """The logits and the last hidden states at the last `keep` positions of sessions of this host, in one batch."""
        return await show(sessions, keep)

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        """The log-probability of each label as the next turn; see `labels.choose`."""
        session = await self.open(turns)
        try:
            return await closed_set.choose(session, self.chat, labels)
        finally:
            session.close()

    @cached_property
    def parameters(self) -> Mapping[str, Tensor]:
        """The parameters by name, by reference, tied ones once; an adapter is merged in on access to a tensor."""
        base = self._host.parameters
        return base if self.adapter is None else Merged(base, self.adapter)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The configuration, what makes its function besides its parameters, as in config.json."""
        return self._host.settings

    def with_parameters(self, parameters: Mapping[str, Tensor], *, name: str) -> Self:
        """A new model of the same architecture and vocabulary with these parameters.

        Tensors that already have this model's dtype and device are used by reference. Raises
        `ArchitectureMismatch`.
        """
        return type(self)(self._host.rebuilt(parameters, name), self.chat.named(name))

    def module(self) -> PreTrainedModel:
        """A module of its own for a trainer, which shares this model's parameters by reference: never write to them.

        An adapter is merged in.
        """
        return self._host.module(self.parameters, self.name)

    def serving(self, module: PreTrainedModel, *, name: str) -> Self:
        """A model that answers with another module's parameters, by reference: what is trained there answers here."""
        return type(self)(self._host.beside(module, name), self.chat.named(name))

    def with_adapter(self, name: str, folder: Path) -> Self:
        """A model on the same weights with a LoRA adapter in PEFT's format, batched with all others of the host.

        The adapter is freed with the last model that uses it. Raises `BadModel`, `ArchitectureMismatch`.
        """
        return self.through(read_adapter(name, folder))

    def through(self, adapter: Adapter) -> Self:
        """A model on the base weights with this adapter and no other. Raises `ArchitectureMismatch`."""
        return type(self)(self._host, self.chat.named(adapter.name), self._host.adapted(adapter))

    def save(self, folder: Path) -> None:
        """Write a folder that transformers loads: safetensors, config and tokenizer, an adapter merged in."""
        host = self._host if self.adapter is None else self._host.rebuilt(self.parameters, self.name)
        host.save(folder)
        self.chat.save(folder)

    def named(self, name: str) -> Self:
        """A model on the same weights under another name."""
        return type(self)(self._host, self.chat.named(name), self.adapter)

    def close(self) -> None:
        """Stop the host's engine, for every model on it. Pending requests fail with `ModelUnavailable`."""
        self.engine.close()
