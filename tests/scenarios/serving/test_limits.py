"""Who may ask a server, how much at once, and what happens when a client, or the server, leaves."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import openai
import pytest
from openai import AsyncOpenAI
from symposia.agents import Answer, Ask, Sampling, Team, Turn
from symposia.agents.errors import BadScenario
from symposia.agents.models.base import GREEDY
from symposia.scenarios.cli import main
from symposia.scenarios.serving.access import VARIABLE, check_host, secret_of
from symposia.tests.support.doubles import Gathering, Slow
from symposia.tests.support.serving import SECRET, Served, alone_of, team_of, user


async def each(team: Team[Any], question: Ask) -> Answer:
    """All members' answers, joined."""
    said = await team.ask_all(question)
    return Answer(text=" ".join(one.text for one in said.values()))


def within(seconds: float, true: Callable[[], bool]) -> bool:
    """True if something becomes true within so many seconds."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


@pytest.mark.parametrize("page", ["models", "models/amber", "chat/completions", "completions", "responses"])
def test_a_request_without_the_token_is_refused(page: str) -> None:
    slow = Slow()
    with Served(alone_of(amber=slow)) as served:
        for secret in ("", "another secret", SECRET[:-1], SECRET.upper()):
            headers = {"authorization": f"Bearer {secret}"} if secret else {}
            ask = httpx.get if page.startswith("models") else httpx.post
            reply = ask(f"{served.url}/{page}", headers=headers)
            assert (reply.status_code, reply.json()["error"]["code"]) == (401, "invalid_api_key")
        with pytest.raises(openai.AuthenticationError):
            openai.OpenAI(base_url=served.url, api_key="wrong", max_retries=0).models.list()
        root = served.url.removesuffix("/v1")
        assert [httpx.get(f"{root}/metrics").status_code, httpx.get(f"{root}/health").status_code] == [401, 200]
    assert slow.calls == 0


def test_a_page_that_is_not_there_is_an_error_in_the_same_form() -> None:
    with Served(alone_of(amber=Slow())) as served:
        reply = served.post("embeddings", {})
    assert (reply.status_code, reply.json()["error"]["type"]) == (404, "invalid_request_error")


def test_a_client_that_leaves_frees_its_slots_within_a_second() -> None:
    members = {name: Slow() for name in ("amber", "blue")}
    with Served(team_of("pair", each, **members), concurrency=1) as served:
        for stream in (False, True):
            asked = {"model": "pair", "messages": user("?"), "stream": stream}
            with pytest.raises(httpx.ReadTimeout):
                served.post("chat/completions", asked, timeout=0.4)
            assert within(1, lambda: not any(one.under_way for one in members.values()))
            assert within(1, lambda: served.service.gate.running == 0)
        assert all(one.stopped for one in members.values())
        assert within(1, lambda: 'endpoint="chat/completions",status="499"} 2.0' in served.metrics())


def test_requests_beyond_the_queue_are_told_when_to_come_again() -> None:
    slow = Slow(seconds=1.0)
    with Served(alone_of(slow=slow), concurrency=1, queue=1) as served:
        asked = {"model": "slow", "messages": user("?")}
        replies: list[httpx.Response] = []
        threads = [Thread(target=lambda: replies.append(served.post("chat/completions", asked))) for _ in "abc"]
        for thread in threads:
            thread.start()
        assert within(1, lambda: len(replies) == 1)
        assert "symposia_in_flight 1.0" in served.metrics()
        assert "symposia_queued 1.0" in served.metrics()
        for thread in threads:
            thread.join()
    assert [reply.status_code for reply in replies] == [429, 200, 200]
    assert (replies[0].headers["retry-after"], replies[0].json()["error"]["code"]) == ("1", "queue_full")
    assert slow.most == 1


def test_a_shutdown_finishes_what_is_at_work_and_refuses_what_waits() -> None:
    with Served(alone_of(slow=Slow("done", seconds=0.8)), concurrency=1) as served:
        replies: list[httpx.Response] = []
        asked = {"model": "slow", "messages": user("?")}
        threads = [Thread(target=lambda: replies.append(served.post("chat/completions", asked))) for _ in "ab"]
        for thread in threads:
            thread.start()
        assert within(1, lambda: served.service.gate.waiting == 1)
        served.server.stop()
        for thread in threads:
            thread.join()
    statuses = sorted(reply.status_code for reply in replies)
    assert statuses == [200, 503]


def test_two_hundred_requests_at_once_all_finish_and_each_gets_its_own_answer() -> None:
    class Echo:
        async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
            await asyncio.sleep(0.02)
            return Answer(text=turns[-1].text)

    async def many(url: str) -> list[str | None]:
        async with AsyncOpenAI(base_url=url, api_key=SECRET, max_retries=0, timeout=60) as client:
            create = client.chat.completions.create
            calls = [create(model="pair", messages=user(f"q{number}")) for number in range(200)]
            return [said.choices[0].message.content for said in await asyncio.gather(*calls)]

    with Served(team_of("pair", each, amber=Echo(), blue=Echo())) as served:
        found = asyncio.run(many(served.url))
        assert within(1, lambda: served.service.gate.running == 0)
    assert found == [f"q{number} q{number}" for number in range(200)]


def test_equal_requests_with_equal_seeds_are_answered_alike_whatever_else_runs() -> None:
    class Drawing(Gathering):
        async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
            return Answer(text=f"{self.name}{sampling.seed}")

    async def text(client: AsyncOpenAI, seed: int) -> str | None:
        said = await client.chat.completions.create(model="pair", messages=user("?"), seed=seed, temperature=1)
        return said.choices[0].message.content

    async def both(url: str) -> tuple[str | None, list[str | None]]:
        async with AsyncOpenAI(base_url=url, api_key=SECRET, max_retries=0) as client:
            return await text(client, 7), list(await asyncio.gather(*(text(client, seed) for seed in (9, 8, 7, 7))))

    with Served(team_of("pair", each, amber=Drawing("a"), blue=Drawing("b"))) as served:
        first, others = asyncio.run(both(served.url))
    assert others[2:] == [first, first]
    assert len(set(others)) == 3


def test_a_token_is_read_from_a_file_or_the_environment_or_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    (first, made), (second, _) = secret_of(None), secret_of(None)
    assert (made, first != second, len(first) >= 32) == (True, True, True)
    monkeypatch.setenv(VARIABLE, "from the environment")
    assert secret_of(None) == ("from the environment", False)
    file = tmp_path / "token"
    file.write_text("from a file, twenty letters\n")
    assert secret_of(file) == ("from a file, twenty letters", False)
    file.write_text("short")
    with pytest.raises(BadScenario, match=r"is short or odd\. Use at least 16 printable letters"):
        secret_of(file)
    with pytest.raises(BadScenario, match="cannot be read"):
        secret_of(tmp_path / "none")


def test_another_host_needs_a_token_of_ones_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        check_host(host, made=True)
    check_host("0.0.0.0", made=False)
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(SystemExit) as left:
        main(["serve", "pocket:base", "--host", "0.0.0.0"])
    assert left.value.code == 2
    assert capsys.readouterr().err == (
        "serve: --host 0.0.0.0 is reached by others, and no token was given. "
        "Give one: --token-file FILE, or SYMPOSIA_TOKEN.\n"
    )


@pytest.mark.long
def test_the_command_serves_a_model_and_ends_at_a_signal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "symposia.scenarios.cli", "serve", "pocket:graphs", "--port", "0"]
    known = {name: value for name, value in os.environ.items() if name != VARIABLE}
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=known, cwd=tmp_path)
    try:
        assert running.stderr is not None
        where, token = running.stderr.readline(), running.stderr.readline()
        assert where.startswith("serving pocket:graphs at http://127.0.0.1:")
        secret = token.removeprefix("token, of this run alone: ").strip()
        client = openai.OpenAI(base_url=where.split(" at ")[1].strip(), api_key=secret, max_retries=0)
        assert client.chat.completions.create(model="pocket:graphs", messages=user("?"), max_tokens=2).usage
        client.close()
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    finally:
        running.kill()
        running.wait()
    assert running.stderr.read() == ""
