"""Acyclic graphs, run node by node."""

import asyncio
from collections.abc import Mapping

import pytest
from symposia.agents.dataflow import dataflow
from symposia.agents.errors import BadTopology
from symposia.topologies import Graph, ring

DIAMOND = Graph("abcd", [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])


async def test_a_node_is_given_the_results_of_its_speakers_by_name() -> None:
    heard: dict[str, dict[str, str]] = {}

    async def run(name: str, said: Mapping[str, str]) -> str:
        heard[name] = dict(said)
        return name.upper()

    assert await dataflow(DIAMOND, "dcba", run) == {"d": "D", "c": "C", "b": "B", "a": "A"}
    assert heard == {"a": {}, "b": {"a": "A"}, "c": {"a": "A"}, "d": {"b": "B", "c": "C"}}


async def test_a_node_waits_for_its_own_speakers_alone() -> None:
    gate, ended = asyncio.Event(), []

    async def run(name: str, said: Mapping[str, str]) -> str:
        if name == "slow":
            await gate.wait()
        ended.append(name)
        if name == "last":
            gate.set()
        return name

    graph = Graph(["slow", "first", "last"], [("first", "last")])
    await asyncio.wait_for(dataflow(graph, graph.names, run), 5)
    assert ended == ["first", "last", "slow"]


async def test_a_cycle_is_refused_before_anything_runs() -> None:
    async def run(name: str, said: Mapping[str, str]) -> str:
        raise AssertionError("it ran")

    with pytest.raises(BadTopology) as raised:
        await dataflow(ring("a", "b"), "ab", run)
    assert str(raised.value) == ("topology: a -> b -> a is a cycle, where all would wait. Leave one of its arrows out.")


async def test_the_failure_of_a_node_is_raised_and_those_that_would_hear_it_do_not_run() -> None:
    ran = []

    async def run(name: str, said: Mapping[str, str]) -> str:
        ran.append(name)
        if name == "b":
            raise ValueError("out of ink")
        return name

    with pytest.raises(ValueError, match="out of ink"):
        await dataflow(DIAMOND, DIAMOND.names, run)
    assert "d" not in ran
