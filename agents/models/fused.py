"""The decode loop of several models that write one text: z = combine(logits of all); the next token comes from z."""

import asyncio
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ..errors import PromptTooLong
from ..message import Answer, Finish, Sampling, Usage
from .base import Session, Stepper
from .decoding import Decode, Decoded
from .hf.sampling import Sampler
from .hf.text import TextReader, cut, split_reasoning


async def write_together(models: Mapping[str, Stepper], sessions: Sequence[Session], decode: Decode) -> Decoded:
    """Write until an end token, a stop string, the token limit or the end of the smallest context.

    One forward pass of every peer a token; all questions that are open at the same time share them.
    """
    text = FusedText(next(iter(models.values())), decode.sampling)
    prompts = [session.ids for session in sessions]
    while text.finish is None:
        try:
            logits = await next_logits(sessions)
        except PromptTooLong:
            if not text.ids:
                raise
            text.finish = "length"
            break
        token = text.take(decode.combine(logits), logits)
        for session in sessions:
            session.append((token,))
    usage = Usage(
        prompt_tokens=sum(map(len, prompts)),
        completion_tokens=len(sessions) * len(text.ids),
        calls=len(sessions),
    )
    given = zip(*text.given, strict=True)
    return Decoded(
        answer=text.answer(prompts[0], usage),
        given={name: tuple(column) for name, column in zip(models, given, strict=True)},
    )


async def next_logits(sessions: Sequence[Session]) -> Tensor:
    """The next-token logits of every session: float32, shape (sessions, vocabulary), on the first one's device."""
    first, *others = await asyncio.gather(*(session.next() for session in sessions))
    return torch.stack([first, *(logits.to(first.device) for logits in others)])


class FusedText:
    """A text as it grows; `finish` says that and why it is done. It ends as its lead's texts end."""

    def __init__(self, lead: Stepper, sampling: Sampling) -> None:
        self.finish: Finish | None = None
        self.ids: list[int] = []
        self.logprobs: list[float] = []
        self.given: list[list[float]] = []
        self._lead = lead
        self._sampling = sampling
        self._sampler = Sampler(sampling)
        self._reader = TextReader(lead.decode)

    def take(self, combined: Tensor, logits: Tensor) -> int:
        """Pick the next token from the combined logits; note what each peer's own said of it."""
        token = self._sampler.pick(combined)
        self.ids.append(token)
        self.logprobs.append(float(combined.log_softmax(-1)[token]))
        self.given.append(logits.log_softmax(-1)[:, token].tolist())
        self._reader.push((token,))
        if token in self._lead.vocabulary.ends:
            self.finish = "eos"
        elif cut(self._reader.text, self._sampling.stop) is not None:
            self.finish = "stop_string"
        elif len(self.ids) == self._sampling.max_tokens:
            self.finish = "length"
        return token

    def answer(self, prompt_ids: tuple[int, ...], usage: Usage) -> Answer:
        """The finished answer."""
        whole = self._reader.end()
        before = cut(whole, self._sampling.stop)
        reasoning, text = split_reasoning(whole if before is None else before, opened=False)
        unfinished = text is None and self.finish == "length"
        return Answer(
            text=text or "",
            finish="unfinished" if unfinished else self.finish or "length",
            reasoning=reasoning,
            prompt_ids=prompt_ids,
            ids=tuple(self.ids),
            logprobs=tuple(self.logprobs),
            usage=usage,
        )
