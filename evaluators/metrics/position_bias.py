"""Position bias: how far the letters that a team chooses are from those that are right, of multiple choice.

The total variation distance of the two distributions of letters, over the samples with an answer: 0 where each letter
is chosen as often as it is right, 0.75 where one of four is chosen always. With `rotate: all` each letter is right
equally often, so that nothing but a liking for positions is left. It has no interval.
"""

from collections import Counter
from collections.abc import Sequence

from ..metric import Estimate
from ..sample import Sample


def measure(samples: Sequence[Sample]) -> Estimate:
    """The distance, from 0 to 1; None without an answer that is a letter."""
    pairs = [(sample.parsed, sample.gold) for sample in samples if sample.score is not None and _is_letter(sample)]
    chosen, right = Counter(said for said, _ in pairs), Counter(gold for _, gold in pairs)
    apart = sum(abs(chosen[letter] - right[letter]) for letter in chosen | right)
    scored = len(pairs)
    value = apart / 2 / scored if scored else None
    return Estimate(value=value, low=None, high=None, scored=scored, unscored=len(samples) - scored)


def _is_letter(sample: Sample) -> bool:
    return all(isinstance(one, str) and len(one) == 1 and one.isupper() for one in (sample.parsed, sample.gold))
