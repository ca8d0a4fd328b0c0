"""Co-LLM's deferral head: the probability that the next token is the mentor's, from the generator's hidden state.

Which of the two wrote a token of a right text is not known: the head makes the text likely, summed over both
(Shen et al. 2024, https://arxiv.org/abs/2403.03870). It begins where weak labels lead it: the mentor's most
likely token is the right one and the generator's is not.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import SerializeAsAny

from ...agents import Prompt, Team, Usage
from ...agents.decoding.decoder import run_probe
from ...agents.decoding.heads import Head, hidden
from ...agents.decoding.method import check_vocabularies
from ...agents.decoding.probe import Probe, ProbeResult
from ...agents.errors import BadScenario, PromptTooLong
from ...agents.frozen import Frozen
from ...agents.objective import Objective
from . import check_width

if TYPE_CHECKING:
    from torch import Tensor

    from ...agents.decoding.peers import Peers
    from .fitting import Fit

POSITIVE = 8.0
"""How much more a token counts, at the beginning, that only the mentor gets right."""

DECAY = 1e-3
SHARES = (0.99, 0.97, 0.95, 0.9, 0.8, 0.65, 0.5, 0.3, 0.1)
NEVER, ALWAYS = 1.0, -1.0


class Right(Frozen):
    """A right answer, in the tokens of both models, to the dev question with this number."""

    prompt: SerializeAsAny[Prompt]
    ids: tuple[int, ...]
    group: int


class Worth(Frozen):
    """What right texts say of who wrote them: nats a token, and the share of tokens that were held most likely."""

    loss: float
    accuracy: float


class Deferral(ProbeResult):
    """A deferral head, and what it was fitted to.

    `own` and `other` say how well the generator and the mentor foretell it, `both` how well the two do with the
    head between them, at questions it was not fitted to (None if there is one question only); its accuracy is
    that of deferring where the head is more likely than not. At the share `only_other` of the tokens the mentor
    is right and the generator is not. `quantiles` are thresholds to try, from never to always.
    """

    head: Head
    texts: int
    tokens: int
    own: Worth
    other: Worth
    both: Worth | None
    only_other: float
    quantiles: tuple[float, ...]


class Forced(NamedTuple):
    """A text as a model reads it, token by token.

    Its hidden state before the token, the token's log-probability, and whether it held it to be the most likely one.
    """

    states: "Tensor"
    logprobs: "Tensor"
    hits: "Tensor"
    usage: Usage


class FitDeferral(Probe):
    """Asks for a deferral head of this generator's, fitted to texts that are right."""

    generator: str
    mentor: str
    texts: tuple[Right, ...]
    width: int
    seed: int

    async def result(self, peers: "Peers") -> Deferral:
        """Read every text with both models, in one pass each, and fit."""
        from .fitting import in_a_thread

        check_vocabularies({name: hidden(peers.models[name]) for name in (self.generator, self.mentor)})
        read = []
        for text in self.texts:  # one at a time, since its logits are many
            with suppress(PromptTooLong):  # for the one that did not write it
                own = await forced(peers, self.generator, text)
                read.append((text, own, await forced(peers, self.mentor, text)))
        if not read:
            raise PromptTooLong(f"{self.generator}, {self.mentor}: no right dev answer fits in both of their contexts.")
        return await in_a_thread(lambda: self.fitted(read))

    def fitted(self, read: "Sequence[tuple[Right, Forced, Forced]]") -> Deferral:
        """The head, and what it is worth."""
        texts, by_own, by_other = zip(*read, strict=True)
        own, other = joined(by_own), joined(by_other)
        fit = self.fit(own, other)
        head = fit.head()
        scores = fit.held_out([text.group for text in texts for _ in text.ids])
        return Deferral(
            head=head,
            texts=len(texts),
            tokens=len(own.hits),
            own=worth(-own.logprobs.mean(), own.hits),
            other=worth(-other.logprobs.mean(), other.hits),
            both=None if scores is None else switched(scores, own, other),
            only_other=float((other.hits & ~own.hits).float().mean()),
            quantiles=quantiles([head(state) for state in own.states]),
            usage=own.usage + other.usage,
        )

    def fit(self, own: Forced, other: Forced) -> "Fit":
        """What the head is fitted to: first the weak labels, then the likelihood."""
        from .fitting import Fit
        from .losses import cross_entropy, marginal, only_other

        labels = only_other(own.hits, other.hits)
        losses = [
            lambda scores, rows: cross_entropy(scores, labels[rows], positive=POSITIVE),
            lambda scores, rows: marginal(scores, own.logprobs[rows], other.logprobs[rows]),
        ]
        return Fit(own.states, losses, self.width, DECAY, self.seed)


def switched(scores: "Tensor", own: Forced, other: Forced) -> Worth:
    """What both models are worth with these scores between them."""
    from .losses import marginal

    hits = other.hits.where(scores > 0, own.hits)
    return worth(marginal(scores, own.logprobs, other.logprobs), hits)


def joined(texts: Sequence[Forced]) -> Forced:
    """Several texts as one, token by token."""
    import torch

    states, logprobs, hits, usages = zip(*texts, strict=True)
    return Forced(torch.cat(states), torch.cat(logprobs), torch.cat(hits), sum(usages, Usage()))


def worth(loss: "Tensor", hits: "Tensor") -> Worth:
    """A loss, and how often the most likely token was the right one."""
    return Worth(loss=float(loss), accuracy=float(hits.float().mean()))


async def forced(peers: "Peers", name: str, text: Right) -> Forced:
    """What a model makes of a text that it is told token by token, in one forward pass."""
    participant = peers.participant(name, text.prompt)
    try:
        await participant.open()
        participant.session.append(text.ids[:-1])
        logits, states = await hidden(participant.model).show((participant.session,), (len(text.ids),))
        written = logits.new_tensor(text.ids).long()[:, None]
        logprobs = logits.log_softmax(-1).gather(1, written)[:, 0]
        hits = logits.argmax(-1) == written[:, 0]
        usage = Usage(prompt_tokens=len(participant.session.ids), calls=1)
        return Forced(states.cpu(), logprobs.cpu(), hits.cpu(), usage)
    finally:
        participant.close()


def quantiles(shares: Sequence[float]) -> tuple[float, ...]:
    """Thresholds to try: those that let fewer and fewer of the shares pass, between never and always."""
    ordered = sorted(shares)
    between = (ordered[min(int(share * len(ordered)), len(ordered) - 1)] for share in SHARES if ordered)
    return tuple(dict.fromkeys((NEVER, *between, ALWAYS)))


async def fitted_deferral(team: Team[Any], dev: Objective, generator: str, mentor: str, *, width: int) -> Deferral:
    """A deferral head fitted on dev, to answers that are right: the mentor's, else the generator's.

    Raises `BadScenario` if there is none.
    """
    check_width(width)
    by_mentor, by_generator = [await dev.graded(team.only([name])) for name in (mentor, generator)]
    texts = []
    for group, (question, *graded) in enumerate(zip(dev.questions, by_mentor, by_generator, strict=True)):
        right = [one.answer.ids for one in graded if one.answer and one.answer.ids and one.score == 1]
        texts += [Right(prompt=question, ids=ids, group=group) for ids in right[:1]]
    if not texts:
        raise BadScenario(
            f"deferral: neither {mentor} nor {generator} answers any of {len(dev.questions)} dev questions rightly, "
            "so there is no text to fit a head to. Give more or easier dev questions."
        )
    seed = team.seed("head")
    fit = FitDeferral(generator=generator, mentor=mentor, texts=tuple(texts), width=width, seed=seed)
    return await run_probe(team, "head", fit, Deferral)
