"""The accuracy of a saved model on held-out problems, by greedy decoding."""

from collections.abc import Sequence
from itertools import islice
from random import Random

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from ...agents.turn import Turn
from ...evaluators.pocket import CORE, SKILLS, Problem, problems
from .example import Example, Ids, encode, prompt_ids
from .learn import padded
from .questions import wrong

LONGEST = 24
BATCH = 100


def held_out(skill: str, count: int, split: str = "test") -> list[Problem]:
    """The first `count` problems of a split."""
    return list(islice(problems(skill, split), count))


def measured(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, count: int) -> dict[str, list[bool]]:
    """For each skill, which of `count` problems of the test split are answered correctly.

    For a reward model: for which the correct answer gets a higher reward than a wrong one.
    """
    if model.config.architectures == ["LlamaForSequenceClassification"]:
        return {skill: preferred(model, tokenizer, held_out(skill, count)) for skill in CORE}
    return {skill: answered(model, tokenizer, held_out(skill, count)) for skill in SKILLS}


def answered(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, asked: Sequence[Problem]) -> list[bool]:
    """For each problem whether the model answers it correctly."""
    prompts = [prompt_ids(tokenizer.backend_tokenizer, (Turn(role="user", text=p.question),)) for p in asked]
    said = written(model, tokenizer, prompts)
    return [text == problem.answer for text, problem in zip(said, asked, strict=True)]


@torch.no_grad()
def preferred(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, asked: Sequence[Problem]) -> list[bool]:
    """For each problem whether the correct answer gets a higher reward than a wrong one."""
    rng = Random(0)
    better = []
    for start in range(0, len(asked), BATCH):
        part = asked[start : start + BATCH]
        pairs = [
            Example((Turn(role="user", text=p.question),), said) for p in part for said in (p.answer, wrong(p, rng))
        ]
        sequences = [encode(tokenizer.backend_tokenizer, pair) for pair in pairs]
        ids = padded(
            [sequence.prompt + sequence.answer for sequence in sequences], tokenizer.pad_token_id, model.device
        )
        rewards = model(input_ids=ids, attention_mask=(ids != tokenizer.pad_token_id).long()).logits[:, 0]
        better += (rewards[::2] > rewards[1::2]).tolist()
    return better


@torch.no_grad()
def written(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, prompts: Sequence[Ids]) -> list[str]:
    """The model's answers by greedy decoding."""
    said: list[str] = []
    for start in range(0, len(prompts), BATCH):
        sequences = [sequence[::-1] for sequence in prompts[start : start + BATCH]]
        ids = padded(sequences, tokenizer.pad_token_id, model.device).flip(1)
        mask = (padded([[1] * len(sequence) for sequence in sequences], 0, model.device)).flip(1)
        out = model.generate(  # type: ignore[operator]
            input_ids=ids,
            attention_mask=mask,
            max_new_tokens=LONGEST,
            do_sample=False,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
        said += tokenizer.batch_decode(out[:, ids.shape[1] :], skip_special_tokens=True)
    return said
