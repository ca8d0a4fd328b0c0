"""The metric that tells a liking for a position."""

from symposia.evaluators.metrics import position_bias
from symposia.evaluators.sample import Sample


def samples(said: str, golds: str) -> list[Sample]:
    pairs = zip(said, golds, strict=True)
    return [
        Sample(id=str(at), question="?", gold=gold, output="", parsed=None if one == "-" else one, score=0.0)
        for at, (one, gold) in enumerate(pairs)
    ]


def test_one_of_four_letters_always_is_a_bias_of_three_quarters() -> None:
    assert position_bias.measure(samples("AAAA", "ABCD")).value == 0.75


def test_wrong_answers_at_all_positions_are_no_bias() -> None:
    assert position_bias.measure(samples("BCDA", "ABCD")).value == 0.0


def test_replies_without_a_letter_count_for_nothing() -> None:
    found = position_bias.measure(samples("A-B", "AAB"))
    assert (found.value, found.scored, found.unscored) == (0.0, 2, 1)
    assert position_bias.measure(samples("-", "A")).value is None
