"""Autogen's own teams on our runtime."""

import subprocess
import sys
from typing import Any

from autogen_core import (
    CancellationToken,
)
from symposia.agents.runtime.local import LocalRuntime


async def test_an_agentchat_team_runs_on_the_local_runtime() -> None:
    from autogen_agentchat.agents import BaseChatAgent
    from autogen_agentchat.base import Response
    from autogen_agentchat.conditions import MaxMessageTermination
    from autogen_agentchat.messages import TextMessage
    from autogen_agentchat.teams import RoundRobinGroupChat

    class Counter(BaseChatAgent):
        produced_message_types = (TextMessage,)

        async def on_messages(self, messages: Any, cancellation_token: CancellationToken) -> Response:
            heard = messages[-1].to_text() if messages else "nothing"
            return Response(chat_message=TextMessage(content=f"{self.name} heard {heard}", source=self.name))

        async def on_reset(self, cancellation_token: CancellationToken) -> None: ...

    runtime = LocalRuntime()
    runtime.start()
    team = RoundRobinGroupChat(
        [Counter("amber", "counts"), Counter("blue", "counts")],
        termination_condition=MaxMessageTermination(3),
        runtime=runtime,
    )
    result = await team.run(task="one")
    await runtime.stop_when_idle()
    said = [message.to_text() for message in result.messages]
    assert said == ["one", "amber heard one", "blue heard amber heard one"]


def test_the_kernel_does_not_import_autogen() -> None:
    code = "import sys, symposia.agents, symposia.agents.trace; print('autogen_core' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"
