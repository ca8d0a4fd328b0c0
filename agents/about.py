"""Prompts about a question, which show a model the question and what a protocol adds to it."""

from typing import Any, TypeVar

from .message import Ask, Prompt

P = TypeVar("P", bound=Prompt)


def about(question: Ask, kind: type[P], /, **fields: Any) -> P:  # noqa: ANN401 - the fields of the prompt
    """A prompt of this kind with the question's text and images, the form of its answer if it has a field for it.

    `fields` are its other fields. Raises pydantic's `ValidationError` for fields that it does not have.

    >>> class Revise(Prompt):
    ...     question: str
    ...     own: str
    ...     form: str
    ...     template = "{question} You said {own}. {form}"
    >>> about(Ask(text="2 + 2?", form="Give a number."), Revise, own="5").render()
    '2 + 2? You said 5. Give a number.'
    """
    given = {"form": question.form} if "form" in kind.model_fields else {}
    return kind(**{"question": question.text, "images": question.images, **given, **fields})
