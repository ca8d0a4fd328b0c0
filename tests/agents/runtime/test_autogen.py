"""Autogen's own teams on our runtime."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from autogen_core import CancellationToken
from symposia.agents.errors import DeadlineExceeded
from symposia.agents.runtime.local import LocalRuntime


async def test_a_message_that_an_agent_does_not_order_is_handled_while_it_handles_another() -> None:
    from autogen_agentchat.teams._group_chat._sequential_routed_agent import SequentialRoutedAgent
    from autogen_core import AgentId, MessageContext, message_handler

    class Worker(SequentialRoutedAgent):
        def __init__(self) -> None:
            super().__init__("works until it is paused", sequential_message_types=[str])
            self.paused = asyncio.Event()

        @message_handler
        async def work(self, message: str, context: MessageContext) -> str:
            await self.paused.wait()
            return message

        @message_handler
        async def pause(self, message: int, context: MessageContext) -> int:
            self.paused.set()
            return message

        @message_handler
        async def wait(self, message: float, context: MessageContext) -> None:
            await asyncio.sleep(message)

    runtime = LocalRuntime(deadline=5.0)
    worker = AgentId("worker", "default")
    await runtime.register_agent_instance(Worker(), worker)
    runtime.start()
    working = [asyncio.ensure_future(runtime.send_message(word, worker)) for word in ("one", "two")]
    await asyncio.sleep(0)
    assert await runtime.send_message(1, worker) == 1
    assert await asyncio.gather(*working) == ["one", "two"]
    runtime.deadline = 0.01
    with pytest.raises(DeadlineExceeded, match=r"worker/default: no answer within 0\.01 seconds"):
        await runtime.send_message(60.0, worker)
    runtime.deadline, token = None, CancellationToken()
    waiting = asyncio.ensure_future(runtime.send_message(60.0, worker, cancellation_token=token))
    await asyncio.sleep(0)
    token.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await runtime.stop_when_idle()


@pytest.mark.parametrize("ticks", range(0, 60, 4))
async def test_an_agentchat_team_that_was_cancelled_at_any_moment_runs_again_to_its_end(ticks: int) -> None:
    from autogen_agentchat.agents import BaseChatAgent
    from autogen_agentchat.base import Response
    from autogen_agentchat.messages import TextMessage
    from autogen_agentchat.teams import RoundRobinGroupChat

    class Slow(BaseChatAgent):
        produced_message_types = (TextMessage,)

        async def on_messages(self, messages: Any, cancellation_token: CancellationToken) -> Response:
            thinking = asyncio.ensure_future(asyncio.sleep(0))
            cancellation_token.link_future(thinking)
            await asyncio.wait([thinking])
            return Response(chat_message=TextMessage(content="hm", source=self.name))

        async def on_reset(self, cancellation_token: CancellationToken) -> None: ...

    runtime, token = LocalRuntime(), CancellationToken()
    runtime.start()
    team = RoundRobinGroupChat([Slow("amber", "a"), Slow("blue", "b")], max_turns=20, runtime=runtime)
    running = asyncio.ensure_future(team.run(task="go on", cancellation_token=token))
    for _ in range(ticks):
        await asyncio.sleep(0)
    token.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    again = await asyncio.wait_for(team.run(), timeout=20)
    assert again.stop_reason == "Maximum number of turns 20 reached."
    await runtime.stop_when_idle()


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
