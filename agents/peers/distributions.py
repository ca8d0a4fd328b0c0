"""Distributions on the wire: all of them, or the likeliest tokens and the mass of the rest.

What is not listed is rebuilt with an even share of that mass. The sender knows both and measures the difference:

    error = 1/2 sum_i |p_i - q_i|,   q_i = p_i where listed, else (1 - sum of the listed) / (size - top)
"""

from base64 import b64decode, b64encode
from math import log

import torch
from torch import Tensor

from ..errors import BadModel
from .messages import Top, Whole


def written(rows: Tensor, top: int | None, name: str) -> Whole | Top:
    """Logits of shape (positions, vocabulary) for the wire. Raises `BadModel` for what is no distribution."""
    total = rows.logsumexp(-1, keepdim=True)
    if not total.isfinite().all():
        raise BadModel(f"{name}: its output is not a number. Check its weights.")
    if top is None:
        return Whole(logits=packed(rows))
    logits, ids = rows.topk(top)
    others = rows.scatter(1, ids, -torch.inf)
    tails = others.logsumexp(-1, keepdim=True)
    even = (tails - total).exp() / max(1, rows.shape[1] - top)
    apart = others.sub_(total).exp_().sub_(even).abs_().scatter_(1, ids, 0.0)
    errors = apart.sum(-1, dtype=torch.float64) / 2
    return Top(
        ids=packed(ids.int()), logits=packed(logits), tails=tuple(tails[:, 0].tolist()), errors=tuple(errors.tolist())
    )


def read(shown: Whole | Top, size: int) -> Tensor:
    """Logits of shape (positions, vocabulary)."""
    if isinstance(shown, Whole):
        return unpacked(shown.logits, torch.float32).view(-1, size)
    ids = unpacked(shown.ids, torch.int32).long().view(len(shown.tails), -1)
    listed = ids.shape[1]
    even = torch.tensor(shown.tails) - (log(size - listed) if listed < size else 0.0)
    rows = even[:, None].repeat(1, size)
    return rows.scatter_(1, ids, unpacked(shown.logits, torch.float32).view_as(ids))


def packed(numbers: Tensor) -> str:
    """The bytes of numbers, as text."""
    block = numbers.cpu().contiguous().numpy()
    return b64encode(block.astype(block.dtype.newbyteorder("<")).tobytes()).decode()


def unpacked(text: str, kind: torch.dtype) -> Tensor:
    """Numbers from their bytes."""
    return torch.frombuffer(bytearray(b64decode(text)), dtype=kind)
