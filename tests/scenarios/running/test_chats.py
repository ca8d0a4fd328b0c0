"""Simulated conversations as JSON on standard output, and as chat lines for trainers."""

import json
from pathlib import Path
from typing import Any

from symposia.agents import Turn
from symposia.scenarios.running.chats import chat, write_chats
from symposia.scenarios.running.conversations import Conversation
from symposia.tests.support.command import inside, symposia
from symposia.tests.support.written import scenario

LOOP = """\
protocol: {use: text/user_loop, options: {user: blue, assistant: amber, max_turns: 3}}
team:
  - {name: amber, model: "scripted:amber.txt", persona: "You add."}
  - {name: blue, model: "scripted:blue.txt"}
task: {use: short_answer, data: sums}
baselines: false
concurrency: 1
"""


def simulated(folder: Path, *, amber: str, blue: str) -> Path:
    """A scenario of a conversation whose assistant and user say these lines."""
    path = scenario(folder, LOOP)
    (folder / "amber.txt").write_text(amber)
    (folder / "blue.txt").write_text(blue)
    return path


def lines_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_simulation_is_printed_as_json_alone(tmp_path: Path) -> None:
    simulated(tmp_path, amber="4\n", blue="two and two?\n[[done]]\n")
    done = symposia("simulate", "s.yaml", "--limit", "1", "--out", "run", "--json", folder=tmp_path)
    assert done.code == 0
    found = json.loads(done.out)
    (one,) = found["conversations"]
    assert (one["goal"], one["ending"], one["score"]) == ("2 + 2?", "done", 1.0)
    assert one["turns"] == [
        {"role": "user", "content": "two and two?"},
        {"role": "assistant", "content": "4"},
        {"role": "user", "content": "[[done]]"},
    ]
    assert found["report"]["rows"][0]["value"] == 1.0
    assert found["directory"] == "run"


def test_conversations_are_exported_as_chats_that_end_with_the_assistant(tmp_path: Path) -> None:
    simulated(tmp_path, amber="what?\n4\n", blue="two and two?\nplus\n[[done]]\n")
    done = inside("simulate", "s.yaml", "--limit", "1", "--out", "run", "--export", "chats.jsonl", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("chats.jsonl: 1 conversations.\n")
    (one,) = lines_of(tmp_path / "chats.jsonl")
    spoken = [(message["role"], message["content"].split("\n")[0]) for message in one["messages"]]
    assert spoken == [
        ("system", "You add."),
        ("user", "two and two?"),
        ("assistant", "what?"),
        ("user", "plus"),
        ("assistant", "4"),
    ]
    sample = lines_of(tmp_path / "run" / "samples.jsonl")[0]
    assert {name: one[name] for name in ("id", "goal", "ending", "score")} == {
        "id": sample["id"],
        "goal": "2 + 2?",
        "ending": "done",
        "score": 1.0,
    }


def test_a_history_is_part_of_the_chat_and_of_what_is_printed(tmp_path: Path) -> None:
    simulated(tmp_path, amber="4\n", blue="[[done]]\n")
    said = [{"role": "user", "content": "two and two?"}]
    (tmp_path / "sums.test.jsonl").write_text(json.dumps({"input": "2 + 2?", "output": "4", "history": said}))
    done = inside("simulate", "s.yaml", "--out", "run", "--export", "chats.jsonl", "--json", folder=tmp_path)
    (talk,) = json.loads(done.out)["conversations"]
    assert [turn["content"] for turn in talk["turns"]] == ["two and two?", "4", "[[done]]"]
    (one,) = lines_of(tmp_path / "chats.jsonl")
    assert [message["role"] for message in one["messages"]] == ["system", "user", "assistant"]


def test_a_conversation_without_a_word_of_the_assistant_is_no_chat(tmp_path: Path) -> None:
    simulated(tmp_path, amber="4\n", blue="[[done]]\nthree and three?\n[[done]]\n")
    done = inside("simulate", "s.yaml", "--out", "run", "--export", "chats.jsonl", folder=tmp_path)
    assert done.out.endswith("chats.jsonl: 1 conversations, 1 without a word of the assistant left out.\n")
    assert [one["goal"] for one in lines_of(tmp_path / "chats.jsonl")] == ["3 + 3?"]


def test_what_a_model_wrote_is_escaped_and_stays_on_its_line(tmp_path: Path) -> None:
    hostile = "\x1b[2J\u2028\u202e\n{}"
    talk = Conversation("g", [], "", chat=(Turn("user", "hi"), Turn("assistant", hostile)))
    assert write_chats(tmp_path / "chats.jsonl", [talk]) == 1
    text = (tmp_path / "chats.jsonl").read_text()
    assert text.isascii()
    assert text.count("\n") == 1
    assert chat(talk)["messages"][1]["content"] == json.loads(text)["messages"][1]["content"]
