"""trainers/adapters: LoRA adapters added up; merged models exported."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Ask, Sampling
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.agents.models.hf.adapters import Adapter, Delta
from symposia.tests.support.said import says
from symposia.tests.support.tiny import adapter, llama
from symposia.trainers.merging import average, combine
from symposia.trainers.merging.adapters import averaged_factors, summed
from symposia.trainers.merging.mixture import mixture
from transformers import AutoModelForCausalLM, AutoTokenizer

HELLO = Ask(text="hello").turns()
LONG = Sampling(max_tokens=12)


def tensor(rows: list[list[float]]) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float32)


def rank_one(name: str, down: list[float], up: list[float]) -> Adapter:
    return Adapter(name, {"x": Delta(tensor([down]), tensor([[value] for value in up]), 1.0)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def base(folder: Path) -> Any:
    return load(f"hf:{llama(folder / 'base')}")


@pytest.fixture(scope="module")
def adapted(folder: Path, base: Any) -> list[Any]:
    settings = [{"seed": 1, "r": 4}, {"seed": 2, "r": 2, "target_modules": ["q_proj", "v_proj"]}]
    return [
        load(f"hf:{folder / 'base'}+{adapter(folder / 'base', folder / f'lora-{number}', **one)}")
        for number, one in enumerate(settings)
    ]


def test_sums_are_of_products_and_averages_of_factors_are_something_else() -> None:
    one, two = rank_one("one", [1, 0], [2, 0]), rank_one("two", [0, 1], [0, 4])
    assert summed([one, two], [0.5, 0.5], name="sum").deltas["x"].full().tolist() == [[1, 0], [0, 2]]
    assert averaged_factors([one, two], [0.5, 0.5], name="mean").deltas["x"].full().tolist() == [[0.5, 0.5], [1, 1]]
    same = rank_one("one", [2, 0], [1, 0])
    assert summed([same, two], [0.5, 0.5], name="sum").deltas["x"].full().tolist() == [[1, 0], [0, 2]]
    assert averaged_factors([same, two], [0.5, 0.5], name="mean").deltas["x"].full().tolist() == [[0.5, 0.25], [2, 1]]


def test_factors_of_different_scale_are_not_averaged() -> None:
    one = rank_one("one", [1, 0], [2, 0])
    two = Adapter("two", {"x": Delta(tensor([[1, 0]]), tensor([[2], [0]]), 2.0)})
    with says(
        BadScenario, "new: the adapters one and two differ in modules, rank or scale. Mix them in product space."
    ):
        averaged_factors([one, two], [0.5, 0.5], name="new")


async def test_a_mixture_of_adapters_is_one_adapter_and_equals_the_merged_weights(
    base: Any, adapted: list[Any]
) -> None:
    models = {"base": base, "one": adapted[0], "two": adapted[1]}
    coefficients = (0.2, 1.1, -0.3)
    mixed = mixture(models, coefficients, name="mixed")
    assert mixed.engine is base.engine
    merged = combine(list(models.values()), coefficients, name="merged")
    for name, wanted in merged.parameters.items():
        assert torch.allclose(mixed.parameters[name], wanted, atol=1e-5)
    assert (await mixed.write(HELLO, LONG)).ids == (await merged.write(HELLO, LONG)).ids


def test_coefficients_of_a_mixture_sum_to_one(base: Any, adapted: list[Any]) -> None:
    with says(BadScenario, "new: its coefficients sum to 1.5, not to one. Use combine for others."):
        mixture({"base": base, "one": adapted[0]}, (1.0, 0.5), name="new")


@pytest.mark.parametrize("tied", [False, True])
async def test_a_merged_model_is_exported_for_plain_transformers(tied: bool, tmp_path: Path) -> None:
    pair = [load(f"hf:{llama(tmp_path / f'{seed}', seed=seed, tie_word_embeddings=tied)}") for seed in (0, 1)]
    soup = average(pair, name="soup")
    soup.save(tmp_path / "soup")
    for gone in ("0", "1"):
        shutil.rmtree(tmp_path / gone)
    again = load(f"hf:{tmp_path / 'soup'}")
    said = await soup.write(HELLO, LONG)
    assert (await again.write(HELLO, LONG)).ids == said.ids
    plain = AutoModelForCausalLM.from_pretrained(tmp_path / "soup")
    assert AutoTokenizer.from_pretrained(tmp_path / "soup").chat_template
    session = await soup.open(HELLO)
    with torch.no_grad():
        logits = plain(input_ids=torch.tensor([session.ids])).logits[0, -1]
    assert torch.allclose(await session.next(), logits, atol=1e-5)


async def test_a_model_read_through_an_adapter_is_exported_merged(adapted: list[Any], tmp_path: Path) -> None:
    adapted[0].save(tmp_path / "full")
    again = load(f"hf:{tmp_path / 'full'}")
    assert (await again.write(HELLO, LONG)).ids == (await adapted[0].write(HELLO, LONG)).ids
