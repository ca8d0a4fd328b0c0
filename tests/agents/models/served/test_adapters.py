"""Adapters on a server: loaded on demand, under their name and content hash."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Ask, Sampling, Team
from symposia.agents.errors import BadModel, ModelUnavailable
from symposia.agents.loading import load
from symposia.agents.models.pocket import path as pocket_path
from symposia.agents.models.served.adapters import loaded_name
from symposia.agents.turn import Turn
from symposia.protocols.logit import fusion
from symposia.tests.support.served import StandIn

TURNS = (Turn("user", "sort d c a"),)
GREEDY = Sampling(max_tokens=6)
ASK = Ask(text="sort d c a")
STRINGS = pocket_path("strings").resolve()


def test_a_name_means_one_set_of_weights(tmp_path: Path) -> None:
    for name in ("one", "other"):
        shutil.copytree(STRINGS, tmp_path / name / "strings")
    assert loaded_name(str(STRINGS)) == loaded_name(str(tmp_path / "one" / "strings")) == "strings@a7d763388579bc59"
    weights = tmp_path / "other" / "strings" / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00")
    changed = loaded_name(str(tmp_path / "other" / "strings"))
    assert changed.startswith("strings@")
    assert changed != loaded_name(str(STRINGS))


def test_a_name_with_its_hash_is_taken_as_it_is() -> None:
    assert loaded_name("tuned@0123456789abcdef") == "tuned@0123456789abcdef"


def test_a_folder_without_weights_is_no_adapter(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match=r": no adapter_config\.json\. An adapter in PEFT's form has"):
        loaded_name(str(tmp_path))


@pytest.mark.parametrize("kind", ["vllm", "sglang"])
async def test_an_adapter_is_loaded_once_and_writes_beside_its_base(kind: str, here: dict[str, Any]) -> None:
    strings: Any = load("pocket:strings")
    with StandIn({"base": here["base"]}, kind=kind) as server:
        server.loadable[str(STRINGS)] = strings
        there = {"base": load(f"{kind}:base@{server.url}"), "strings": load(f"{kind}:strings@{server.url}")}
        again: Any = load(f"{kind}:pocket:base+{STRINGS}@{server.url}")
        for name, model in {"base": here["base"], "strings": strings}.items():
            assert (await there[name].write(TURNS, GREEDY)).ids == (await model.write(TURNS, GREEDY)).ids
        await again.write(TURNS, GREEDY)
        page = "/v1/load_lora_adapter" if kind == "vllm" else "/load_lora_adapter"
        assert server.asked(page) == [{"lora_name": "strings@a7d763388579bc59", "lora_path": str(STRINGS)}]
        local = await fusion.answer(Team({"base": here["base"], "strings": strings}), ASK)
        assert (await fusion.answer(Team(there), ASK)).ids == local.ids


async def test_one_that_another_process_loaded_meanwhile_is_as_good(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}) as server:
        model: Any = load(f"vllm:strings@{server.url}")
        server.loadable[str(STRINGS)] = load("pocket:strings")  # type: ignore[assignment]
        await model.ready()
        await model.engine.load_adapter("strings@a7d763388579bc59", STRINGS)


async def test_an_adapter_that_is_nowhere_is_said(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}) as server:
        with pytest.raises(BadModel, match=r"the server has no adapter tuned@01234567\. Load it there, or name its"):
            await load(f"vllm:base+tuned@01234567@{server.url}").write(TURNS)
        with pytest.raises(ModelUnavailable, match="the server said 404: Loading lora strings@a7d763388579bc59 failed"):
            await load(f"vllm:strings@{server.url}").write(TURNS)
