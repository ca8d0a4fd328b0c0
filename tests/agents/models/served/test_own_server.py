"""A server of our own: its command, its environment, its beginning and its end."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Sampling
from symposia.agents.errors import BadModel, MissingCapability, ModelUnavailable
from symposia.agents.loading import load
from symposia.agents.models.pocket import path as pocket_path
from symposia.agents.models.served import registry
from symposia.agents.models.served.own_server import OPTIONS, PYTHON, SLEEP, OwnServer
from symposia.agents.turn import Turn
from symposia.tests.support.fake_vllm import written

pytestmark = pytest.mark.long

TURNS = (Turn("user", "sort d c a"),)


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An interpreter that starts a stand-in; every server is stopped, and forgotten, at the end."""
    monkeypatch.setenv(PYTHON, str(written(tmp_path)))
    yield
    for server in registry._SERVERS.values():
        server.stop()
    for known in (registry._SERVERS, registry._ENGINES, registry._MODELS):
        known.clear()


def command_lines() -> list[str]:
    """The command lines of all processes, which any user can read."""
    listed = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


@pytest.mark.usefixtures("started")
async def test_a_model_and_its_adapter_share_a_server_that_is_started_once(
    here: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SLEEP, "1")
    base, strings = load("vllm:base"), load("vllm:strings")
    own: OwnServer = base.engine.own  # type: ignore[attr-defined]
    assert strings.engine.own is own  # type: ignore[attr-defined]
    assert not own.running
    asked = Sampling(max_tokens=6)
    assert (await base.write(TURNS, asked)).ids == (await here["base"].write(TURNS, asked)).ids
    number = own._process.pid  # type: ignore[union-attr]
    assert (await strings.write(TURNS, asked)).text == (await load("pocket:strings").write(TURNS, asked)).text
    assert own._process.pid == number  # type: ignore[union-attr]
    assert os.getpgid(number) == number  # a process group of its own
    for line in command_lines():
        assert own.key not in line
    assert any(f"--port {own.port}" in line for line in command_lines())
    await base.sleep()  # type: ignore[attr-defined]
    await base.wake()  # type: ignore[attr-defined]
    own._process.kill()  # type: ignore[union-attr]
    own._process.wait()  # type: ignore[union-attr]
    assert (await base.write(TURNS, asked)).text  # it was started again
    own.stop()
    assert not own.running


@pytest.mark.usefixtures("started")
async def test_a_server_that_does_not_start_says_why_without_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OPTIONS, "--fails badly")
    with pytest.raises(ModelUnavailable) as raised:
        await load("vllm:base").write(TURNS)
    assert str(raised.value) == (
        "vllm:base: its server did not start: ValueError: badly with ***. "
        "Try it by hand with vllm.entrypoints.openai.api_server."
    )


def test_the_command_holds_no_key_and_is_for_this_machine() -> None:
    server = OwnServer("vllm:base", "org/model", "base", "v2")
    server.adapt(pocket_path("strings"))
    command = server.command("PYTHON", 8000)
    assert command == [
        *("PYTHON", "-m", "vllm.entrypoints.openai.api_server", "--model", "org/model"),
        *("--served-model-name", "base", "--revision", "v2", "--host", "127.0.0.1", "--port", "8000"),
        *("--max-logprobs", "-1", "--enable-lora", "--max-lora-rank", "16"),
    ]


def test_its_environment_has_its_key_and_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", "planted")
    monkeypatch.setenv("HF_TOKEN", "planted")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    server = OwnServer("vllm:base", str(pocket_path("base")), "base")
    found = server.environment()
    assert "planted" not in found.values()
    assert (found["VLLM_API_KEY"], found["OMP_NUM_THREADS"], found["HF_HUB_OFFLINE"]) == (server.key, "1", "1")
    assert {"PYTHONPATH", "VLLM_SERVER_DEV_MODE", "VLLM_ALLOW_RUNTIME_LORA_UPDATING"}.isdisjoint(found)
    assert OwnServer("vllm:org/model", "org/model", "m").environment()["HF_TOKEN"] == "planted"


@pytest.mark.parametrize("option", ["--trust-remote-code", "--enable-prompt-embeds", "--api-key=x", "--host 0.0.0.0"])
def test_options_that_open_it_are_refused(option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OPTIONS, f"--dtype float32 {option}")
    with pytest.raises(BadModel, match=rf"SYMPOSIA_VLLM_OPTIONS has {option.split()[0]}, which is not safe\. Leave it"):
        OwnServer("vllm:base", "org/model", "base").command("PYTHON", 8000)


async def test_a_server_of_others_is_not_put_to_sleep(there: dict[str, Any]) -> None:
    for ask in (there["base"].sleep, there["base"].wake):
        with pytest.raises(MissingCapability, match="only a server of our own sleeps"):
            await ask()
