"""Reward models: what they say, who may ask them, and what an answer is worth by it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Ask, Open, Team, Turn, Writer
from symposia.agents.accounting import Usage
from symposia.agents.context import Context
from symposia.agents.errors import BadModel, BadScenario, CannotHandle, MissingCapability, PromptTooLong
from symposia.agents.loading import load, load_any, load_reward
from symposia.agents.message import Answer, Reward
from symposia.agents.models.absent import Absent
from symposia.agents.models.base import Scorer
from symposia.agents.models.scripted import Scripted
from symposia.agents.objective import Graded
from symposia.agents.replay import Memory
from symposia.protocols.weight import model_swarms
from symposia.scenarios.planning.plan import plan
from symposia.scenarios.planning.protocol_spec import protocol
from symposia.scenarios.planning.yaml_files import read
from symposia.tests.support.doubles import Listed
from symposia.tests.support.said import says
from symposia.tests.support.tiny import llama, rewarder
from symposia.trainers.search.raters import Rewarded, Scale
from transformers import AutoModelForSequenceClassification, AutoTokenizer

SAID = [
    (Turn(role="user", text=question), Turn(role="assistant", text=answer))
    for question, answer in (("hello", "hi"), ("What is 2 + 2?", "4"), ("a" * 40, "b"), ("hello", "hi there, friend"))
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rewarder(tmp_path_factory.mktemp("reward"))


@pytest.fixture(scope="module")
def model(folder: Path) -> Scorer:
    return load_reward(f"reward:{folder}")


def by_transformers(folder: Path, turns: tuple[Turn, ...]) -> float:
    network = AutoModelForSequenceClassification.from_pretrained(folder)
    ids = AutoTokenizer.from_pretrained(folder).apply_chat_template(
        [{"role": turn.role, "content": turn.text} for turn in turns], return_tensors="pt", return_dict=True
    )
    with torch.no_grad():
        return float(network(**ids).logits[0, 0])


async def test_scores_asked_at_once_are_those_of_transformers_one_by_one(model: Scorer, folder: Path) -> None:
    found = await asyncio.gather(*(model.score(turns) for turns in SAID))
    expected = [by_transformers(folder, turns) for turns in SAID]
    assert [one.value for one in found] == pytest.approx(expected, abs=1e-5)
    assert found[0].usage == Usage(prompt_tokens=12, calls=1)
    assert len(set(expected)) == 4


async def test_who_leaves_does_not_keep_others_waiting(model: Scorer) -> None:
    calls = [asyncio.ensure_future(model.score(turns)) for turns in SAID * 8]
    await asyncio.sleep(0)
    for call in calls[::2]:
        call.cancel()
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(one, Reward) for one in found) >= 16


async def test_a_conversation_that_is_too_long_is_refused(model: Scorer, folder: Path) -> None:
    with pytest.raises(PromptTooLong, match=r"the conversation has 206 tokens\. The context holds 128\.$"):
        await model.score((Turn(role="user", text="a" * 200), Turn(role="assistant", text="b")))


async def test_a_team_asks_its_reward_model_and_the_trace_remembers(model: Any) -> None:
    shared = Context()
    said = await Team({"judge": model}, context=shared).assess("judge", Ask(text="hello"), "hi")
    assert said == await model.score(SAID[0])
    replayed = Team({"judge": Absent("judge")}, context=Context(memory=Memory(shared.trace.events, "replay")))
    assert await replayed.assess("judge", Ask(text="hello"), "hi") == said
    assert replayed.spent == said.usage


async def test_a_writer_is_no_reward_model() -> None:
    with says(CannotHandle, "amber: is not a reward model. Use one, pocket:reward or reward:FOLDER for example."):
        await Team({"amber": Scripted("4")}).assess("amber", Ask(text="hello"), "hi")


def test_a_reward_model_writes_nothing(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadModel, match=r"is a reward model: it scores answers and writes none\. Name it reward:FOLDER"):
        load(f"hf:{folder}")
    with says(
        BadModel, "pocket:reward: is a reward model: it scores answers and writes none. Load it with load_reward."
    ):
        load("pocket:reward")
    with pytest.raises(BadModel, match=r"is not a reward model\. Name one: pocket:reward, or reward:REPO_OR_PATH\."):
        load_reward("pocket:base")
    with pytest.raises(BadModel, match=r"gives 2 scores, not one\. Use a reward model\.$"):
        load_any(f"reward:{rewarder(tmp_path / 'two', num_labels=2)}")
    with pytest.raises(BadModel, match=r"its weights lack 'score.weight'"):
        load_any(f"reward:{llama(tmp_path / 'none')}")


def test_only_the_member_that_an_option_names_may_offer_less() -> None:
    swarm = protocol("weight/model_swarms")
    assert swarm.needs_of("judge", {"judge": "judge"}) is Writer
    assert swarm.needs_of("judge", {"reward": "judge"}) is Scorer
    assert swarm.needs_of("judge", {"reward": None}) is Open
    with says(
        MissingCapability,
        "s.yaml: weight/model_swarms needs models that score answers; amber (pocket:base) does not. "
        "Use pocket:reward or a reward: model.",
    ):
        swarm.check_capability("amber", "pocket:base", offers=Open, wanted=Scorer, where="s.yaml")
    with says(
        MissingCapability,
        "s.yaml: weight/model_swarms needs models that show their parameters; amber (pocket:reward) does not. "
        "Use a pocket: or hf: model.",
    ):
        swarm.check_capability("amber", "pocket:reward", offers=Scorer, wanted=Open, where="s.yaml")


def test_a_judge_need_not_show_its_parameters(tmp_path: Path) -> None:
    (tmp_path / "says.txt").write_text("7\n")
    scenario = {
        "protocol": {"use": "weight/model_swarms", "options": {"utility": "judge", "judge": "judge"}},
        "team": [{"name": "amber", "model": "pocket:base"}, {"name": "judge", "model": "scripted:says.txt"}],
        "task": {"use": "pocket"},
    }
    path = tmp_path / "one.yaml"
    path.write_text(json.dumps(scenario))
    assert plan(read(path), where="one.yaml", folder=tmp_path).part.options["judge"] == "judge"
    path.write_text(json.dumps({**scenario, "protocol": {"use": "weight/model_swarms"}}))
    with pytest.raises(MissingCapability, match=r"judge \(scripted:says\.txt\) does not\."):
        plan(read(path), where="one.yaml", folder=tmp_path)


@pytest.mark.parametrize(("length", "worth"), [("any", 0.5353604), ("concise", 0.6367902), ("verbose", 0.3985703)])
def test_a_raw_score_and_a_length_are_worth(length: Any, worth: float) -> None:
    scale = Scale(length=length)
    assert scale(0.0, 60) == pytest.approx(worth, abs=1e-7)
    assert scale(99.0, 201) == {"any": 1.0, "concise": 0.5, "verbose": 1.0}[length]
    assert scale(-99.0, 3) == {"any": 0.0, "concise": 0.5, "verbose": 0.0}[length]


def test_a_scale_rises() -> None:
    with pytest.raises(ValueError, match="low, 3, is not below high, 2"):
        Scale(low=3, high=2)


async def test_what_failed_is_worth_nothing_to_say(model: Any) -> None:
    rewarded = Rewarded(Team({"judge": model}), "judge", Scale(low=-100, high=100))
    assert await rewarded("amber", 0, Graded(None, None, "hello")) is None
    said = Answer(text="hi", usage=Usage(completion_tokens=1))
    raw = (await model.score(SAID[0])).value
    assert await rewarded("amber", 1, Graded(said, 0.0, "hello")) == pytest.approx((raw + 100) / 200)


@pytest.mark.parametrize("utility", ["reward", "judge"])
async def test_a_utility_by_a_rater_needs_one(model: Any, utility: Any) -> None:
    with says(BadScenario, f"model_swarms: utility: {utility} needs one. Name a member: {utility}: NAME."):
        await model_swarms.prepare(Team({"amber": Absent("amber")}), Listed([1.0]), utility=utility)
