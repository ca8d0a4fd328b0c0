"""A team as a tool of MCP, as the protocol's own client sees it."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from symposia.agents import Ask
from symposia.agents.errors import MissingCapability
from symposia.agents.models.scripted import Scripted
from symposia.scenarios.serving import mcp_server as tested
from symposia.scenarios.serving.access import Token
from symposia.scenarios.serving.gate import Gate
from symposia.scenarios.serving.mcp_server import mcp_server
from symposia.scenarios.serving.service import Service
from symposia.tests.support.doubles import Failing
from symposia.tests.support.serving import SECRET, alone_of, team_of

COMMAND = (sys.executable, "-m", "symposia.scenarios.cli", "mcp")
ERROR = "Error executing tool ask: "


async def last(team: Any, question: Ask) -> Any:
    said = await team.ask_all(question)
    return said[team.names[-1]]


def offering(*offered: Any, lines: list[str] | None = None) -> Service:
    return Service([*offered], Token(SECRET), Gate(4, 8), log=(lines if lines is not None else []).append)


async def test_the_tool_answers_with_text_and_with_what_it_cost() -> None:
    service = offering(*team_of("pair", last, amber=Scripted("three"), blue=Scripted("four")))
    async with Client(mcp_server(service)) as client:
        (tool,) = (await client.list_tools()).tools
        assert (tool.name, list(tool.input_schema["required"])) == ("ask", ["question"])
        assert tool.output_schema is not None
        said = await client.call_tool("ask", {"question": "2 + 2?"})
    assert not said.is_error
    assert said.structured_content == {
        "answer": "four",
        "finish": "stop",
        "model": "pair",
        "usage": {"prompt_tokens": 6, "completion_tokens": 2, "total_tokens": 8, "calls": 2, "cost": None},
    }


async def test_a_member_is_asked_by_its_name_and_none_other_is_known() -> None:
    async with Client(mcp_server(offering(*alone_of(amber=Scripted("three"), blue=Scripted("four"))))) as client:
        said = await client.call_tool("ask", {"question": "2 + 2?", "model": "blue"})
        wrong = await client.call_tool("ask", {"question": "2 + 2?", "model": "green"})
    assert said.structured_content["answer"] == "four"
    assert (wrong.is_error, wrong.content[0].text) == (
        True,
        f"{ERROR}model: none is named 'green'. Served here: amber, blue.",
    )


async def test_what_fails_behind_the_server_is_an_error_whose_words_are_in_the_log_alone() -> None:
    lines: list[str] = []
    async with Client(mcp_server(offering(*alone_of(amber=Failing()), lines=lines)), mode="legacy") as client:
        said = await client.call_tool("ask", {"question": "2 + 2?"})
    assert said.is_error
    assert "out of ink" not in said.content[0].text
    assert "out of ink" in lines[0]


def test_without_the_library_one_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, "find_spec", lambda name: None)
    with pytest.raises(MissingCapability, match=r"pip install 'symposia\[mcp\]'"):
        mcp_server(offering(*alone_of(amber=Scripted("four"))))


async def test_the_command_speaks_on_standard_input_and_output(tmp_path: Path) -> None:
    (tmp_path / "script.txt").write_text("four\n")
    command = StdioServerParameters(
        command=COMMAND[0], args=[*COMMAND[1:], "scripted:script.txt"], env=dict(os.environ), cwd=tmp_path
    )
    async with Client(command) as client:
        said = await client.call_tool("ask", {"question": "2 + 2?", "seed": 1})
    assert said.structured_content["answer"] == "four"


def test_the_command_serves_over_http_those_who_show_the_token(tmp_path: Path) -> None:
    (tmp_path / "script.txt").write_text("four\n")
    env = {**os.environ, "SYMPOSIA_TOKEN": SECRET}
    command = [*COMMAND, "scripted:script.txt", "--http", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env, cwd=tmp_path)
    try:
        assert process.stderr is not None
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found is not None
        assert httpx.post(found.group(), json={}).status_code == 401
        assert asyncio.run(asked_over_http(found.group())) == "four"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


async def asked_over_http(url: str) -> Any:
    own = httpx2.AsyncClient(headers={"authorization": f"Bearer {SECRET}"})
    async with Client(streamable_http_client(url, http_client=own)) as client:
        return (await client.call_tool("ask", {"question": "2 + 2?"})).structured_content["answer"]
