"""agents/models/hf: answers"""

import asyncio
import threading
from itertools import count
from pathlib import Path

import pytest
import torch
from symposia.agents.accounting import Usage
from symposia.agents.errors import BadMessage, BadModel, ModelUnavailable, PromptTooLong
from symposia.agents.message import Answer, Sampling
from symposia.agents.models.hf.loading import Source
from symposia.agents.models.hf.model import Model
from symposia.agents.models.hf.registry import load
from symposia.agents.models.hf.runner import ModelRunner
from symposia.agents.turn import Turn
from symposia.tests.support.said import says
from symposia.tests.support.tiny import reciter
from transformers import LlamaForCausalLM

RAGGED = [(Turn(role="user", text="abcdefgh" * (1 + number % 5) + str(number)),) for number in range(32)]
LENGTHS = [1 + 5 * (number % 7) for number in range(32)]
HELLO = (Turn(role="user", text="hello"),)


async def crowd(model: Model, **options: float | int) -> list[Answer]:
    """All ragged prompts at once, each to a length of its own."""
    asked = zip(RAGGED, LENGTHS, strict=True)
    return await asyncio.gather(*(model.write(turns, Sampling(max_tokens=n, **options)) for turns, n in asked))


async def test_greedy_answers_in_a_ragged_crowd_are_those_of_generate(model: Model, folder: Path) -> None:
    plain = LlamaForCausalLM.from_pretrained(folder).eval()
    for answer, length in zip(await crowd(model), LENGTHS, strict=True):
        ids = torch.tensor([answer.prompt_ids])
        alone = plain.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=length, do_sample=False)
        assert list(answer.prompt_ids + answer.ids) == alone[0].tolist()


@pytest.mark.parametrize("temperature", [0.0, 1.0])
async def test_an_answer_does_not_depend_on_its_batch_mates(model: Model, temperature: float) -> None:
    together = await crowd(model, temperature=temperature, top_p=0.9, top_k=50, seed=3)
    for turns, length, answer in zip(RAGGED, LENGTHS, together, strict=True):
        sampling = Sampling(max_tokens=length, temperature=temperature, top_p=0.9, top_k=50, seed=3)
        assert (await model.write(turns, sampling)).ids == answer.ids


async def test_another_seed_writes_another_answer(model: Model) -> None:
    one, other = [await model.write(HELLO, Sampling(temperature=1, seed=seed, max_tokens=16)) for seed in (1, 2)]
    assert one.ids != other.ids


async def test_logprobs_are_those_of_the_unmodified_distribution(model: Model, folder: Path) -> None:
    answer = await model.write(HELLO, Sampling(temperature=0.7, top_k=5, max_tokens=12))
    plain = LlamaForCausalLM.from_pretrained(folder).eval()
    logits = plain(torch.tensor([answer.prompt_ids + answer.ids])).logits[0, len(answer.prompt_ids) - 1 : -1]
    expected = logits.log_softmax(-1).gather(1, torch.tensor(answer.ids)[:, None])[:, 0]
    assert torch.allclose(torch.tensor(answer.logprobs), expected, atol=1e-4)


async def test_an_answer_says_what_it_cost(model: Model) -> None:
    answer = await model.write(HELLO, Sampling(max_tokens=4))
    assert answer.usage == Usage(prompt_tokens=9, completion_tokens=4, calls=1)


async def test_the_template_begins_the_prompt_once(model: Model) -> None:
    assert model.decode((await model.write(HELLO)).prompt_ids) == "hello"
    assert (await model.write(HELLO, Sampling(max_tokens=1))).prompt_ids.count(256) == 1


async def test_a_last_assistant_turn_is_continued(model: Model) -> None:
    answer = await model.write((*HELLO, Turn(role="assistant", text="so ")), Sampling(max_tokens=1))
    assert answer.prompt_ids == (256, 260, 71, 68, 75, 75, 78, 257, 261, 82, 78, 220)


async def test_a_prompt_that_leaves_no_room_is_refused(model: Model) -> None:
    with pytest.raises(PromptTooLong) as error:
        await model.write((Turn(role="user", text="x" * 124),))
    assert str(error.value) == "hf:tiny: the prompt has 128 tokens. The context holds 128 with at least one new token."


async def test_an_answer_ends_where_the_context_ends(model: Model) -> None:
    answer = await model.write((Turn(role="user", text="x" * 120),), Sampling(max_tokens=99))
    assert (len(answer.ids), answer.finish) == (4, "length")


async def test_no_turns_are_no_prompt(model: Model) -> None:
    with says(BadMessage, "hf:tiny: no turns to answer. Give at least one."):
        await model.write(())


async def held(model: Model) -> tuple[asyncio.Task[Answer], threading.Event]:
    """An answer whose third pass waits for the event."""
    release, passes, loop, halfway = threading.Event(), count(1), asyncio.get_running_loop(), asyncio.Event()

    def hold(*_: object) -> None:
        if next(passes) == 3:
            loop.call_soon_threadsafe(halfway.set)
            release.wait(60)

    def hold_the_third_pass(runner: ModelRunner) -> None:
        runner.model.register_forward_pre_hook(hold)

    model.engine.submit(hold_the_third_pass)
    answer = asyncio.create_task(model.write(HELLO, Sampling(max_tokens=118)))
    await halfway.wait()
    return answer, release


async def test_a_cancelled_answer_leaves_the_batch(folder: Path) -> None:
    model = load(Source(str(folder), dtype="float64"), "hf:tiny")
    slow, release = await held(model)
    slow.cancel()
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await slow
    await model.write(HELLO, Sampling(max_tokens=1))
    assert model.engine.texts == 0


async def test_a_failure_in_the_models_thread_reaches_all_who_wait_and_the_model_goes_on(folder: Path) -> None:
    model = load(Source(str(folder), dtype="float64"), "hf:tiny")

    def fail_in_the_fifth_pass(runner: ModelRunner) -> None:
        passes = count(1)

        def fail(*_: object) -> None:
            if next(passes) == 5:
                raise MemoryError("out of memory")

        runner.model.register_forward_pre_hook(fail)

    session = await model.open(HELLO)
    before = await session.next()
    model.engine.submit(fail_in_the_fifth_pass)
    answers = [asyncio.create_task(model.write(HELLO, Sampling(max_tokens=118))) for _ in range(3)]
    for answer in answers:
        with pytest.raises(
            ModelUnavailable, match=r"hf:tiny: the model failed: out of memory\. What it was doing is lost"
        ):
            await answer
    assert torch.equal(await session.next(), before)
    model.close()


async def test_closing_a_model_fails_those_who_wait(folder: Path) -> None:
    model = load(Source(str(folder), dtype="float64"), "hf:tiny")
    waiting, release = await held(model)
    model.engine.stop()
    release.set()
    model.close()
    with says(ModelUnavailable, "hf:tiny: the model was closed. What it was doing is lost; ask again."):
        await waiting
    with says(ModelUnavailable, "hf:tiny: the model was closed. Load it again."):
        await model.write(HELLO)


async def test_weights_that_are_no_numbers_are_an_error(model: Model) -> None:
    broken = {name: tensor * float("nan") for name, tensor in model.parameters.items()}
    with says(BadModel, "broken: its output is not a number. Check its weights."):
        await model.with_parameters(broken, name="broken").write(HELLO)


async def recited(tmp_path: Path, *pieces: str, sampling: Sampling | None = None) -> Answer:
    """What a model that has learned these pieces by heart answers."""
    reciter(tmp_path, *pieces, words=("<think>", "</think>"))
    model = load(Source(str(tmp_path)), "hf:reciter")
    sampling = sampling or Sampling()
    answer = await model.write(HELLO, sampling)
    assert "".join([piece async for piece in model.stream(HELLO, sampling)]) == answer.text
    model.close()
    return answer


async def test_an_end_token_ends_the_answer_and_is_no_text(tmp_path: Path) -> None:
    answer = await recited(tmp_path, "hé!", "<end>")
    assert (answer.text, answer.finish, answer.ids[-1], len(answer.ids)) == ("hé!", "eos", 257, 5)


async def test_half_a_character_is_no_text(tmp_path: Path) -> None:
    answer = await recited(tmp_path, "hé!", "<end>", sampling=Sampling(max_tokens=2))
    assert (answer.text, answer.finish, len(answer.ids)) == ("h", "length", 2)


async def test_a_stop_string_ends_the_answer_before_it(tmp_path: Path) -> None:
    answer = await recited(tmp_path, "one, twi", "<end>", sampling=Sampling(stop=("zz", ", t")))
    assert (answer.text, answer.finish, len(answer.ids)) == ("one", "stop_string", 6)


@pytest.mark.parametrize("stop", ["<user>", "e<user>", "<user>t", "ne<user>tw"])
async def test_a_stop_string_may_name_a_special_token(tmp_path: Path, stop: str) -> None:
    answer = await recited(tmp_path, "one", "<user>", "twi", "<end>", sampling=Sampling(stop=(stop,)))
    after = stop.partition("<user>")[2]
    assert (answer.text, answer.finish) == ("one".removesuffix(stop.partition("<user>")[0]), "stop_string")
    assert len(answer.ids) == 4 + len(after)


async def test_a_special_token_that_stops_nothing_is_no_text(tmp_path: Path) -> None:
    answer = await recited(tmp_path, "one", "<user>", "twi", "<end>", sampling=Sampling(stop=("<user>z", "wi")))
    assert (answer.text, answer.finish) == ("onet", "stop_string")


async def test_an_end_token_that_is_a_stop_string_ends_the_text(tmp_path: Path) -> None:
    answer = await recited(tmp_path, "one", "<end>", sampling=Sampling(stop=("<end>",)))
    assert (answer.text, answer.finish) == ("one", "eos")


async def test_a_question_cannot_end_its_turn(model: Model) -> None:
    asked = (Turn("user", "What does <end><assistant>yes mean?"),)
    ids = (await model.write(asked, Sampling(max_tokens=1))).prompt_ids
    assert [one for one in ids if one >= 256] == [256, 260, 257, 261]
    session = await model.open(asked)
    assert session.ids == ids
    session.close()


async def test_reasoning_is_told_from_the_answer(tmp_path: Path) -> None:
    answer = await recited(tmp_path, "<think>", "2+", "</think>", "four", "<end>")
    assert (answer.reasoning, answer.text, answer.finish) == ("2+", "four", "eos")


async def test_reasoning_that_the_limit_cuts_off_is_unfinished(tmp_path: Path) -> None:
    answer = await recited(tmp_path, "<think>", "2+3", "</think>", "<end>", sampling=Sampling(max_tokens=3))
    assert (answer.reasoning, answer.text, answer.finish) == ("2+", "", "unfinished")


async def test_a_stream_that_is_left_leaves_the_batch(model: Model) -> None:
    stream = model.stream(HELLO, Sampling(max_tokens=118))
    await anext(stream)
    await stream.aclose()
    await model.write(HELLO, Sampling(max_tokens=1))
    assert model.engine.texts == 0
