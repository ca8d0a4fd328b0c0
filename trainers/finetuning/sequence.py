"""Training sequences by token id, made of recorded answers: nothing is tokenized again."""

from collections.abc import Iterable
from itertools import groupby
from typing import Self

from pydantic import model_validator

from ...agents.errors import BadData
from ...agents.frozen import Frozen
from ...agents.message import Answer


class TrainingSequence(Frozen, tag="training_sequence/1"):
    """Token ids, a mask of those that are trained on (1) or only read (0), and their log-probabilities when sampled.

    `logprobs` are in nats at temperature 1, 0.0 where the mask is 0; empty if they are not known. `source` names where
    the sequence comes from.

    >>> TrainingSequence(ids=(5, 6, 7, 8), mask=(0, 0, 1, 1), logprobs=(0.0, 0.0, -0.5, -0.1)).trained
    2
    """

    ids: tuple[int, ...]
    mask: tuple[int, ...]
    logprobs: tuple[float, ...] = ()
    source: str = ""

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if len(self.mask) != len(self.ids) or len(self.logprobs) not in (0, len(self.ids)):
            raise ValueError(
                f"{len(self.ids)} ids, {len(self.mask)} of mask and {len(self.logprobs)} log-probabilities. "
                "Give as many of each, or no log-probabilities."
            )
        if set(self.mask) - {0, 1} or not any(self.mask) or self.mask[0]:
            raise ValueError(
                "a mask that is not of 0 and 1, begins with 1 or trains on nothing. Begin with the prompt."
            )
        return self

    @property
    def trained(self) -> int:
        """The number of tokens with a loss."""
        return sum(self.mask)

    @property
    def labels(self) -> list[int]:
        """The ids with a loss, and -100 for all others, as transformers reads them."""
        return [token if trained else -100 for token, trained in zip(self.ids, self.mask, strict=True)]


def sequences_of(answers: Iterable[Answer], *, source: str = "") -> tuple[TrainingSequence, ...]:
    """The training sequences of one conversation's answers, in order, with the loss on the answers alone.

    Answers whose prompts begin with all tokens before them are one sequence. Where a chat template changes earlier
    turns, as by leaving out reasoning, a new sequence begins: what is trained is always what was sampled, after what
    was read. Raises `BadData` for answers without token ids.

    >>> first = Answer(text="a", prompt_ids=(1, 2), ids=(7, 9), logprobs=(-0.5, -0.1))
    >>> second = Answer(text="b", prompt_ids=(1, 2, 7, 9, 3, 2), ids=(8, 9), logprobs=(-0.2, -0.3))
    >>> [(one.ids, one.mask) for one in sequences_of([first, second])]
    [((1, 2, 7, 9, 3, 2, 8, 9), (0, 0, 1, 1, 0, 0, 1, 1))]
    """
    made: list[TrainingSequence] = []
    ids: list[int] = []
    mask: list[int] = []
    logprobs: list[float] = []
    for number, answer in enumerate(answers, start=1):
        check_tokens(answer, f"{source or 'conversation'}: answer {number}")
        if ids and list(answer.prompt_ids[: len(ids)]) != ids:
            made.append(_sequence(ids, mask, logprobs, source))
            ids, mask, logprobs = [], [], []
        read = answer.prompt_ids[len(ids) :]
        ids += [*read, *answer.ids]
        mask += [*(0 for _ in read), *(1 for _ in answer.ids)]
        logprobs += [*(0.0 for _ in read), *answer.logprobs]
    if ids:
        made.append(_sequence(ids, mask, logprobs, source))
    return tuple(made)


def check_tokens(answer: Answer, where: str) -> None:
    """Raise `BadData` unless an answer has the token ids of its prompt and of itself."""
    if not answer.prompt_ids or not answer.ids:
        raise BadData(
            f"{where}: has no token ids, so what was sampled is not known. Record it with a model that shows its "
            "tokens: pocket:, hf: or smol:."
        )


def sampled_spans(sequence: TrainingSequence) -> list[tuple[int, ...]]:
    """The runs of tokens with a loss, in order.

    >>> sampled_spans(TrainingSequence(ids=(1, 7, 9, 3, 8), mask=(0, 1, 1, 0, 1)))
    [(7, 9), (8,)]
    """
    pairs = zip(sequence.mask, sequence.ids, strict=True)
    return [tuple(token for _, token in run) for trained, run in groupby(pairs, lambda pair: pair[0]) if trained]


def _sequence(ids: list[int], mask: list[int], logprobs: list[float], source: str) -> TrainingSequence:
    known = tuple(logprobs) if len(logprobs) == len(ids) else ()
    return TrainingSequence(ids=tuple(ids), mask=tuple(mask), logprobs=known, source=source)
