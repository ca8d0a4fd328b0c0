"""A generator that is trained together with its deferral head."""

from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Ask
from symposia.agents.decoding.heads import Head, Layer
from symposia.agents.decoding.peers import Peers
from symposia.agents.loading import load
from symposia.tests.support.markov import START, WORDS, markov
from symposia.tests.support.nearness import flat
from symposia.tests.support.tiny import llama
from symposia.trainers.finetuning.deferring import JointTrainer, MentoredText, forecast, train_together
from symposia.trainers.finetuning.mentoring import prompt_ids, shuffled
from symposia.trainers.finetuning.network import trainable
from symposia.trainers.finetuning.policy import Policy
from symposia.trainers.finetuning.settings import Lora, SupervisedSettings
from symposia.trainers.heads.deferral import forced
from symposia.trainers.heads.fitting import layers_of
from symposia.trainers.heads.right_texts import Right

CPU = torch.device("cpu")
SETTINGS = SupervisedSettings(rate=1e-2, steps=6, batch=2, at_once=1, schedule="constant", log_every=3)
TEXTS = [MentoredText((0, 9, 8), (5, 6, 7), (-0.1, -2.0, -0.3)), MentoredText((0, 4), (6, 1), (-0.2, -0.4))]


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return Policy(load(f"hf:{llama(tmp_path / 'ochre', seed=3)}"), called="ochre")


def head(width: int, bias: float, weight: float = 0.0) -> Head:
    return Head(layers=(Layer(weights=((weight,) * width,), biases=(bias,)),))


def slopes(network: Any, layers: list[torch.Tensor], texts: list[MentoredText]) -> tuple[float, list[torch.Tensor]]:
    """The loss of texts, and its gradient by the head's layers and by the network's first weights."""
    loss = forecast(network, layers, texts).loss
    return float(loss.detach()), list(torch.autograd.grad(loss, [*layers, next(iter(trainable(network).values()))]))


def test_the_loss_of_a_token_is_that_of_the_mixture(tmp_path: Path) -> None:
    """p_G = .2, p_M = .6 and pi = .25 make .3, with a slope of -.25 by the head's score."""
    folder = markov(tmp_path / "g", {START: {" a": 0.2, " b": 0.8}}, WORDS)
    own = Policy(load(f"hf:{folder}"))
    (a,), prompt = own.encode(" a"), own.base.chat.prompt(Ask(text="q").turns())
    text = MentoredText(tuple(prompt), (a,), (float(torch.tensor(0.6).log()),))
    loss, (_, by_score, _) = slopes(own.network, layers_of(head(320, -1.0986123), CPU), [text])
    assert (loss, float(by_score)) == pytest.approx((1.20397, -0.25), abs=1e-4)


def test_where_both_models_say_the_same_the_head_is_left_alone(policy: Policy) -> None:
    own = forecast(policy.network, layers_of(head(32, 0.3, 0.1), CPU), TEXTS).own.tolist()
    same = [one._replace(other=tuple(own[begin:end])) for one, begin, end in ((TEXTS[0], 0, 3), (TEXTS[1], 3, 5))]
    loss, (by_weights, by_bias, _) = slopes(policy.network, layers_of(head(32, 0.3, 0.1), CPU), same)
    assert loss == pytest.approx(-sum(own) / 5, abs=1e-5)
    assert float(by_weights.abs().max()) < 1e-6
    assert float(by_bias.abs().max()) < 1e-6


async def test_what_is_trained_is_what_is_decoded(policy: Policy) -> None:
    """The log-probabilities and the head's scores are those of the models' sessions."""
    peers = Peers({"g": policy.model}, {"g": "Be brief."})
    known, text = head(32, 0.3, 0.1), Right(prompt=Ask(text="q"), ids=(5, 6, 7), group=0)
    read = await forced(peers, "g", text)
    own = MentoredText(await prompt_ids(peers, "g", text), text.ids, (0.0, 0.0, 0.0))
    found = forecast(policy.network, layers_of(known, CPU), [TEXTS[1], own])
    assert found.own[2:].tolist() == pytest.approx(read.logprobs.tolist(), abs=1e-4)
    shares = found.scores[2:].sigmoid().tolist()
    assert shares == pytest.approx([known(state) for state in read.states], abs=1e-4)


def test_a_step_is_the_same_in_one_pass_and_in_several(policy: Policy) -> None:
    """The loss is the mean over the tokens of the step, not over its texts."""
    found = []
    for at_once in (1, 2):
        layers = layers_of(head(32, 0.3, 0.1), CPU)
        trainer = JointTrainer(policy, layers, TEXTS, SETTINGS.model_copy(update={"at_once": at_once}))
        loss = trainer.step(TEXTS)
        gradients = [one.grad for one in (*layers, *trainable(policy.network).values()) if one.grad is not None]
        found.append((loss, torch.cat([one.flatten() for one in gradients]).clone()))
        for one in trainable(policy.network).values():
            one.grad = None
    assert found[0][0] == pytest.approx(found[1][0], abs=1e-5)
    assert torch.allclose(found[0][1], found[1][1], atol=1e-5)


@pytest.mark.parametrize("lora", [None, Lora(rank=4)])
async def test_training_is_repeatable_and_makes_the_texts_likelier(lora: Lora | None, tmp_path: Path) -> None:
    base = load(f"hf:{llama(tmp_path / 'ochre', seed=3)}")
    before, heads, weights = flat(base), [], []
    for number in range(2):
        policy = Policy(base, called="ochre", lora=lora)
        start, _ = slopes(policy.network, layers_of(head(32, 0.0), CPU), TEXTS)
        made, found, after = await train_together(
            policy, head(32, 0.0), TEXTS, SETTINGS, out=tmp_path / f"{lora is None}-{number}"
        )
        heads.append(found)
        weights.append(flat(policy.model))
        assert (made.steps, policy.lineage.method, policy.name) == (6, "co_llm", "ochre@1")
        assert float(after.loss) < start
    assert heads[0] == heads[1] != head(32, 0.0)
    assert (weights[0] == weights[1]).all()
    assert not (weights[0] == before).all()
    assert (flat(base) == before).all()


def test_chance_gives_each_token_the_probability_of_a_drawn_one() -> None:
    drawn = shuffled(TEXTS, 4)
    assert [one.ids for one in drawn] == [one.ids for one in TEXTS]
    every = [one for text in drawn for one in text.other]
    assert sorted(every) == [-2.0, -0.4, -0.3, -0.2, -0.1]
    assert every != [-0.1, -2.0, -0.3, -0.2, -0.4]
