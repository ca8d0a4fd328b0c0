"""The base of all decoding methods: ways in which several models write one text."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import MissingCapability, VocabularyMismatch
from ..frozen import Frozen
from ..models.base import Stepper

if TYPE_CHECKING:
    from .joint_text import JointText


class DecodingMethod(Frozen):
    """A way in which several models write one text. Subclass it; its fields go into the trace.

    With `one_vocabulary` they exchange token ids or logits, so all must have the same vocabulary; otherwise tokens
    reach the other models as text, or as ids where vocabularies are equal. One that `forces_schema` keeps to that of
    the sampling; with any other, a schema is refused.

    >>> class OneWordEach(DecodingMethod):
    ...     words: int = 1
    ...     async def write(self, text):
    ...         while text.finish is None:
    ...             for name in text.participants:
    ...                 text.keep(await text.draft(name, 8, word=True))
    >>> OneWordEach().peers(("amber", "blue"))
    ('amber', 'blue')
    """

    one_vocabulary: ClassVar[bool] = True
    forces_schema: ClassVar[bool] = False

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The members of a team that take part, the lead first. By default all."""
        return members

    async def write(self, text: "JointText") -> None:
        """Append tokens until `text.finish` is set."""
        raise TypeError(f"{type(self).__name__}: does not say how to write. Define write.")


def stepper(name: str, model: object) -> Stepper:
    """The model, typed as one that shows distributions. Raises `MissingCapability` if it does not."""
    if not isinstance(model, Stepper):
        raise MissingCapability(
            f"{name}: a {type(model).__name__} shows no distributions. Use a model that does: pocket: or hf:."
        )
    return model


def check_vocabularies(models: Mapping[str, Any]) -> None:
    """Raise `VocabularyMismatch` unless all models have the same vocabulary."""
    (first, lead), *others = ((name, stepper(name, model)) for name, model in models.items())
    for name, model in others:
        if model.vocabulary.fingerprint != lead.vocabulary.fingerprint:
            raise VocabularyMismatch(
                f"{name}: its vocabulary is not {first}'s ({model.vocabulary.size} and {lead.vocabulary.size} tokens). "
                "Combine models of one tokenizer."
            )
