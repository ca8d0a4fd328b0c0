"""Constrained decoding: the tokens that keep a text on the way to JSON of a schema, by the library llguidance.

A grammar reads the tokens of one text as they are appended and says which may come next. The logits themselves are
unchanged, and so are reported log-probabilities: a text that follows the schema by itself is the same with and without.
"""

import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Self

import torch
from torch import Tensor

from ..errors import BadMessage, MissingCapability
from .base import Vocabulary

if TYPE_CHECKING:
    from llguidance import LLMatcher, LLTokenizer

LIBRARY: Final = "llguidance"
SPACE: Final = r" ?|\n[ \t]{0,16}"
"""The space that may stand between two parts of JSON: a model that can go on writing it may never end."""

RULES: Final = """start: LEAD json
LEAD: / ?/
json: %json {}
"""
"""JSON after a space, which some tokenizers have in the first token of a text."""

_TOKENIZERS: "dict[Vocabulary, LLTokenizer]" = {}


class Grammar:
    """The state of one text by a JSON schema. Use `Grammar.of` or `grammar_of`.

    >>> from symposia.agents.loading import load
    >>> model = load("pocket:base")
    >>> grammar = grammar_of("base", model, {"type": "boolean"})
    >>> sorted({model.decode([token]) for token in grammar.allowed().nonzero().flatten().tolist()})
    ['', 'f', 't']
    """

    def __init__(self, matcher: "LLMatcher", ends: tuple[int, ...], size: int) -> None:
        self._matcher = matcher
        self._ends = ends
        self._size = size

    @classmethod
    def of(cls, name: str, serialized: Callable[[], str], vocabulary: Vocabulary, schema: Mapping[str, Any]) -> Self:
        """The grammar of a new text; `serialized` returns the tokenizer as JSON of the `tokenizers` library.

        Raises `MissingCapability` where llguidance is not installed or does not know a keyword of the schema.
        """
        check_library(name)
        from llguidance import LLMatcher

        tokenizer = _tokenizer(serialized, vocabulary)
        try:
            rules = json.dumps({**schema, "x-guidance": {"whitespace_pattern": SPACE}})
        except (TypeError, ValueError) as error:
            raise BadMessage(f"{name}: the schema is no JSON ({error}). Write a JSON schema.") from None
        matcher = LLMatcher(tokenizer, LLMatcher.grammar_from_lark(RULES.replace("{}", rules)), log_level=0)
        if matcher.is_error():
            problem = matcher.get_error().splitlines()[0].rstrip(".")
            raise MissingCapability(f"{name}: cannot be kept to this schema ({problem}). Write a simpler one.")
        return cls(matcher, vocabulary.ends, vocabulary.size)

    def allowed(self) -> Tensor:
        """The tokens that may come next: bool, shape (vocabulary,). Where there are none, the text may only end."""
        bias = torch.frombuffer(bytearray(self._matcher.compute_logit_bias()), dtype=torch.uint8)
        found = bias[: self._size].bool()
        if self._matcher.is_error() or not found.any():
            found = torch.zeros(self._size, dtype=torch.bool)
            found[list(self._ends)] = True
        return found

    def take(self, token: int) -> None:
        """Note the token that was appended."""
        self._matcher.consume_token(token)

    def fork(self) -> Self:
        """An independent copy."""
        return type(self)(self._matcher.deep_copy(), self._ends, self._size)


def grammar_of(name: str, model: Any, schema: Mapping[str, Any]) -> Grammar:  # noqa: ANN401 - a stepper with a tokenizer
    """The grammar of a text that a model writes. Raises `MissingCapability`, also for a model without a tokenizer."""
    if not hasattr(model, "tokenizer"):
        raise MissingCapability(f"{name}: a {type(model).__name__} shows no tokenizer. Use pocket: or hf:.")
    return Grammar.of(name, model.tokenizer, model.vocabulary, schema)


def can_force() -> bool:
    """True if llguidance is installed."""
    return find_spec(LIBRARY) is not None


def check_library(name: str) -> None:
    """Raise `MissingCapability` where llguidance is not installed."""
    if not can_force():
        raise MissingCapability(
            f"{name}: llguidance is not installed, which keeps answers to a schema. pip install 'symposia[structured]'."
        )


def _tokenizer(serialized: Callable[[], str], vocabulary: Vocabulary) -> "LLTokenizer":
    """The tokenizer of a vocabulary as llguidance reads it; made once, since that takes a second for a large one."""
    found = _TOKENIZERS.get(vocabulary)
    if found is None:
        from llguidance import LLTokenizer

        found = LLTokenizer(serialized(), n_vocab=vocabulary.size, eos_token=list(vocabulary.ends))
        _TOKENIZERS[vocabulary] = found
    return found
