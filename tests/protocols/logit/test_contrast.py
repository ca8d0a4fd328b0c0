"""logit/contrast: the best, minus the worst."""

from math import inf, log
from typing import Any

import pytest
import torch
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.models.absent import Absent
from symposia.protocols.logit import contrast
from symposia.protocols.logit.decoding.contrast import Contrast
from symposia.protocols.logit.messages.contrast import Ranking
from symposia.protocols.logit.options.contrast import Options
from symposia.tests.support.doubles import KnownScores

QUESTION = Ask(text="q")


def contrasted(**options: Any) -> list[float]:
    method = Contrast(base="best", toward=("best",), away=("worst",), **options)
    return method(torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]])).tolist()


def test_contrast_adds_what_the_best_says_and_takes_what_the_worst_says() -> None:
    assert contrasted(strength=0.2, plausible=0.0) == pytest.approx([2.4, -0.2, 0.0])


def test_tokens_that_the_base_finds_implausible_are_out() -> None:
    # p_base = [.787, .107, .107]: the others have .135 of the largest.
    assert contrasted(plausible=0.1) == pytest.approx([2.4, -0.2, 0.0])
    assert contrasted(plausible=0.2) == pytest.approx([2.4, -float("inf"), -float("inf")])


def test_models_that_cancel_out_are_not_run() -> None:
    method = Contrast(base="a", toward=("a", "b"), away=("b", "c"), strength=0.5)
    assert method.coefficients == {"a": 1.5, "c": -0.5}
    assert method.peers(("a", "b", "c")) == ("a", "c")


async def test_the_dev_ranking_decides_who_is_best_and_worst() -> None:
    dev = KnownScores({"a": 0.4, "b": 0.7, "c": 0.7, "d": 0.1})
    models: dict[str, Any] = dict.fromkeys("abcd", Absent("a"))
    ranking = (await contrast.prepare(Team(models), dev)).learned_as(Ranking)
    assert ranking == Ranking(names=("b", "c", "a", "d"), scores=(0.7, 0.7, 0.4, 0.1))


@pytest.mark.parametrize(("k", "most"), [(0, 2), (3, 2)])
async def test_a_k_whose_ends_overlap_is_refused(k: int, most: int) -> None:
    models: dict[str, Any] = dict.fromkeys("abcd", object())
    with pytest.raises(BadScenario) as raised:
        await contrast.answer(Team(models), QUESTION, k=k)
    assert str(raised.value) == (
        f"logit/contrast.k: {k} best and {k} worst of 4 models. "
        f"Use a k from 1 to {most}, or allow_overlap: true; models in both cancel out."
    )


async def test_contrast_without_dev_needs_names() -> None:
    models: dict[str, Any] = dict.fromkeys("ab", Absent("a"))
    with pytest.raises(BadScenario, match=r"Name base, toward and away\.$"):
        await contrast.prepare(Team(models), None)
    assert (await contrast.prepare(Team(models), None, base="a", toward=("a",), away=("b",))).learned is None
    with pytest.raises(UnknownName):
        await contrast.answer(Team(models), QUESTION, base="a", toward=("z",), away=("b",))


MODELS = ("big", "expert", "amateur")
PAPERS = {
    "DExperts": Options(base="big", toward=("expert",), away=("amateur",), strength=2.0, plausible=0.0),
    "proxy tuning": Options(base="big", toward=("expert",), away=("amateur",), strength=1.0, plausible=0.0),
    "contrastive decoding": Options(base="expert", toward=(), away=("amateur",), strength=1.0, plausible=0.1),
}
LOGITS = torch.randn(20, len(MODELS), 12, generator=torch.Generator().manual_seed(1), dtype=torch.float64) * 2


def as_published(paper: str, step: int) -> list[float]:
    """The scores of the next tokens by the paper's formula, token by token."""
    big, expert, amateur = (torch.log_softmax(LOGITS[step, model], -1).tolist() for model in range(len(MODELS)))
    found = []
    for token in range(LOGITS.shape[-1]):
        steer = expert[token] - amateur[token]
        if paper == "contrastive decoding":
            head = expert[token] >= max(expert) + log(0.1)
            found.append(steer if head else -inf)
        else:
            found.append(big[token] + {"DExperts": 2.0, "proxy tuning": 1.0}[paper] * steer)
    return found


@pytest.mark.parametrize("paper", PAPERS)
def test_the_options_of_a_paper_give_its_distribution(paper: str) -> None:
    method = PAPERS[paper].contrast(MODELS)
    peers = [MODELS.index(name) for name in method.peers(MODELS)]
    for step in range(len(LOGITS)):
        ours = torch.softmax(method(LOGITS[step, peers]), -1)
        theirs = torch.softmax(torch.tensor(as_published(paper, step), dtype=torch.float64), -1)
        assert torch.allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_an_amateur_at_a_temperature_is_a_strength_of_its_inverse() -> None:
    method = Contrast(base="expert", toward=(), away=("amateur",), strength=2.0, plausible=0.0)
    expert, amateur = LOGITS[0, 1], LOGITS[0, 2]
    theirs = torch.log_softmax(expert, -1) - torch.log_softmax(amateur / 0.5, -1)
    assert torch.allclose(torch.softmax(method(LOGITS[0, 1:]), -1), torch.softmax(theirs, -1), rtol=1e-5, atol=1e-6)


def test_the_rows_of_papers_are_those_of_the_docstring() -> None:
    written = " ".join((contrast.__doc__ or "").split())
    assert "away: [ANTI_EXPERT], strength: 2.0, plausible: 0 proxy" in written
    assert "away: [UNTUNED], strength: 1.0, plausible: 0 contrastive decoding" in written
    assert "base: EXPERT, toward: [], away: [AMATEUR], strength: 1.0, plausible: 0.1" in written
