"""What of a debate is taught."""

from symposia.agents import Answer
from symposia.trainers.finetuning.debates import Debate, first_answers, last_answers


def debate(first: str, last: str, number: int = 0) -> Debate:
    """A debate of generators 0, 1, .. that say these letters; ? cannot be read."""
    read = [{str(n): None if said == "?" else said for n, said in enumerate(letters)} for letters in (first, last)]
    said = [{n: Answer(text=f"{r}{letter}{number}") for n, letter in some.items()} for r, some in enumerate(read)]
    return Debate(said, read)


def test_generators_learn_first_answers_that_agree_with_the_majority() -> None:
    one = debate("ABA", "AAA")
    assert one.majority == "A"
    assert [len(first_answers([one], name)) for name in "012"] == [1, 0, 1]
    assert first_answers([one], "0")[0].text == "0A0"


def test_critics_learn_last_answers_half_of_which_turned() -> None:
    """One question, first [A, B, A], last [A, A, A]: generator 1 was turned, the others stayed."""
    some = [debate("ABA", "AAA", 0), debate("AAA", "AAA", 1), debate("AAA", "ABA", 2)]
    assert [one.text for one in last_answers(some, "1", 0.5, 0)] == ["1A0", "1A1"]
    assert last_answers(some, "0", 0.5, 0) == []
    assert [one.text for one in last_answers(some, "0", 0.0, 0)] == ["1A0", "1A1", "1A2"]
    assert [one.text for one in last_answers(some, "1", 0.0, 0, "all")] == ["1A0", "1A1", "1B2"]


def test_a_debate_that_cannot_be_read_teaches_nothing() -> None:
    one = debate("???", "???")
    assert one.majority is None
    assert first_answers([one], "0") == last_answers([one], "0", 0.5, 0) == []
    assert len(first_answers([one], "0", "all")) == 1
