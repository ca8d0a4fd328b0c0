"""Training examples: conversations with the target answer."""

from dataclasses import dataclass
from typing import NamedTuple

from tokenizers import Tokenizer

from ...agents.turn import Turn

Ids = list[int]


@dataclass(frozen=True)
class Example:
    """A conversation whose next assistant turn is `answer`; the loss is on the answer alone.

    `right` is the label for a reward model; for other models it is always true.

    >>> asked("2 + 2?", "4").turns[0].text
    '2 + 2?'
    """

    turns: tuple[Turn, ...]
    answer: str
    right: bool = True


def asked(question: str, answer: str, *, right: bool = True) -> Example:
    """An example with a single question."""
    return Example((Turn(role="user", text=question),), answer, right)


class Encoded(NamedTuple):
    """An example in token ids; the answer includes its end token.

    >>> Encoded(prompt=[2, 474, 1, 3], answer=[22, 1], right=True).length
    6
    """

    prompt: Ids
    answer: Ids
    right: bool

    @property
    def length(self) -> int:
        """The number of tokens."""
        return len(self.prompt) + len(self.answer)


def encode(tokenizer: Tokenizer, example: Example) -> Encoded:
    """The example in token ids."""
    answer = tokenizer.encode(f"{example.answer}<|end|>").ids
    return Encoded(prompt_ids(tokenizer, example.turns), answer, example.right)


def prompt_ids(tokenizer: Tokenizer, turns: tuple[Turn, ...]) -> Ids:
    """The token ids of a conversation up to the next assistant turn, as by the chat template."""
    said = "".join(f"<|{turn.role}|>{turn.text}<|end|>" for turn in turns)
    ids: Ids = tokenizer.encode(f"{said}<|assistant|>").ids
    return ids
