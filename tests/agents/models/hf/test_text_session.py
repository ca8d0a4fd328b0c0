"""agents/models/hf: sessions and closed sets of labels"""

import asyncio
import gc
import random
from pathlib import Path

import pytest
import torch
from symposia.agents.errors import BadMessage, PromptTooLong, Twice
from symposia.agents.message import Sampling
from symposia.agents.models.base import Hidden, Open, Stepper, Writer
from symposia.agents.models.hf.loading import Source
from symposia.agents.models.hf.model import Model
from symposia.agents.models.hf.registry import load
from symposia.agents.models.hf.reply import BadSession
from symposia.agents.models.hf.text_session import TextSession
from symposia.agents.turn import Turn
from symposia.tests.support.said import says
from symposia.tests.support.tiny import llama
from torch import Tensor
from transformers import LlamaForCausalLM

HELLO = (Turn(role="user", text="hello"),)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return llama(tmp_path_factory.mktemp("model"), vocab_size=270)


@pytest.fixture(scope="module")
def plain(folder: Path) -> LlamaForCausalLM:
    return LlamaForCausalLM.from_pretrained(folder).eval()


def after(plain: LlamaForCausalLM, ids: tuple[int, ...]) -> Tensor:
    """What the bare model says comes next, padding of its output layer left out."""
    with torch.no_grad():
        return plain(torch.tensor([ids])).logits[0, -1, :262]


def close_to(ours: Tensor, theirs: Tensor) -> bool:
    return torch.allclose(ours, theirs, atol=1e-4)


async def test_a_resident_model_offers_everything(model: Model) -> None:
    assert isinstance(model, Writer)
    assert isinstance(model, Stepper)
    assert isinstance(model, Open)
    assert isinstance(model, Hidden)


async def test_next_reads_all_that_was_appended(model: Model, plain: LlamaForCausalLM) -> None:
    session = await model.open(HELLO)
    await session.next()
    session.append((1, 2, 3))
    session.append((4,))
    logits = await session.next()
    assert (logits.dtype, logits.shape) == (torch.float32, (262,))
    assert close_to(logits, after(plain, session.ids))
    session.close()


async def test_a_long_text_is_read_in_pieces(tmp_path: Path) -> None:
    long = llama(tmp_path, max_position_embeddings=4096)
    model = load(Source(str(long)), "hf:long")
    session = await model.open(HELLO)
    session.append([number % 250 for number in range(2500)])
    logits, _ = await asyncio.gather(session.next(), model.write(HELLO, Sampling(max_tokens=2)))
    assert close_to(logits, after(LlamaForCausalLM.from_pretrained(long).eval(), session.ids))
    model.close()


async def test_hidden_states_are_what_the_logits_were_made_of(model: Model, plain: LlamaForCausalLM) -> None:
    short, long = await model.open(HELLO), await model.open(HELLO)
    long.append((1, 2, 3, 4, 5))
    (logits, states), *_ = await asyncio.gather(
        model.show((long, short), (3, 1)), model.write(HELLO, Sampling(max_tokens=4)), model.write(HELLO)
    )
    with torch.no_grad():
        wanted = torch.cat([plain.model(torch.tensor([one.ids])).last_hidden_state[0] for one in (long, short)])
    kept = [*range(len(long.ids) - 3, len(long.ids)), len(wanted) - 1]
    assert (states.dtype, states.shape) == (torch.float32, (4, 32))
    assert close_to(states, wanted[kept])
    assert close_to(logits, plain.lm_head(wanted[kept])[:, :262].detach())
    short.close()
    long.close()


async def test_next_may_be_asked_twice(model: Model) -> None:
    session = await model.open(HELLO)
    assert close_to(await session.next(), await session.next())
    session.close()


async def test_logits_may_be_written_to(model: Model) -> None:
    session = await model.open(HELLO)
    logits = await session.next()
    logits[0] = 7
    assert logits[0] == 7
    session.close()


async def test_a_fork_goes_its_own_way(model: Model, plain: LlamaForCausalLM) -> None:
    session = await model.open(HELLO)
    await session.next()
    fork = session.fork()
    session.append((1, 2))
    fork.append((3,))
    one, other = await model.step((session, fork))
    assert close_to(one, after(plain, session.ids))
    assert close_to(other, after(plain, fork.ids))
    session.close()
    fork.close()


async def wander(model: Model, plain: LlamaForCausalLM, seed: int) -> None:
    """Append, roll back, fork and close at random; every distribution must be the bare model's."""
    rng = random.Random(seed)
    session = await model.open((Turn(role="user", text="x" * rng.randrange(1, 40)),))
    for _ in range(12):
        session.append([rng.randrange(262) for _ in range(rng.choice((1, 1, 1, 4)))])
        if rng.random() < 0.3:
            session.rollback(rng.randrange(1, len(session.ids)))
        if rng.random() < 0.3:
            session, old = session.fork(), session
            old.close()
        if rng.random() < 0.8:
            assert close_to(await session.next(), after(plain, session.ids))
    session.close()


async def emptied(model: Model) -> bool:
    """Whether all slots are free soon: the thread frees them after it has answered."""
    for _ in range(500):
        if model.engine.texts == 0:
            return True
        await asyncio.sleep(0.01)
    return False


async def test_many_sessions_and_answers_at_once_do_not_touch_each_other(model: Model, plain: LlamaForCausalLM) -> None:
    writing = [asyncio.create_task(model.write(HELLO, Sampling(max_tokens=length))) for length in range(1, 60, 7)]
    await asyncio.gather(*(wander(model, plain, seed) for seed in range(12)))
    answers = [(await task).ids for task in writing]
    assert [ids == answers[-1][: len(ids)] for ids in answers] == [True] * 9
    assert await emptied(model)


async def test_a_cancelled_next_can_be_asked_again(model: Model, plain: LlamaForCausalLM) -> None:
    session = await model.open(HELLO)
    await session.next()
    session.append((1, 2))
    task = asyncio.create_task(session.next())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    session.append((3,))
    assert close_to(await session.next(), after(plain, session.ids))
    session.close()


async def test_a_session_ends_where_the_context_ends(model: Model) -> None:
    session = await model.open(HELLO)
    session.append([1] * 119)
    with pytest.raises(PromptTooLong, match=r"hf:tiny: the text has 128 tokens\. The context holds 128"):
        await session.next()
    session.close()


async def test_a_closed_session_is_not_read(model: Model) -> None:
    session = await model.open(HELLO)
    session.close()
    session.close()
    with says(BadSession, "hf:tiny: the session was closed. Open another one."):
        await session.next()


async def test_a_session_that_is_closed_under_its_reader_fails_it(model: Model) -> None:
    session = await model.open(HELLO)
    reader = asyncio.create_task(session.next())
    await asyncio.sleep(0)
    session.close()
    outcome = (await asyncio.gather(reader, return_exceptions=True))[0]
    assert isinstance(outcome, Tensor) or str(outcome) == "hf:tiny: a session was closed while it was being read."


async def test_a_session_is_read_once_at_a_time(model: Model) -> None:
    session = await model.open(HELLO)
    with says(BadSession, "hf:tiny: a session is read twice at once, or with another model's."):
        await model.step((session, session))
    session.close()


async def test_a_token_that_does_not_exist_is_refused(model: Model) -> None:
    session = await model.open(HELLO)
    with says(BadSession, "hf:tiny: no token has the id 262. Its vocabulary has 262."):
        session.append((262,))
    session.close()


async def test_a_text_cannot_be_cut_to_more_than_it_has(model: Model) -> None:
    session = await model.open(HELLO)
    with says(BadSession, "hf:tiny: cannot cut 9 tokens back to 10. Keep at least one."):
        session.rollback(10)
    session.close()


async def test_a_forgotten_session_frees_its_place(model: Model) -> None:
    session: TextSession | None = await model.open(HELLO)
    assert session is not None
    await session.next()
    session = None
    gc.collect()
    await model.write(HELLO, Sampling(max_tokens=1))
    assert await emptied(model)


def logprob(plain: LlamaForCausalLM, prompt: tuple[int, ...], label: list[int]) -> float:
    """The log-probability of a label's tokens after a prompt, by the bare model."""
    total = 0.0
    for place, token in enumerate(label):
        total += float(after(plain, (*prompt, *label[:place])).log_softmax(-1)[token])
    return total


async def test_labels_are_scored_as_the_bare_model_scores_them(model: Model, plain: LlamaForCausalLM) -> None:
    prompt = tuple(model.chat.prompt(HELLO))
    choice = await model.choose(HELLO, ("A", "yes", "no", "B"))
    expected = [logprob(plain, prompt, model.chat.encode(label)) for label in ("A", "yes", "no", "B")]
    assert choice.logprobs == pytest.approx(expected, abs=1e-4)
    assert choice.ranking[0] == max(range(4), key=expected.__getitem__)


async def test_a_label_that_begins_another_is_followed_by_the_end(model: Model, plain: LlamaForCausalLM) -> None:
    prompt = tuple(model.chat.prompt(HELLO))
    choice = await model.choose(HELLO, ("1", "12", "3"))
    one, two, three = (model.chat.encode(label) for label in ("1", "12", "3"))
    expected = [logprob(plain, prompt, label) for label in ([*one, 257], two, three)]
    assert choice.logprobs == pytest.approx(expected, abs=1e-4)


async def test_labels_must_be_told_apart(model: Model) -> None:
    with says(Twice, "hf:tiny: label named twice: A. Names are how labels are told apart."):
        await model.choose(HELLO, ("A", "B", "A"))


@pytest.mark.parametrize("labels", [(), ("A", "")])
async def test_there_must_be_labels(model: Model, labels: tuple[str, ...]) -> None:
    with pytest.raises(BadMessage, match=r"hf:tiny: cannot choose among .* Give labels of different tokens\."):
        await model.choose(HELLO, labels)


def test_a_vocabulary_is_known_by_all_of_its_tokens(model: Model, tmp_path: Path) -> None:
    other = load(Source(str(llama(tmp_path, "word"))), "hf:other")
    assert (model.vocabulary.size, model.vocabulary.ends) == (262, (257,))
    assert model.vocabulary.fingerprint != other.vocabulary.fingerprint
    other.close()
