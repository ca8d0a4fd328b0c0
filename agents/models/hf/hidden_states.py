"""The last hidden states of a resident model: the input of its output layer."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn
from transformers import PreTrainedModel

from ...errors import BadModel


@contextmanager
def entering(model: PreTrainedModel) -> Iterator[list[Tensor]]:
    """A context manager: collects the output layer's inputs during the forward passes within, one tensor a pass.

    A tensor holds the positions whose logits are computed, no others. Raises `BadModel` for a model without a visible
    output layer.
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
