"""Co-LLM's deferral head: the probability that the next token is the mentor's, from the generator's hidden state.

Which of the two models writes a token of a correct text is a latent variable: the head maximises the marginal
likelihood (Shen et al. 2024, https://arxiv.org/abs/2403.03870). Weak labels initialise it: is the mentor alone right?
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ...agents import Team, Usage
from ...agents.decoding.decoder import run_probe
from ...agents.decoding.heads import Head, hidden
from ...agents.decoding.method import check_vocabularies
from ...agents.decoding.probe import Probe, ProbeResult
from ...agents.errors import PromptTooLong
from ...agents.frozen import Frozen
from ...agents.objective import Objective
from . import check_width
from .right_texts import Right, right_texts

if TYPE_CHECKING:
    from torch import Tensor

    from ...agents.decoding.peers import Peers
    from .fitting import Fit

POSITIVE = 8.0
"""The weight of tokens that only the mentor predicts, in the fit to weak labels."""

DECAY = 1e-3
SHARES = (0.99, 0.97, 0.95, 0.9, 0.8, 0.65, 0.5, 0.3, 0.1)
NEVER, ALWAYS = 1.0, -1.0


class Worth(Frozen):
    """How well a model predicts correct texts: the loss in nats per token, and the accuracy of its likeliest tokens.

    >>> Worth(loss=0.69, accuracy=0.5).loss
    0.69
    """

    loss: float
    accuracy: float


class Deferral(ProbeResult):
    """A deferral head, and how well it and both models predict the texts it was fitted to.

    `own` and `other` are the generator's and the mentor's, `both` those of the mixture by the head, on held-out
    questions (None for a single question), with deferral at a probability above 1/2 for its accuracy. `only_other` is
    the share of tokens that the mentor alone predicts. `quantiles` are candidate thresholds, from never to always.

    >>> own, other = Worth(loss=0.7, accuracy=0.5), Worth(loss=0.2, accuracy=0.9)
    >>> fitted = {"head": Head(layers=()), "texts": 2, "tokens": 10, "only_other": 0.4, "quantiles": (1.0, -1.0)}
    >>> Deferral(own=own, other=other, both=None, **fitted).other.loss
    0.2
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
    """A text under teacher forcing: hidden states before tokens, their log-probabilities, whether they are likeliest.

    >>> import torch
    >>> text = Forced(torch.zeros(2, 8), torch.tensor([-0.1, -2.0]), torch.tensor([True, False]), Usage())
    >>> joined([text, text]).hits.tolist()
    [True, False, True, False]
    """

    states: "Tensor"
    logprobs: "Tensor"
    hits: "Tensor"
    usage: Usage


class FitDeferral(Probe):
    """A request for a deferral head on this generator's hidden states, fitted to correct texts.

    >>> FitDeferral(generator="amber", mentor="blue", texts=(), width=0, seed=7).mentor
    'blue'
    """

    generator: str
    mentor: str
    texts: tuple[Right, ...]
    width: int
    seed: int

    async def result(self, peers: "Peers") -> Deferral:
        """Run one forward pass of both models over each text, and fit. Raises `PromptTooLong` if no text fits."""
        from .fitting import in_a_thread

        check_vocabularies({name: hidden(peers.models[name]) for name in (self.generator, self.mentor)})
        read = []
        for text in self.texts:  # one at a time, since its logits take much memory
            with suppress(PromptTooLong):  # of the model that did not write it
                own = await forced(peers, self.generator, text)
                read.append((text, own, await forced(peers, self.mentor, text)))
        if not read:
            raise PromptTooLong(f"{self.generator}, {self.mentor}: no right dev answer fits in both of their contexts.")
        return await in_a_thread(lambda: self.fitted(read))

    def fitted(self, read: "Sequence[tuple[Right, Forced, Forced]]") -> Deferral:
        """The fitted head and its evaluation."""
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
        """The fitting problem: first the weak labels, then the marginal likelihood."""
        from .fitting import Fit
        from .losses import cross_entropy, marginal, only_other

        labels = only_other(own.hits, other.hits)
        losses = [
            lambda scores, indices: cross_entropy(scores, labels[indices], positive=POSITIVE),
            lambda scores, indices: marginal(scores, own.logprobs[indices], other.logprobs[indices]),
        ]
        return Fit(own.states, losses, self.width, DECAY, self.seed)


def switched(scores: "Tensor", own: Forced, other: Forced) -> Worth:
    """The loss and the accuracy of the mixture of both models by these scores on the texts."""
    from .losses import marginal

    hits = other.hits.where(scores > 0, own.hits)
    return worth(marginal(scores, own.logprobs, other.logprobs), hits)


def joined(texts: Sequence[Forced]) -> Forced:
    """Several texts concatenated."""
    import torch

    states, logprobs, hits, usages = zip(*texts, strict=True)
    return Forced(torch.cat(states), torch.cat(logprobs), torch.cat(hits), sum(usages, Usage()))


def worth(loss: "Tensor", hits: "Tensor") -> Worth:
    """A mean loss, and the mean of hits as accuracy."""
    return Worth(loss=float(loss), accuracy=float(hits.float().mean()))


async def forced(peers: "Peers", name: str, text: Right) -> Forced:
    """A text under teacher forcing by a model, in one forward pass."""
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
    """Candidate thresholds: quantiles of the head's probabilities at `SHARES`, between never and always."""
    ordered = sorted(shares)
    between = (ordered[min(int(share * len(ordered)), len(ordered) - 1)] for share in SHARES if ordered)
    return tuple(dict.fromkeys((NEVER, *between, ALWAYS)))


async def fitted_deferral(  # noqa: PLR0913 - the last two by name alone
    team: Team[Any], dev: Objective, generator: str, mentor: str, *, width: int, places: Collection[int] | None = None
) -> Deferral:
    """A deferral head fitted on dev, to correct answers: the mentor's, else the generator's. Raises `BadScenario`."""
    check_width(width)
    texts = await right_texts(team, dev, generator, mentor, places)
    fit = FitDeferral(generator=generator, mentor=mentor, texts=texts, width=width, seed=team.seed("head"))
    return await run_probe(team, "head", fit, Deferral)
