"""The addresses of served models."""

import json
import shutil
from pathlib import Path

import pytest
from symposia.agents.errors import BadModel, ModelUnavailable, SymposiaError, UnknownName
from symposia.agents.loading import ModelSettings, check, load
from symposia.agents.model_url import in_folder
from symposia.agents.models import pocket
from symposia.agents.models.served.address import ServedAddress
from symposia.agents.models.served.own_server import PYTHON


@pytest.fixture(autouse=True)
def _no_vllm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PYTHON, raising=False)


def test_all_parts_are_read() -> None:
    url = "vllm:org/model@v2+tuned@0123456789abcdef@https://models.example.org/#top=64,key=LAB_API_KEY,name=m"
    at = ServedAddress.parse(url)
    assert (at.url, at.top, at.key_name, at.name) == ("https://models.example.org", 64, "LAB_API_KEY", "m")
    assert (at.files.path, at.files.revision, at.files.adapter) == ("org/model", "v2", "tuned@0123456789abcdef")


def test_a_packaged_models_name_is_its_folder() -> None:
    for model in ("base", "pocket:base"):
        assert ServedAddress.parse(f"vllm:{model}@http://h").files.path == str(pocket.path("base"))
    assert ServedAddress.parse("vllm:strings@http://h").files.adapter == str(pocket.path("strings"))


@pytest.mark.parametrize(
    ("url", "error", "words"),
    [
        ("vllm:base@http://h#tops=3", UnknownName, "no setting of a served model named 'tops'. Did you mean 'top'?"),
        ("vllm:base@http://h#top=0", BadModel, "top=0 is not a number of tokens. Write top=64, or top=all."),
        ("vllm:base@http://h#top=x", BadModel, "top=x is not a number of tokens."),
        ("vllm:base@http://", BadModel, "is not the URL of a server"),
        ("vllm:base@http://user:secret@h", BadModel, "the URL holds credentials."),
        ("vllm:pocket:bases@http://h", UnknownName, "no packaged model named 'bases'."),
        ("vllm:./nowhere@http://h", BadModel, "there is no folder ./nowhere."),
        ("vllm:base+./nothing@http://h", BadModel, "no adapter at ./nothing."),
        ("sglang:base", BadModel, "no server. Only vllm: starts one; add @URL, as in @http://127.0.0.1:30000."),
        ("vllm:base", ModelUnavailable, "Add @URL, or set SYMPOSIA_VLLM_PYTHON to the Python of an environment"),
        ("vllm:", BadModel, "no model after vllm:."),
    ],
)
def test_what_is_wrong_is_said_before_a_server_is_asked(url: str, error: type[SymposiaError], words: str) -> None:
    with pytest.raises(error) as raised:
        check(url, where="scenario.yaml: models.a")
    assert words in str(raised.value)


def test_a_key_that_was_written_into_the_address_is_not_shown() -> None:
    with pytest.raises(BadModel) as raised:
        check("vllm:base@http://h#key=sk-planted")
    assert "sk-planted" not in str(raised.value)
    assert "never write the key itself" in str(raised.value)


def test_a_folder_is_relative_to_its_scenario(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert in_folder("vllm:mine@http://h#top=4", tmp_path) == f"vllm:{tmp_path}/mine@http://h#top=4"
    two = in_folder("vllm:mine+mine", tmp_path)
    assert two == f"vllm:{tmp_path}/mine+{tmp_path}/mine"
    assert in_folder("vllm:base@http://h", tmp_path) == "vllm:base@http://h"
    assert in_folder("sglang:org/model@http://h#key=K", tmp_path) == "sglang:org/model@http://h#key=K"


def test_a_model_with_code_of_its_own_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "coded"
    shutil.copytree(pocket.path("base"), folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoModel": "code.Model"}}))
    with pytest.raises(BadModel, match=r"config\.json names code of the model's own \(auto_map\)\. "):
        load(f"vllm:{folder}@http://h")


def test_the_tokenizers_files_are_enough(tmp_path: Path) -> None:
    folder = tmp_path / "tokenizer"
    folder.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json"):
        shutil.copy(pocket.path("base") / name, folder)
    assert load(f"vllm:{folder}@http://h").vocabulary == load("pocket:base").vocabulary  # type: ignore[attr-defined]


def test_a_template_may_be_set_and_limits_may_not() -> None:
    ModelSettings(template="plain").check("vllm", "here")
    with pytest.raises(SymposiaError, match="limits and omit are for api: models"):
        ModelSettings(omit=("seed",)).check("vllm", "here")
