"""The decode loop of models that share every token: z = combine(logits of all); the next token comes from z.

All texts that the same models write in one event loop are batched: one forward pass a model a token, whatever the
number of questions, and one combination of all their logits.
"""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from ..errors import BadModel
from ..models.grammar import grammar_of
from ..models.sampling import pick_each
from .certificate import Certificate, certify
from .divergence import compared
from .forward import read_all
from .joint_text import JointText
from .participant import common
from .positions import AT_ONCE
from .rounds import Rounds, rounds_of
from .speculation import Speculation, write_ahead


class Combination(Protocol):
    """A rule that combines logits, see `combine.Combine`; texts with equal rules share one call."""

    @property
    def speculate(self) -> int:
        """The number of tokens drafted ahead; 0 for none."""
        ...

    @property
    def drafter(self) -> str | None:
        """The model that drafts; None for the last of the peers."""
        ...

    def __call__(self, logits: Tensor) -> Tensor:
        """Combine float32 logits of shape (..., peers, vocabulary) into (..., vocabulary)."""
        ...


class LockstepText(NamedTuple):
    """A text being written, its combination rule, its speculation, and the future its caller awaits.

    It has a certificate where some peers show their likeliest tokens alone.

    >>> import asyncio
    >>> from symposia.agents import Ask, Sampling
    >>> from symposia.agents.decoding.combine import Mean
    >>> from symposia.agents.decoding.peers import Peers
    >>> from symposia.agents.loading import load
    >>> peers = Peers({name: load(f"pocket:{name}") for name in ("base", "generalist")}, {})
    >>> with peers.text(Ask(text="12 + 7 = ?"), ("base", "generalist"), Sampling(max_tokens=2)) as text:
    ...     asyncio.run(write_in_lockstep(text, Mean()))
    >>> len(text.tokens)
    2
    """

    text: JointText
    combine: Combination
    speculation: Speculation
    done: "asyncio.Future[None]"
    certificate: Certificate | None = None


async def write_in_lockstep(text: JointText, combine: Combination) -> None:
    """Write a text to its end, batched with all other texts of these models. The lead model's stopping rule applies."""
    text.detokenize = bool(text.sampling.stop) or text.telling is not None
    done = asyncio.get_running_loop().create_future()
    await text.open()
    if text.sampling.json_schema is not None:
        text.sampler.grammar = grammar_of(text.lead, text.participants[text.lead].model, text.sampling.json_schema)
    rounds_of(LockstepRounds, text.hosts).join(text, combine, done)
    await done


class LockstepRounds(Rounds[LockstepText]):
    """The texts that the same models write in lockstep. Each round appends a token to each, and its accepted draft.

    >>> async def ended():
    ...     finished = asyncio.Event()
    ...     rounds = LockstepRounds(finished.set)
    ...     await finished.wait()
    ...     return rounds.texts
    >>> asyncio.run(ended())
    []
    """

    def join(self, text: JointText, combine: Combination, done: "asyncio.Future[None]") -> None:
        """Add a text. Texts with equal combination rules share one rule, and one call of it a round."""
        combine = next((entry.combine for entry in self.texts if entry.combine == combine), combine)
        free = text.sampler.grammar is None  # what is drafted or proven is the choice among all tokens
        drafter, length = combine.drafter or tuple(text.participants)[-1], combine.speculate if free else 0
        certificate = Certificate.of(text, combine) if free else None
        self.texts.append(LockstepText(text, combine, Speculation(text, drafter, length), done, certificate))

    async def step(self, texts: Sequence[LockstepText]) -> None:
        """Draft, read, combine and pick."""
        await write_ahead([entry.speculation for entry in texts])
        await self.read([entry for entry in texts if not entry.done.done()])
        await prove([entry for entry in texts if not entry.done.done()])
        self.take([entry for entry in texts if not entry.done.done()])
        for entry in texts:
            entry.text.settle(entry.done)

    async def read(self, texts: Sequence[LockstepText]) -> None:
        """Run forward passes over the unread tokens and drafts of these texts; where that fails, without the draft."""
        failed = await read_all(
            {participant: keep for entry in texts for participant, keep in entry.speculation.wanted().items()}
        )
        again = []
        for entry in texts if failed else ():
            wrong = [failed[participant] for participant in entry.text.participants.values() if participant in failed]
            if wrong and not entry.done.done():
                if entry.speculation.draft:
                    entry.speculation.give_up()
                    again.append(entry)
                else:
                    entry.done.set_exception(wrong[0])
        if again:
            await self.read(again)

    def take(self, texts: Sequence[LockstepText]) -> None:
        """Pick and append the next tokens of each text, in groups that share a rule, a shape and a device."""
        alike: dict[tuple[int, int, int, torch.device], list[LockstepText]] = {}
        for entry in texts:
            logits = entry.text.participants[entry.text.lead].logits
            key = id(entry.combine), len(entry.text.participants), len(logits), logits.device
            alike.setdefault(key, []).append(entry)
        for (_, peers, vocabulary, device), group in alike.items():
            share = AT_ONCE.get(device.type, 2**28) // (peers * vocabulary)
            for some in shares(group, share):
                take(some)


async def prove(texts: Sequence[LockstepText]) -> None:
    """Prove the next tokens of the texts that have a certificate."""
    proving = []
    for entry in texts:
        if entry.certificate is not None:
            entry.certificate.begin(entry.speculation.logits())
            proving.append(entry.certificate)
    if proving:
        await certify(proving)


def take(texts: Sequence[LockstepText]) -> None:
    """Pick and append the next tokens of texts with one combination rule."""
    positions = [peers for entry in texts for peers in entry.speculation.logits()]
    flat = stacked([one for peers in positions for one in peers])
    logits = flat.view(len(positions), -1, flat.shape[1])
    samplers = [sampler for entry in texts for sampler in entry.speculation.samplers()]
    tokens, logprobs = pick_each(texts[0].combine(logits), samplers)
    ranges = accepted_ranges([entry.speculation.draft for entry in texts], tokens)
    accepted = [position for own in ranges for position in own]
    picked = [tokens[position] for position in accepted]
    compare = compared(selected(logits, accepted), picked)
    said = zip(picked, [logprobs[position] for position in accepted], *compare, strict=True)
    for entry, own in zip(texts, ranges, strict=True):
        say(entry, list(islice(said, len(own))))


def shares(texts: Sequence[LockstepText], size: int) -> Iterator[list[LockstepText]]:
    """Split texts into parts of at most `size` positions each, drafts included."""
    part: list[LockstepText] = []
    positions = 0
    for entry in texts:
        positions += len(entry.speculation.draft) + 1
        if part and positions > size:
            yield part
            part, positions = [], len(entry.speculation.draft) + 1
        part.append(entry)
    yield part


def say(entry: LockstepText, tokens: Sequence[tuple[int, float, list[float], float]]) -> None:
    """Append picked (id, log-probability, peer log-probabilities, divergence) tuples until the text is finished."""
    before = len(entry.text.tokens)
    try:
        for token, logprob, peer_logprobs, divergence in tokens:
            if entry.text.finish is None:
                entry.text.compare(peer_logprobs, divergence)
                entry.text.say(entry.text.lead, token, logprob)
    except BadModel as error:
        entry.done.set_exception(error)
    entry.speculation.settle([token.id for token in entry.text.tokens[before:]])
    if entry.certificate is not None:
        entry.certificate.settle(len(entry.text.tokens) - before)


def accepted_ranges(drafts: Sequence[Sequence[int]], tokens: Sequence[int]) -> list[range]:
    """For each text, the positions it keeps: its accepted draft tokens and the first token after them."""
    start, ranges = 0, []
    for draft in drafts:
        ranges.append(range(start, start + 1 + common(draft, tokens[start : start + len(draft)])))
        start += len(draft) + 1
    return ranges


def selected(logits: Tensor, indices: Sequence[int]) -> Tensor:
    """The logits at these positions, without a copy if they are all."""
    return logits if len(indices) == len(logits) else logits[indices]


def stacked(parts: Sequence[Tensor]) -> Tensor:
    """Tensors (vocabulary,) as one (number, vocabulary), on the first one's device."""
    return torch.stack([part.to(parts[0].device) for part in parts])
