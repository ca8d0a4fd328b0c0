"""A model's greedy tokens three ways: alone, in a ragged batch, and by plain passes without a cache."""

from typing import Final, NamedTuple

import torch
from symposia.agents.errors import BadModel
from symposia.agents.models.hf.admission import check_independent
from symposia.agents.models.hf.independence import check_measured
from symposia.agents.models.hf.runner import ModelRunner
from symposia.agents.models.hf.slot_cache import TokenSequence
from symposia.tests.support.architectures import CONTEXT, EQUAL, VOCABULARY, Cell
from torch import Tensor
from transformers import PreTrainedModel

PROMPTS: Final = ([5, 6, 7], [(11 * place + 3) % 250 for place in range(70)], [200, 9, 8, 20, 31])
STEPS: Final = 4
"""New tokens a text. The second text is past half of the context, the others are not."""


class Read(NamedTuple):
    """The tokens of all texts, and the logits before each, (texts, steps, vocabulary)."""

    tokens: list[list[int]]
    logits: Tensor


def batched(model: PreTrainedModel, prompts: list[list[int]]) -> Read:
    """What the runner writes after these prompts, all in one batch."""
    runner = ModelRunner("tiny", model, VOCABULARY)
    sequences = [TokenSequence(list(prompt)) for prompt in prompts]
    rows = []
    with torch.inference_mode():
        for _ in range(STEPS):
            rows.append(runner.read(sequences).clone())
            for sequence, row in zip(sequences, rows[-1], strict=True):
                sequence.ids.append(int(row.argmax()))
    return Read([sequence.ids[-STEPS:] for sequence in sequences], torch.stack(rows, 1))


def plain(model: PreTrainedModel, prompts: list[list[int]]) -> Read:
    """What the model itself writes, each token by a pass over the whole text, without a cache."""
    tokens, rows = [], []
    for prompt in prompts:
        ids, steps = list(prompt), []
        for _ in range(STEPS):
            with torch.inference_mode():
                read = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, -1, :VOCABULARY]
            steps.append(read.float())
            ids.append(int(steps[-1].argmax()))
        tokens.append(ids[-STEPS:])
        rows.append(torch.stack(steps))
    return Read(tokens, torch.stack(rows))


def outcome(cell: Cell, dtype: torch.dtype = torch.float32) -> str:
    """`EQUAL`, the reason for which the model is refused, or how what it writes differs."""
    model = cell.model(dtype)
    try:
        check_independent("tiny", model, CONTEXT)
        check_measured("tiny", model, CONTEXT, VOCABULARY)
    except BadModel as error:
        return str(error).removeprefix("tiny: ").removesuffix(" Serve it with vllm and name it through api:.")
    together, reference = batched(model, list(PROMPTS)), plain(model, list(PROMPTS))
    alone = [batched(model, [prompt]).tokens[0] for prompt in PROMPTS]
    if together.tokens != alone or together.tokens != reference.tokens:
        return f"differs: {together.tokens} together, {alone} alone, {reference.tokens} without a cache"
    return EQUAL
