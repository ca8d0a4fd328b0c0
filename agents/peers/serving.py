"""A model as an agent that others can ask: for text, for a choice of labels, and for its distributions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..agent import handles
from ..errors import MissingCapability, SymposiaError, VocabularyMismatch
from ..failure import Failure
from ..lm_agent import LMAgent
from ..message import Received
from ..models.base import Batching, Portable, Session, Stepper, Writer
from ..runtime.actor import Actor
from .distributions import written
from .messages import Begin, Begun, End, Introduce, Introduction, Passage, ReadDistributions, Shown, Top, Whole
from .open_texts import OpenTexts

if TYPE_CHECKING:
    from autogen_core import AgentRuntime


async def serve(runtime: "AgentRuntime", kind: str, model: Writer, *, name: str | None = None, most: int = 512) -> None:
    """Have a runtime's agents of a type share a model; `connect(runtime, kind)` asks them, there or elsewhere.

    An agent handles a message at a time, so there is one for every message under way; they share the model,
    which reads what they ask in one batch, and the texts, of which `most` may be open. Errors carry its `name`,
    by default the type. Raises `MissingCapability` for a model that cannot be shared.
    """
    called = name or kind
    shared, texts = portable(called, model), OpenTexts(most)
    introduction = introduced(shared)
    await runtime.register_factory(
        kind, lambda: Actor(Serving(called, shared, introduction, texts)), expected_class=Actor
    )


def portable(name: str, model: object) -> Portable:
    """The model as one that can be shared. Raises `MissingCapability`."""
    if not isinstance(model, Portable):
        raise MissingCapability(
            f"{name}: a {type(model).__name__} does not show distributions and a tokenizer. "
            "Share a model that does: pocket: or hf:."
        )
    return model


def introduced(model: Portable) -> Introduction:
    """What a model's tokens mean."""
    known = model.vocabulary
    return Introduction(fingerprint=known.fingerprint, size=known.size, ends=known.ends, tokenizer=model.tokenizer())


class Serving(LMAgent):
    """Answers for a model, and shows the distributions of the texts that others write with it."""

    def __init__(self, name: str, model: Stepper, introduction: Introduction, texts: OpenTexts) -> None:
        super().__init__(name, model)
        self.stepper = model
        self.introduction = introduction
        self.texts = texts

    @handles
    async def introduce(self, asked: Introduce) -> Introduction:
        """Say what its tokens mean."""
        return self.introduction

    @handles
    async def begin(self, begin: Begin) -> Begun:
        """Open a text."""
        session = self.texts.copy(begin.origin) or await self.stepper.open(begin.turns)
        return Begun(text=self.texts.add(session), ids=session.ids)

    @handles
    async def read(self, read: ReadDistributions) -> Shown:
        """Read what is new of texts, in one batch, and show what comes next in each."""
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
            rows = await read_all(self.stepper, [self.texts.advance_to(passage) for passage in passages], counts)
            return tuple(written(part, top, self.name) for part in torch.split(rows, counts))
        except SymposiaError as error:
            if len(passages) == 1:
                return (Failure(kind=type(error).__name__, text=str(error)),)
        # One bad text fails its batch: then each is read by itself, and fails alone.
        return tuple([shown for passage in passages for shown in await self._shown([passage], top)])


async def read_all(model: Stepper, sessions: Sequence[Session], counts: Sequence[int]) -> Tensor:
    """The logits at the last positions of sessions: (sum of counts, vocabulary); in one batch where the model can."""
    if isinstance(model, Batching):
        return await model.step(sessions, counts)
    if any(count > 1 for count in counts):
        raise MissingCapability(f"a {type(model).__name__} shows one position at a time. Ask it token by token.")
    return torch.stack([await session.next() for session in sessions])
