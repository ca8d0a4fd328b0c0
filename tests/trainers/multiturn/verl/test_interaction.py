"""The exported simulated user: many conversations at once, each with its own goal, and a model that fails."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.models.api.library import library
from symposia.tests.support.fake_verl import loaded, reply, stand_in
from symposia.trainers.multiturn.verl.folder import write_verl
from symposia.trainers.multiturn.verl.settings import VerlSettings

from .test_folder import ROWS

CONFIG = {"name": "collabllm", "user_model": "m", "num_retries": 3, "max_tokens": 512, "enable_log": True}


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The exported user, and its module as `module`."""
    stand_in(monkeypatch)
    write_verl(tmp_path, ROWS, VerlSettings())
    module = loaded(tmp_path / "symposia_interaction.py")
    found = module.GoalInteraction(dict(CONFIG))
    found.module = module
    return found


async def test_a_hundred_conversations_at_once_each_have_their_own_goal(
    user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def model(messages: list[dict[str, str]], **options: Any) -> Any:
        await asyncio.sleep(0.001)
        assert options == {"model": "m", "max_tokens": 512}
        return reply(next(line for line in messages[0]["content"].splitlines() if line.startswith("goal ")))

    monkeypatch.setattr(library(), "acompletion", model)

    async def one(number: int) -> tuple[bool, str, float, dict[str, Any]]:
        goal = {"name": "collabllm", "single_turn_prompt": f"goal {number}", "task_desc": "sorting"}
        name = await user.start_interaction(str(number), **goal)
        said: tuple[bool, str, float, dict[str, Any]] = await user.generate_response(
            name, [{"role": "assistant", "content": "What do you want?"}], **goal
        )
        return said

    found = await asyncio.gather(*(one(number) for number in range(100)))
    assert found == [(False, f"goal {number}", 0.0, {}) for number in range(100)]


async def test_the_signal_ends_it_and_reasoning_is_not_shown(user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def model(messages: list[dict[str, str]], **options: Any) -> Any:
        assert "assistant: a c" in messages[0]["content"]
        assert "hm" not in messages[0]["content"]
        return reply("Thanks. [[TERMINATE CHAT]]")

    monkeypatch.setattr(library(), "acompletion", model)
    messages = [{"role": "system", "content": "hm"}, {"role": "assistant", "content": "<think>hm</think>a c"}]
    found = await user.generate_response("1", messages, single_turn_prompt="Sort c a.")
    assert found == (True, "Thanks. [[TERMINATE CHAT]]", 0.0, {})
    assert messages[1]["content"] == "<think>hm</think>a c"


async def test_a_user_that_cannot_be_reached_ends_the_conversation(user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def model(**options: Any) -> Any:
        raise OSError("gone")

    async def at_once(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(library(), "acompletion", model)
    monkeypatch.setattr(user.module.asyncio, "sleep", at_once)
    found = await user.generate_response("1", [{"role": "assistant", "content": "Yes?"}], single_turn_prompt="Sort.")
    assert found == (True, "[[TERMINATE CHAT]]", 0.0, {"failed": "gone"})
    assert len(waited) == 3


async def test_a_conversation_without_a_goal_is_refused(user: Any) -> None:
    with pytest.raises(ValueError, match="the user has no goal"):
        await user.start_interaction("1")
