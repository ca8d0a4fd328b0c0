"""Inputs of all kinds: every one has a result, or one clear message.

`make fuzz` tries 200,000 of them; by default there are some thousands, other ones every day.
"""

import asyncio
import gzip
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from symposia.agents.codec import decode, encode
from symposia.agents.errors import SymposiaError
from symposia.agents.message import Answer, Sampling
from symposia.agents.models.api.attempt import attempt
from symposia.agents.models.api.failure import Failure
from symposia.agents.models.api.library import library
from symposia.agents.models.api.reply import read
from symposia.agents.trace_reader import read as read_trace
from symposia.evaluators.tasks import multiple_choice, short_answer
from symposia.scenarios.planning.plan import plan
from symposia.scenarios.planning.schema import Scenario
from symposia.scenarios.planning.wanted import LIBRARY, scenario_files
from symposia.scenarios.planning.yaml_files import document, parse

INPUTS: Final = int(os.environ.get("SYMPOSIA_FUZZ", "2500"))
TODAY: Final = seed(date.today().toordinal())
QUIET: Final = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}

words = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(
    ["", "A", "4", "\ud800", "nan", "../x", "a" * 99]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | words
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6
)

SCENARIOS: Final = [
    document(path) for path in scenario_files() if not path.stem.startswith(("train", "swarm", "model"))
]


def places(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all values in nested data."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield (*above, key)
        yield from places(value, (*above, key))


def put(data: Any, place: tuple[Any, ...], value: Any, *, beside: bool) -> Any:
    """A copy of nested data with another value at a place, or a further key `value` beside it."""
    copy = json.loads(json.dumps(data))
    above = copy
    for key in place[:-1]:
        above = above[key]
    if beside and isinstance(above, dict):
        above[str(value)[:12]] = value
    else:
        above[place[-1]] = value
    return copy


@TODAY
@settings(max_examples=INPUTS // 5, **QUIET)
@given(st.data())
def test_a_scenario_is_planned_or_refused(data: st.DataObject) -> None:
    scenario = data.draw(st.sampled_from(SCENARIOS))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(sorted(places(scenario), key=str) or [("protocol",)]))
        scenario = put(scenario, place, data.draw(values), beside=data.draw(st.booleans()))
    try:
        plan(parse(Scenario, scenario, where="s.yaml"), where="s.yaml", folder=LIBRARY)
    except SymposiaError as error:
        assert_clear(error)


@TODAY
@settings(max_examples=INPUTS // 5, **QUIET)
@given(st.binary(max_size=60))
def test_a_file_of_any_bytes_is_a_scenario_or_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "s.yaml"
        path.write_bytes(content)
        try:
            document(path)
        except SymposiaError as error:
            assert_clear(error)


rows = st.dictionaries(
    st.sampled_from(
        ["input", "question", "output", "answer", "choices", "answer_type", "domain", "question_id", "image"]
    ),
    values | st.dictionaries(st.sampled_from("ABCD"), scalars, max_size=4),
    max_size=6,
)


@TODAY
@settings(max_examples=2 * INPUTS // 5, **QUIET)
@given(
    st.lists(rows, max_size=3) | st.binary(max_size=40),
    st.sampled_from(["jsonl", "json", "csv", "tsv", "jsonl.gz", "parquet"]),
)
def test_a_data_file_has_items_or_is_refused(content: Any, end: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"q.{end}"
        path.write_bytes(as_bytes(content, end))
        for task in (short_answer, multiple_choice):
            try:
                task.load(split="test", data=str(path))
            except SymposiaError as error:
                assert_clear(error)


def as_bytes(content: Any, end: str) -> bytes:
    """Rows in a format, or bytes as they are."""
    if isinstance(content, bytes):
        return content
    lines = [json.dumps(row) for row in content]
    text = f"[{','.join(lines)}]" if end == "json" else "\n".join(lines)
    return gzip.compress(text.encode()) if end.endswith("gz") else text.encode()


REPLY: Final = {
    "id": "1",
    "created": 1,
    "model": "m",
    "object": "chat.completion",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "4", "reasoning_content": "2 + 2", "tool_calls": None},
            "logprobs": {"content": [{"token": "4", "logprob": -0.1, "bytes": None, "top_logprobs": []}]},
        }
    ],
    "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
}


async def answered(body: Any) -> Answer | Failure:
    """What is made of a server's reply, as LiteLLM gives it."""

    async def ask() -> Any:
        return library().ModelResponse(**body)

    return await attempt(ask, lambda response: read(response, Sampling(stop=("\n",))), 60.0, None)


@TODAY
@settings(max_examples=INPUTS // 5, **QUIET)
@given(st.data())
def test_a_reply_of_a_server_is_an_answer_or_a_failure(data: st.DataObject) -> None:
    body: Any = REPLY
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(sorted(places(body), key=str)))
        body = put(body, place, data.draw(values), beside=data.draw(st.booleans()))
    found = asyncio.run(answered(body))
    if isinstance(found, Answer):
        assert decode(json.loads(json.dumps(encode(found)))) == found
    else:
        assert_clear(found.error("api:openai/m", 1))


@TODAY
@settings(max_examples=INPUTS // 5, **QUIET)
@given(st.binary(max_size=80), st.booleans())
def test_a_file_of_any_bytes_is_a_trace_or_refused(content: bytes, cut: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trace.jsonl"
        path.write_bytes(content)
        try:
            read_trace(path, cut=cut)
        except SymposiaError as error:
            assert_clear(error)


def assert_clear(error: SymposiaError) -> None:
    """The message is some words and quotes nobody's traceback."""
    said = str(error)
    assert said.strip()
    assert "Traceback" not in said
