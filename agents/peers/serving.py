"""A model as an agent that peers ask for text, for a choice of labels, and for next-token distributions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..agent import handles
from ..errors import MissingCapability, SymposiaError, VocabularyMismatch
from ..failure import Failure
from ..lm_agent import LMAgent
from ..message import Received
from ..models.base import Batching, Portable, Stepper, Writer
from ..models.sessions import Session
from ..runtime.actor import Actor
from .distributions import written
from .messages import Begin, Begun, End, Introduce, Introduction, Passage, ReadDistributions, Shown, Top, Whole
from .open_texts import OpenTexts

if TYPE_CHECKING:
    from autogen_core import AgentRuntime


async def serve(runtime: "AgentRuntime", kind: str, model: Writer, *, name: str | None = None, most: int = 512) -> None:
    """Register agents of type `kind` that share a model on a runtime, for `connect(runtime, kind)` there or elsewhere.

    An agent handles one message at a time, so there is one for every message in flight; they share the model, which
    batches their requests, and the open texts, at most `most`. Errors carry `name`, by default the type. Raises
    `MissingCapability` for a model that cannot be shared.
    """
    called = name or kind
    shared, texts = portable(called, model), OpenTexts(most)
    introduction = introduced(shared)
    await runtime.register_factory(
        kind, lambda: Actor(Serving(called, shared, introduction, texts)), expected_class=Actor
    )


def portable(name: str, model: object) -> Portable:
    """The model, typed as one that can be shared. Raises `MissingCapability` if it cannot."""
    if not isinstance(model, Portable):
        raise MissingCapability(
            f"{name}: a {type(model).__name__} does not show distributions and a tokenizer. "
            "Share a model that does: pocket: or hf:."
        )
    return model


def introduced(model: Portable) -> Introduction:
    """A model's vocabulary and tokenizer, as a message."""
    known = model.vocabulary
    return Introduction(fingerprint=known.fingerprint, size=known.size, ends=known.ends, tokenizer=model.tokenizer())


class Serving(LMAgent):
    """The agent of a shared model: it answers, and sends the distributions of the texts that peers write with it.

    >>> import asyncio
    >>> from symposia.agents.loading import load
    >>> from symposia.agents.message import Turn
    >>> model = load("pocket:base")
    >>> serving = Serving("base", model, introduced(model), OpenTexts())
    >>> asyncio.run(serving.receive(Begin(turns=(Turn("user", "12 + 7 = ?"),)))).text
    0
    """

    def __init__(self, name: str, model: Stepper, introduction: Introduction, texts: OpenTexts) -> None:
        super().__init__(name, model)
        self.stepper = model
        self.introduction = introduction
        self.texts = texts

    @handles
    async def introduce(self, asked: Introduce) -> Introduction:
        """Reply with the vocabulary and the tokenizer."""
        return self.introduction

    @handles
    async def begin(self, begin: Begin) -> Begun:
        """Open a text, as a fork where possible."""
        session = self.texts.copy(begin.origin) or await self.stepper.open(begin.turns)
        return Begun(text=self.texts.add(session), ids=session.ids)

    @handles
    async def read(self, read: ReadDistributions) -> Shown:
        """Update texts, run one batch, and reply with their distributions. Raises `VocabularyMismatch`."""
        if read.fingerprint != self.introduction.fingerprint:
            raise VocabularyMismatch(f"{self.name}: its vocabulary is another one by now. Connect to it again.")
        return Shown(texts=await self._shown(read.passages, read.top))

    @handles
    async def end(self, end: End) -> Received:
        """Close a text."""
        self.texts.end(end.text)
        return Received()

    async def _shown(self, passages: Sequence[Passage], top: int | None) -> tuple[Whole | Top | Failure, ...]:
        counts = [passage.count for passage in passages]
        try:
            logits = await read_all(self.stepper, [self.texts.advance_to(passage) for passage in passages], counts)
            return tuple(written(part, top, self.name) for part in torch.split(logits, counts))
        except SymposiaError as error:
            if len(passages) == 1:
                return (Failure.of(error),)
        # One bad text fails its batch: then each is read by itself, and fails alone.
        return tuple([shown for passage in passages for shown in await self._shown([passage], top)])


async def read_all(model: Stepper, sessions: Sequence[Session], counts: Sequence[int]) -> Tensor:
    """The logits at the last positions of sessions, (sum of counts, vocabulary), in one batch if the model can.

    Raises `MissingCapability` for several positions of a model that cannot batch.
    """
    if isinstance(model, Batching):
        return await model.step(sessions, counts)
    if any(count > 1 for count in counts):
        raise MissingCapability(f"a {type(model).__name__} shows one position at a time. Ask it token by token.")
    return torch.stack([await session.next() for session in sessions])
