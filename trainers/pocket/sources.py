"""Sources of training examples by name."""

from collections.abc import Callable, Mapping
from functools import partial
from random import Random

from ...agents.errors import UnknownName
from . import dialogues, questions
from .dialogues import Prompts
from .example import Example

Source = Callable[[Random], Example]

PLAIN: Mapping[str, Callable[..., Example]] = {
    "right": questions.right,
    "shuffled": questions.shuffled,
    "judged": questions.judged,
}
SPOKEN: Mapping[str, Callable[..., Example]] = {
    "routed": dialogues.routed,
    "summarized": dialogues.summarized,
    "spoken": dialogues.spoken,
}
ABOUT: Mapping[str, Callable[..., Example]] = {"confirmed": dialogues.confirmed, "convinced": dialogues.convinced}


def source(name: str, prompts: Prompts) -> Source:
    """The source named `kind`, `kind skill`, or, for follow-up questions, `later skill before`.

    Raises `UnknownName`.
    """
    kind, *skills = name.split()
    if kind in PLAIN:
        return partial(PLAIN[kind], *skills)
    if kind in SPOKEN:
        return partial(SPOKEN[kind], prompts)
    if kind in ABOUT:
        return partial(ABOUT[kind], prompts, *skills)
    if kind == "later":
        before: Callable[..., Example] = questions.later
        return partial(before, *skills)
    raise UnknownName("source of examples", name, [*PLAIN, *SPOKEN, *ABOUT, "later"])
