"""Sets by token id: what was sampled, after what was read, and which turns make a pair."""

from symposia.agents import Answer, Turn
from symposia.trainers.finetuning.pair import PreferencePair
from symposia.trainers.finetuning.sequence import TrainingSequence
from symposia.trainers.multiturn.dialogue import Dialogue, Response, Step
from symposia.trainers.multiturn.tokens import pairs, sequences


def response(score: float | None, prompt: tuple[int, ...] = (), ids: tuple[int, ...] = ()) -> Response:
    """A candidate that was sampled as these tokens, each with a log-probability of -0.5."""
    answer = Answer(text=str(ids), prompt_ids=prompt, ids=ids, logprobs=(-0.5,) * len(ids))
    return Response(answer=answer, score=score, sessions=(), rewards={})


def dialogue(*turns: tuple[int | None, list[Response]]) -> Dialogue:
    """A conversation of turns: which candidate was said, and the candidates."""
    steps = tuple(
        Step(prompt=(Turn("user", "hi"),) * (2 * place + 1), responses=tuple(responses), said=said)
        for place, (said, responses) in enumerate(turns)
    )
    return Dialogue(id="g", number=0, goal="sort c a", reference="a c", steps=steps, stop="ended")


FIRST = [response(0.2, (1, 2), (8, 9)), response(0.7, (1, 2), (7, 9)), response(0.5, (1, 2), (6, 9))]
SECOND = [response(0.9, (1, 2, 7, 9, 3, 2), (5, 9)), response(0.9, (1, 2, 7, 9, 3, 2), (4, 9))]


def test_a_conversation_is_one_sequence_of_what_was_said() -> None:
    assert list(sequences([dialogue((1, FIRST), (0, SECOND))])) == [
        TrainingSequence(
            ids=(1, 2, 7, 9, 3, 2, 5, 9),
            mask=(0, 0, 1, 1, 0, 0, 1, 1),
            logprobs=(0, 0, -0.5, -0.5, 0, 0, -0.5, -0.5),
            source="g",
        )
    ]


def test_a_turn_that_nothing_was_said_in_is_in_no_sequence() -> None:
    (found,) = sequences([dialogue((1, FIRST), (None, SECOND))])
    assert found.ids == (1, 2, 7, 9)


def test_a_pair_is_the_best_and_the_worst_candidate_of_a_turn() -> None:
    assert list(pairs([dialogue((1, FIRST), (0, SECOND))])) == [
        PreferencePair(
            prompt_ids=(1, 2),
            chosen_ids=(7, 9),
            rejected_ids=(8, 9),
            score_chosen=0.7,
            score_rejected=0.2,
            source="g/turn-1",
        )
    ]


def test_a_pair_closer_than_the_gap_is_left_out() -> None:
    assert not list(pairs([dialogue((1, FIRST))], minimum_gap=0.6))
    assert len(list(pairs([dialogue((1, FIRST))], minimum_gap=0.4))) == 1


def test_answers_without_tokens_are_in_neither_set() -> None:
    silent = [response(0.2), response(0.7)]
    assert not list(sequences([dialogue((1, silent)), dialogue((1, FIRST), (0, silent))]))
    assert not list(pairs([dialogue((1, silent))]))


def test_an_unscored_candidate_is_no_worst_one() -> None:
    (found,) = pairs([dialogue((1, [*FIRST, response(None, (1, 2), (3, 9))]))])
    assert found.rejected_ids == (8, 9)


def test_no_conversation_is_no_sequence() -> None:
    assert not list(sequences([dialogue()]))
