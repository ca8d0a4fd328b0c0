"""Real models whose next-token probabilities are a table, for tests that need exact numbers."""

from collections.abc import Mapping
from math import log, sqrt
from pathlib import Path

import torch
from symposia.tests.support.tiny import llama, tokenizer
from transformers import LlamaForCausalLM

WIDTH = 320
START = "<assistant>"
WORDS = ("Sure", ",", " the", " It", " is", " a", " b", " cat", " mat", " x")
"""Words that are one token each in most of the models of tests."""


def markov(folder: Path, table: Mapping[str, Mapping[str, float]], words: tuple[str, ...]) -> Path:
    """Save a Llama for which the next token depends on the last alone: `table[token][next]` is a probability.

    Each of `words` is one token. What the table leaves out is all but impossible.
    """
    known = tokenizer(*words)
    llama(folder, *words, hidden_size=WIDTH, max_position_embeddings=2048)
    model = LlamaForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        model.model.embed_tokens.weight.copy_(torch.eye(len(known), WIDTH))
        model.lm_head.weight.fill_(-2.0)
        for token, following in table.items():
            for after, probability in following.items():
                # A unit vector leaves the final norm with the length sqrt(WIDTH).
                model.lm_head.weight[one(known, after), one(known, token)] = log(probability) / sqrt(WIDTH)
    model.save_pretrained(folder)
    return folder


def one(known: object, token: str) -> int:
    """The id of a text that is one token."""
    (number,) = known.encode(token, add_special_tokens=False)  # type: ignore[attr-defined]
    return int(number)
