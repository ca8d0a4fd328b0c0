"""Several answers of each member to the same prompt."""

from collections.abc import Mapping
from typing import Any

from .concurrency import gather
from .message import Answer, Prompt
from .team import Team


async def ask_often(
    team: Team[Any], prompts: Mapping[str, Prompt], times: int, **sampling: object
) -> dict[tuple[str, int], Answer]:
    """The answers of these members to their prompts, each asked so many times at once, by name and number from 0.

    Keywords override the run's sampling; answers of a member differ where it has a temperature.

    >>> import asyncio
    >>> from symposia.agents import Ask
    >>> from symposia.agents.models.scripted import Scripted
    >>> team = Team({"amber": Scripted("4", "5")})
    >>> said = asyncio.run(ask_often(team, {"amber": Ask(text="2 + 2?")}, 2))
    >>> {call: one.text for call, one in said.items()}
    {('amber', 0): '4', ('amber', 1): '5'}
    """
    return await gather(
        {(name, n): team.ask(name, prompt, **sampling) for name, prompt in prompts.items() for n in range(times)}
    )
