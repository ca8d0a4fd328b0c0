"""A model on another runtime, used like a local one."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import torch
from tokenizers import Tokenizer
from torch import Tensor

from ..errors import BadModel, SymposiaError
from ..failure import Failure
from ..message import Answer, Choice, Choose, Conversation, Received, Request, Sampling
from ..models.base import GREEDY, Vocabulary
from ..models.control_tokens import ControlTokens, Placed
from ..models.stops import named_in
from ..models.tokens import encoded_on
from ..runtime.client import AgentClient
from ..turn import Turn
from .batching import ReadBatcher
from .messages import End, Introduce, Introduction, ReadDistributions, Shown, Top, Whole
from .open_texts import TextClosed
from .session import RemoteSession

if TYPE_CHECKING:
    from autogen_core import AgentRuntime


async def connect(runtime: "AgentRuntime", name: str, *, top: int | None = 256) -> "Peer":
    """Connect to the model that a runtime's agents of this type share, see `serve`.

    Its distributions arrive as the `top` likeliest tokens and the mass of the rest, or, with None, whole. Other tokens,
    such as a deferral token, get an even share of that mass. Raises what the runtime raises, and `BadModel` for a `top`
    beyond its vocabulary.
    """
    client = AgentClient(runtime, name)
    return Peer(client, await client.ask(Introduce(), Introduction), top)


class Peer:
    """A `Stepper` that asks a model by message.

    Requests are batched; it tokenizes locally, with the tokenizer that it was sent, and records how exact its
    distributions are. `texts` is the client by which texts are opened and read, where it is not the one that writes.

    >>> from symposia.agents.loading import load
    >>> peer = load("peer:16/pocket:base")  # the 16 likeliest tokens of each distribution
    >>> asyncio.run(peer.write([Turn("user", "12 + 7 = ?")], Sampling(max_tokens=4))).text
    '82'
    """

    def __init__(
        self, client: AgentClient, introduction: Introduction, top: int | None, texts: AgentClient | None = None
    ) -> None:
        size = introduction.size
        if top is not None and not 1 <= top <= size:
            raise BadModel(f"{client.name}: the {top} likeliest of {size:,} tokens. Use 1 to {size:,}, or all.")
        self.client = client
        self.texts = texts or client
        self.top = top
        self._vocabulary = Vocabulary(introduction.fingerprint, size, introduction.ends)
        self._introduction = introduction
        self._tokenizer = Tokenizer.from_str(introduction.tokenizer)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        added = self._tokenizer.get_added_tokens_decoder()
        self._controls = ControlTokens(added, "", self._placed, self._tokenizer)
        self.batcher = ReadBatcher(self._each)
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        """Its name in error messages."""
        return self.client.name

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary: its fingerprint, size and end tokens."""
        return self._vocabulary

    @property
    def engine(self) -> object:
        """The client, which batches its sessions."""
        return self.client

    def tokenizer(self) -> str:
        """Its tokenizer as JSON of the `tokenizers` library."""
        return self._introduction.tokenizer

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids, without special tokens."""
        return str(self._tokenizer.decode(list(ids)))

    def encode(self, text: str, *, begins: bool = False) -> list[int]:
        """The token ids of a text that continues another, or, with `begins`, that begins an answer."""
        return self._encode(text) if begins else encoded_on(self._encode, text)

    def named_in(self, stops: Sequence[str]) -> Mapping[int, str]:
        """The special tokens that stop strings name, by id."""
        return named_in(stops, self._tokenizer.get_added_tokens_decoder())

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """Generate the next assistant turn, on the other runtime."""
        prompt = Conversation(history=tuple(turns))
        return await self.client.ask(Request(prompt=prompt, sampling=sampling, place=self.name), Answer)

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        """The log-probability of each label as the whole next turn, computed on the other runtime."""
        prompt = Conversation(history=tuple(turns))
        return await self.client.ask(Choose(prompt=prompt, labels=tuple(labels), sampling=GREEDY), Choice)

    async def open(self, turns: Sequence[Turn]) -> RemoteSession:
        """Open a session that decodes the next assistant turn token by token."""
        session = RemoteSession(self, tuple(turns))
        await session.begin()
        return session

    async def step(self, sessions: Sequence[RemoteSession], keep: Sequence[int] | None = None) -> Tensor:
        """The logits at the last `keep` positions of sessions, in one message and one batch."""
        shown = await self._shown(sessions, keep or [1] * len(sessions))
        for one in shown:
            if isinstance(one, SymposiaError):
                raise one
        logits = [one for one in shown if isinstance(one, Tensor)]
        return torch.cat(logits)

    async def next(self, session: RemoteSession) -> Tensor:
        """The next-token logits of a session, (vocabulary,); sessions asking together are read in one batch."""
        return await self.batcher.next(session)

    def end(self, number: int) -> None:
        """Ask the peer to close a text.

        Without a running event loop it is left to be closed as the least recently used.
        """
        with suppress(RuntimeError):
            task = asyncio.get_running_loop().create_task(self._end(number))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def _each(self, sessions: Sequence[RemoteSession]) -> list[Tensor | SymposiaError]:
        shown = await self._shown(sessions, [1] * len(sessions))
        return [one[0] if isinstance(one, Tensor) else one for one in shown]

    async def _shown(self, sessions: Sequence[RemoteSession], counts: Sequence[int]) -> list[Tensor | SymposiaError]:
        shown = await self._read(sessions, counts)
        lost = [at for at, one in enumerate(shown) if isinstance(one, Failure) and one.kind == TextClosed.kind]
        if lost:  # by a peer that was started again, or that has more texts open than it keeps
            for at in lost:
                sessions[at].lost()
            found = await self._read([sessions[at] for at in lost], [counts[at] for at in lost])
            shown = [found[lost.index(at)] if at in lost else one for at, one in enumerate(shown)]
        return [
            self.client.named(one) if isinstance(one, Failure) else session.record(one)
            for session, one in zip(sessions, shown, strict=True)
        ]

    async def _read(self, sessions: Sequence[RemoteSession], counts: Sequence[int]) -> list[Whole | Top | Failure]:
        for session in sessions:
            await session.begin()
        passages = [session.passage(count) for session, count in zip(sessions, counts, strict=True)]
        read = ReadDistributions(fingerprint=self.vocabulary.fingerprint, passages=tuple(passages), top=self.top)
        return list((await self.texts.ask(read, Shown)).texts)

    async def _end(self, number: int) -> None:
        with suppress(SymposiaError):  # if the peer is gone, so is the text
            await self.texts.ask(End(text=number), Received)

    def _encode(self, text: str) -> list[int]:
        if self._controls.spelled(text):
            return self._controls.ids(self.name, text, [(0, len(text))])
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _placed(self, text: str, special: bool) -> Placed:
        encoding = self._tokenizer.encode(text, add_special_tokens=special)
        return encoding.ids, encoding.offsets
