"""What a message costs: a bare asyncio queue, our runtime without and with the trace, autogen's runtime.

    python benchmarks/runtime.py

One process, one event loop, the same echoing agent on both runtimes, interleaved; medians over passes.
Absolute numbers depend on the machine, so read the ratios. autogen's runtime gets the serializers that
its own agents register.
"""

import asyncio
import gc
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from autogen_core import (
    AgentId,
    SingleThreadedAgentRuntime,
    TopicId,
    TypeSubscription,
    try_get_known_serializers_for_type,
)
from symposia.agents import Agent, Ask, Message, Team, handles
from symposia.agents.context import Context
from symposia.agents.message import Received
from symposia.agents.runtime.actor import Actor
from symposia.agents.runtime.local import LocalRuntime
from symposia.agents.trace import Trace

PASSES = 7
OUTSTANDING = 1000
FAN = 16
SMALL, LARGE = 64, 256 * 1024
Send = Callable[[Message], Awaitable[object]]
Measure = Callable[[Send, int], Awaitable[float]]


class Echo(Agent):
    """Replies what it is told."""

    @handles
    async def echo(self, message: Ask) -> Ask:
        return message


class Listener(Agent):
    """Counts down what it hears."""

    def __init__(self, name: str, heard: Callable[[], None]) -> None:
        super().__init__(name)
        self.heard = heard

    @handles
    async def hear(self, message: Ask) -> Received:
        self.heard()
        return Received()


def listener(name: str, heard: Callable[[], None]) -> Actor:
    """A listener as runtimes want it."""
    return Actor(Listener(name, heard))


class Countdown:
    """Wakes who waits for it after a number of calls."""

    def start(self, number: int) -> asyncio.Future[None]:
        self.left = number
        self.done = asyncio.get_running_loop().create_future()
        return self.done

    def __call__(self) -> None:
        self.left -= 1
        if not self.left:
            self.done.set_result(None)


class Bare:
    """The least an actor can be: a queue, a task and a future for each reply."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[tuple[Message, asyncio.Future[Message]]] = asyncio.Queue()
        self.task = asyncio.create_task(self.work())

    async def work(self) -> None:
        while True:
            message, reply = await self.queue.get()
            reply.set_result(message)

    async def ask(self, message: Message) -> Message:
        reply: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.queue.put_nowait((message, reply))
        return await reply


class BareFan:
    """Queues with a task each."""

    def __init__(self, heard: Callable[[], None]) -> None:
        self.queues = [asyncio.Queue[Message]() for _ in range(FAN)]
        self.tasks = [asyncio.create_task(self.work(queue, heard)) for queue in self.queues]

    async def work(self, queue: asyncio.Queue[Message], heard: Callable[[], None]) -> None:
        while True:
            await queue.get()
            heard()

    async def publish(self, message: Message) -> None:
        for queue in self.queues:
            queue.put_nowait(message)


Runtime = LocalRuntime | SingleThreadedAgentRuntime


async def runtime_with(runtime: Runtime, heard: Callable[[], None]) -> tuple[Send, Send]:
    """How to ask the echo and how to publish to the listeners of a runtime."""
    runtime.add_message_serializer(try_get_known_serializers_for_type(Ask))
    await runtime.register_factory("echo", lambda: Actor(Echo("echo")), expected_class=Actor)
    for index in range(FAN):
        name = f"listener{index}"
        await runtime.register_factory(name, partial(listener, name, heard), expected_class=Actor)
        await runtime.add_subscription(TypeSubscription("news", name))
    runtime.start()
    echo, topic = AgentId("echo", "here"), TopicId("news", "here")
    return lambda message: runtime.send_message(message, echo), lambda message: runtime.publish_message(message, topic)


def traced(trace: Trace) -> Send:
    """How to ask the echo through a team, which writes the trace."""
    team = Team({"echo": Echo}, context=Context(trace=trace))
    return lambda message: team.send("echo", message, Ask)


async def round_trips(message: Message, ask: Send, number: int) -> float:
    """Seconds a round trip, one after the other."""
    began = perf_counter()
    for _ in range(number):
        await ask(message)
    return (perf_counter() - began) / number


async def outstanding(message: Message, ask: Send, _: int) -> float:
    """Seconds for 1,000 requests at once to one agent."""
    began = perf_counter()
    await asyncio.gather(*(ask(message) for _ in range(OUTSTANDING)))
    return perf_counter() - began


async def fan_out(countdown: Countdown, message: Message, publish: Send, number: int) -> float:
    """Seconds from publishing a message until 16 agents heard it."""
    began = perf_counter()
    for _ in range(number):
        heard = countdown.start(FAN)
        await publish(message)
        await heard
    return (perf_counter() - began) / number


async def compare(title: str, unit: float, contenders: dict[str, Send], measure: Measure, number: int) -> None:
    """Measure all contenders in turn, several times, and print medians and ratios."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for index in range(PASSES + 1):  # the first pass warms up
        for name, ask in contenders.items():
            gc.collect()
            took = await measure(ask, max(2, number // 10) if name == "autogen" else number)
            if index:
                seconds[name].append(took)
    medians = {name: median(took) for name, took in seconds.items()}
    bare = medians["bare queue"]
    print(title)
    for name, took in medians.items():
        print(f"  {name:24s}{took * unit:10.1f}   {took / bare:8.1f} x bare   {took / medians['ours']:6.2f} x ours")


async def main() -> None:
    """Print every comparison."""
    countdown = Countdown()
    bare, fan = Bare(), BareFan(countdown)
    local, autogen = LocalRuntime(), SingleThreadedAgentRuntime()
    ask, publish = await runtime_with(local, countdown)
    ask_autogen, publish_autogen = await runtime_with(autogen, countdown)
    small, large = Ask(text="x" * SMALL), Ask(text="x" * LARGE)
    with tempfile.TemporaryDirectory() as folder:
        on_disk = Trace(Path(folder) / "trace.jsonl")
        asks = {
            "bare queue": bare.ask,
            "ours": ask,
            "ours, trace in memory": traced(Trace()),
            "ours, trace on disk": traced(on_disk),
            "autogen": ask_autogen,
        }
        await compare("round trip, 64 B, us", 1e6, asks, partial(round_trips, small), 2000)
        await compare("round trip, 256 KB, us", 1e6, asks, partial(round_trips, large), 200)
        await compare("1,000 outstanding to one agent, 64 B, ms", 1e3, asks, partial(outstanding, small), 0)
    publishes = {"bare queue": fan.publish, "ours": publish, "autogen": publish_autogen}
    await compare("fan-out to 16, 64 B, us", 1e6, publishes, partial(fan_out, countdown, small), 500)
    await compare("fan-out to 16, 256 KB, us", 1e6, publishes, partial(fan_out, countdown, large), 100)
    await local.stop_when_idle()
    await autogen.stop_when_idle()
    for task in (bare.task, *fan.tasks):
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
