"""Cost: tokens per question, those read and those written by every model that was asked.

Tokens are the currency of equal-budget comparisons. What failed has cost something too, so every
sample counts.
"""

from collections.abc import Sequence

from ..metric import Estimate, estimate
from ..sample import Sample


def measure(samples: Sequence[Sample]) -> Estimate:
    """The mean number of tokens, prompt and completion together."""
    spent = [float(sample.usage.prompt_tokens + sample.usage.completion_tokens) for sample in samples]
    return estimate(samples, spent).model_copy(update={"no_answer": 0})
