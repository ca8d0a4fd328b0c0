"""What a message between two processes costs: ours over MQTT, a bare aiomqtt echo, autogen-ext's gRPC, Ray actors.

    python benchmarks/between_processes.py [--passes 5] [--only mqtt bare]

The asker is this process, the echo a child of it; all that are installed are measured in turn, several times, in one
process tree. Medians: milliseconds of one round trip of 1 KB and of 256 KB, of 16 at once, and round trips a second
with 1,000 outstanding. Absolute numbers depend on the machine: read the ratios, which are to the bare echo at QoS 1.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from autogen_core import AgentId, MessageContext, RoutedAgent, message_handler
from symposia.agents import Agent, Ask, handles
from symposia.agents.runtime.actor import Actor
from symposia.agents.runtime.local import LocalRuntime
from symposia.agents.runtime.mqtt.address import BrokerAddress
from symposia.agents.runtime.mqtt.broker import free_port, private_broker
from symposia.agents.runtime.mqtt.runtime import MqttRuntime

Send = Callable[[str, int], Awaitable[int]]
"""Sends a text to the agent of a number; returns the length of what came back."""

FAN, OUTSTANDING = 16, 1000
SIZES = {"1 KB": 1024, "256 KB": 256 * 1024}


@dataclass
class Text:
    """What autogen's own agents are sent."""

    text: str


class Echo(Agent):
    """Replies what it is told."""

    @handles
    async def echo(self, message: Ask) -> Ask:
        return message


class AutogenEcho(RoutedAgent):
    """The same, as an agent of autogen's."""

    def __init__(self) -> None:
        super().__init__("echo")

    @message_handler
    async def echo(self, message: Text, context: MessageContext) -> Text:
        return message


def main() -> None:
    """Measure, and print a table; or echo, as a child of a process that measures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=list(WAYS), choices=list(WAYS))
    parser.add_argument("--serve", nargs=2, metavar=("WAY", "PORT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(SERVERS[given.serve[0]](int(given.serve[1])))
    else:
        asyncio.run(measured(given.only, given.passes))


async def measured(names: list[str], passes: int) -> None:
    """Measure each way in turn, several times, and print the medians."""
    found: dict[str, dict[str, list[float]]] = {}
    async with AsyncExitStack() as stack:
        ways = {}
        for name in names:
            try:
                ways[name] = await stack.enter_async_context(WAYS[name]())
            except ImportError as error:
                print(f"{name}: left out, {error}")
        for number in range(passes + 1):
            for name, send in ways.items():
                for what, value in (await figures(send)).items():
                    if number:  # the first pass warms up
                        found.setdefault(name, {}).setdefault(what, []).append(value)
    rows = {name: {what: median(values) for what, values in each.items()} for name, each in found.items()}
    print(table(rows))


async def figures(send: Send) -> dict[str, float]:
    """The figures of one pass."""
    made = {}
    for name, size in SIZES.items():
        text, count = "x" * size, 60 if size < 10_000 else 12
        assert await send(text, 0) == size
        began = perf_counter()
        for _ in range(count):
            await send(text, 0)
        made[f"{name}, ms"] = (perf_counter() - began) / count * 1e3
        began = perf_counter()
        await asyncio.gather(*(send(text, number) for number in range(FAN)))
        made[f"{FAN} x {name}, ms"] = (perf_counter() - began) * 1e3
    began = perf_counter()
    await asyncio.gather(*(send("x" * 1024, number % 256) for number in range(OUTSTANDING)))
    made[f"{OUTSTANDING:,} outstanding, 1/s"] = OUTSTANDING / (perf_counter() - began)
    return made


def table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """The medians as text; in brackets as a multiple of the bare echo at QoS 1, where that was measured."""
    names = list(next(iter(rows.values())))
    lines = [["", *names]]
    for way, found in rows.items():
        bare = rows.get("bare aiomqtt, QoS 1")
        lines.append(
            [way, *(f"{found[one]:.3g}" + (f" ({found[one] / bare[one]:.2f})" if bare else "") for one in names)]
        )
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


@asynccontextmanager
async def child(way: str, port: int) -> AsyncIterator[None]:
    """A context manager: a process that echoes, which has said that it is ready."""
    process = subprocess.Popen(  # noqa: ASYNC220 - it is started once
        [sys.executable, __file__, "--serve", way, str(port)], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    assert "ready" in await asyncio.to_thread(process.stdout.readline)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@asynccontextmanager
async def locally() -> AsyncIterator[Send]:
    """Our local runtime: no other process."""
    runtime = LocalRuntime()
    await runtime.register_factory("echo", lambda: Actor(Echo("echo")))
    runtime.start()

    async def send(text: str, number: int) -> int:
        return len((await runtime.send_message(Ask(text=text), AgentId("echo", str(number)))).text)

    yield send
    await runtime.stop()


@asynccontextmanager
async def mqtt() -> AsyncIterator[Send]:
    """Our MQTT runtime."""
    with private_broker() as broker:
        async with child("mqtt", broker.port):
            runtime = MqttRuntime(broker.address)
            runtime.start()
            await runtime.ready()

            async def send(text: str, number: int) -> int:
                return len((await runtime.send_message(Ask(text=text), AgentId("echo", str(number)))).text)

            yield send
            await runtime.stop()


async def mqtt_server(port: int) -> None:
    """Echo over our MQTT runtime."""
    runtime = MqttRuntime(BrokerAddress("127.0.0.1", port), window=64)
    await runtime.register_factory("echo", lambda: Actor(Echo("echo")), pool=True)
    runtime.start()
    await runtime.ready()
    await forever()


def bare(qos: int) -> Callable[[], Any]:
    """A bare aiomqtt echo: a topic to ask at, one for replies, and the correlation data."""

    @asynccontextmanager
    async def way() -> AsyncIterator[Send]:
        with private_broker() as broker:
            async with child(f"bare{qos}", broker.port), client(broker.port) as asker:
                await asker.subscribe("replies", qos=qos)
                waiting: dict[bytes, asyncio.Future[bytes]] = {}
                numbers = iter(range(1 << 60))

                async def hear() -> None:
                    async for message in asker.messages:
                        waiting.pop(message.properties.CorrelationData).set_result(bytes(message.payload))

                hearing = asyncio.create_task(hear())

                async def send(text: str, number: int) -> int:
                    name = str(next(numbers)).encode()
                    reply = waiting[name] = asyncio.get_running_loop().create_future()
                    await asker.publish("ask", text.encode(), qos=qos, properties=correlated(name), timeout=60)
                    return len(await reply)

                yield send
                hearing.cancel()
                await asyncio.gather(hearing, return_exceptions=True)

    return way


def bare_server(qos: int) -> Callable[[int], Any]:
    """Echo over aiomqtt."""

    async def serve(port: int) -> None:
        async with client(port) as one:
            await one.subscribe("ask", qos=qos)
            print("ready", flush=True)
            tasks = set()
            async for message in one.messages:
                told = correlated(message.properties.CorrelationData)
                tasks.add(
                    asyncio.create_task(one.publish("replies", message.payload, qos=qos, properties=told, timeout=60))
                )
                tasks = {task for task in tasks if not task.done()}

    return serve


def client(port: int) -> Any:
    """A client of aiomqtt that sends at once."""
    import socket

    from aiomqtt import Client, ProtocolVersion

    made = Client(
        "127.0.0.1", port, protocol=ProtocolVersion.V5, socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    )
    made.pending_calls_threshold = 1 << 30
    return made


def correlated(name: bytes) -> Any:
    """Properties with correlation data."""
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    made = Properties(PacketTypes.PUBLISH)
    made.CorrelationData = name
    return made


@asynccontextmanager
async def grpc() -> AsyncIterator[Send]:
    """autogen-ext's runtime over gRPC: a host, and two workers."""
    from autogen_core import try_get_known_serializers_for_type
    from autogen_ext.runtimes.grpc import GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost

    port = free_port()
    host = GrpcWorkerAgentRuntimeHost(f"127.0.0.1:{port}")
    host.start()
    async with child("grpc", port):
        runtime = GrpcWorkerAgentRuntime(f"127.0.0.1:{port}")
        runtime.add_message_serializer(try_get_known_serializers_for_type(Text))
        await runtime.start()

        async def send(text: str, number: int) -> int:
            return len((await runtime.send_message(Text(text), AgentId("echo", str(number)))).text)

        yield send
        await runtime.stop()
    await host.stop()


async def grpc_server(port: int) -> None:
    """Echo over autogen-ext's runtime."""
    from autogen_core import try_get_known_serializers_for_type
    from autogen_ext.runtimes.grpc import GrpcWorkerAgentRuntime

    runtime = GrpcWorkerAgentRuntime(f"127.0.0.1:{port}")
    runtime.add_message_serializer(try_get_known_serializers_for_type(Text))
    await runtime.start()
    await AutogenEcho.register(runtime, "echo", AutogenEcho)
    await forever()


@asynccontextmanager
async def ray_actors() -> AsyncIterator[Send]:
    """A Ray actor with asynchronous methods."""
    import ray

    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")

    class RayEcho:
        async def echo(self, text: str) -> str:
            return text

    actor = ray.remote(RayEcho).remote()

    async def send(text: str, number: int) -> int:
        return len(await actor.echo.remote(text))

    yield send
    ray.shutdown()


async def forever() -> None:
    """Say that the echo is ready, and wait."""
    print("ready", flush=True)
    await asyncio.Event().wait()


WAYS: Mapping[str, Callable[[], Any]] = {
    "local": locally,
    "symposia over MQTT": mqtt,
    "bare aiomqtt, QoS 1": bare(1),
    "bare aiomqtt, QoS 0": bare(0),
    "autogen-ext gRPC": grpc,
    "Ray actor": ray_actors,
}
SERVERS = {"mqtt": mqtt_server, "bare0": bare_server(0), "bare1": bare_server(1), "grpc": grpc_server}

if __name__ == "__main__":
    main()
