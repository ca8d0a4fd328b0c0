"""Training sets by token id, of built conversations whose answers show their tokens: nothing is tokenized again."""

from collections.abc import Iterable, Iterator

from ...agents import Answer
from ..finetuning.pair import PreferencePair, pair_of
from ..finetuning.sequence import TrainingSequence, sequences_of
from .dialogue import Dialogue, Step


def sequences(dialogues: Iterable[Dialogue]) -> Iterator[TrainingSequence]:
    """The sequences of what the assistant said in each conversation, with the goal's id as their source.

    A conversation with an answer that shows no tokens is left out.
    """
    for dialogue in dialogues:
        answers = [step.responses[step.said].answer for step in dialogue.steps if step.said is not None]
        if all(map(shows_tokens, answers)):
            yield from sequences_of(answers, source=dialogue.id)


def pairs(dialogues: Iterable[Dialogue], minimum_gap: float = 0.0) -> Iterator[PreferencePair]:
    """The pair of the best and the worst candidate of each turn, as `sets.preferences` has it, by token id.

    A turn of candidates that show no tokens is left out.
    """
    for dialogue in dialogues:
        for step in dialogue.steps:
            if pair := pair_at(step, minimum_gap):
                yield pair.model_copy(update={"source": f"{dialogue.id}/turn-{len(step.prompt)}"})


def pair_at(step: Step, minimum_gap: float = 0.0) -> PreferencePair | None:
    """The pair of a turn; None where its scores differ by nothing or by less than the gap, or tokens are not shown."""
    scored = [(one.score, one.answer) for one in step.responses if one.score is not None]
    if len(scored) < 2:
        return None
    best, worst = max(scored, key=lambda one: one[0]), min(scored, key=lambda one: one[0])
    gap = best[0] - worst[0]
    if gap <= 0 or gap < minimum_gap or not (shows_tokens(best[1]) and shows_tokens(worst[1])):
        return None
    return pair_of(best[1], worst[1], scores=(best[0], worst[0]))


def shows_tokens(answer: Answer) -> bool:
    """True if an answer has the token ids of its prompt and of itself.

    >>> shows_tokens(Answer(text="four"))
    False
    """
    return bool(answer.prompt_ids and answer.ids)
