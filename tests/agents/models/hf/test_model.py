"""agents/models/hf: parameters and adapters"""

import asyncio
import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from symposia.agents.errors import ArchitectureMismatch, BadModel
from symposia.agents.message import Sampling, Turn
from symposia.agents.models.hf.loading import Source
from symposia.agents.models.hf.model import Model
from symposia.agents.models.hf.registry import load
from torch import Tensor
from transformers import LlamaForCausalLM

from .said import says
from .tiny import llama

HELLO = (Turn(role="user", text="hello"),)
LONG = Sampling(max_tokens=24)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return llama(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def model(folder: Path) -> Iterator[Model]:
    model = load(Source(str(folder)), "hf:tiny")
    yield model
    model.close()


def adapter(base: Path, folder: Path, seed: int = 0, **config: Any) -> Path:
    """Save a random LoRA adapter that peft made."""
    torch.manual_seed(seed)
    settings = {"r": 4, "lora_alpha": 16, "target_modules": ["q_proj", "down_proj"], "init_lora_weights": False}
    get_peft_model(LlamaForCausalLM.from_pretrained(base), LoraConfig(**(settings | config))).save_pretrained(folder)
    return folder


def peft_model(base: Path, folder: Path) -> Any:
    return PeftModel.from_pretrained(LlamaForCausalLM.from_pretrained(base), folder).eval()


async def test_the_same_parameters_are_the_same_model(model: Model) -> None:
    again = model.with_parameters(model.parameters, name="again")
    assert (await again.write(HELLO, LONG)).ids == (await model.write(HELLO, LONG)).ids
    assert (again.name, again.vocabulary) == ("again", model.vocabulary)


async def test_other_parameters_are_another_model_and_leave_the_first_one_alone(model: Model, tmp_path: Path) -> None:
    other = load(Source(str(llama(tmp_path, seed=1))), "hf:other")
    before = (await model.write(HELLO, LONG)).ids
    rebuilt = model.with_parameters(other.parameters, name="rebuilt")
    assert (await rebuilt.write(HELLO, LONG)).ids == (await other.write(HELLO, LONG)).ids != before
    assert (await model.write(HELLO, LONG)).ids == before
    other.close()


def test_parameters_are_shared_not_copied(model: Model) -> None:
    again = model.with_parameters(model.parameters, name="again")
    assert {name: tensor.data_ptr() for name, tensor in again.parameters.items()} == {
        name: tensor.data_ptr() for name, tensor in model.parameters.items()
    }


def test_tied_parameters_are_there_once(tmp_path: Path) -> None:
    tied = load(Source(str(llama(tmp_path, tie_word_embeddings=True))), "hf:tied")
    assert "lm_head.weight" not in tied.parameters
    ones = {name: torch.ones_like(tensor) for name, tensor in tied.parameters.items()}
    rebuilt = tied.with_parameters(ones, name="ones")
    assert rebuilt.parameters["model.embed_tokens.weight"].data_ptr() == ones["model.embed_tokens.weight"].data_ptr()
    tied.close()


def changed(model: Model, name: str, tensor: Tensor | None) -> dict[str, Tensor]:
    """The parameters with one added, replaced or, by None, left out."""
    parameters = {**model.parameters, name: tensor}
    return {key: value for key, value in parameters.items() if value is not None}


@pytest.mark.parametrize(
    ("name", "tensor", "message"),
    [
        ("model.norm.weight", None, "new: model.norm.weight is missing. All 21 parameters are needed."),
        (
            "model.norm.weight",
            torch.ones(3),
            r"new: model.norm.weight is \(3,\), the architecture has \(32,\). Combine models of one architecture.",
        ),
        ("extra", torch.ones(3), "new: extra is no parameter of the architecture. It has 21."),
    ],
)
def test_parameters_that_do_not_fit_are_named(model: Model, name: str, tensor: Tensor | None, message: str) -> None:
    with pytest.raises(ArchitectureMismatch, match=message):
        model.with_parameters(changed(model, name, tensor), name="new")


async def test_the_thread_ends_with_the_last_model_that_uses_it(model: Model) -> None:
    again: Model | None = model.with_parameters(model.parameters, name="again")
    assert again is not None
    engine = again.engine
    await again.write(HELLO, LONG)
    again = None
    gc.collect()
    assert engine.closed


@pytest.mark.parametrize("config", [{}, {"use_rslora": True}, {"target_modules": "all-linear", "r": 2}])
async def test_an_adapter_says_what_peft_says(
    model: Model, folder: Path, tmp_path: Path, config: dict[str, Any]
) -> None:
    adapted = model.with_adapter("hf:tiny+one", adapter(folder, tmp_path, **config))
    theirs = peft_model(folder, tmp_path)
    session = await adapted.open(HELLO)
    session.append((1, 2, 3))
    with torch.no_grad():
        expected = theirs(input_ids=torch.tensor([session.ids])).logits[0, -1]
    assert torch.allclose(await session.next(), expected, atol=1e-5)
    session.close()
    answer = await adapted.write(HELLO, LONG)
    prompt = torch.tensor([answer.prompt_ids])
    written = theirs.generate(input_ids=prompt, max_new_tokens=24, do_sample=False)[0, prompt.shape[1] :]
    assert list(answer.ids) == written.tolist()


async def test_rows_of_one_batch_are_read_each_through_its_own_adapter(
    model: Model, folder: Path, tmp_path: Path
) -> None:
    models = [model, *(model.with_adapter(f"{n}", adapter(folder, tmp_path / f"{n}", seed=n)) for n in (1, 2))]
    alone = [(await each.write(HELLO, LONG)).ids for each in models]
    together = await asyncio.gather(*(models[row % 3].write(HELLO, LONG) for row in range(12)))
    assert len(set(alone)) == 3
    assert [answer.ids for answer in together] == alone * 4


async def test_the_parameters_of_an_adapted_model_are_the_merged_ones(
    model: Model, folder: Path, tmp_path: Path
) -> None:
    adapted = model.with_adapter("hf:tiny+one", adapter(folder, tmp_path))
    theirs = dict(peft_model(folder, tmp_path).merge_and_unload().named_parameters())
    assert set(adapted.parameters) == set(theirs)
    assert all(torch.allclose(adapted.parameters[name], theirs[name], atol=1e-6) for name in theirs)
    merged = model.with_parameters(adapted.parameters, name="merged")
    assert (await merged.write(HELLO, LONG)).ids == (await adapted.write(HELLO, LONG)).ids


async def test_a_rebuilt_model_is_free_of_the_adapters_of_its_origin(
    model: Model, folder: Path, tmp_path: Path
) -> None:
    plain = (await model.write(HELLO, LONG)).ids
    adapted = model.with_adapter("hf:tiny+one", adapter(folder, tmp_path))
    await adapted.write(HELLO, LONG)
    assert (await adapted.with_parameters(model.parameters, name="again").write(HELLO, LONG)).ids == plain


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"use_dora": True}, "one: use_dora = True is not supported. Merge it into its base with peft instead."),
        ({"bias": "all"}, "one: bias = 'all' is not supported. Merge it into its base with peft instead."),
        ({"rank_pattern": {"q_proj": 8}}, "one: rank_pattern = {'q_proj': 8} is not supported."),
        ({"some_new_kind": 1}, "one: some_new_kind = 1 is not supported."),
        ({"peft_type": "IA3"}, "one: an adapter of type IA3. Only LORA is supported."),
    ],
)
def test_kinds_of_lora_that_are_more_than_two_factors_are_refused(
    model: Model, folder: Path, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    path = adapter(folder, tmp_path) / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    with pytest.raises(BadModel, match=message):
        model.with_adapter("one", tmp_path)


def test_an_adapter_of_another_base_is_refused(model: Model, tmp_path: Path) -> None:
    wide = llama(tmp_path / "wide", hidden_size=64)
    with pytest.raises(ArchitectureMismatch) as error:
        model.with_adapter("one", adapter(wide, tmp_path / "adapter"))
    assert str(error.value) == (
        "one: model.layers.0.mlp.down_proj is (64, 64) in the adapter and (32, 64) in the base. "
        "Use the base it was trained on."
    )


def test_an_adapter_with_other_tensors_is_refused(model: Model, folder: Path, tmp_path: Path) -> None:
    path = adapter(folder, tmp_path) / "adapter_model.safetensors"
    save_file(load_file(path) | {"base_model.model.lm_head.weight": torch.ones(1)}, path)
    with says(
        BadModel,
        "one: 'base_model.model.lm_head.weight' is no pair of LoRA factors. "
        "Only A and B factors of linear layers are read.",
    ):
        model.with_adapter("one", tmp_path)


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_an_adapter_whose_weights_cannot_be_read_is_refused(
    model: Model, folder: Path, tmp_path: Path, damage: str
) -> None:
    path = adapter(folder, tmp_path) / "adapter_model.safetensors"
    data = path.read_bytes()
    path.unlink()
    if damage == "cut":
        path.write_bytes(data[:200])
    with pytest.raises(BadModel, match=r"one: .*adapter_model\.safetensors (is missing|cannot be read)"):
        model.with_adapter("one", tmp_path)


async def test_the_mean_of_copies_is_the_model(model: Model) -> None:
    parameters = model.parameters
    mean = {name: torch.stack([tensor] * 4).mean(0) for name, tensor in parameters.items()}
    soup = model.with_parameters(mean, name="soup")
    assert (await soup.write(HELLO, LONG)).ids == (await model.write(HELLO, LONG)).ids
