"""What a tokenizer's ids mean, and how it cuts text: what two models must share for rows to be matched by token."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from transformers import PreTrainedTokenizerBase


class TokenMap(NamedTuple):
    """All tokens with their ids, those that were `added` to the trained vocabulary, and how text is cut.

    `cutting` is a hash that does not depend on the numbers of tokens nor on which were added: where it is equal,
    a text without added tokens has the same tokens in both.
    """

    ids: Mapping[str, int]
    added: frozenset[str]
    cutting: str


def token_map(tokenizer: PreTrainedTokenizerBase) -> TokenMap:
    """The lexicon of a tokenizer."""
    ids: dict[str, int] = tokenizer.get_vocab()
    added = frozenset(tokenizer.get_added_vocab())
    backend: Any = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:  # one in Python: it says no more than its class and its tokens
        return TokenMap(ids, added, digest([type(tokenizer).__name__, sorted(ids.keys() - added)]))
    stated = json.loads(backend.to_str())
    model = stated["model"]
    vocabulary = model.pop("vocab")
    if isinstance(vocabulary, dict):
        model["tokens"] = sorted(vocabulary.keys() - added)
    else:  # Unigram: pieces and their scores, which decide the cut
        model["tokens"] = sorted(pair for pair in vocabulary if pair[0] not in added)
    return TokenMap(ids, added, digest([model, stated["normalizer"], stated["pre_tokenizer"]]))


def digest(content: object) -> str:
    """A hash of JSON-able content."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
