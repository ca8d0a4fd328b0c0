"""LoRA adapters against peft."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from symposia.agents.errors import ArchitectureMismatch, BadModel
from symposia.agents.message import Sampling
from symposia.agents.models.hf.adapters import Adapter, Delta
from symposia.agents.models.hf.address import ModelAddress
from symposia.agents.models.hf.loading import Source
from symposia.agents.models.hf.lora_hooks import LoraHooks, check_apart
from symposia.agents.models.hf.model import Model
from symposia.agents.models.hf.registry import load
from symposia.agents.turn import Turn
from symposia.tests.support.architectures import DECODERS, Cell
from symposia.tests.support.said import says
from symposia.tests.support.tiny import adapter, llama
from torch import nn
from transformers import LlamaForCausalLM

HELLO = (Turn(role="user", text="hello"),)
LONG = Sampling(max_tokens=24)


def peft_model(base: Path, folder: Path) -> Any:
    return PeftModel.from_pretrained(LlamaForCausalLM.from_pretrained(base), folder).eval()


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
        "one: 'base_model.model.lm_head.weight' is not a pair of LoRA factors. "
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


@pytest.mark.parametrize("tied", [True, False])
async def test_an_adapter_of_the_output_layer_is_refused_when_it_is_loaded_and_harms_no_other(
    tmp_path: Path, tied: bool
) -> None:
    base = llama(tmp_path / "base", tie_word_embeddings=tied)
    model = load(Source(str(base)), "hf:base")
    plain = model.with_adapter("plain", adapter(base, tmp_path / "plain"))
    before = (await plain.write(HELLO, LONG)).ids
    path = adapter(base, tmp_path / "head", target_modules=["q_proj", "lm_head"]) / "adapter_model.safetensors"
    save_file({key: factor for key, factor in load_file(path).items() if "base_layer" not in key}, path)
    with says(
        BadModel,
        "head: changes 'lm_head', which reads the texts of a batch in a row (an output layer, or an expert's). "
        "Merge it into its base with peft instead.",
    ):
        model.with_adapter("head", tmp_path / "head")
    assert (await plain.write(HELLO, LONG)).ids == before


@pytest.mark.parametrize(
    ("kind", "mixing"),
    [
        ("llama", {"lm_head"}),
        ("opt", {"fc1", "fc2", "lm_head"}),
        ("phimoe", {"router", "lm_head"}),
        ("qwen2_moe", {"gate_proj", "up_proj", "down_proj", "shared_expert_gate", "lm_head"}),
    ],
)
def test_a_layer_that_reads_a_batch_in_a_row_takes_no_adapter(kind: str, mixing: set[str]) -> None:
    hooks = LoraHooks(Cell(kind, "", DECODERS[kind], "").model())
    linear = {name for name, layer in hooks._modules.items() if isinstance(layer, nn.Linear)}
    with torch.inference_mode():
        apart = hooks.apart()
    assert {name.rpartition(".")[2] for name in linear - apart} == mixing
    delta = Delta(torch.ones(1, 1), torch.ones(1, 1), 1.0)
    for name in linear - apart:
        with pytest.raises(BadModel, match="reads the texts of a batch in a row"):
            check_apart(Adapter("one", {name: delta}), apart)
    check_apart(Adapter("one", dict.fromkeys(apart, delta)), apart)


async def test_a_layer_that_no_planned_adapter_changes_is_not_looked_at() -> None:
    layers = nn.ModuleDict({"one": nn.Linear(2, 2), "other": nn.Linear(2, 2)}).requires_grad_(requires_grad=False)
    hooks = LoraHooks(layers)
    delta = Delta(torch.ones(1, 2), torch.ones(2, 1), 1.0)
    one, other = Adapter("one", {"one": delta}), Adapter("other", {"other": delta})
    hooks.attach(one)
    hooks.attach(other)
    hooks.plan([one, None], torch.device("cpu"))
    assert layers["other"](torch.ones(3, 2)).shape == (3, 2)
    with says(
        BadModel,
        "one: mixes the texts of a batch, so one cannot change it. Merge it into its base with peft instead.",
    ):
        layers["one"](torch.ones(3, 2))


@pytest.mark.parametrize("called", ["with+plus", "a+b+c", "plus+", "a@b", "a#cpu"])
async def test_an_adapter_in_a_folder_of_any_name_can_be_named(folder: Path, tmp_path: Path, called: str) -> None:
    adapter(folder, tmp_path / called)
    address = ModelAddress.parse(f"{folder}+{tmp_path / called}")
    assert (address.path, address.adapter, address.devices) == (str(folder), str(tmp_path / called), ("auto",))
    placed = ModelAddress.parse(f"{folder}+{tmp_path / called}#cpu")
    assert (placed.adapter, placed.devices) == (str(tmp_path / called), ("cpu",))
