"""A model with tools: it is asked, the tools it calls are called, and it is asked again, until it answers.

Every call, of the model and of a tool, is a delivery of its own: traced below the place of the answer, charged, and in
a replay neither asked nor called again. What a tool says is untrusted text: it stands in a turn of the role `tool`, and
nowhere else.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from ..concurrency import gather
from ..context import Context
from ..errors import BudgetSpent, MissingCapability, Twice
from ..message import Answer, Conversation, Sampling
from ..models.absent import Absent
from ..models.base import GREEDY, Writer
from ..models.forcing import forces_schema
from ..models.reads import calls_tools
from ..parts import Part, Text, ToolCall, ToolResult
from ..team import Team
from ..turn import Turn
from .agent import USUAL, Limits, ToolAgent
from .messages import Callable, CallTool, ToolSaid

MODEL: Final = "model"
"""The name of the model in the team of a model and its tools."""


class Equipped:
    """A model that calls tools as a writer: `Team({"amber": Equipped(model, tools), ...})`.

    It may call tools in at most `rounds` of its replies to one prompt, within `limits` each. Raises
    `MissingCapability` for a model that calls none, `Twice` for two tools of one name.

    >>> from symposia.agents.loading import load
    >>> Equipped(load("pocket:base"), [])
    Traceback (most recent call last):
    symposia.agents.errors.MissingCapability: tools: pocket:base calls none. Use an api: model that does.
    """

    def __init__(self, model: Writer, tools: Sequence[Callable], *, rounds: int = 8, limits: Limits = USUAL) -> None:
        if not calls_tools(model) and not isinstance(model, Absent):
            name = getattr(model, "name", type(model).__name__)
            raise MissingCapability(f"tools: {name} calls none. Use an api: model that does.")
        names = [one.tool.name for one in tools]
        if len(set(names)) < len(names):
            raise Twice("tool", names, where="tools")
        self.model = model
        self.tools = {one.tool.name: one for one in tools}
        self.rounds = rounds
        self.limits = limits
        self._context: Context | None = None
        self._place = "tools"

    @property
    def forces_schema(self) -> bool:
        """True if the model keeps its answers to a schema."""
        return forces_schema(self.model)

    def within(self, context: Context, place: str) -> "Equipped":
        """The same model and tools as a part of this run, their calls recorded below `place`."""
        there = Equipped(self.model, [*self.tools.values()], rounds=self.rounds, limits=self.limits)
        there._context, there._place = context, place
        return there

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The model's answer once it calls no more tools; its usage is that of all its replies.

        Raises `BudgetSpent` where it goes on calling tools, and what the model raises.
        """
        own = self._context or Context(seed=sampling.seed)
        context = replace(own, sampling=sampling, personas={}, samplings={}, blind=frozenset(), listening=None)
        team = Team({MODEL: self.model}, context=context, question=self._place)
        for name, tool in self.tools.items():
            team.add_agent(agent_name(name), partial(ToolAgent, agent_name(name), tool, self.limits))
        try:
            return await self._answered(team, tuple(turns))
        finally:
            await team.close()

    async def _answered(self, team: Team[Writer], history: tuple[Turn, ...]) -> Answer:
        """Ask and call in turns."""
        offered = tuple(one.tool for one in self.tools.values())
        for turn in range(self.rounds + 1):
            said = await team.ask(MODEL, Conversation(history=history), tools=offered)
            if not said.tool_calls:
                return said.model_copy(update={"usage": team.spent})
            if turn == self.rounds:
                break
            results = await gather({place: self._result(team, call) for place, call in enumerate(said.tool_calls)})
            words: tuple[Part, ...] = (Text(text=said.text),) if said.text else ()
            history = (
                *history,
                Turn("assistant", (*words, *said.tool_calls)),
                Turn("tool", tuple(results[place] for place in sorted(results))),
            )
        raise BudgetSpent(
            f"{self._place}: tools were called in {self.rounds + 1} replies, and no answer. Raise rounds."
        )

    async def _result(self, team: Team[Writer], call: ToolCall) -> ToolResult:
        """The result of one call; that there is no such tool is a result as well."""
        if call.name not in self.tools:
            return ToolResult(
                id=call.id, text=f"no tool is named {call.name!r}. Known: {', '.join(self.tools) or 'none'}."
            )
        return (await team.send(agent_name(call.name), CallTool(call=call), ToolSaid)).result


def agent_name(tool: str) -> str:
    """The name of a tool's agent.

    >>> agent_name("files/read")
    'tool.files_read'
    """
    return "tool." + re.sub(r"[^\w-]", "_", tool)
