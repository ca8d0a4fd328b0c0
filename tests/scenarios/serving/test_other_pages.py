"""Completions, responses, traces, and what a team tells while it writes."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from symposia.agents import Sampling, Turn
from symposia.agents.errors import Divergence
from symposia.agents.loading import load
from symposia.agents.models.scripted import Scripted
from symposia.scenarios.planning.wanted import planned
from symposia.scenarios.serving.offered import Asked
from symposia.scenarios.serving.opened import opened, opened_model
from symposia.scenarios.serving.traces import replayed
from symposia.tests.support.serving import SECRET, Served, alone_of, user

NAME = "pocket:base"
QUESTION = "reverse: a b c d"


@pytest.fixture(scope="module")
def base() -> Iterator[Served]:
    with Served(lambda: opened_model(NAME)) as served:
        yield served


def test_a_bare_text_goes_on_without_a_chat_template(base: Served) -> None:
    model: Any = load(NAME)
    plain = asyncio.run(model.plain().write([Turn("user", "12 + 7")], Sampling(max_tokens=3)))
    said = base.client.completions.create(model=NAME, prompt=["12 + 7", "1"], max_tokens=3, n=2, echo=True)
    assert [choice.index for choice in said.choices] == [0, 1, 2, 3]
    assert [choice.text for choice in said.choices[:2]] == [f"12 + 7{plain.text}"] * 2
    chunks = base.client.completions.create(model=NAME, prompt="12 + 7", max_tokens=3, stream=True)
    assert "".join(choice.text for chunk in chunks for choice in chunk.choices) == plain.text


def test_a_prompt_is_scored_as_the_model_reads_it(base: Served) -> None:  # noqa: PLR0915 - one text, three ways
    """Each log-probability is that of a forward pass over the tokens before it."""
    model: Any = load(NAME)
    text = "12 + 7 = 19"
    ids = model.chat.encode(text, special=True)
    asked: Any = {"model": NAME, "prompt": text, "echo": True, "logprobs": 2}
    (choice,) = base.client.completions.create(**asked, max_tokens=0).choices
    found = choice.logprobs
    assert found
    assert found.token_logprobs
    assert found.text_offset
    assert found.top_logprobs
    assert [found.tokens, found.token_logprobs[0]] == [["1", "2", " +", " 7", " =", " 1", "9"], None]
    assert ["".join(found.tokens or ()), found.text_offset] == [text, [0, 1, 2, 4, 6, 8, 10]]

    async def expected() -> list[float]:
        from symposia.agents.models.hf.text_session import TextSession

        values = []
        for place in range(1, len(ids)):
            session = TextSession(model, ids[:place])
            values.append(float((await session.next()).log_softmax(-1)[ids[place]]))
            session.close()
        return values

    assert found.token_logprobs[1:] == pytest.approx(asyncio.run(expected()), abs=1e-3)
    assert all(len(top) == 2 for top in found.top_logprobs[1:])
    by_id = base.client.completions.create(**(asked | {"prompt": [ids]}), max_tokens=0).choices[0].logprobs
    assert by_id
    assert by_id.token_logprobs == found.token_logprobs
    longer = base.client.completions.create(**asked, max_tokens=1).choices[0].logprobs
    assert longer
    assert (longer.token_logprobs or [])[: len(ids)] == found.token_logprobs


@pytest.mark.parametrize(
    ("asked", "param"),
    [
        ({"prompt": [[-1]]}, "prompt"),
        ({"prompt": []}, "prompt"),
        ({"prompt": "1", "max_tokens": 0}, "max_tokens"),
        ({"prompt": "1", "suffix": "2"}, "suffix"),
        ({"prompt": "1", "best_of": 2}, "best_of"),
    ],
)
def test_completions_that_cannot_be_done_are_refused(base: Served, asked: Any, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as error:
        base.client.completions.create(model=NAME, **asked)
    assert error.value.param == param


def test_a_writer_without_tokens_is_asked_as_a_user_and_scores_nothing() -> None:
    with Served(alone_of(amber=Scripted("four"))) as served:
        assert served.client.completions.create(model="amber", prompt="2 + 2?", echo=True).choices[0].text == (
            "2 + 2?four"
        )
        for asked in ({"logprobs": 1}, {"max_tokens": 0, "echo": True}):
            with pytest.raises(openai.BadRequestError, match="amber"):
                served.client.completions.create(model="amber", prompt="2 + 2?", **asked)  # type: ignore[arg-type]


def test_a_response_and_its_stream_say_the_same(base: Served) -> None:
    whole = base.client.responses.create(model=NAME, input=QUESTION, instructions="Be brief.")
    assert (whole.status, whole.output[0].type, bool(whole.output_text)) == ("completed", "message", True)
    assert whole.usage
    assert whole.usage.input_tokens > 0
    with base.client.responses.stream(model=NAME, input=QUESTION, instructions="Be brief.") as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    assert final.output_text == whole.output_text
    assert [kind for kind in kinds if kind != "response.output_text.delta"] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert kinds.count("response.output_text.delta") > 1
    items: Any = [{"role": "user", "content": [{"type": "input_text", "text": QUESTION}]}]
    again = base.client.responses.create(model=NAME, input=items, instructions="Be brief.")
    assert again.output_text == whole.output_text


def test_a_response_that_is_cut_is_incomplete_and_one_that_goes_on_is_refused(base: Served) -> None:
    cut = base.client.responses.create(model=NAME, input=QUESTION, max_output_tokens=1)
    assert cut.incomplete_details
    assert (cut.status, cut.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    for asked in ({"previous_response_id": "resp_1"}, {"tools": [{"type": "web_search"}]}, {"background": True}):
        with pytest.raises(openai.BadRequestError) as error:
            base.client.responses.create(model=NAME, input="?", **asked)  # type: ignore[call-overload]
        assert error.value.param in asked


@pytest.mark.parametrize("name", ["fusion", "unite", "nudging", "prompt_routing"])
def test_a_team_whose_last_call_is_its_answer_tells_it_while_it_writes(name: str) -> None:
    async def heard() -> tuple[list[str], str, str]:
        async with opened(planned(name, ["task.dev_limit=4"])) as offered:
            pieces: list[str] = []
            asked = Asked((Turn("user", QUESTION),), {}, 0)
            told = await offered[0].said(asked, listen=pieces.append)
            return pieces, told.answer.text, (await offered[0].said(asked)).answer.text

    pieces, told, untold = asyncio.run(heard())
    assert ("".join(pieces), told) == (told, untold)
    assert len(pieces) > 1


def test_a_team_tells_nothing_that_a_vote_may_still_drop() -> None:
    async def heard() -> list[str]:
        async with opened(planned("majority_vote")) as offered:
            pieces: list[str] = []
            await offered[0].said(Asked((Turn("user", QUESTION),), {}, 0), listen=pieces.append)
            return pieces

    assert asyncio.run(heard()) == []


def test_the_trace_of_a_request_is_replayed_without_a_model_and_holds_no_token(tmp_path: Path) -> None:
    with Served(lambda: opened(planned("debate"), tmp_path), traces=tmp_path) as served:
        asked: Any = {"model": "debate", "messages": user(QUESTION), "temperature": 1, "seed": 3, "n": 2, "stop": "x"}
        said = served.client.chat.completions.create(**asked)
        texts = [choice.message.content for choice in said.choices]
        served.client.completions.create(model="debate", prompt=["1", "2"])
    folders = sorted(path.name for path in tmp_path.iterdir())
    assert len(folders) == 4
    folder = tmp_path / said.id.removeprefix("chatcmpl-")
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    async def again() -> list[str]:
        silent = alone_of(silent=Scripted("never asked"))[0]
        async with opened(planned("debate")) as offered:
            models = {name: silent.single for name in offered[0].team.names}
            first = offered[0].team
            first.models = models
            return [one.answer.text for one in await replayed(offered, folder)]

    assert asyncio.run(again()) == texts
    about = json.loads((folder / "request.json").read_text())
    (folder / "request.json").write_text(json.dumps(about | {"seed": 4}))
    with pytest.raises(Divergence):
        asyncio.run(again())
