"""agents/models/hf: reading a model's files"""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents.errors import BadMessage, BadModel
from symposia.agents.message import Sampling
from symposia.agents.models.hf.loading import Source
from symposia.agents.models.hf.registry import load
from symposia.agents.turn import Turn
from symposia.tests.support.architectures import Cell
from symposia.tests.support.tiny import TEMPLATE, llama, tokenizer
from transformers import LlamaForCausalLM, MistralConfig, MistralForCausalLM

HELLO = (Turn(role="user", text="hello"),)


def fault(folder: Path) -> str:
    """What is said when a folder cannot be loaded."""
    with pytest.raises(BadModel) as error:
        load(Source(str(folder)), "hf:tiny")
    return str(error.value).replace(str(folder), "FOLDER")


def test_a_source_is_read_once(tmp_path: Path) -> None:
    source = Source(str(llama(tmp_path)))
    model = load(source, "hf:tiny")
    assert load(source, "hf:tiny") is model
    assert load(source, "pocket:tiny").engine is model.engine
    model.close()
    assert load(source, "hf:tiny") is not model


def test_half_a_file_of_weights_is_an_error(tmp_path: Path) -> None:
    weights = llama(tmp_path) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    assert fault(tmp_path) == (
        "hf:tiny: cannot be read: Error while deserializing header: incomplete metadata, file not fully covered. "
        "Save it again with save_pretrained."
    )


def test_weights_that_are_missing_are_an_error_and_never_made_up(tmp_path: Path) -> None:
    config = llama(tmp_path) / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"num_hidden_layers": 3}))
    assert fault(tmp_path) == (
        "hf:tiny: its weights lack 'model.layers.2.input_layernorm.weight' and 8 more. Save the whole model again."
    )


def test_weights_of_another_shape_are_an_error(tmp_path: Path) -> None:
    config = llama(tmp_path) / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"intermediate_size": 65}))
    assert fault(tmp_path).startswith("hf:tiny: cannot be read: ")


def test_a_configuration_that_is_not_json_is_an_error(tmp_path: Path) -> None:
    (llama(tmp_path) / "config.json").write_text("{")
    assert fault(tmp_path).startswith("hf:tiny: cannot be read: ")


def test_a_kind_of_model_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    (llama(tmp_path) / "config.json").write_text('{"model_type": "lama"}')
    assert fault(tmp_path).startswith("hf:tiny: cannot be read: ")


def test_a_model_without_a_tokenizer_is_an_error(tmp_path: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        (llama(tmp_path) / name).unlink(missing_ok=True)
    assert fault(tmp_path).startswith("hf:tiny: ")


def test_a_tokenizer_without_a_template_is_an_error(tmp_path: Path) -> None:
    llama(tmp_path, template=None)
    assert fault(tmp_path) == (
        "hf:tiny: its tokenizer has no chat template. Add chat_template.jinja to its folder, or load it with "
        "template='plain' to have it read bare text."
    )


async def test_a_base_model_can_read_bare_text(tmp_path: Path) -> None:
    model = load(Source(str(llama(tmp_path, template=None)), template="plain"), "hf:tiny")
    answer = await model.write((Turn(role="user", text="ab"), Turn(role="user", text="c")), Sampling(max_tokens=1))
    assert model.decode(answer.prompt_ids) == "ab\n\nc"
    model.close()


async def test_turns_that_the_template_refuses_are_named(tmp_path: Path) -> None:
    template = "{{ raise_exception('roles must alternate') }}" + TEMPLATE
    model = load(Source(str(llama(tmp_path, template=template))), "hf:tiny")
    with pytest.raises(BadMessage) as error:
        await model.write((*HELLO, *HELLO))
    assert str(error.value) == (
        "hf:tiny: its chat template does not take these turns (user, user): roles must alternate. Change who speaks."
    )
    model.close()


def test_a_tokenizer_with_more_tokens_than_the_model_is_an_error(tmp_path: Path) -> None:
    tokenizer("one", "two").save_pretrained(llama(tmp_path))
    assert fault(tmp_path) == (
        "hf:tiny: its tokenizer has 264 tokens, its output layer 262. "
        "Save the tokenizer and the model that belong together."
    )


def test_attention_that_forgets_is_refused(tmp_path: Path) -> None:
    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    model = MistralForCausalLM(MistralConfig(vocab_size=262, num_key_value_heads=2, sliding_window=8, **sizes))
    model.save_pretrained(tmp_path)
    tokenizer().save_pretrained(tmp_path)
    assert fault(tmp_path) == (
        "hf:tiny: MistralForCausalLM is no decoder with full attention: layer 0 sees 8 tokens of 131,072 "
        "(a window, or chunks). Serve it with vllm and name it through api:."
    )


OWN = "has attention code of its own, which does not say that it takes any mask (transformers' attention backend)"
ALIBI = "adds ALiBi, a bias that is made for a whole batch"


@pytest.mark.parametrize(
    ("kind", "settings", "model", "reason"),
    [
        ("bloom", {"n_layer": 2, "n_head": 4}, "BloomForCausalLM", ALIBI),
        ("mpt", {"d_model": 32, "n_layers": 2, "n_heads": 4}, "MptForCausalLM", ALIBI),
        ("falcon", {"alibi": True, "multi_query": False}, "FalconForCausalLM", ALIBI),
        ("falcon", {"multi_query": False}, "FalconForCausalLM", OWN),
        ("stablelm", {}, "StableLmForCausalLM", OWN),
    ],
)
def test_a_refusal_says_the_right_reason(
    tmp_path: Path, kind: str, settings: dict[str, Any], model: str, reason: str
) -> None:
    Cell(kind, "", settings, reason).model().save_pretrained(tmp_path)
    tokenizer().save_pretrained(tmp_path)
    assert fault(tmp_path) == f"hf:tiny: {model} {reason}. Serve it with vllm and name it through api:."


def test_what_generate_would_do_otherwise_is_said_when_a_model_is_loaded(tmp_path: Path) -> None:
    path = llama(tmp_path) / "generation_config.json"
    more = {"do_sample": True, "temperature": 0.6, "top_k": 50, "repetition_penalty": 1.05, "eos_token_id": [257, 3]}
    path.write_text(json.dumps(json.loads(path.read_text()) | more))
    with pytest.warns(UserWarning, match="generation_config") as warned:
        model = load(Source(str(tmp_path)), "hf:tiny")
    assert [str(one.message) for one in warned] == [
        "hf:tiny: of generation_config.json the end tokens are read alone. Not used: do_sample=True, "
        "repetition_penalty=1.05, temperature=0.6. Say in `sampling` what you want of it."
    ]
    assert model.vocabulary.ends == (257, 3)


def test_a_model_without_wishes_of_its_own_is_loaded_without_a_word(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    load(Source(str(llama(tmp_path))), "hf:tiny")
    assert [str(one.message) for one in recwarn] == []


async def test_precision_can_be_chosen(tmp_path: Path) -> None:
    model = load(Source(str(llama(tmp_path)), dtype="bfloat16"), "hf:tiny")
    assert {tensor.dtype for tensor in model.parameters.values()} == {torch.bfloat16}
    session = await model.open(HELLO)
    assert (await session.next()).dtype == torch.float32
    model.close()


def changed(folder: Path, **keys: Any) -> Path:
    """A folder with other keys in its config.json."""
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))
    return folder


@pytest.mark.parametrize(
    ("stated", "library"),
    [
        ({"quant_method": "gptq", "bits": 4}, "optimum"),
        ({"quant_method": "awq", "bits": 4}, "gptqmodel"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "bitsandbytes"),
        ({"quant_method": "hqq"}, "HQQ"),
        ({"quant_method": "aqlm"}, "AQLM"),
        ({"quant_method": "quanto"}, "optimum-quanto"),
        ({"quant_method": "compressed-tensors"}, "compressed-tensors"),
        ({"quant_method": "torchao"}, "torchao"),
    ],
)
def test_a_quantization_without_its_library_is_one_message(
    tmp_path: Path, stated: dict[str, Any], library: str
) -> None:
    said = fault(changed(llama(tmp_path), quantization_config=stated))
    assert said.startswith(f"hf:tiny: its quantization ({stated['quant_method']}) needs a library that is not here: ")
    assert library in said
    assert said.endswith(". Install it.")
    assert "\n" not in said


BROKEN = {
    "a field without a value": ({"vocab_size": None}, "Field 'vocab_size' expected int, got NoneType"),
    "heads that do not divide": ({"num_attention_heads": 3}, "The hidden size (32) is not a multiple of the number"),
    "no heads": ({"num_attention_heads": 0}, "integer modulo by zero"),
    "an unknown activation": ({"hidden_act": "nope"}, "there is no 'nope'"),
    "an unknown rope": ({"rope_parameters": {"rope_type": "nope", "rope_theta": 1}}, "there is no 'nope'"),
    "half a quantization": ({"quantization_config": [1]}, "'list' object has no attribute 'to_dict'"),
    "a context in words": ({"max_position_embeddings": "x"}, "expected int, got str"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_another_library_says_of_a_configuration_is_one_message(tmp_path: Path, what: str) -> None:
    keys, reason = BROKEN[what]
    said = fault(changed(llama(tmp_path), **keys))
    assert said.startswith("hf:tiny: cannot be read: ")
    assert reason in said
    assert said.endswith(". Save it again with save_pretrained.")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.json", "[]"),
        ("tokenizer.json", "{}"),
        ("tokenizer_config.json", "[]"),
        ("generation_config.json", "[]"),
    ],
)
def test_a_file_of_another_shape_is_one_message(tmp_path: Path, file: str, content: str) -> None:
    (llama(tmp_path) / file).write_text(content)
    assert fault(tmp_path).startswith("hf:tiny: cannot be read: ")


def test_attention_without_its_library_is_one_message(tmp_path: Path) -> None:
    said = fault(changed(llama(tmp_path), attn_implementation="flash_attention_2"))
    assert said.startswith("hf:tiny: it needs a library that is not here: FlashAttention2")


def test_an_end_that_is_no_number_is_refused(tmp_path: Path) -> None:
    (llama(tmp_path) / "generation_config.json").write_text('{"eos_token_id": "x"}')
    assert fault(tmp_path) == "hf:tiny: 'x' is no token. Give eos_token_id in generation_config.json as a number."


@pytest.mark.parametrize("dtype", ["float7", "int8", "nn"])
def test_a_dtype_that_is_none_is_refused(tmp_path: Path, dtype: str) -> None:
    with pytest.raises(BadModel) as error:
        load(Source(str(llama(tmp_path)), dtype=dtype), "hf:tiny")
    assert str(error.value) == (
        f"hf:tiny: no dtype {dtype!r}. Use 'auto', 'bfloat16', 'float16', 'float32' or 'float64'."
    )


def test_a_device_without_room_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")

    monkeypatch.setattr(LlamaForCausalLM, "to", full)
    assert fault(llama(tmp_path)) == "hf:tiny: does not fit in memory. Use a shorter dtype, or another device."
