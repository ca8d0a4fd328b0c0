"""Models, merged in memory."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.errors import (
    ArchitectureMismatch,
    BadModel,
    VocabularyMismatch,
)
from symposia.agents.loading import load
from symposia.agents.models.absent import Absent
from symposia.protocols.logit import fusion
from symposia.protocols.text import majority_vote
from symposia.tests.support.merged import merged
from symposia.tests.support.said import says
from symposia.tests.support.tiny import llama
from symposia.trainers.merging import average, combine, merge
from symposia.trainers.merging.methods import METHODS, checked
from symposia.trainers.merging.streaming import Streamed
from torch import Tensor

QUESTION = Ask(text="What is 2 + 2?")
CONTEXT = Context(sampling=Sampling(max_tokens=24))


def test_the_average_of_copies_is_the_model(models: dict[str, Any]) -> None:
    soup = average([models["amber"], models["amber"]], name="soup")
    for name, tensor in models["amber"].parameters.items():
        assert torch.equal(soup.parameters[name], tensor)


def test_coefficients_are_taken_as_they_are(models: dict[str, Any]) -> None:
    name = next(iter(models["amber"].parameters))
    a, b = (models[one].parameters[name] for one in ("amber", "blue"))
    mixed = combine([models["amber"], models["blue"]], [2.0, -0.5], name="mixed")
    assert torch.allclose(mixed.parameters[name], 2.0 * a - 0.5 * b)


def test_models_of_different_shape_do_not_mix(models: dict[str, Any], tmp_path: Path) -> None:
    wide = load(f"hf:{llama(tmp_path / 'wide', hidden_size=64)}")
    with pytest.raises(ArchitectureMismatch, match=r"Merge models of one architecture\.$"):
        average([models["amber"], wide], name="soup")


async def test_a_merged_model_writes_and_steps(models: dict[str, Any]) -> None:
    soup = average([models["amber"], models["blue"]], name="soup")
    alone = await soup.write(QUESTION.turns(), CONTEXT.sampling)
    fused = await fusion.answer(Team({"one": soup, "two": soup}, context=CONTEXT), QUESTION)
    voted = await majority_vote.answer(Team({"soup": soup}, context=CONTEXT), QUESTION)
    assert alone.ids == fused.ids == voted.ids


def test_a_number_that_is_not_finite_is_found(models: dict[str, Any]) -> None:
    broken = {name: tensor.clone() for name, tensor in models["blue"].parameters.items()}
    broken["model.norm.weight"][3] = torch.nan
    team = {"amber": models["amber"], "blue": models["blue"].with_parameters(broken, name="blue")}
    with says(
        BadModel,
        "merge: model.norm.weight of blue holds NaN or infinity. Train or save that model again.",
    ):
        merge(team, "linear", name="soup")


@pytest.mark.parametrize("method", METHODS)
def test_infinity_is_found_also_where_a_method_would_hide_it(models: dict[str, Any], method: str) -> None:
    broken = {name: tensor.clone() for name, tensor in models["blue"].parameters.items()}
    broken["model.norm.weight"][3] = torch.inf
    blue = models["blue"].with_parameters(broken, name="blue")
    team = {"blue": blue} if method == "nearswap" else {"amber": models["amber"], "blue": blue}
    based = METHODS[method].needs_base
    with says(BadModel, "merge: model.norm.weight of blue holds NaN or infinity. Train or save that model again."):
        merge(team, method, name="merged", base=models["coral"] if based else None)


def test_what_overflows_once_merged_is_found() -> None:
    large = torch.full((2,), 60_000.0, dtype=torch.float16)
    with says(BadModel, "merge: x is too large for torch.float16 once merged. Use smaller weights."):
        merged("linear", [large, large], None, weights=(1.0, 1.0))


def test_models_of_another_tokenizer_are_refused(models: dict[str, Any], tmp_path: Path) -> None:
    stranger = load(f"hf:{llama(tmp_path, 'hello')}")
    with says(
        VocabularyMismatch,
        "merge: the vocabulary of stranger is not that of amber (263 and 262 tokens). Merge models of one tokenizer.",
    ):
        merge({"amber": models["amber"], "stranger": stranger}, "linear", name="soup")


def test_tied_output_layers_are_untied_or_refused(models: dict[str, Any], tmp_path: Path) -> None:
    tied = load(f"hf:{llama(tmp_path, tie_word_embeddings=True)}")
    soup = merge({"amber": models["amber"], "tied": tied}, "linear", name="soup")
    expected = (models["amber"].parameters["lm_head.weight"] + tied.parameters["model.embed_tokens.weight"]) / 2
    assert torch.allclose(soup.parameters["lm_head.weight"], expected)
    with says(
        ArchitectureMismatch,
        "merge: tied writes with its input embedding, amber with lm_head.weight of its own. Name amber first.",
    ):
        merge({"tied": tied, "amber": models["amber"]}, "linear", name="soup")


def test_absent_models_merge_into_an_absent_one() -> None:
    absent = {name: Absent(name) for name in ("amber", "blue")}
    assert isinstance(merge(absent, "ties", name="soup", base=Absent("base")), Absent)
    assert isinstance(average(list(absent.values()), name="soup"), Absent)


@pytest.mark.parametrize("method", [name for name, rule in METHODS.items() if rule.takes != 1])
def test_every_method_makes_a_model_that_writes(models: dict[str, Any], method: str) -> None:
    pair = {"amber": models["amber"], "blue": models["blue"]}
    base = models["coral"] if METHODS[method].needs_base else None
    soup = merge(pair, method, name="soup", base=base)
    said = asyncio.run(soup.write(Ask(text="hello").turns(), Sampling(max_tokens=4)))
    assert 1 <= len(said.ids) <= 4


def test_a_merge_holds_one_tensor_of_each_input(models: dict[str, Any]) -> None:
    held: list[str] = []

    class Watched(dict[str, Tensor]):
        def __getitem__(self, name: str) -> Tensor:
            held.append(name)
            return super().__getitem__(name)

    watched = {name: Watched(models[name].parameters) for name in ("amber", "blue")}
    streamed = Streamed(checked("linear", {}), watched, based=False)
    assert held == []
    first, second = list(streamed)[:2]
    streamed[first], streamed[second]
    assert held == [first, first, second, second]


def test_the_coefficients_of_a_swarm_are_taken_as_they_are(models: dict[str, Any]) -> None:
    name = "model.norm.weight"
    mixed = combine([models["amber"], models["blue"]], [-1.0, 1.0], name="velocity")
    expected = models["blue"].parameters[name] - models["amber"].parameters[name]
    assert torch.equal(mixed.parameters[name], expected)
