"""Next-token distributions on the wire: all logits, or the likeliest tokens and the mass of the rest.

A token that is not listed is rebuilt with an even share of that mass. The sender measures the total variation distance:

    error = 1/2 sum_i |p_i - q_i|,   q_i = p_i where listed, else (1 - sum of the listed) / (size - top)
"""

from base64 import b64decode, b64encode
from math import log

import torch
from torch import Tensor

from ..errors import BadModel
from .messages import Top, Whole


def written(logits: Tensor, top: int | None, name: str) -> Whole | Top:
    """Encode logits of shape (positions, vocabulary) for the wire. Raises `BadModel` for NaN or infinite logits."""
    total = logits.logsumexp(-1, keepdim=True)
    if not total.isfinite().all():
        raise BadModel(f"{name}: its output is not a number. Check its weights.")
    if top is None:
        return Whole(logits=packed(logits))
    likeliest, ids = logits.topk(top)
    others = logits.scatter(1, ids, -torch.inf)
    tails = others.logsumexp(-1, keepdim=True)
    even = (tails - total).exp() / max(1, logits.shape[1] - top)
    differences = others.sub_(total).exp_().sub_(even).abs_().scatter_(1, ids, 0.0)
    errors = differences.sum(-1, dtype=torch.float64) / 2
    return Top(
        ids=packed(ids.int()),
        logits=packed(likeliest),
        tails=tuple(tails[:, 0].tolist()),
        errors=tuple(errors.tolist()),
    )


def read(shown: Whole | Top, size: int) -> Tensor:
    """Decode logits from the wire: float32, shape (positions, vocabulary)."""
    if isinstance(shown, Whole):
        return unpacked(shown.logits, torch.float32).view(-1, size)
    ids = unpacked(shown.ids, torch.int32).long().view(len(shown.tails), -1)
    listed = ids.shape[1]
    even = torch.tensor(shown.tails) - (log(size - listed) if listed < size else 0.0)
    logits = even[:, None].repeat(1, size)
    return logits.scatter_(1, ids, unpacked(shown.logits, torch.float32).view_as(ids))


def packed(numbers: Tensor) -> str:
    """A tensor's little-endian bytes in base64."""
    block = numbers.cpu().contiguous().numpy()
    return b64encode(block.astype(block.dtype.newbyteorder("<")).tobytes()).decode()


def unpacked(text: str, kind: torch.dtype) -> Tensor:
    """A flat tensor from little-endian bytes in base64."""
    return torch.frombuffer(bytearray(b64decode(text)), dtype=kind)
