"""An answer does not depend on its batch: every architecture, rotary embedding and window is proved, or refused.

`python benchmarks/architectures.py` prints the matrix.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents.errors import BadModel
from symposia.agents.message import Sampling
from symposia.agents.models.hf import admission, independence
from symposia.agents.models.hf.loading import Source
from symposia.agents.models.hf.registry import load, reward
from symposia.agents.turn import Turn
from symposia.tests.support.architectures import (
    CONTEXT,
    DECODERS,
    EQUAL,
    HALF,
    LONG,
    ROPES,
    VOCABULARY,
    WINDOWS,
    Cell,
    matrix,
    scaled,
)
from symposia.tests.support.batches import PROMPTS, STEPS, batched, outcome, plain
from symposia.tests.support.tiny import llama, rewarder, tokenizer

DENSE = [
    Cell(kind, "", settings, EQUAL) for kind, settings in DECODERS.items() if "num_experts_per_tok" not in settings
]
"""The architectures that are read and have one expert: torch groups those of several in shorter floats alone."""
ROUNDED = {torch.bfloat16: 2**-4, torch.float16: 2**-7}
"""How far logits may be off in a batch, as a part of the largest; in float32 and float64 the tokens are equal."""


@pytest.mark.parametrize("cell", list(matrix()), ids=lambda cell: cell.name)
def test_texts_are_read_alike_alone_together_and_without_a_cache_or_the_model_is_refused(cell: Cell) -> None:
    found = outcome(cell)
    assert found == EQUAL if cell.expected == EQUAL else cell.expected in found


@pytest.mark.parametrize("cell", DENSE[::2], ids=lambda cell: cell.name)
def test_so_it_is_in_double_precision(cell: Cell) -> None:
    assert outcome(cell, torch.float64) == EQUAL


@pytest.mark.parametrize("dtype", ROUNDED, ids=str)
@pytest.mark.parametrize("kind", ["llama", "gemma", "gpt2", "cohere", "qwen3", "olmo2", "phi3"])
def test_in_short_floats_logits_are_off_by_rounding_alone(kind: str, dtype: torch.dtype) -> None:
    model = Cell(kind, "", DECODERS[kind], EQUAL).model(dtype)
    ours, theirs = batched(model, list(PROMPTS)).logits[:, 0], plain(model, list(PROMPTS)).logits[:, 0]
    assert float((ours - theirs).abs().max() / theirs.abs().max()) < ROUNDED[dtype]


def test_the_matrix_has_twenty_five_architectures_each_way() -> None:
    rows = list(matrix())
    assert len({cell.name for cell in rows}) == len(rows)
    assert len({cell.kind for cell in rows if cell.expected == EQUAL}) >= 50
    assert len({cell.kind for cell in rows if cell.expected != EQUAL}) >= 25


@pytest.mark.parametrize("kind", [None, "dynamic", "static"])
def test_the_cache_that_the_reference_is_read_with_makes_no_difference(kind: str | None) -> None:
    model = Cell("llama", "", {}, EQUAL).model()
    model.generation_config.eos_token_id = None
    for prompt, tokens in zip(PROMPTS, batched(model, list(PROMPTS)).tokens, strict=True):
        cache: dict[str, Any] = {"use_cache": kind is not None, "cache_implementation": kind}
        ids = torch.tensor([prompt])
        mask = torch.ones_like(ids)
        said = model.generate(ids, attention_mask=mask, max_new_tokens=STEPS, do_sample=False, **cache)
        assert said[0, len(prompt) :].tolist() == tokens


@pytest.mark.parametrize("kind", ["static", "quantized", "sliding_window"])
async def test_a_kind_of_cache_in_the_files_is_not_used(tmp_path: Path, kind: str) -> None:
    folder = llama(tmp_path / "model")
    path = folder / "generation_config.json"
    plain_model = load(Source(str(folder)), "hf:plain")
    (tmp_path / "other").symlink_to(folder)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"cache_implementation": kind}))
    with pytest.warns(UserWarning, match=f"cache_implementation={kind!r}"):
        other = load(Source(str(tmp_path / "other")), "hf:other")
    turns = (Turn("user", "hello"),)
    said = await asyncio.gather(*(model.write(turns, Sampling(max_tokens=8)) for model in (plain_model, other)))
    assert said[0].ids == said[1].ids


def refusal(folder: Path) -> str:
    """What is said when a folder is refused."""
    with pytest.raises(BadModel) as error:
        load(Source(str(folder)), "hf:tiny")
    return str(error.value)


def test_a_model_is_refused_when_it_is_loaded_with_the_reason_and_what_to_do(tmp_path: Path) -> None:
    assert refusal(llama(tmp_path, **scaled("longrope", **LONG, **HALF))) == (
        "hf:tiny: LlamaForCausalLM turns positions by angles that change with the longest text of a pass (longrope). "
        "Serve it with vllm and name it through api:."
    )


def test_what_no_rule_knows_is_measured_when_a_model_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "RULES", ())
    Cell("bert", "", {}, "").model().save_pretrained(tmp_path)
    tokenizer().save_pretrained(tmp_path)
    assert "BertLMHeadModel reads texts otherwise in a batch than alone (by 56% of its largest logit)." in refusal(
        tmp_path
    )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64], ids=str)
def test_it_is_measured_in_any_precision(dtype: torch.dtype) -> None:
    with pytest.raises(BadModel, match="otherwise in a batch than alone"):
        independence.check_measured("tiny", Cell("bert", "", {}, "").model(dtype), CONTEXT, VOCABULARY)
    independence.check_measured("tiny", Cell("llama", "", {}, "").model(dtype), CONTEXT, VOCABULARY)


def test_a_context_of_a_few_tokens_is_measured_too() -> None:
    independence.check_measured("tiny", Cell("llama", "", {}, "").model(), 4, VOCABULARY)


def test_a_window_of_the_whole_context_is_none(tmp_path: Path) -> None:
    narrow, whole = (Cell("mistral", "", {"sliding_window": size}, "") for size in (CONTEXT - 1, CONTEXT))
    whole.model().save_pretrained(tmp_path / "whole")
    tokenizer().save_pretrained(tmp_path / "whole")
    load(Source(str(tmp_path / "whole")), "hf:tiny").close()
    narrow.model().save_pretrained(tmp_path / "narrow")
    tokenizer().save_pretrained(tmp_path / "narrow")
    assert "layer 0 sees 127 tokens of 128 (a window, or chunks)" in refusal(tmp_path / "narrow")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [(scaled("longrope", **LONG, **HALF), "the longest text of a pass (longrope)")],
)
def test_a_reward_model_whose_scores_would_depend_on_their_batch_is_refused(
    tmp_path: Path, settings: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadModel) as error:
        reward(Source(str(rewarder(tmp_path, **settings))), "reward:tiny")
    assert reason in str(error.value)


def test_what_is_measured_leaves_the_model_as_it_was() -> None:
    for cell in (*ROPES, *WINDOWS):
        model = cell.model()
        before = {name: buffer.clone() for name, buffer in model.named_buffers()}
        admission.changing_positions(model, CONTEXT)
        assert all(torch.equal(before[name], buffer) for name, buffer in model.named_buffers())
