"""How several models write one text: the base of all decoding methods."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import MissingCapability, VocabularyMismatch
from ..frozen import Frozen
from ..models.base import Stepper

if TYPE_CHECKING:
    from .joint_text import JointText


class DecodingMethod(Frozen):
    """How several models write one text. Subclass it; its fields go into the trace.

    `one_vocabulary` says that they exchange token ids or logits, so that all must mean the same by them;
    otherwise what one writes reaches the others as text, or as ids where their vocabularies are equal.
    """

    one_vocabulary: ClassVar[bool] = True

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """Who takes part, of a team's members, the lead first. By default all."""
        return members

    async def write(self, text: "JointText") -> None:
        """Write until `text.finish` says why the text is done."""
        raise TypeError(f"{type(self).__name__}: does not say how to write. Define write.")


def stepper(name: str, model: object) -> Stepper:
    """The model as one that shows distributions. Raises `MissingCapability`."""
    if not isinstance(model, Stepper):
        raise MissingCapability(
            f"{name}: a {type(model).__name__} shows no distributions. Use a model that does: pocket: or hf:."
        )
    return model


def check_vocabularies(models: Mapping[str, Any]) -> None:
    """Raise `VocabularyMismatch` unless all models mean the same by every token id."""
    (first, lead), *others = ((name, stepper(name, model)) for name, model in models.items())
    for name, model in others:
        if model.vocabulary.fingerprint != lead.vocabulary.fingerprint:
            raise VocabularyMismatch(
                f"{name}: its vocabulary is not {first}'s ({model.vocabulary.size} and {lead.vocabulary.size} tokens). "
                "Combine models of one tokenizer."
            )
