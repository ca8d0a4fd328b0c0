"""Supervised training: what is left out, what is measured, when it ends."""

import asyncio
from pathlib import Path

import pytest
from symposia.agents.errors import BadData
from symposia.agents.loading import load
from symposia.tests.support import training
from symposia.tests.support.tiny import llama
from symposia.trainers.finetuning.curve import read_curve
from symposia.trainers.finetuning.margin import margins
from symposia.trainers.finetuning.pair import PreferencePair, sifted
from symposia.trainers.finetuning.policy import Policy
from symposia.trainers.finetuning.preference import dpo
from symposia.trainers.finetuning.sequence import TrainingSequence
from symposia.trainers.finetuning.settings import PreferenceSettings, SupervisedSettings
from symposia.trainers.finetuning.supervised import sft

LONG = TrainingSequence(ids=(1, *range(5, 70)), mask=(0, *[1] * 65))


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return Policy(load(f"hf:{llama(tmp_path / 'ochre', seed=3)}"))


def test_no_sequences_are_refused(policy: Policy, tmp_path: Path) -> None:
    with pytest.raises(BadData) as error:
        asyncio.run(sft(policy, [], out=tmp_path / "out"))
    assert str(error.value) == "sft: no sequences. Give at least one."


def test_long_sequences_are_left_out_and_told(policy: Policy, tmp_path: Path) -> None:
    rows = [*training.sequences(policy.base)[:4], LONG]
    made = asyncio.run(sft(policy, rows, SupervisedSettings(**training.QUICK, longest=50), out=tmp_path / "out"))
    assert made.notes == ("1 sequences are longer than 50 tokens and were left out.",)
    assert made.steps == 1


def test_nothing_but_long_sequences_is_refused(policy: Policy, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="all 1 sequences are longer than 50 tokens"):
        asyncio.run(sft(policy, [LONG], SupervisedSettings(longest=50), out=tmp_path / "out"))


def test_no_pairs_are_refused(policy: Policy, tmp_path: Path) -> None:
    with pytest.raises(BadData) as error:
        asyncio.run(dpo(policy, [], out=tmp_path / "out"))
    assert str(error.value) == "dpo: no preference pairs. Give at least one."


def test_nothing_but_tied_pairs_is_refused(policy: Policy, tmp_path: Path) -> None:
    alike = PreferencePair(prompt_ids=(1,), chosen_ids=(5,), rejected_ids=(5,))
    equal = PreferencePair(prompt_ids=(1,), chosen_ids=(5,), rejected_ids=(6,), score_chosen=0.5, score_rejected=0.5)
    with pytest.raises(BadData) as error:
        asyncio.run(dpo(policy, [alike, equal], out=tmp_path / "out"))
    assert str(error.value) == (
        "dpo: all 2 pairs are tied or closer than 0.02. Sample more answers to each prompt, at a higher temperature, "
        "or lower the gap."
    )


def test_a_gap_of_exactly_the_least_one_is_kept() -> None:
    """Golden numbers of CollabLLM's conversion, 7.3: (.1, .7) and (.4, .4) are one pair at a gap of .02."""
    pairs = [
        PreferencePair(prompt_ids=(1,), chosen_ids=(5,), rejected_ids=(6,), score_chosen=high, score_rejected=low)
        for high, low in ((0.7, 0.1), (0.4, 0.4), (0.42, 0.4))
    ]
    assert [one.score_chosen for one in sifted(pairs).pairs] == [0.7, 0.42]
    assert sifted(pairs, gap=0).tied == 1


def test_swapped_scores_are_refused() -> None:
    with pytest.raises(ValueError, match=r"the chosen answer has 0\.1, the rejected one 0\.7"):
        PreferencePair(prompt_ids=(1,), chosen_ids=(5,), rejected_ids=(6,), score_chosen=0.1, score_rejected=0.7)


def test_training_ends_when_the_loss_on_dev_grows_and_the_best_weights_stay(policy: Policy, tmp_path: Path) -> None:
    """At a rate this high, the first measurement is the best one."""
    rows = training.sequences(policy.base)
    settings = SupervisedSettings(**{**training.QUICK, "rate": 0.5}, epochs=50, dev_every=1, patience=3)
    made = asyncio.run(sft(policy, rows[:16], settings, out=tmp_path / "out", dev=rows[16:]))
    losses = [line["dev_loss"] for line in read_curve(tmp_path / "out" / "curve.jsonl") if "dev_loss" in line]
    assert made.best is not None
    assert -made.best[1] == min(losses)
    assert made.steps == made.best[0] + 3 < 200


def test_the_margin_of_pairs_grows_by_what_dpo_says(policy: Policy, tmp_path: Path) -> None:
    """TRL's reward margin is beta times the difference of margins to the reference."""
    pairs = sifted(training.pairs(policy.base)).pairs[:8]
    before = asyncio.run(margins(policy.model, pairs))
    settings = PreferenceSettings(rate=1e-3, batch=8, at_once=8, steps=5, log_every=1, dev_every=5)
    asyncio.run(dpo(policy, pairs, settings, out=tmp_path / "out", dev=pairs))
    after = asyncio.run(margins(policy.model, pairs))
    said = [line["dev_margin"] for line in read_curve(tmp_path / "out" / "curve.jsonl") if "dev_margin" in line]
    grown = sum(new - old for new, old in zip(after, before, strict=True)) / len(pairs)
    assert said == [pytest.approx(0.1 * grown, abs=1e-4)]
    assert grown > 0
