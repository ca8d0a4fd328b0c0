"""A model on a serving engine as a `Stepper`: tokenized here, read and written there."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from ...errors import MissingCapability
from ...message import Answer, Choice, Sampling
from ...turn import Turn
from ..base import GREEDY, Vocabulary
from ..hf.chat import ChatTokenizer
from ..hf.generation import Generation
from .engine import Engine
from .facts import Facts, Reading
from .labels import choose
from .listed import Listed, stacked
from .session import ServedSession


class ServedModel:
    """A model on a server: `Stepper`, `Batching` and `Portable`.

    With `top` its distributions are rebuilt from so many likeliest tokens and the mass of the rest; with None they are
    whole. Nothing is asked before it is first used; then the server and its tokenizer are checked once.

    >>> from symposia.agents.loading import load
    >>> model = load("vllm:base@http://127.0.0.1:8000#top=64")
    >>> model.top, model.vocabulary == load("pocket:base").vocabulary
    (64, True)
    """

    def __init__(self, name: str, engine: Engine, chat: ChatTokenizer, top: int | None = None) -> None:
        self.name = name
        self.top = top if top is None or top < chat.vocabulary.size else None
        self.chat = chat
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """The server and the model on it: members that share it are read in one request."""
        return self._engine

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary: its fingerprint, size and end tokens."""
        return self.chat.vocabulary

    @property
    def normalized(self) -> bool:
        """True: servers show log-probabilities, which serve as logits but for their absolute values."""
        return True

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids, without special tokens."""
        return self.chat.decode(ids)

    def encode(self, text: str, *, begins: bool = False) -> list[int]:
        """The token ids of a text that continues another, or, with `begins`, that begins an answer."""
        return self.chat.encode(text) if begins else self.chat.encode_on(text)

    def named_in(self, stops: Sequence[str]) -> Mapping[int, str]:
        """The special tokens that stop strings name, by id."""
        return self.chat.named_in(stops)

    def tokenizer(self) -> str:
        """Its tokenizer as JSON of the `tokenizers` library. Raises `MissingCapability` if it has no such form."""
        return self.chat.serialized()

    async def ready(self) -> Facts:
        """The server's facts, checked on first use. Raises what `Engine.ready` and `Engine.check_top` raise."""
        facts = await self._engine.ready(self.chat)
        self.chat.context = facts.context
        self._engine.check_top(self.top, self.vocabulary.size)
        return facts

    async def sleep(self) -> None:
        """Free the memory of a server of our own until `wake`. Raises `MissingCapability` for any other."""
        await self._engine.sleep()

    async def wake(self) -> None:
        """Have a server of our own take up its work again. Raises `MissingCapability` for any other."""
        await self._engine.wake()

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """Generate the next assistant turn on the server, from our own token ids; a last assistant turn is continued.

        Cancelling the call aborts it there. A seed repeats a text only on one server, version and batch. Raises
        `PromptTooLong`, `BadMessage`, `ModelUnavailable`, `CallFailed`.
        """
        if sampling.tools:
            raise MissingCapability(f"{self.name}: a served model offers no tools. Use api:hosted_vllm/MODEL@URL/v1.")
        if sampling.json_schema is not None:
            raise MissingCapability(
                f"{self.name}: keeps to no schema. Use api:hosted_vllm/MODEL@URL/v1, or pocket: or hf:."
            )
        await self.ready()
        generation = Generation(self.chat, sampling)
        prompt = self.chat.prompt(turns)
        generation.begin(turns, adapter=None)
        limit = min(sampling.max_tokens, self.chat.context - len(prompt))
        for token, logprob in await self._engine.write(prompt, sampling, limit, self.vocabulary.ends):
            if generation.finish is None:
                generation.take(token, logprob)
        return generation.answer()

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        """The log-probability of each label as the whole next turn, in one request.

        Raises `PromptTooLong`, `BadMessage`, `Twice`.
        """
        await self.ready()
        whole = self.top is None
        return await choose(self._engine, self.chat, self.chat.prompt(turns), labels, whole=whole)

    async def open(self, turns: Sequence[Turn]) -> ServedSession:
        """Open a session that decodes the next assistant turn token by token. Raises `PromptTooLong`, `BadMessage`."""
        await self.ready()
        return ServedSession(self, self.chat.prompt(turns))

    async def step(self, sessions: Sequence[ServedSession], keep: Sequence[int] | None = None) -> Tensor:
        """The logits at the last `keep` positions of sessions on this server, in one request.

        float32, shape (sum of keep, vocabulary). Members that ask for another `top` take a request of their own.
        """
        kept = keep or [1] * len(sessions)
        for session in sessions:
            session.check_open()
            self.chat.check_length(len(session.ids), "the text")
        await self.ready()
        tops = dict.fromkeys(session.model.top for session in sessions)
        groups = [[at for at, session in enumerate(sessions) if session.model.top == top] for top in tops]
        read = await asyncio.gather(*map(partial(self._read, sessions, kept), groups, tops))
        found = {at: rows for rows_of in read for at, rows in rows_of.items()}
        return torch.cat([stacked(found[at], self.vocabulary.size) for at in range(len(sessions))])

    def bounds(self, session: ServedSession, length: int) -> tuple[Tensor, Tensor]:
        """Lower and upper bounds of the log-probabilities after a session's first tokens: (vocabulary,) each."""
        return session.listed[length].bounds(self.vocabulary.size)

    def listed(self, session: ServedSession, length: int) -> list[int]:
        """The tokens of the vocabulary that were listed after a session's first tokens."""
        return [token for token in session.listed[length].ids if token < self.vocabulary.size]

    async def list_tokens(
        self, places: Sequence[tuple[ServedSession, int]], wanted: Sequence[Sequence[int]]
    ) -> list[Tensor]:
        """List these tokens besides, after each session's first tokens; returns the logits rebuilt with them."""
        asked = sorted({token for own in wanted for token in own})
        scored = await self._engine.score([session.ids[:length] for session, length in places], asked)
        return self._relisted(places, [{token: row[token] for token in asked} for row in scored])

    async def list_likeliest(self, places: Sequence[tuple[ServedSession, int]], top: int) -> list[Tensor]:
        """List so many likeliest tokens after each session's first tokens; returns the logits rebuilt with them."""
        readings = [Reading(session.ids[:length], 1) for session, length in places]
        rows = await self._engine.read(readings, self.shown(top))
        known = [session.listed[length].logprobs for session, length in places]
        for (session, length), row in zip(places, rows, strict=True):
            session.listed[length] = row
        return self._relisted(places, known)

    def _relisted(
        self, places: Sequence[tuple[ServedSession, int]], more: Sequence[Mapping[int, float]]
    ) -> list[Tensor]:
        for (session, length), logprobs in zip(places, more, strict=True):
            session.listed[length] = session.listed[length].with_more(logprobs)
        return [session.listed[length].logits(self.vocabulary.size) for session, length in places]

    def shown(self, top: int) -> int | None:
        """The number of likeliest tokens that the server lists of so many; None if these are all of its vocabulary."""
        most = self._engine.facts and self._engine.facts.most
        least = min(top, most) if most else top
        return None if least >= self.vocabulary.size else least

    async def _read(
        self, sessions: Sequence[ServedSession], kept: Sequence[int], group: Sequence[int], top: int | None
    ) -> dict[int, list[Listed]]:
        """The rows of those sessions of a group, by their places; each notes its own unless they are whole."""
        readings = [Reading(sessions[at].ids, kept[at]) for at in group]
        rows = await self._engine.read(readings, top)
        found = {}
        for at in group:
            found[at], rows = rows[: kept[at]], rows[kept[at] :]
            if top is not None:
                sessions[at].take(found[at])
            elif lacking := self.vocabulary.size - min(len(row.within(self.vocabulary.size)[0]) for row in found[at]):
                raise MissingCapability(f"{self.name}: whole distributions lack {lacking} tokens. Add #top=64.")
        return found
