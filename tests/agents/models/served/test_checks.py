"""What is asked of a server before it is used: once, and by its effect."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from symposia.agents import Sampling
from symposia.agents.errors import (
    BadModel,
    CallFailed,
    MissingCapability,
    ModelUnavailable,
    SymposiaError,
    VocabularyMismatch,
)
from symposia.agents.loading import ModelSettings, load
from symposia.agents.models.api.limits import Limits
from symposia.agents.turn import Turn
from symposia.tests.support.served import StandIn
from symposia.tests.support.server import free_port

TURNS = (Turn("user", "12 + 7 = ?"),)
BUSY = {"error": {"message": "busy", "type": "ServiceUnavailableError", "param": None, "code": 503}}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries that do not wait."""
    monkeypatch.setattr(Limits, "wait", lambda *_: 0.0)


def model(server: StandIn, settings: str = "", scheme: str = "vllm") -> Any:
    return load(f"{scheme}:base@{server.url}{settings}")


async def refused(server: StandIn, error: type[SymposiaError], words: str, settings: str = "") -> None:
    with pytest.raises(error) as raised:
        await model(server, settings, server.behaviour.kind).open(TURNS)
    assert str(raised.value) == f"{server.behaviour.kind}:base@{server.url}: {words}"


async def test_a_server_is_checked_once_however_many_ask(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}) as server:
        one, other = model(server), model(server, "#top=4")
        await asyncio.gather(*(each.open(TURNS) for each in (one, other) for _ in range(5)))
        assert len(server.asked("/version")) == len(server.asked("/v1/models")) == 1
        assert one is model(server)


async def test_an_old_server_is_refused(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}, version="0.13.2") as server:
        await refused(server, BadModel, "the server runs vLLM 0.13.2. Use 0.32 or later: older ones run code.")


async def test_a_server_that_is_no_vllm_is_refused(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}, kind="sglang") as server, pytest.raises(BadModel) as raised:
        await model(server).open(TURNS)
    assert str(raised.value).endswith("the server does not say its version of vLLM. The URL must be vLLM's own.")
    with StandIn({"base": here["base"]}) as server, pytest.raises(BadModel) as raised:
        await model(server, scheme="sglang").open(TURNS)
    assert str(raised.value).endswith("the server has no /model_info. The URL must be SGLang's, 0.5.23 or later.")


async def test_a_server_whose_workers_anyone_may_call_is_refused(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}, development=True) as server:
        words = (
            "the server is in development mode, in which anyone may run its workers' methods. "
            "Start it without VLLM_SERVER_DEV_MODE."
        )
        await refused(server, BadModel, words)


async def test_logits_are_refused(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}, logits=True) as server:
        await refused(server, MissingCapability, "it shows logits. Start it with --logprobs-mode raw_logprobs.")


async def test_processed_log_probabilities_are_refused(here: dict[str, Any]) -> None:
    words = "it shows processed log-probabilities. Start it with --logprobs-mode raw_logprobs."
    with StandIn({"base": here["base"]}, processed=True) as server:
        await refused(server, MissingCapability, words)


async def test_a_server_that_lists_too_few_tokens_is_refused_with_its_number(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}, most=20) as server:
        words = (
            "the server lists at most 20 tokens of a distribution, not {}. "
            "Start it with --max-logprobs -1, or add #top=20."
        )
        await refused(server, MissingCapability, words.format("all"))
        with pytest.raises(MissingCapability, match="not 64"):
            await model(server, "#top=64").open(TURNS)
        assert (await model(server, "#top=20").ready()).most == 20


async def test_a_server_that_lists_no_tokens_by_id_is_asked_for_all(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}, by_id=False) as server:
        few = model(server, "#top=8")
        assert not (await few.ready()).by_id
        choice = await few.choose(TURNS, ("A", "B"))
        assert choice.logprobs == pytest.approx((await here["base"].choose(TURNS, ("A", "B"))).logprobs, abs=0.06)


@pytest.mark.parametrize("kind", ["vllm", "sglang"])
async def test_a_server_of_another_tokenizer_is_refused_with_the_first_difference(kind: str) -> None:
    with StandIn({"foreign": load("pocket:foreign")}, kind=kind) as server, pytest.raises(VocabularyMismatch) as raised:  # type: ignore[dict-item]
        await model(server, scheme=kind).open(TURNS)
    words = str(raised.value)
    assert "the server's tokenizer is not the one here: 'abcdefghijklmnopqrstuvwxyz' is [220, 64, 65," in words
    assert words.endswith("Name the model that the server has.")


async def test_one_text_of_other_ids_is_enough(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}, renamed={"\n": [7]}) as server, pytest.raises(VocabularyMismatch) as raised:
        await model(server).open(TURNS)
    own = here["base"].encode("\n", begins=True)
    assert f"'\\n' is [7] there and {own} here" in str(raised.value)


async def test_another_tokenizer_is_checked_anew_on_the_same_server(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}) as server:
        await model(server).open(TURNS)
        with pytest.raises(VocabularyMismatch):
            await load(f"vllm:foreign@{server.url}").open(TURNS)  # type: ignore[attr-defined]


async def test_a_server_without_a_tokenizer_is_used_and_says_so(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}, tokenizer=False) as server:
        assert not (await model(server).ready()).tokenizer_checked


async def test_a_server_without_a_chat_template_is_used(here: dict[str, Any]) -> None:
    """Chats are rendered here."""
    with StandIn({"base": here["base"]}, template=False) as server:
        assert (await model(server).ready()).tokenizer_checked


async def test_a_server_of_several_models_is_asked_which(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}) as server:
        words = "the server has the models base, not other. Name one of them: #name=NAME."
        with pytest.raises(BadModel, match=words):
            await model(server, "#name=other").open(TURNS)
        assert (await model(server, "#name=base").ready()).name == "base"


async def test_a_key_is_sent_and_never_shown(here: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", "planted-key")
    with StandIn({"base": here["base"]}, key="planted-key") as server:
        await model(server, "#key=LAB_API_KEY").open(TURNS)
        assert {one["authorization"] for one in server.headers} == {"Bearer planted-key"}
        await refused(
            server, ModelUnavailable, "the server said 401: Unauthorized. Add the key's variable: #key=ITS_NAME."
        )
        server.behaviour.failures = [(400, {"error": {"message": "no planted-key here", "param": None}})]
        with pytest.raises(CallFailed, match=r"the server said 400: no \*\*\* here"):
            await model(server, "#key=LAB_API_KEY").write(TURNS)
        monkeypatch.delenv("LAB_API_KEY")
        with pytest.raises(ModelUnavailable, match=r"no API key\. Set the environment variable LAB_API_KEY\.$"):
            await model(server, "#key=LAB_API_KEY").write(TURNS)


async def test_no_key_is_sent_to_a_server_that_none_was_named_for(
    here: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "planted-key")
    with StandIn({"base": here["base"]}) as server:
        await model(server).open(TURNS)
        assert all("authorization" not in one for one in server.headers)


@pytest.mark.usefixtures("quick")
async def test_a_busy_server_is_asked_again(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}) as server:
        served = model(server)
        await served.ready()
        server.behaviour.failures = [(503, BUSY), (429, BUSY)]
        assert (await served.write(TURNS, Sampling(max_tokens=2))).ids
        assert server.behaviour.failures == []


@pytest.mark.usefixtures("quick")
async def test_a_failing_server_fails_the_call_alone(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}) as server:
        served = model(server)
        await served.ready()
        server.behaviour.failures = [(500, {"error": {"message": "engine", "param": None}})]
        with pytest.raises(CallFailed, match=r"the server said 500: engine\. Its log should say more\.$"):
            await served.write(TURNS)
        assert (await served.write(TURNS, Sampling(max_tokens=2))).ids


@pytest.mark.usefixtures("quick")
async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(ModelUnavailable, match=r"cannot be reached \(ConnectError\)\. Start the server or correct"):
        await load(f"vllm:base@http://127.0.0.1:{free_port()}").open(TURNS)  # type: ignore[attr-defined]


@pytest.fixture
def restarted(here: dict[str, Any]) -> Iterator[StandIn]:
    with StandIn({"base": here["base"]}) as server:
        yield server


@pytest.mark.usefixtures("quick")
async def test_after_a_broken_connection_the_model_must_be_the_same(restarted: StandIn, here: dict[str, Any]) -> None:
    served = model(restarted)
    session = await served.open(TURNS)
    served.engine.client.broken += 1
    await session.next()
    assert len(restarted.asked("/version")) == 2
    restarted.models["base"] = here["generalist"]
    served.engine.client.broken += 1
    with pytest.raises(ModelUnavailable, match=r"was started again with another model\. Start it with the one it had"):
        await session.next()


async def test_the_template_is_a_members_setting(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}) as server:
        bare: Any = load(f"vllm:base@{server.url}", ModelSettings(template="plain"))
        session = await bare.open(TURNS)
        assert session.ids == tuple(load("pocket:base", ModelSettings(template="plain")).chat.prompt(TURNS))  # type: ignore[attr-defined]
