"""Asks a judge for a verdict: one call, and one more where the first reply holds no valid verdict.

The judge's reply is untrusted text: it is parsed, never followed, and it is shown again to the same judge alone.
"""

from collections.abc import Callable
from typing import Any, Final, Generic, NamedTuple, TypeVar

from ...agents import Prompt, Team, Turn

V = TypeVar("V")
MAX_TOKENS: Final = 2048
"""The tokens that a judge may write, unless its own sampling says otherwise."""


class Verdict(NamedTuple, Generic[V]):
    """A judge's reply: the value that was read, None for an invalid verdict, the text, and the number of calls.

    >>> Verdict(8.0, "Good. [[8]]", 1).value
    8.0
    """

    value: V | None
    text: str
    calls: int


class Again(Prompt, tag="judging.again/1"):
    """Asks for the verdict alone, after a reply in which none was found.

    >>> [turn.role for turn in Again(asked="Rate it.", said="It is good.", form="a rating as [[7]]").turns()]
    ['user', 'assistant', 'user']
    """

    asked: str
    said: str
    form: str
    template = "Your reply holds no valid verdict. Give nothing but {form}."

    def turns(self) -> tuple[Turn, ...]:
        """The question, the reply, and the request to finish it."""
        return (Turn("user", self.asked), Turn("assistant", self.said or "(nothing)"), Turn("user", self.render()))


async def verdict(  # noqa: PLR0913 - a judge, its question, and how the reply is read
    judges: Team[Any],
    judge: str,
    prompt: Prompt,
    read: Callable[[str], V | None],
    *,
    form: str,
    repair: bool = True,
    max_tokens: int = MAX_TOKENS,
) -> Verdict[V]:
    """The verdict of a judge; `form` says what was wanted, where a `repair` is asked for. Raises what asking raises."""
    how = sampling(judges, judge, max_tokens)
    said = await judges.ask(judge, prompt, **how)
    found = read(said.text)
    if found is not None or not repair:
        return Verdict(found, said.text, 1)
    again = await judges.ask(judge, Again(asked=prompt.render(), said=said.text, form=form), **how)
    return Verdict(read(again.text), f"{said.text}\n\n{again.text}", 2)


def sampling(judges: Team[Any], judge: str, max_tokens: int = MAX_TOKENS) -> dict[str, object]:
    """A judge's sampling: greedy and long enough, not the team's; what its member says of its own sampling holds."""
    own = judges.context.samplings.get(judge) or {}
    return {name: value for name, value in {"temperature": 0.0, "max_tokens": max_tokens}.items() if name not in own}
