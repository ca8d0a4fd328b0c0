"""The decode loop of models that share every token: z = combine(logits of all); the next token comes from z.

All texts that the same models write in one event loop go in step: one reading a model a token, whatever the
number of questions, and one pass over all their distributions. A text joins and leaves between two rounds.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from ..errors import BadModel
from ..models.sampling import pick_each
from .divergence import compared
from .forward import read_all
from .joint_text import JointText
from .participant import common
from .speculation import Speculation, write_ahead


class Combination(Protocol):
    """How logits are combined, see `combine.Combine`; equal ones share one call for all their texts."""

    @property
    def speculate(self) -> int:
        """How many tokens are drafted ahead."""
        ...

    @property
    def drafter(self) -> str | None:
        """Who drafts them, by default the last of the peers."""
        ...

    def __call__(self, logits: Tensor) -> Tensor:
        """From float32 logits, shape (..., peers, vocabulary), to (..., vocabulary)."""
        ...


class LockstepText(NamedTuple):
    """A text under way, how its logits are combined, what is drafted ahead of it, and who waits for its end."""

    text: JointText
    combine: Combination
    ahead: Speculation
    done: "asyncio.Future[None]"


async def write_in_lockstep(text: JointText, combine: Combination) -> None:
    """Write until the text is done, in step with all others of these models. It ends as its lead's texts end."""
    loop = asyncio.get_running_loop()
    rounds = _UNDER_WAY.setdefault(loop, {})
    hosts = tuple(dict.fromkeys(participant.host for participant in text.participants.values()))
    text.spelt = bool(text.sampling.stop)
    await asyncio.gather(*(participant.open() for participant in text.participants.values()))
    done = loop.create_future()
    if hosts not in rounds:
        rounds[hosts] = Rounds(lambda: rounds.pop(hosts))
    rounds[hosts].join(text, combine, done)
    await done


class Rounds:
    """The texts that the same models write. Each round takes a token of each, and before it what a draft foresaw.

    `end` is called after the last.
    """

    def __init__(self, end: Callable[[], object]) -> None:
        self.texts: list[LockstepText] = []
        self._end = end
        self._task = asyncio.get_running_loop().create_task(self.run())

    def join(self, text: JointText, combine: Combination, done: "asyncio.Future[None]") -> None:
        """Add a text. Texts that are combined alike share one combination, and one call of it."""
        combine = next((fused.combine for fused in self.texts if fused.combine == combine), combine)
        ahead = Speculation(text, combine.drafter or tuple(text.participants)[-1], combine.speculate)
        self.texts.append(LockstepText(text, combine, ahead, done))

    async def run(self) -> None:
        """Rounds until no text is left. Whatever goes wrong is raised where the texts are awaited."""
        try:
            while self.texts:
                await asyncio.sleep(0)  # those that start at the same time join
                self.texts = [fused for fused in self.texts if not fused.done.done()]
                present = list(self.texts)  # those that join while these are read wait for the next round
                await write_ahead([fused.ahead for fused in present])
                await self.read([fused for fused in present if not fused.done.done()])
                self.take([fused for fused in present if not fused.done.done()])
        except Exception as error:  # noqa: BLE001 - also what a combination raises
            for fused in self.texts:
                if not fused.done.done():
                    fused.done.set_exception(error)
        finally:
            self._end()

    async def read(self, texts: Sequence[LockstepText]) -> None:
        """Read what is new of these texts, drafts included; where that fails, without the draft."""
        failed = await read_all(
            {participant: keep for fused in texts for participant, keep in fused.ahead.wanted().items()}
        )
        again = []
        for fused in texts if failed else ():
            wrong = [failed[participant] for participant in fused.text.participants.values() if participant in failed]
            if wrong and not fused.done.done():
                if fused.ahead.draft:
                    fused.ahead.give_up()
                    again.append(fused)
                else:
                    fused.done.set_exception(wrong[0])
        if again:
            await self.read(again)

    def take(self, texts: Sequence[LockstepText]) -> None:
        """Take the next tokens of each text."""
        alike: dict[tuple[int, int, int, torch.device], list[LockstepText]] = {}
        for fused in texts:
            logits = fused.text.participants[fused.text.lead].logits
            key = id(fused.combine), len(fused.text.participants), len(logits), logits.device
            alike.setdefault(key, []).append(fused)
        for (_, peers, vocabulary, device), group in alike.items():
            share = AT_ONCE.get(device.type, 2**28) // (peers * vocabulary)
            for some in shares(group, share):
                take(some)
        for fused in texts:
            if fused.text.finish is not None and not fused.done.done():
                fused.done.set_result(None)


AT_ONCE = {"cpu": 2**18}
"""How many logits are combined at once: on a CPU what its cache holds. Tensors of a whole batch cost twice that."""

_UNDER_WAY: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[int, ...], Rounds]] = WeakKeyDictionary()


def take(texts: Sequence[LockstepText]) -> None:
    """The next tokens of texts that are combined alike."""
    rows = [peers for fused in texts for peers in fused.ahead.logits()]
    flat = side_by_side([row for peers in rows for row in peers])
    logits = flat.view(len(rows), -1, flat.shape[1])
    samplers = [sampler for fused in texts for sampler in fused.ahead.samplers()]
    tokens, logprobs = pick_each(texts[0].combine(logits), samplers)
    stand = accepted_ranges([fused.ahead.draft for fused in texts], tokens)
    taken = [place for own in stand for place in own]
    picked = [tokens[place] for place in taken]
    said = zip(picked, [logprobs[place] for place in taken], *compared(kept(logits, taken), picked), strict=True)
    for fused, own in zip(texts, stand, strict=True):
        say(fused, list(islice(said, len(own))))


def shares(texts: Sequence[LockstepText], size: int) -> Iterator[list[LockstepText]]:
    """Texts in parts that need about so many rows of logits each."""
    part: list[LockstepText] = []
    rows = 0
    for fused in texts:
        rows += len(fused.ahead.draft) + 1
        if part and rows > size:
            yield part
            part, rows = [], len(fused.ahead.draft) + 1
        part.append(fused)
    yield part


def say(fused: LockstepText, tokens: Sequence[tuple[int, float, list[float], float]]) -> None:
    """Go on with tokens, as far as the text does."""
    before = len(fused.text.tokens)
    try:
        for token, logprob, given, apart in tokens:
            if fused.text.finish is None:
                fused.text.compare(given, apart)
                fused.text.say(fused.text.lead, token, logprob)
    except BadModel as error:
        fused.done.set_exception(error)
    fused.ahead.settle([token.id for token in fused.text.tokens[before:]])


def accepted_ranges(drafts: Sequence[Sequence[int]], tokens: Sequence[int]) -> list[range]:
    """Where, among the tokens picked at all positions, are those each text goes on with: the first not drafted ends."""
    start, stand = 0, []
    for draft in drafts:
        stand.append(range(start, start + 1 + common(draft, tokens[start : start + len(draft)])))
        start += len(draft) + 1
    return stand


def kept(logits: Tensor, rows: Sequence[int]) -> Tensor:
    """These rows, without a copy if they are all."""
    return logits if len(rows) == len(logits) else logits[rows]


def side_by_side(rows: Sequence[Tensor]) -> Tensor:
    """Logits of peers as one tensor, (peers, vocabulary), on the first one's device."""
    return torch.stack([row.to(rows[0].device) for row in rows])
