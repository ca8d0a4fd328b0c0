"""The hidden states of a resident model: what its output layer makes the logits of."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn
from transformers import PreTrainedModel

from ...errors import BadModel


@contextmanager
def entering(model: PreTrainedModel) -> Iterator[list[Tensor]]:
    """What enters the output layer in the forward passes within, one tensor a pass: the positions it keeps, no others.

    Raises `BadModel` for a model whose output layer does not show.
    """
    output = model.get_output_embeddings()  # type: ignore[no-untyped-call]
    seen: list[Tensor] = []

    def note(_: nn.Module, entered: tuple[Tensor, ...]) -> None:
        seen.append(entered[0])

    # Hooked for these passes only, so that a copy of the model carries no hook.
    hook = output.register_forward_pre_hook(note) if output is not None else None
    try:
        yield seen
    finally:
        if hook is not None:
            hook.remove()
    if not seen:
        raise BadModel(f"{type(model).__name__}: has no output layer whose input shows. Use a model that has one.")
