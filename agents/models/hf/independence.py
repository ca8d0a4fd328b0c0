"""A measurement when a model is loaded: two texts, read in one batch with a cache, against each without either."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor
from transformers import PreTrainedModel

from .admission import refused
from .runner import ModelRunner
from .slot_cache import TokenSequence

TOLERANCE: Final = {torch.float64: 1e-5, torch.float32: 1e-3}
"""The largest difference of logits, as a part of the largest logit; of shorter floats, `ROUGH`."""
ROUGH: Final = 0.25
"""In bfloat16 the rounding of a batch may choose another expert; what reads others' texts is off by more."""
LENGTHS: Final = (3, 24)


def check_measured(name: str, model: PreTrainedModel, context: int, size: int) -> None:
    """Raise `BadModel` if two texts of these vocabulary and context sizes, read at once, are not read as alone."""
    texts = [_text(min(length, context - 2), size) for length in LENGTHS if context > 3]
    try:
        together, alone = _together(ModelRunner(name, model, size), texts), _alone(model, texts, size)
    except (RuntimeError, TypeError, ValueError, IndexError, AttributeError) as error:
        reason = (str(error).strip().split("\n")[0] or type(error).__name__).rstrip(".")
        raise refused(name, model, f"cannot be read in batches: {reason}") from error
    worst = max(map(_difference, together, alone), default=0.0)
    if worst > TOLERANCE.get(model.dtype, ROUGH):
        raise refused(name, model, f"reads texts otherwise in a batch than alone (by {worst:.0%} of its largest logit)")


def _text(length: int, size: int) -> list[int]:
    """Some tokens, no two texts alike."""
    return [(7 * place + 5 * length) % size for place in range(length)]


def _together(runner: ModelRunner, texts: Sequence[list[int]]) -> list[Tensor]:
    """The logits after each text, and after one more token: one batch, then one step of it."""
    with torch.inference_mode():
        sequences = [TokenSequence(text[:-1]) for text in texts]
        first = runner.read(sequences)
        for sequence, text in zip(sequences, texts, strict=True):
            sequence.ids.append(text[-1])
        return [torch.stack(pair) for pair in zip(first, runner.read(sequences), strict=True)]


def _alone(model: PreTrainedModel, texts: Sequence[list[int]], size: int) -> list[Tensor]:
    """The same logits, of each text in a pass of its own."""
    with torch.inference_mode():
        passes = (model(input_ids=torch.tensor([text], device=model.device), use_cache=False) for text in texts)
        return [one.logits[0, -2:, :size].float() for one in passes]


def _difference(ours: Tensor, theirs: Tensor) -> float:
    """The largest difference, as a part of the largest logit. What is not a number is told where a text is written."""
    largest = float(theirs.abs().max())
    gap = float((ours - theirs).abs().max())
    return gap / largest if largest > 0 and gap == gap else 0.0
