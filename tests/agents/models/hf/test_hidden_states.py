"""Hidden states beside logits."""

from pathlib import Path

import pytest
import torch
from symposia.agents.decoding.heads import hidden
from symposia.agents.decoding.participant import Participant
from symposia.agents.errors import MissingCapability
from symposia.agents.loading import load
from symposia.agents.models.scripted import Scripted
from symposia.tests.support.heads import QUESTION, WORDS
from symposia.tests.support.markov import START, markov
from symposia.tests.support.said import says


async def test_a_hidden_state_comes_with_its_logits(tmp_path: Path) -> None:
    participant = Participant(load(f"hf:{markov(tmp_path, {START: {' a': 1.0}}, WORDS)}"), (), QUESTION)
    logits = await participant.next()
    shown, state = await participant.show()
    assert torch.equal(shown, logits)
    # The embedding of "<assistant>", normalised: one number of size sqrt(320).
    assert float(state.max()) == pytest.approx(320**0.5, abs=1e-2)
    assert int(state.argmax()) == participant.prompt_ids[-1]
    usage = participant.usage
    await participant.show()
    assert participant.usage == usage
    participant.close()


def test_a_model_that_only_writes_shows_no_hidden_states() -> None:
    with says(MissingCapability, "Scripted: shows no hidden states. A head reads those of a pocket: or hf: model."):
        hidden(Scripted("4"))
