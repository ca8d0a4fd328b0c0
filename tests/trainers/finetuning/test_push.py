"""Uploads to the hub, on a double of its API."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.errors import BadModel, CannotWrite
from symposia.agents.loading import load
from symposia.scenarios.cli import app
from symposia.tests.support import training
from symposia.tests.support.tiny import llama
from symposia.trainers.finetuning.policy import Policy
from symposia.trainers.finetuning.push import planned, push
from symposia.trainers.finetuning.settings import Lora, SupervisedSettings
from symposia.trainers.finetuning.supervised import sft
from typer.testing import CliRunner


class Hub:
    """Notes what is asked of it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[tuple[str, Any]] = []
        self._error = error

    def create_repo(self, name: str, **options: Any) -> None:
        if self._error is not None:
            raise self._error
        self.calls.append(("create", (name, options)))

    def upload_folder(self, **options: Any) -> str:
        self.calls.append(("upload", options))
        return f"https://huggingface.co/{options['repo_id']}"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a training."""
    folder = tmp_path_factory.mktemp("push")
    base = load(f"hf:{llama(folder / 'ochre')}")
    policy = Policy(base, called="student", lora=Lora(rank=4))
    settings = SupervisedSettings(**training.QUICK, steps=1)
    asyncio.run(sft(policy, training.sequences(base), settings, out=folder / "out"))
    return folder / "out"


def test_what_would_be_uploaded_is_said_file_by_file(out: Path) -> None:
    upload = planned(out, "lab/student")
    assert [name for name, _ in upload.files] == [
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "lineage.json",
    ]
    assert all(size == (out / "adapter" / name).stat().st_size for name, size in upload.files)
    assert str(upload).startswith(f"to lab/student (private), from {out / 'adapter'}:\n")
    assert "its base is a folder" in str(upload)


def test_only_what_was_said_is_uploaded(out: Path) -> None:
    (out / "adapter" / "optimizer.pt").write_bytes(b"no")
    (out / "adapter" / ".secret").write_bytes(b"no")
    hub = Hub()
    upload = planned(out, "lab/student")
    assert push(upload, hub) == "https://huggingface.co/lab/student"
    assert hub.calls == [
        ("create", ("lab/student", {"private": True, "exist_ok": True})),
        (
            "upload",
            {
                "repo_id": "lab/student",
                "folder_path": str(out / "adapter"),
                "allow_patterns": ["README.md", "adapter_config.json", "adapter_model.safetensors", "lineage.json"],
                "commit_message": "student@1 by sft",
            },
        ),
    ]


def test_an_error_of_the_hub_is_told(out: Path) -> None:
    with pytest.raises(CannotWrite) as error:
        push(planned(out, "lab/student"), Hub(PermissionError("401 Unauthorized.\nmore")))
    assert str(error.value) == "lab/student: 401 Unauthorized. Log in with `hf auth login`, and check the name."


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match=r"has no \*\.safetensors"):
        planned(tmp_path, "lab/student")


def test_the_command_asks_before_it_uploads(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub()
    monkeypatch.setattr("huggingface_hub.HfApi", lambda: hub)
    said = CliRunner().invoke(app, ["push", str(out), "--to", "lab/student"], input="n\n")
    assert said.output.endswith("Upload? [y/N]: n\nNothing was uploaded.\n")
    assert hub.calls == []
    said = CliRunner().invoke(app, ["push", str(out), "--to", "lab/student", "--yes", "--public"])
    assert said.output.endswith("https://huggingface.co/lab/student\n")
    assert hub.calls[0] == ("create", ("lab/student", {"private": False, "exist_ok": True}))


def test_the_card_names_its_methods_for_the_hub(out: Path) -> None:
    import yaml

    text = (out / "adapter" / "README.md").read_text()
    head = yaml.safe_load(text.split("---")[1])
    assert head == {"library_name": "peft", "pipeline_tag": "text-generation", "tags": ["lora", "trl", "sft"]}
    assert "`student@1`: supervised training on answers" in text
