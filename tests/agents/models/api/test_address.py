"""API addresses: the model, the server and the key."""

import pytest
from symposia.agents.errors import (
    BadModel,
    ModelUnavailable,
    UnknownName,
)
from symposia.agents.models.api import Api
from symposia.tests.support.asking import QUESTION, api, complaint
from symposia.tests.support.server import Server, failed, said


async def test_a_missing_key_is_named_before_any_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert await complaint(Api("openai/gpt-4o-mini").write(QUESTION), ModelUnavailable) == (
        "api:openai/gpt-4o-mini: no API key. Set the environment variable OPENAI_API_KEY."
    )


async def test_a_key_named_in_the_address_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", "lab-secret")
    with Server(said("4")) as server:
        await Api.from_url(f"api:openai/m@{server.url}#LAB_API_KEY").write(QUESTION)
    assert server.requests[0].headers["authorization"] == "Bearer lab-secret"


async def test_a_provider_s_key_does_not_go_to_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "openai-secret")
    with Server(said("4")) as server:
        await api(server).write(QUESTION)
    assert "openai-secret" not in str(server.requests[0].headers)


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
async def test_a_key_never_shows_in_an_error(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    monkeypatch.setenv("LAB_API_KEY", "lab-secret")
    with Server(failed(401, "Incorrect API key provided: lab-secret")) as server:
        model = Api(f"{provider}/m", base_url=server.url, api_key_env="LAB_API_KEY")
        with pytest.raises(ModelUnavailable) as caught:
            await model.write(QUESTION)
    assert "the server said 401: Incorrect API key provided: ***. Check the API key" in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


# Addresses


@pytest.mark.parametrize(
    ("url", "model", "base_url", "key"),
    [
        ("api:openai/gpt-4o-mini", "openai/gpt-4o-mini", None, None),
        ("api:hosted_vllm/Qwen/Qwen3-8B", "hosted_vllm/Qwen/Qwen3-8B", None, None),
        ("api:openai/m@http://127.0.0.1:8000/v1", "openai/m", "http://127.0.0.1:8000/v1", None),
        ("api:openai/m@https://lab.org/v1#LAB_API_KEY", "openai/m", "https://lab.org/v1", "LAB_API_KEY"),
        ("api:vertex_ai/claude@20240620", "vertex_ai/claude@20240620", None, None),
    ],
)
def test_an_address_says_model_server_and_key(url: str, model: str, base_url: str | None, key: str | None) -> None:
    api = Api.from_url(url)
    assert (api.model, api.base_url, api.api_key_env) == (model, base_url, key)
    assert str(api.address) == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("api:gpt-4o", "api:gpt-4o: no provider. Write api:PROVIDER/MODEL, as in api:openai/gpt-4o-mini."),
        ("openai/m", "openai/m: not an API model. Write api:PROVIDER/MODEL, as in api:openai/gpt-4o-mini."),
        (
            "api:openai/m@http://",
            "api:openai/m: 'http://' is not the URL of a server. Write it as in @http://127.0.0.1:8000/v1.",
        ),
        (
            "api:openai/m@http://me:sk-1@host/v1",
            "api:openai/m: the URL holds credentials. Put the key into an environment variable and add #ITS_NAME.",
        ),
        (
            "api:openai/m#sk-1",
            "api:openai/m: what follows # is not the name of an environment variable. "
            "Name the variable that holds the key, as in #LAB_API_KEY; never write the key itself.",
        ),
    ],
)
def test_a_bad_address_is_an_error(url: str, message: str) -> None:
    with pytest.raises(BadModel) as caught:
        Api.from_url(url)
    assert str(caught.value) == message


async def test_an_unknown_provider_is_an_error() -> None:
    text = await complaint(Api("opnai/m").write(QUESTION), UnknownName)
    assert text.startswith("api:opnai/m: no provider named 'opnai'. Did you mean 'openai'? Known: ")


def test_an_unknown_field_cannot_be_omitted() -> None:
    with pytest.raises(UnknownName, match="no field of the sampling named 'sed'"):
        Api("openai/m", omit=frozenset({"sed"}))
