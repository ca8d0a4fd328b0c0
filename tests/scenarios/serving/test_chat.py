"""Chat completions of served teams and models, as the official client sees them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from symposia.agents import Answer, Ask, Usage
from symposia.agents.errors import CallFailed
from symposia.agents.models.api import Api
from symposia.agents.models.scripted import Scripted
from symposia.scenarios.planning.wanted import planned
from symposia.scenarios.serving.opened import opened
from symposia.tests.support.doubles import Failing, Parrot, Seeded
from symposia.tests.support.server import Server, completion
from symposia.tests.support.serving import SECRET, Served, alone_of, team_of, user

QUESTION = "3 * 4 = ?"


@pytest.fixture(scope="module")
def debate() -> Iterator[Served]:
    with Served(lambda: opened(planned("debate"))) as served:
        yield served


def refused(served: Served, **asked: Any) -> openai.BadRequestError:
    """The error of a request that is refused with status 400."""
    messages = asked.pop("messages", user(QUESTION))
    with pytest.raises(openai.BadRequestError) as error:
        served.client.chat.completions.create(messages=messages, **asked)
    return error.value


async def each(team: Any, question: Ask) -> Answer:
    """All members' answers, joined."""
    said = await team.ask_all(question)
    return Answer(text=" ".join(one.text for one in said.values()))


def test_a_team_and_each_of_its_members_are_models(debate: Served) -> None:
    names = [model.id for model in debate.client.models.list()]
    assert names == ["debate", "debate/arithmetic", "debate/strings", "debate/graphs", "debate/lookup"]
    assert debate.client.models.retrieve("debate/graphs").owned_by == "symposia"
    with pytest.raises(openai.NotFoundError, match=r"none is named 'debates'\. Served here: debate, "):
        debate.client.chat.completions.create(model="debates", messages=user(QUESTION))


def test_a_debate_is_asked_and_all_its_calls_are_its_usage(debate: Served) -> None:
    said = debate.client.chat.completions.create(model="debate", messages=user(QUESTION))
    (choice,) = said.choices
    assert (choice.finish_reason, said.model, said.object) == ("stop", "debate", "chat.completion")
    assert choice.message.content
    assert said.usage
    assert (said.usage.calls, said.usage.total_tokens > 100) == (12, True)  # type: ignore[attr-defined]


def test_a_debate_streams_its_answer_and_says_how_far_it_is(debate: Served) -> None:
    whole = debate.client.chat.completions.create(model="debate", messages=user(QUESTION))
    asked = {"model": "debate", "messages": user(QUESTION), "stream": True, "stream_options": {"include_usage": True}}
    chunks = list(debate.client.chat.completions.create(**asked))
    pieces = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    assert "".join(pieces) == whole.choices[0].message.content
    assert [choice.finish_reason for choice in chunks[-2].choices] == ["stop"]
    assert chunks[-1].usage == whole.usage
    lines = debate.post("chat/completions", asked).text.splitlines()
    progress = [json.loads(line.removeprefix(": progress ")) for line in lines if line.startswith(":")]
    assert [one["asked"] for one in progress[:4]] == ["arithmetic", "strings", "graphs", "lookup"]
    assert sum("answered" in one for one in progress) == 12
    assert lines[-2] == "data: [DONE]"


def test_a_member_streams_its_tokens_while_it_writes_them(debate: Served) -> None:
    asked = {"model": "debate/generalist", "messages": user("reverse: a b c d e")}
    asked["model"] = "debate/strings"
    whole = debate.client.chat.completions.create(**asked).choices[0].message.content
    pieces = [
        choice.delta.content
        for chunk in debate.client.chat.completions.create(**asked, stream=True)
        for choice in chunk.choices
        if choice.delta.content
    ]
    assert ("".join(pieces), len(pieces) > 2) == (whole, True)


def test_choices_differ_and_equal_seeds_give_equal_choices(debate: Served) -> None:
    asked: Any = {"model": "debate/strings", "messages": user("tell"), "n": 3, "temperature": 2.0, "max_tokens": 12}
    first, second = (debate.client.chat.completions.create(**asked, seed=5) for _ in range(2))
    texts = [choice.message.content for choice in first.choices]
    assert texts == [choice.message.content for choice in second.choices]
    assert len(set(texts)) > 1
    other = debate.client.chat.completions.create(**asked, seed=6)
    assert texts != [choice.message.content for choice in other.choices]
    assert [choice.index for choice in first.choices] == [0, 1, 2]


def test_a_request_without_a_seed_that_draws_gets_a_new_one_each_time() -> None:
    with Served(alone_of(seeded=Seeded())) as served:
        asked: Any = {"model": "seeded", "messages": user("?")}
        drawn = {served.client.chat.completions.create(**asked, temperature=1).choices[0].message.content for _ in "ab"}
        greedy = {served.client.chat.completions.create(**asked).choices[0].message.content for _ in "ab"}
    assert (len(drawn), len(greedy)) == (2, 1)


def test_log_probabilities_are_the_models_own_and_the_likeliest_tokens_contain_the_greedy_one(debate: Served) -> None:
    asked: Any = {"model": "debate/arithmetic", "messages": user(QUESTION), "logprobs": True, "top_logprobs": 3}
    (choice,) = debate.client.chat.completions.create(**asked).choices
    assert choice.logprobs
    assert choice.logprobs.content
    assert "".join(token.token for token in choice.logprobs.content) == choice.message.content
    for token in choice.logprobs.content:
        assert [len(token.top_logprobs), token.top_logprobs[0].token] == [3, token.token]
        assert token.logprob == pytest.approx(token.top_logprobs[0].logprob, abs=1e-3)
    *_, last = debate.client.chat.completions.create(**asked, stream=True)
    assert last.choices[0].logprobs
    assert len(last.choices[0].logprobs.content or ()) == len(choice.logprobs.content)


def test_a_stop_string_ends_an_answer_and_is_not_part_of_it(debate: Served) -> None:
    asked: Any = {"model": "debate/strings", "messages": user("reverse: a b c d e")}
    whole = debate.client.chat.completions.create(**asked).choices[0].message.content or ""
    stop = whole[2]
    (choice,) = debate.client.chat.completions.create(**asked, stop=stop, logprobs=True).choices
    assert (choice.message.content, choice.finish_reason) == (whole[: whole.index(stop)], "stop")
    (short,) = debate.client.chat.completions.create(**asked, max_completion_tokens=1).choices
    assert short.finish_reason == "length"


@pytest.mark.parametrize(
    ("asked", "param", "said"),
    [
        ({"tools": [{"type": "function", "function": {"name": "add"}}]}, "tools", "debate calls none"),
        ({"logprobs": True}, "logprobs", "Ask one of its members"),
        ({"n": 0}, "n", "greater than or equal to 1"),
        ({"max_tokens": 0}, "max_tokens", "Write at least 1"),
        ({"temperature": 3}, "temperature", "less than or equal to 2"),
        ({"logit_bias": {"5": 1}}, "logit_bias", "at most 0 items"),
        ({"frequency_penalty": 0.5}, "frequency_penalty", "Nothing else is taken here"),
        ({"extra_body": {"min_p": 0.1}}, "min_p", "no such parameter here"),
        ({"stream_options": {"include_usage": True}}, "stream_options", "Write stream: true"),
        ({"messages": []}, "messages", "at least 1 item"),
        ({"messages": [{"role": "bard", "content": "?"}]}, "messages", "'bard' is none"),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://a/b.png"}}]}
                ]
            },
            "messages",
            "an image is sent as a data URL",
        ),
    ],
)
def test_what_would_change_an_answer_and_cannot_be_done_is_refused(
    debate: Served, asked: Any, param: str, said: str
) -> None:
    error = refused(debate, model="debate", **asked)
    assert error.param == param
    assert said in error.message


def test_labels_of_a_request_are_let_pass(debate: Served) -> None:
    labels: Any = {"user": "bob", "metadata": {"run": "1"}, "store": False, "frequency_penalty": 0, "top_p": 1}
    assert debate.client.chat.completions.create(model="debate/lookup", messages=user("?"), **labels).choices


def test_a_prompt_that_is_too_long_is_an_error_that_clients_know(debate: Served) -> None:
    error = refused(debate, model="debate", messages=user("1 + " * 5000 + "1"))
    assert (error.code, error.param) == ("context_length_exceeded", "messages")
    with pytest.raises(openai.APIError, match="context"):
        list(debate.client.chat.completions.create(model="debate", messages=user("1 + " * 5000), stream=True))


def test_a_stop_in_the_middle_of_work_says_nothing_of_what_is_inside() -> None:
    class Leaking:
        async def write(self, turns: Any, sampling: Any) -> Answer:
            raise CallFailed("https://secret.example/?key=swordfish: the server said 500.")

    with Served([*alone_of(failing=Failing(), leaking=Leaking())]) as served:
        for name, status in (("failing", 500), ("leaking", 502)):
            reply = served.post("chat/completions", {"model": name, "messages": user("?")})
            assert (reply.status_code, "swordfish" in reply.text, "ink" in reply.text) == (status, False, False)
            assert reply.json()["error"]["type"] == "server_error"
    assert ["out of ink" in served.lines[0], "swordfish" in served.lines[1]] == [True, True]


def test_a_team_reads_a_conversation_as_a_transcript_and_a_model_turn_by_turn() -> None:
    parrot, other = Parrot(), Parrot()
    turns: Any = [{"role": "developer", "content": "Be brief."}, *user("2 + 2?")]
    with Served([*alone_of(alone=parrot), *team_of("pair", each, a=other)]) as served:
        for name in ("alone", "pair"):
            served.client.chat.completions.create(model=name, messages=turns, temperature=0.5, max_tokens=7)
    assert [(turn.role, turn.text) for turn in parrot.heard[0][0]] == [("system", "Be brief."), ("user", "2 + 2?")]
    assert [turn.text for turn in other.heard[0][0]] == ["system: Be brief.\nuser: 2 + 2?"]
    assert {(sampling.temperature, sampling.max_tokens) for _, sampling in (*parrot.heard, *other.heard)} == {(0.5, 7)}


def test_tools_are_passed_through_where_a_provider_calls_them() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 2}'}}
    tool: Any = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}
    script = completion({"content": None, "tool_calls": [call]}, finish="tool_calls")
    with Server(script, script) as behind, Served(alone_of(far=Api("openai/m", base_url=behind.url))) as served:
        asked: Any = {"model": "far", "messages": user("2 + 3?"), "tools": [tool]}
        (choice,) = served.client.chat.completions.create(**asked).choices
        chunks = list(served.client.chat.completions.create(**asked, stream=True))
    assert choice.finish_reason == "tool_calls"
    assert choice.message.tool_calls
    assert choice.message.tool_calls[0].function.arguments == '{"a": 2}'  # type: ignore[union-attr]
    told = [part for chunk in chunks for one in chunk.choices for part in one.delta.tool_calls or ()]
    assert [part.function.name for part in told if part.function] == ["add"]
    assert behind.requests[0].body["tools"] == [
        {"type": "function", "function": {"name": "add", "description": "", **tool["function"]}}
    ]


def test_litellm_and_our_own_client_ask_a_served_team(debate: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    import litellm
    from symposia.agents import Team

    said = litellm.completion(model="openai/debate", messages=user(QUESTION), api_base=debate.url, api_key=SECRET)
    monkeypatch.setenv("SERVED_KEY", SECRET)
    model = Api.from_url(f"api:openai/debate@{debate.url}#SERVED_KEY")
    ours = asyncio.run(Team({"far": model}).ask("far", Ask(text=QUESTION)))
    assert ours.text == said.choices[0].message.content
    assert ours.usage.prompt_tokens > 100
    streamed = litellm.completion(
        model="openai/debate", messages=user(QUESTION), api_base=debate.url, api_key=SECRET, stream=True
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in streamed) == ours.text


def test_a_hostile_answer_is_data() -> None:
    text = "data: [DONE]\n\nevent: x\r\x00\x1b[31m</script>\u202e"
    with Served(alone_of(amber=Scripted(text, text))) as served:
        asked: Any = {"model": "amber", "messages": user("?")}
        assert served.client.chat.completions.create(**asked).choices[0].message.content == text
        chunks = served.client.chat.completions.create(**asked, stream=True)
        assert "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices) == text


def test_usage_is_a_sum_over_choices() -> None:
    class Costly:
        async def write(self, turns: Any, sampling: Any) -> Answer:
            return Answer(text="4", usage=Usage(prompt_tokens=5, completion_tokens=2, calls=1, cost=0.25))

    with Served(alone_of(costly=Costly())) as served:
        reply = served.post("chat/completions", {"model": "costly", "messages": user("?"), "n": 2}).json()
        assert 'symposia_tokens_total{kind="prompt",model="costly"} 10.0' in served.metrics()
    wanted = {"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 14, "calls": 2, "cost": 0.5}
    assert reply["usage"] == wanted


def test_a_body_that_is_no_json_or_too_large_is_refused(debate: Served, tmp_path: Path) -> None:
    headers = {"authorization": f"Bearer {SECRET}"}
    at = f"{debate.url}/chat/completions"
    found = [httpx.post(at, content=body, headers=headers).status_code for body in (b"{", b"[1]", b"\xff", b"[" * 9999)]
    half = b'{"model": "debate", "messages": [{"role": "user", "content": "\\ud800"}]}'
    assert [*found, httpx.post(at, content=half, headers=headers).status_code] == [400] * 5
    assert httpx.post(at, content=b" " * (17 * 2**20), headers=headers).status_code == 413
