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
from symposia.agents.models.hf.model import Model
from symposia.agents.turn import Turn
from symposia.tests.support.said import says
from symposia.tests.support.tiny import adapter, llama
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
