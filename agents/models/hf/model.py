"""A resident transformers model as a `Writer`, `Stepper` and `Open`."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Self

from torch import Tensor

from ...message import Answer, Choice, Sampling, Turn
from ..base import GREEDY, Vocabulary
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
    """One model over a host's weights: the base itself, or the base read through a LoRA adapter.

    All models of a host share its thread, its queue and its batches.
    """

    def __init__(self, host: Host, chat: ChatTokenizer, adapter: Adapter | None = None) -> None:
        self._host = host
        self.chat = chat
        self.adapter = adapter

    @property
    def name(self) -> str:
        """The name its errors carry."""
        return self.chat.name

    @property
    def engine(self) -> Engine:
        """The thread it runs in."""
        return self._host.engine

    @property
    def token_map(self) -> TokenMap:
        """What its token ids mean, and how it cuts text."""
        return self.chat.token_map

    @property
    def context(self) -> int:
        """How many tokens it can read, prompt and answer together."""
        return self.chat.context

    @property
    def vocabulary(self) -> Vocabulary:
        """What its token ids mean."""
        return self.chat.vocabulary

    def decode(self, ids: Sequence[int]) -> str:
        """Tokens as text, end tokens left out."""
        return self.chat.decode(ids)

    def encode(self, text: str, *, begins: bool = False) -> list[int]:
        """A text as tokens: as it goes on after others, or as it begins an answer."""
        return self.chat.encode(text) if begins else self.chat.encode_on(text)

    def tokenizer(self) -> str:
        """Its tokenizer, as the JSON of the `tokenizers` library. Raises `MissingCapability` if it has no such form."""
        return self.chat.serialized()

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The next assistant turn. A last turn of the assistant's is continued.

        Cancelling the call takes it out of the batch. Raises `PromptTooLong`, `BadMessage` for turns the
        chat template does not take, `ModelUnavailable` if the model fails.
        """
        reply: Reply[Answer] = Reply()
        self.engine.submit(Write(Generation(self.chat, sampling), turns, self.adapter, reply))
        return await reply.future

    async def stream(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> AsyncIterator[str]:
        """The next assistant turn in pieces, as it is written; together they are the text `write` returns."""
        reply: Reply[Answer] = Reply()
        pieces: asyncio.Queue[str | None] = asyncio.Queue()

        def listen(piece: str) -> None:
            self.engine.tell(reply.loop, partial(pieces.put_nowait, piece))

        self.engine.submit(Write(Generation(self.chat, sampling, listen), turns, self.adapter, reply))
        reply.future.add_done_callback(lambda _: pieces.put_nowait(None))
        try:
            while (piece := await pieces.get()) is not None:
                yield piece
            await reply.future
        finally:
            reply.future.cancel()

    async def open(self, turns: Sequence[Turn]) -> TextSession:
        """Start writing the next assistant turn, token by token."""
        return TextSession(self, self.chat.prompt(turns))

    async def step(self, sessions: Sequence[TextSession], keep: Sequence[int] | None = None) -> Tensor:
        """The logits at the last `keep` positions of sessions of this host in one batch; see `session.read`."""
        return await read(sessions, keep)

    async def show(self, sessions: Sequence[TextSession], keep: Sequence[int]) -> tuple[Tensor, Tensor]:
        """The next-token logits and the hidden states at the last `keep` positions of sessions of this host."""
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
        """The parameters by reference, tied ones once; with an adapter: merged, each when it is asked for."""
        base = self._host.parameters
        return base if self.adapter is None else Merged(base, self.adapter)

    def with_parameters(self, parameters: Mapping[str, Tensor], *, name: str) -> Self:
        """A live model of the same architecture and vocabulary.

        Tensors that already have this model's precision and device are used by reference. Raises
        `ArchitectureMismatch`.
        """
        return type(self)(self._host.rebuilt(parameters, name), self.chat.named(name))

    def with_adapter(self, name: str, folder: Path) -> Self:
        """The same weights read through a LoRA adapter in PEFT's format, in the same batches as all others.

        The adapter is unloaded with the last model that uses it. Raises `BadModel`, `ArchitectureMismatch`.
        """
        return self.through(read_adapter(name, folder))

    def through(self, adapter: Adapter) -> Self:
        """The base's weights read through this adapter and no other. Raises `ArchitectureMismatch`."""
        return type(self)(self._host, self.chat.named(adapter.name), self._host.adapted(adapter))

    def save(self, folder: Path) -> None:
        """Write a folder that plain transformers loads: safetensors, config, tokenizer; an adapter merged in."""
        host = self._host if self.adapter is None else self._host.rebuilt(self.parameters, self.name)
        host.save(folder)
        self.chat.save(folder)

    def named(self, name: str) -> Self:
        """The same model under another name."""
        return type(self)(self._host, self.chat.named(name), self.adapter)

    def close(self) -> None:
        """End the host's thread, for every model that shares it. What waits fails with `ModelUnavailable`."""
        self.engine.close()
