"""agents/loading: models by their URLs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from symposia.agents.errors import BadData, BadModel, ScriptRanOut, SymposiaError, UnknownName
from symposia.agents.loading import check, load
from symposia.agents.message import Sampling
from symposia.agents.model_url import capability
from symposia.agents.models.base import Open, Scorer, Writer
from symposia.agents.models.hf.address import ModelAddress
from symposia.agents.models.hf.model import Model
from symposia.agents.turn import Turn
from symposia.tests.support.tiny import adapter, llama

HELLO = (Turn(role="user", text="hello"),)


def test_a_url_is_read_once(tmp_path: Path) -> None:
    url = f"hf:{llama(tmp_path)}"
    check(url)
    model = load(url)
    assert isinstance(model, Model)
    assert load(url) is model
    model.close()


async def test_a_url_can_name_an_adapter(tmp_path: Path) -> None:
    base = llama(tmp_path / "base")
    url = f"hf:{base}+{adapter(base, tmp_path / 'adapter')}"
    check(url)
    adapted, plain = load(url), load(f"hf:{base}")
    assert isinstance(adapted, Model)
    assert isinstance(plain, Model)
    assert adapted.engine is plain.engine
    assert load(url) is adapted
    sampling = Sampling(max_tokens=16)
    assert (await adapted.write(HELLO, sampling)).ids != (await plain.write(HELLO, sampling)).ids
    plain.close()


async def test_a_script_is_the_lines_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "script.txt"
    path.write_text("one\ntwo\n")
    model = load(f"scripted:{path}")
    assert [(await model.write(HELLO)).text for _ in range(2)] == ["one", "two"]
    with pytest.raises(ScriptRanOut):
        await model.write(HELLO)


async def test_lines_of_a_jsonl_script_may_have_lines(tmp_path: Path) -> None:
    path = tmp_path / "script.jsonl"
    path.write_text('"one\\ntwo"\n')
    assert (await load(f"scripted:{path}").write(HELLO)).text == "one\ntwo"


def test_a_url_says_what_it_offers_before_anything_is_loaded() -> None:
    assert [capability(url) for url in ("pocket:x", "hf:x/y", "api:x/y", "scripted:x")] == [Open, Open, Writer, Writer]
    assert [capability(url) for url in ("pocket:reward", "reward:x/y")] == [Scorer, Scorer]


@pytest.mark.parametrize(
    ("url", "kind", "message"),
    [
        (
            "pockt:base",
            UnknownName,
            "pockt:base: no kind of model named 'pockt'. Did you mean 'pocket'? "
            "Known: api, hf, http-score, peer, pocket, reward, saboteur, scripted, sglang, smol, vllm.",
        ),
        (
            "hf:",
            BadModel,
            "hf:: no model after hf:. It is transformers, in this process: "
            "REPO_OR_PATH[@REVISION][+ADAPTER][#DEVICE,..].",
        ),
        (
            "hf:./nowhere",
            BadModel,
            "hf:./nowhere: there is no folder nowhere. Give a model's folder or its name on the hub.",
        ),
        ("hf:a b", BadModel, "hf:a b: 'a b' is neither a folder nor the name of a repository. Check it."),
        ("api:x", BadModel, "api:x: no provider. Write api:PROVIDER/MODEL, as in api:openai/gpt-4o-mini."),
        (
            "scripted:no.txt",
            BadData,
            "scripted:no.txt: there is no file no.txt. Give a text file with one answer a line.",
        ),
    ],
)
def test_a_bad_url_is_an_error_before_and_when_it_is_loaded(url: str, kind: type[SymposiaError], message: str) -> None:
    for ask in (check, load):
        with pytest.raises(kind) as error:
            ask(url)
        assert str(error.value) == message


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("x:y", "s.yaml: amber: x:y: no kind of model named 'x'. "),
        ("pocket:no such model", "s.yaml: amber: pocket:no such model: no packaged model named 'no such model'. "),
    ],
)
def test_a_fault_says_where_it_was_written(url: str, message: str) -> None:
    with pytest.raises(UnknownName) as error:
        check(url, where="s.yaml: amber")
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("config.json", "holds no model: config.json is missing. Save one there with save_pretrained."),
        ("model.safetensors", "has no *.safetensors. Only safetensors are read: save the weights so."),
    ],
)
def test_a_folder_that_lacks_a_file_is_named(tmp_path: Path, missing: str, message: str) -> None:
    (llama(tmp_path) / missing).unlink()
    for ask in (check, load):
        with pytest.raises(BadModel) as error:
            ask(f"hf:{tmp_path}")
        assert str(error.value) == f"hf:{tmp_path}: {tmp_path} {message}"


def test_an_adapter_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadModel) as error:
        check(f"hf:{llama(tmp_path)}+{tmp_path}/no")
    assert str(error.value).endswith(f": no adapter at {tmp_path}/no. A folder with adapter_config.json is needed.")


def test_an_adapter_of_the_hub_is_fetched_at_its_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str | None]] = []

    def fetched(name: str, repository: str, revision: str | None) -> str:
        asked.append((repository, revision))
        return str(tmp_path / "none")

    monkeypatch.setattr("symposia.agents.models.hf.registry.fetch", fetched)
    url = f"hf:{llama(tmp_path)}+bunsenfeng/code_alpaca@v1"
    check(url)
    with pytest.raises(BadModel):
        load(url)
    assert asked == [("bunsenfeng/code_alpaca", "v1")]


@pytest.mark.parametrize("text", ["", "{", "1\n"])
def test_a_file_that_is_no_script_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "script.jsonl"
    path.write_text(text)
    with pytest.raises(BadData, match=r"(is not a script|cannot be read)"):
        load(f"scripted:{path}")


def test_a_repository_that_cannot_be_had_is_an_error(tmp_path: Path) -> None:
    """In a process of its own, since the hub's client reads its settings when it is imported."""
    code = "from symposia.agents.loading import load; load('hf:nobody/nothing')"
    settings = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="/", env=settings
    )
    assert done.stderr.splitlines()[-1] == (
        "symposia.agents.errors.BadModel: hf:nobody/nothing: there is no folder nobody/nothing, the hub cannot be "
        "reached, and nothing was fetched from it before. Give a model's folder, or go online."
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("org/name", ModelAddress("org/name")),
        ("org/name@main", ModelAddress("org/name", "main")),
        ("org/name+adapter", ModelAddress("org/name", None, "adapter")),
        ("org/name+adapter#cuda:0,cuda:1", ModelAddress("org/name", None, "adapter", ("cuda:0", "cuda:1"))),
        ("org/name#1/adapter", ModelAddress("org/name#1/adapter")),
        ("org/name@v1+some/adapter", ModelAddress("org/name", "v1", "some/adapter")),
    ],
)
def test_a_place_has_a_path_a_revision_and_an_adapter(text: str, place: ModelAddress) -> None:
    assert ModelAddress.parse(text) == place


def test_a_folder_may_have_signs_in_its_name(tmp_path: Path) -> None:
    odd = tmp_path / "me@home+away"
    odd.mkdir()
    assert ModelAddress.parse(str(odd)) == ModelAddress(str(odd))
    assert ModelAddress.parse(f"{odd}+x") == ModelAddress(str(odd), None, "x")
