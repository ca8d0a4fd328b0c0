"""The decode loop of models that share every token: z = combine(logits of all); the next token comes from z.

All texts that the same models write in one event loop go in step: one reading a model a token, whatever the
number of questions, and one pass over all their distributions. A text joins and leaves between two tokens.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from .hand import Hand
from .hf.sampling import pick_each
from .shared import SharedText

if TYPE_CHECKING:
    from .decoding import Combine


class Fused(NamedTuple):
    """A text under way, how its logits are combined, and who waits for its end."""

    text: SharedText
    combine: "Combine"
    done: "asyncio.Future[None]"

    def hands(self) -> list[Hand]:
        """Who writes it, each told the whole text."""
        return [self.text.ready(name) for name in self.text.hands]


async def write_together(text: SharedText, combine: "Combine") -> None:
    """Write until the text is done, in step with all others of these models. It ends as its lead's texts end."""
    loop = asyncio.get_running_loop()
    rounds = _UNDER_WAY.setdefault(loop, {})
    hosts = tuple(dict.fromkeys(hand.host for hand in text.hands.values()))
    await asyncio.gather(*(hand.open() for hand in text.hands.values()))
    done = loop.create_future()
    if hosts not in rounds:
        rounds[hosts] = Rounds(lambda: rounds.pop(hosts))
    rounds[hosts].texts.append(Fused(text, combine, done))
    await done


class Rounds:
    """The texts that the same models write; each round takes one token of each. `end` is called after the last."""

    def __init__(self, end: Callable[[], object]) -> None:
        self.texts: list[Fused] = []
        self._end = end
        self._task = asyncio.get_running_loop().create_task(self.run())

    async def run(self) -> None:
        """Rounds until no text is left. Whatever goes wrong is raised where the texts are awaited."""
        try:
            while self.texts:
                await asyncio.sleep(0)  # those that start at the same time join
                self.texts = [fused for fused in self.texts if not fused.done.done()]
                present = list(self.texts)  # those that join while these are read wait for the next round
                await self.read(present)
                self.take([fused for fused in present if not fused.done.done()])
        except Exception as error:  # noqa: BLE001 - also what a combination raises
            for fused in self.texts:
                if not fused.done.done():
                    fused.done.set_exception(error)
        finally:
            self._end()

    async def read(self, texts: Sequence[Fused]) -> None:
        """Read what is new of these texts: of one host, in one batch."""
        hands = [hand for fused in texts for hand in fused.hands() if hand.reading() is not None]
        hands.sort(key=lambda hand: hand.host)
        batches = [list(batch) for _, batch in groupby(hands, lambda hand: hand.host)]
        failed = [failure for failures in await asyncio.gather(*map(read, batches)) for failure in failures]
        for fused in texts:
            wrong = [error for hand, error in failed if hand in fused.hands()]
            if wrong and not fused.done.done():
                fused.done.set_exception(wrong[0])

    def take(self, texts: Sequence[Fused]) -> None:
        """Take the next token of each text."""
        alike: dict[Hashable, list[tuple[Fused, Tensor]]] = {}
        for fused in texts:
            logits = side_by_side([hand.logits for hand in fused.hands()])
            alike.setdefault((logits.shape, logits.device), []).append((fused, logits))
        for group in alike.values():
            take(*zip(*group, strict=True))
        for fused in texts:
            if fused.text.finish is not None:
                fused.done.set_result(None)


_UNDER_WAY: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[int, ...], Rounds]] = WeakKeyDictionary()


def take(texts: Sequence[Fused], logits: Sequence[Tensor]) -> None:
    """The next token of texts with logits of one shape, (peers, vocabulary)."""
    combined = torch.stack([fused.combine(each) for fused, each in zip(texts, logits, strict=True)])
    tokens, logprobs = pick_each(combined, [fused.text.sampler for fused in texts])
    given, apart = compared(torch.stack(list(logits)), tokens)
    for fused, token, logprob, one, far in zip(texts, tokens, logprobs, given, apart, strict=True):
        lead = next(iter(fused.text.hands))
        fused.text.compare(one, far)
        fused.text.say(lead, token, logprob)


def compared(logits: Tensor, tokens: Sequence[int]) -> tuple[list[list[float]], list[float]]:
    """What each peer's log-probability of the token was, and how far apart the peers were in all, for each text.

    `logits` has the shape (texts, peers, vocabulary). Apart is the Jensen-Shannon divergence in nats.
    """
    logprobs = logits.log_softmax(-1)
    chosen = torch.tensor(tokens, device=logits.device)[:, None, None].expand(-1, logits.shape[1], 1)
    given: list[list[float]] = logprobs.gather(2, chosen)[..., 0].tolist()
    if logits.shape[1] == 1:
        return given, [0.0] * len(tokens)
    probabilities = logprobs.exp()
    mixture = probabilities.mean(1)
    own = torch.where(probabilities > 0, probabilities * logprobs, 0.0).sum(-1).mean(-1)
    apart: list[float] = (own - mixture.xlogy(mixture).sum(-1)).clamp(min=0).tolist()
    return given, apart


async def read(hands: Sequence[Hand]) -> list[tuple[Hand, Exception]]:
    """Read what is new in the sessions of one host, in one batch; returns which of them failed, and how."""
    first, sessions = hands[0], [hand.session for hand in hands]
    try:
        rows = await first.batching.step(sessions) if first.batching else [await session.next() for session in sessions]
    except Exception as error:  # noqa: BLE001 - raised where the text is awaited
        if len(hands) == 1:
            return [(hands[0], error)]
        # One bad session fails its batch: then each is read by itself, and fails alone.
        return [failure for hand in hands for failure in await read([hand])]
    for hand, logits in zip(hands, rows, strict=True):
        hand.took(logits)
    return []


def side_by_side(rows: Sequence[Tensor]) -> Tensor:
    """Logits of peers as one tensor, (peers, vocabulary), on the first one's device."""
    return torch.stack([row.to(rows[0].device) for row in rows])
