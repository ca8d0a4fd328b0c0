"""The decode loop of models that share every token: z = combine(logits of all); the next token comes from z."""

import asyncio
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from .shared import SharedText

if TYPE_CHECKING:
    from .decoding import Combine


async def write_together(text: SharedText, combine: "Combine") -> None:
    """One forward pass of every peer a token; all questions that are open at the same time share them.

    The text ends as its lead's texts end.
    """
    names = tuple(text.hands)
    while text.finish is None:
        logits = await next_logits(text, names)
        token, logprob = text.pick(combine(logits))
        text.compare(names, logits, token)
        text.say(names[0], token, logprob)


async def next_logits(text: SharedText, names: tuple[str, ...]) -> Tensor:
    """The next-token logits of every peer: float32, shape (peers, vocabulary), on the first one's device."""
    first, *others = await asyncio.gather(*(text.next(name) for name in names))
    return torch.stack([first, *(logits.to(first.device) for logits in others)])
