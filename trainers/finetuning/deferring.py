"""Training a generator together with its deferral head: the likelihood of right texts under a mixture with a mentor.

    L = - mean_t log[(1 - pi_t) p_G(x_t) + pi_t p_M(x_t)],   pi_t = sigmoid(head(h_t)),   p_M computed once

The second phase of Co-LLM, Shen et al. 2024, https://arxiv.org/abs/2403.03870. It is no loss of TRL's, so the loop is
ours; all else of a training is the session's.
"""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import count
from math import ceil
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple

import torch
from peft import PeftModel
from torch import Tensor
from transformers import get_scheduler

from ...agents.decoding.heads import Head
from ...agents.models.hf.hidden_states import entering
from ...agents.seeds import derive
from ..heads.fitting import head_of, layers_of, scored
from ..heads.losses import marginal
from .curve import Tell, silent
from .lineage import data_hash
from .network import trainable
from .place import Place, in_thread
from .policy import Policy
from .session import Data, Session
from .settings import SupervisedSettings
from .trained import Trained


class MentoredText(NamedTuple):
    """A right text after a prompt, in token ids, and the mentor's log-probability of each of its tokens in nats.

    >>> MentoredText((1, 2), (7, 9), (-0.5, -0.1)).row
    [1, 2, 7]
    """

    prompt_ids: tuple[int, ...]
    ids: tuple[int, ...]
    other: tuple[float, ...]

    @property
    def row(self) -> list[int]:
        """The tokens that are read to predict the text."""
        return [*self.prompt_ids, *self.ids[:-1]]


class Forecast(NamedTuple):
    """Predictions of the tokens of some texts, concatenated: the head's scores, and both models' log-probabilities.

    >>> both = Forecast(torch.tensor([-1.0986]), torch.tensor([0.2]).log(), torch.tensor([0.6]).log())
    >>> round(float(both.loss), 4)
    1.204
    """

    scores: Tensor
    own: Tensor
    other: Tensor

    @property
    def loss(self) -> Tensor:
        """The mean negative log-likelihood under the mixture."""
        return marginal(self.scores, self.own, self.other)


def forecast(network: Any, layers: Sequence[Tensor], texts: Sequence[MentoredText]) -> Forecast:  # noqa: ANN401
    """The predictions of texts by a network and a head's layers, in one forward pass, with gradients where enabled."""
    rows = [one.row for one in texts]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows], device=network.device)
    attended = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=network.device)
    base: Any = network.get_base_model() if isinstance(network, PeftModel) else network
    with entering(base) as seen:
        logits = network(input_ids=ids, attention_mask=attended, use_cache=False).logits
    states = seen[-1]
    spans = [(place, slice(len(one.prompt_ids) - 1, len(one.row))) for place, one in enumerate(texts)]
    written = torch.tensor([token for one in texts for token in one.ids], device=network.device)
    own = torch.cat([logits[span] for span in spans]).float().log_softmax(-1).gather(-1, written[:, None])[:, 0]
    scores = scored(layers, torch.cat([states[span] for span in spans]).float())
    return Forecast(scores, own, own.new_tensor([one for text in texts for one in text.other]))


class JointTrainer:
    """A trainer of a policy and a head, in the place of TRL's: AdamW on both, in float32.

    >>> from symposia.agents.loading import load
    >>> texts = [MentoredText((1,), (7,), (-0.5,))] * 20
    >>> JointTrainer(Policy(load("pocket:base")), [], texts, SupervisedSettings()).steps
    2
    """

    def __init__(
        self, policy: Policy, layers: list[Tensor], texts: Sequence[MentoredText], settings: SupervisedSettings
    ) -> None:
        self.policy, self.layers, self.texts, self.settings = policy, layers, texts, settings
        self.state = SimpleNamespace(global_step=0)
        self.session: Session | None = None
        self.steps = settings.steps or ceil(settings.epochs * len(texts) / settings.batch)

    def train(self, resume_from_checkpoint: str | None = None) -> None:
        """Take all steps. Raises `CancelledError` after the step in which it is told to stop."""
        network, settings = self.policy.network, self.settings
        trained = [*trainable(network).values(), *self.layers]
        optimizer = torch.optim.AdamW(trained, lr=settings.rate, weight_decay=0.0)
        schedule = get_scheduler(settings.schedule, optimizer, settings.warmup, self.steps)
        network.train()
        with torch.random.fork_rng(), torch.enable_grad():
            torch.manual_seed(settings.seed)
            for number, texts in zip(range(1, self.steps + 1), self.batches(), strict=False):
                loss = self.step(texts)
                torch.nn.utils.clip_grad_norm_(trained, settings.clip)
                optimizer.step()
                optimizer.zero_grad()
                schedule.step()
                self.state.global_step = number
                self.after_step(loss)

    def step(self, texts: Sequence[MentoredText]) -> float:
        """Add the gradient of a step; returns its loss."""
        tokens, total = sum(len(one.ids) for one in texts), 0.0
        for begin in range(0, len(texts), self.settings.at_once):
            some = texts[begin : begin + self.settings.at_once]
            share = sum(len(one.ids) for one in some) / tokens
            loss = forecast(self.policy.network, self.layers, some).loss * share
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        return total

    def batches(self) -> Iterator[list[MentoredText]]:
        """The texts of each step, without end: all in a drawn order, then in another one."""
        left: list[MentoredText] = []
        for epoch in count():
            left += Random(derive(self.settings.seed, "order", epoch)).sample(self.texts, len(self.texts))
            while len(left) >= self.settings.batch:
                yield left[: self.settings.batch]
                left = left[self.settings.batch :]

    def after_step(self, loss: float) -> None:
        """Note the loss, and stop if that was said."""
        if self.session is None:
            return
        number = self.state.global_step
        if number % self.settings.log_every == 0 or number == self.steps:
            self.session.curve.add(number, {"loss": loss}, of=self.steps)
        if self.session.place.stop.is_set():
            raise asyncio.CancelledError

    def forecasts(self) -> Forecast:
        """The predictions of all texts with the weights as they are."""
        self.policy.network.eval()
        with torch.no_grad():
            some = [forecast(self.policy.network, self.layers, [one]) for one in self.texts]
        return Forecast(*(torch.cat(parts) for parts in zip(*some, strict=True)))


async def train_together(  # noqa: PLR0913 - the last two by name alone
    policy: Policy,
    head: Head,
    texts: Sequence[MentoredText],
    settings: SupervisedSettings,
    *,
    out: Path,
    tell: Tell = silent,
) -> tuple[Trained, Head, Forecast]:
    """Train a policy and a head on texts; returns the training, the head, and their predictions of the texts."""
    trainer = JointTrainer(policy, layers_of(head, policy.network.device), texts, settings)

    def work(place: Place) -> Trained:
        hashed = data_hash(repr(one) for one in (head, *texts))
        data = Data(hashed, len(texts), sum(len(one.ids) for one in texts))
        trainer.session = Session(policy, "co_llm", settings, data, place)
        return trainer.session.run(lambda: trainer)

    made = await in_thread(work, out, tell)
    return made, head_of(trainer.layers), await asyncio.to_thread(trainer.forecasts)
