"""What one step of training reads: a conversation, and the answer the model is to give."""

from dataclasses import dataclass
from typing import NamedTuple

from tokenizers import Tokenizer

from ...agents.message import Turn

Ids = list[int]


@dataclass(frozen=True)
class Example:
    """A conversation whose next assistant turn is `answer`. Only the answer counts in the loss.

    `right` is what a reward model should say of the answer; for other models every answer is right.
    """

    turns: tuple[Turn, ...]
    answer: str
    right: bool = True


def asked(question: str, answer: str, *, right: bool = True) -> Example:
    """A conversation of a single question."""
    return Example((Turn(role="user", text=question),), answer, right)


class Encoded(NamedTuple):
    """An example in token ids; the answer has its end token."""

    prompt: Ids
    answer: Ids
    right: bool

    @property
    def length(self) -> int:
        """How many tokens there are."""
        return len(self.prompt) + len(self.answer)


def encode(tokenizer: Tokenizer, example: Example) -> Encoded:
    """The example in token ids."""
    answer = tokenizer.encode(f"{example.answer}<|end|>").ids
    return Encoded(prompt_ids(tokenizer, example.turns), answer, example.right)


def prompt_ids(tokenizer: Tokenizer, turns: tuple[Turn, ...]) -> Ids:
    """Token ids of a conversation that the assistant continues, as the chat template writes it."""
    said = "".join(f"<|{turn.role}|>{turn.text}<|end|>" for turn in turns)
    ids: Ids = tokenizer.encode(f"{said}<|assistant|>").ids
    return ids
