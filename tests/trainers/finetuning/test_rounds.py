"""Adapters with lineage: a second round begins where the first ended, and plain PEFT loads what was made."""

import asyncio
import json
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from symposia.agents import Sampling
from symposia.agents.errors import ArchitectureMismatch, BadModel, BadScenario
from symposia.agents.loading import load
from symposia.tests.support import training
from symposia.tests.support.tiny import adapter, llama
from symposia.trainers.finetuning.curve import read_curve
from symposia.trainers.finetuning.group import grpo
from symposia.trainers.finetuning.lineage import read_lineage
from symposia.trainers.finetuning.policy import Policy
from symposia.trainers.finetuning.preference import dpo
from symposia.trainers.finetuning.settings import GroupSettings, Lora, PreferenceSettings, SupervisedSettings
from symposia.trainers.finetuning.supervised import sft
from symposia.trainers.finetuning.trained import Trained
from transformers import AutoModelForCausalLM

pytestmark = pytest.mark.long

LORA = Lora(rank=4, alpha=8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return llama(tmp_path / "ochre", seed=3)


def first_round(folder: Path, out: Path) -> Trained:
    """Supervised training of a new adapter on the model in a folder."""
    base = load(f"hf:{folder}")
    policy = Policy(base, called="student", lora=LORA)
    settings = SupervisedSettings(**training.QUICK, epochs=2)
    return asyncio.run(sft(policy, training.sequences(base), settings, out=out))


def test_preferences_go_on_from_the_supervised_adapter_and_measure_against_it(folder: Path, tmp_path: Path) -> None:
    """CollabLLM's trainers lose the supervised adapter here: they save a fresh one that was trained on top of it."""
    made = first_round(folder, tmp_path / "first")
    base = load(f"hf:{folder}")
    policy = Policy(base, called="student", adapter=made.folder)
    settings = PreferenceSettings(**training.QUICK, steps=3)
    second = asyncio.run(dpo(policy, training.pairs(base), settings, out=tmp_path / "second"))
    # The reference is the policy as it began: at the first step nothing is preferred yet.
    assert read_curve(tmp_path / "second" / "curve.jsonl")[0]["margin"] == 0.0
    assert (made.policy, second.policy) == ("student@1", "student@2")
    lineage = read_lineage(second.folder)
    assert lineage is not None
    assert lineage.parent == read_lineage(made.folder)
    assert [lineage.method, lineage.parent.method if lineage.parent else ""] == ["dpo", "sft"]


def test_the_second_adapter_alone_on_the_base_is_what_answers(folder: Path, tmp_path: Path) -> None:
    made = first_round(folder, tmp_path / "first")
    base = load(f"hf:{folder}")
    policy = Policy(base, adapter=made.folder)
    pairs = training.pairs(base)
    second = asyncio.run(dpo(policy, pairs, PreferenceSettings(**training.QUICK, steps=3), out=tmp_path / "second"))
    config = json.loads((second.folder / "adapter_config.json").read_text())
    plain = PeftModel.from_pretrained(
        AutoModelForCausalLM.from_pretrained(config["base_model_name_or_path"]), str(second.folder)
    )
    prompt = training.ASKS[0].turns()

    async def logits() -> torch.Tensor:
        session = await policy.open(prompt)
        return await session.next()

    with torch.no_grad():
        ids = torch.tensor([base.chat.prompt(prompt)])
        expected = plain(input_ids=ids).logits[0, -1]
        first = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(folder), str(made.folder))
        before = first(input_ids=ids).logits[0, -1]
    shown = asyncio.run(logits())
    assert torch.allclose(shown, expected[: len(shown)], atol=1e-4)
    assert not torch.allclose(before, expected, atol=1e-3)


def test_rounds_of_one_policy_in_memory_are_rounds_of_its_files(folder: Path, tmp_path: Path) -> None:
    base = load(f"hf:{folder}")
    policy = Policy(base, called="student", lora=LORA)
    sequences, pairs = training.sequences(base), training.pairs(base)
    supervised, preferred = SupervisedSettings(**training.QUICK, steps=3), PreferenceSettings(**training.QUICK, steps=3)
    first = asyncio.run(sft(policy, sequences, supervised, out=tmp_path / "a"))
    at_once = asyncio.run(dpo(policy, pairs, preferred, out=tmp_path / "b"))
    apart = asyncio.run(dpo(Policy(base, called="student", adapter=first.folder), pairs, preferred, out=tmp_path / "c"))
    weights = [(one.folder / "adapter_model.safetensors").read_bytes() for one in (at_once, apart)]
    assert weights[0] == weights[1]


def test_dropout_is_there_again_after_a_training_without_it(folder: Path, tmp_path: Path) -> None:
    base = load(f"hf:{folder}")
    policy = Policy(base, lora=LORA)
    chances = [part.p for part in policy.network.modules() if isinstance(part, torch.nn.Dropout)]
    asyncio.run(dpo(policy, training.pairs(base), PreferenceSettings(**training.QUICK, steps=1), out=tmp_path / "a"))
    assert [part.p for part in policy.network.modules() if isinstance(part, torch.nn.Dropout)] == chances
    assert set(chances) == {0.1}
    assert not any("ref" in name for name, _ in policy.network.named_parameters())


def test_answers_carry_the_version_that_wrote_them_and_change_without_a_reload(folder: Path, tmp_path: Path) -> None:
    base = load(f"hf:{folder}")
    policy = Policy(base, called="student", lora=LORA)
    seen = []

    async def shorter(rollouts):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        seen.append({one.answer.policy for one in rollouts})
        again = await policy.write(training.ASKS[0].turns())
        seen[-1].add(again.policy)
        return await training.shorter(rollouts)

    settings = GroupSettings(batch=2, samples=4, steps=3, max_tokens=4, rate=1e-2)
    engine = policy.engine
    made = asyncio.run(grpo(policy, training.ASKS, shorter, settings, out=tmp_path / "out"))
    assert seen == [{"student@0"}, {"student@1"}, {"student@2"}]
    assert made.policy == policy.name == "student@3"
    assert policy.engine is engine is base.engine
    lines = [json.loads(line) for line in (tmp_path / "out" / "rollouts.jsonl").read_text().splitlines()]
    assert [line["policy"] for line in lines[::8]] == ["student@0", "student@1", "student@2"]


def test_an_adapter_of_another_base_is_refused(folder: Path, tmp_path: Path) -> None:
    made = first_round(folder, tmp_path / "first")
    other = load(f"hf:{llama(tmp_path / 'umber', seed=4)}")
    with pytest.raises(ArchitectureMismatch) as error:
        Policy(other, adapter=made.folder)
    said = str(error.value)
    assert said.startswith(f"{made.folder}: was trained from {folder} (")
    assert said.endswith("Use the base it was trained on.")


def test_an_adapter_of_another_chat_template_is_refused(folder: Path, tmp_path: Path) -> None:
    made = first_round(folder, tmp_path / "first")
    template = "{% for message in messages %}<{{ message.role }}>{{ message.content }}<end>{% endfor %}<assistant>"
    other = load(f"hf:{llama(tmp_path / 'umber', seed=3, template=template)}")
    with pytest.raises(ArchitectureMismatch, match="another chat template or vocabulary"):
        Policy(other, adapter=made.folder)


def test_an_adapter_that_others_made_is_trained_on(folder: Path, tmp_path: Path) -> None:
    base = load(f"hf:{folder}")
    policy = Policy(base, adapter=adapter(folder, tmp_path / "theirs"))
    made = asyncio.run(
        sft(policy, training.sequences(base), SupervisedSettings(**training.QUICK, steps=1), out=tmp_path / "out")
    )
    assert made.policy == "policy@1"


def test_a_layer_that_is_not_there_is_told_by_its_name(folder: Path) -> None:
    with pytest.raises(BadModel, match=r"has no linear layer named 'query'\. Its linear layers: down_proj, gate_proj"):
        Policy(load(f"hf:{folder}"), lora=Lora(targets=("query",)))


def test_a_directory_of_another_training_is_refused(folder: Path, tmp_path: Path) -> None:
    first_round(folder, tmp_path / "first")
    base = load(f"hf:{folder}")
    with pytest.raises(BadScenario, match="holds another training: it differs in"):
        asyncio.run(
            sft(
                Policy(base, called="student", lora=LORA),
                training.sequences(base)[:4],
                SupervisedSettings(**training.QUICK),
                out=tmp_path / "first",
            )
        )


def test_a_scenario_names_the_adapter_by_its_folder(folder: Path, tmp_path: Path) -> None:
    base = load(f"hf:{folder}")
    policy = Policy(base, lora=LORA)
    settings = SupervisedSettings(**training.QUICK, epochs=2)
    made = asyncio.run(sft(policy, training.sequences(base), settings, out=tmp_path / "out"))
    turns = training.ASKS[0].turns()
    named = load(f"hf:{folder}+{made.folder}")
    answers = [asyncio.run(model.write(turns, Sampling(max_tokens=6))) for model in (policy, named)]
    assert answers[0].ids == answers[1].ids
    assert answers[0].logprobs == pytest.approx(answers[1].logprobs, abs=1e-5)


@pytest.mark.parametrize("more", [{"gradient_checkpointing": True}, {"bf16": True}, {"weight_decay": 0.1}])
def test_arguments_of_trl_are_passed_through(more: dict[str, object], folder: Path, tmp_path: Path) -> None:
    """Recomputed activations give the same weights; half precision and weight decay give others, and all are finite."""
    base = load(f"hf:{folder}")
    weights = []
    for number, trl in enumerate(({}, more)):
        policy = Policy(base, lora=LORA.model_copy(update={"dropout": 0.0}))
        settings = SupervisedSettings(**training.QUICK, steps=3, trl=trl)
        made = asyncio.run(sft(policy, training.sequences(base), settings, out=tmp_path / str(number)))
        weights.append(load_file(made.folder / "adapter_model.safetensors"))
    assert all(value.isfinite().all() for value in weights[1].values())
    same = all(torch.equal(value, weights[1][name]) for name, value in weights[0].items())
    assert same == ("gradient_checkpointing" in more)


def test_stabilized_lora_has_its_own_scale(folder: Path) -> None:
    base = load(f"hf:{folder}")
    scales = []
    for stabilized in (False, True):
        policy = Policy(base, lora=LORA.model_copy(update={"stabilized": stabilized}))
        adapter = policy.model.adapter
        assert adapter is not None
        scales.append(next(iter(adapter.deltas.values())).scale)
    assert scales == [2.0, 4.0]


def test_all_weights_are_trained_without_touching_the_model_they_come_from(folder: Path, tmp_path: Path) -> None:
    base = load(f"hf:{folder}")
    before = {name: value.clone() for name, value in base.parameters.items()}
    policy = Policy(base)
    made = asyncio.run(
        sft(policy, training.sequences(base), SupervisedSettings(**training.QUICK, steps=2), out=tmp_path / "out")
    )
    assert all(torch.equal(value, before[name]) for name, value in base.parameters.items())
    again = load(f"hf:{made.folder}")
    assert all(torch.equal(value, again.parameters[name]) for name, value in policy.parameters.items())
    assert Policy(again).name == "policy@1"
