"""A tokenizer's ids and its segmentation: what two models must share to match embedding rows by token."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from transformers import PreTrainedTokenizerBase


class TokenMap(NamedTuple):
    """All tokens with their ids, those that were `added` to the trained vocabulary, and a hash of the segmentation.

    `segmentation` depends neither on ids nor on added tokens: where it is equal, two tokenizers split a text without
    added tokens into the same tokens.

    >>> from symposia.agents.loading import load
    >>> base, math = (load(f"pocket:{name}").chat.token_map for name in ("base", "generalist"))
    >>> base.segmentation == math.segmentation
    True
    """

    ids: Mapping[str, int]
    added: frozenset[str]
    segmentation: str


def token_map(tokenizer: PreTrainedTokenizerBase) -> TokenMap:
    """The token map of a tokenizer."""
    ids: dict[str, int] = tokenizer.get_vocab()
    added = frozenset(tokenizer.get_added_vocab())
    backend: Any = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:  # a slow tokenizer: only its class and tokens are known
        return TokenMap(ids, added, digest([type(tokenizer).__name__, sorted(ids.keys() - added)]))
    stated = json.loads(backend.to_str())
    model = stated["model"]
    vocabulary = model.pop("vocab")
    if isinstance(vocabulary, dict):
        model["tokens"] = sorted(vocabulary.keys() - added)
    else:  # Unigram: pieces and their scores
        model["tokens"] = sorted(pair for pair in vocabulary if pair[0] not in added)
    return TokenMap(ids, added, digest([model, stated["normalizer"], stated["pre_tokenizer"]]))


def digest(content: object) -> str:
    """The SHA-256 hash of JSON-serializable content."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
