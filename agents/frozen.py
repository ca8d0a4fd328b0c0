"""The base class of messages and settings: frozen, closed to unknown fields, and named by a tag."""

from pydantic import BaseModel, ConfigDict

from .tags import register


class Frozen(BaseModel):
    """Base class of messages and settings: immutable, and closed to unknown fields.

    `tag` is the stable name of the type in traces and on the wire, with a version: `ask/1`. Without one it is the
    file's name and the class's, `debate.revise/1`, which survives a move of the file but not a change of its name.

    >>> class Greeting(Frozen, tag="greeting/1"):
    ...     text: str
    >>> Greeting(text="hello").text
    'hello'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __pydantic_init_subclass__(cls, *, tag: str | None = None, **kwargs: object) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        register(cls, tag)

    def __init_subclass__(cls, *, tag: str | None = None) -> None:
        super().__init_subclass__()  # pydantic's own keywords never get here


def is_empty(value: object) -> bool:
    """True if a field added later is empty, and so left out: old files stay equal to new ones."""
    return value in (None, (), "", {})
