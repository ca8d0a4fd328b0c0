"""A scorer behind HTTP: what is sent, where its value is, and what no error shows."""

import json
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Team
from symposia.agents.errors import BadModel, CallFailed, ModelUnavailable
from symposia.agents.loading import check, load_any, load_reward
from symposia.agents.model_url import capability, in_folder
from symposia.agents.models.base import Scorer
from symposia.agents.models.http_score import HttpScore
from symposia.agents.turn import Turn
from symposia.evaluators.grading import find, grader_of
from symposia.evaluators.task import Item
from symposia.tests.support.server import Server, dropped, failed, raw

KEY = "sk-very-secret"
TALK = (Turn("user", "2 + 2?"), Turn("assistant", "  four {question}\nand more"))
ITEM = Item("2 + 2?", "", None)


def perspective(folder: Path, url: str, **changes: Any) -> str:
    """The URL of a scorer with Perspective's form."""
    settings = {
        "url": f"{url}/comments:analyze",
        "query": {"key": "${SCORER_KEY}"},
        "body": {"comment": {"text": "{first_line}"}, "requestedAttributes": {"TOXICITY": {}}},
        "value": "attributeScores.TOXICITY.summaryScore.value",
        "limits": {"attempts": 3, "first_wait": 0, "timeout": 5},
        **changes,
    }
    (folder / "scorer.json").write_text(json.dumps(settings))
    return f"http-score:{folder / 'scorer.json'}"


def toxic(value: object) -> Any:
    return raw({"attributeScores": {"TOXICITY": {"summaryScore": {"value": value}}}})


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORER_KEY", KEY)


async def test_what_is_sent_is_filled_in_once(tmp_path: Path) -> None:
    with Server(toxic(0.25)) as server:
        url = perspective(tmp_path, server.url)
        assert capability(url) is Scorer
        reward = await load_reward(url).score(TALK)
    assert (reward.value, reward.usage.calls) == (0.25, 1)
    (asked,) = server.requests
    assert asked.body == {"comment": {"text": "four {question}"}, "requestedAttributes": {"TOXICITY": {}}}
    assert asked.path == f"/v1/comments:analyze?key={KEY}"


async def test_other_braces_in_the_body_stay(tmp_path: Path) -> None:
    body = {"prompt": "{system} {answer}", "tags": ["{question}", 1, None]}
    with Server(toxic(0.25)) as server:
        await load_reward(perspective(tmp_path, server.url, body=body)).score(TALK)
    assert server.requests[0].body == {
        "prompt": "{system}   four {question}\nand more",
        "tags": ["2 + 2?", 1, None],
    }


async def test_a_busy_scorer_is_asked_again_and_one_that_stays_so_fails_one_answer(tmp_path: Path) -> None:
    with Server(failed(503), dropped(), toxic(0.5)) as server:
        assert (await load_reward(perspective(tmp_path, server.url)).score(TALK)).value == 0.5
    with Server(failed(503), failed(503), failed(503)) as server:
        with pytest.raises(CallFailed, match="it said 503") as raised:
            await load_reward(perspective(tmp_path, server.url)).score(TALK)
        assert len(server.requests) == 3
    assert KEY not in str(raised.value)


@pytest.mark.parametrize("reply", [raw("no JSON"), raw({"other": 1}), toxic("high"), toxic(None), raw([1])])
async def test_a_reply_without_the_number_is_no_score(tmp_path: Path, reply: Any) -> None:
    with Server(reply) as server:
        with pytest.raises(CallFailed, match=r"its reply has no number at attributeScores\.TOXICITY"):
            await load_reward(perspective(tmp_path, server.url)).score(TALK)
        assert len(server.requests) == 1


async def test_an_error_shows_no_key(tmp_path: Path) -> None:
    with Server() as server:
        url = perspective(tmp_path, server.url)
    with pytest.raises(CallFailed, match=r"it cannot be reached \(ConnectError\)") as raised:
        await load_reward(url).score(TALK)
    assert KEY not in str(raised.value)


def test_a_file_that_says_too_little_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadModel, match=r"there is no file no\.json"):
        check("http-score:no.json")
    url = perspective(tmp_path, "ftp://host")
    with pytest.raises(BadModel, match="url: String should match pattern"):
        check(url)
    url = perspective(tmp_path, "http://host", valu="x")
    with pytest.raises(BadModel, match="valu: Extra inputs are not permitted"):
        load_any(url)
    url = perspective(tmp_path, "http://host")
    check(url)
    monkeypatch.delenv("SCORER_KEY")
    with pytest.raises(ModelUnavailable, match=r"no API key\. Set the environment variable SCORER_KEY\."):
        check(url)


def test_its_file_lies_beside_the_scenario(tmp_path: Path) -> None:
    perspective(tmp_path, "http://host")
    assert in_folder("http-score:scorer.json", tmp_path) == f"http-score:{tmp_path / 'scorer.json'}"


async def graded(scorer: Any, **options: Any) -> Any:
    grade = grader_of(find("external"), options)
    return await grade(ITEM, Answer(text="four"), Team({"scorer": scorer}))


async def test_a_score_has_a_direction_and_a_scale() -> None:
    with Server(*[toxic(0.25)] * 4) as server:
        scorer = HttpScore(url=server.url, body={}, value="attributeScores.TOXICITY.summaryScore.value")
        assert (await graded(scorer)).score == 0.25
        lower = await graded(scorer, direction="lower")
        assert (lower.score, lower.parts) == (0.75, {"raw": 0.25})
        assert (await graded(scorer, low=-1.0, high=1.0)).score == 0.625
        assert (await graded(scorer, low=0.5, high=1.0)).score == 0.0


async def test_a_scorer_that_fails_leaves_the_answer_unscored() -> None:
    with Server(failed(400)) as server:
        grade = await graded(HttpScore(url=server.url, body={}, value="x"))
    assert (grade.score, grade.reason) == (None, "scorer_failed")
    assert "it said 400" in grade.why
