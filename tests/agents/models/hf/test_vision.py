"""A model with a vision tower: it reads images, continues under a seed, and says what it cannot do."""

from pathlib import Path
from typing import Any

import pytest
import transformers
from symposia.agents import Answer, Sampling, Turn
from symposia.agents.errors import BadMessage, BadModel, PromptTooLong
from symposia.agents.loading import load
from symposia.agents.model_url import capability, reads
from symposia.agents.models.base import Writer
from symposia.agents.parts import Image, Text
from symposia.tests.support.architectures import HALF, LONG, scaled
from symposia.tests.support.pictures import png
from symposia.tests.support.tiny import llava
from tokenizers import AddedToken

IMAGE = 262
"""The token that stands for a piece of an image."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return llava(tmp_path_factory.mktemp("llava"))


@pytest.fixture(scope="module")
def model(folder: Path) -> Any:
    return load(f"hf:{folder}")


def shown(colour: str = "red", words: str = "hi") -> tuple[Turn, ...]:
    return (Turn("user", (Text(text=words), Image.from_bytes(png(colour)))),)


async def test_an_image_is_read_where_it_stands(model: Any) -> None:
    said: Answer = await model.write(shown(), Sampling(max_tokens=4))
    assert said.prompt_ids == (256, 260, 71, 72, *[IMAGE] * 4, 257, 261)
    assert (len(said.ids), len(said.logprobs), said.finish) == (4, 4, "length")
    assert (said.usage.prompt_tokens, said.usage.completion_tokens, said.usage.calls) == (10, 4, 1)


async def test_what_is_in_the_image_matters(model: Any) -> None:
    red, blue, again = [await model.write(shown(colour), Sampling(max_tokens=4)) for colour in ("red", "blue", "red")]
    assert red == again
    assert red.logprobs != blue.logprobs
    assert red.prompt_ids == blue.prompt_ids


async def test_words_alone_need_no_image(model: Any) -> None:
    said = await model.write((Turn("user", "hi"),), Sampling(max_tokens=2))
    assert said.prompt_ids == (256, 260, 71, 72, 257, 261)


async def test_a_seed_means_the_same_text(model: Any) -> None:
    texts = [await model.write(shown(), Sampling(max_tokens=6, temperature=2.0, seed=seed)) for seed in (1, 1, 2)]
    assert texts[0] == texts[1]
    assert texts[0].ids != texts[2].ids


async def test_a_prompt_that_fills_the_context_is_refused(model: Any) -> None:
    with pytest.raises(PromptTooLong, match=r"the prompt has 138 tokens, its images included\.$"):
        await model.write(shown(words="x" * 130))


async def test_an_image_without_its_bytes_is_refused(model: Any) -> None:
    image = Image(sha256="ab" * 32, media_type="image/png")
    with pytest.raises(BadMessage) as raised:
        await model.write((Turn("user", (image,)),))
    assert str(raised.value) == "image abababababab: its bytes are not here. They are in the blobs of its trace."


def test_it_writes_and_reads_images_and_is_read_once(folder: Path, model: Any) -> None:
    url = f"hf:{folder}"
    assert capability(url) is Writer
    assert reads(url) == model.reads == {"text", "image"}
    assert load(url) is model


def test_a_library_that_its_processor_needs_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*_: Any, **__: Any) -> Any:
        raise ImportError("\nLlavaProcessor requires the Torchvision library.\nIt can be installed with pip.\n")

    (tmp_path / "same").symlink_to(folder)
    monkeypatch.setattr(transformers.AutoProcessor, "from_pretrained", lacking)
    with pytest.raises(BadModel) as raised:
        load(f"hf:{tmp_path / 'same'}")
    assert str(raised.value) == (
        f"hf:{tmp_path / 'same'}: its image processor needs a library that is not here: "
        "LlavaProcessor requires the Torchvision library. Install it."
    )


async def test_text_that_spells_an_image_is_refused_for_that_question_alone(model: Any) -> None:
    with pytest.raises(BadMessage) as raised:
        await model.write(shown(words="what is <image>?"))
    assert str(raised.value).endswith(
        ": the text spells the control token '<image>', which its tokenizer cannot read as text. "
        "Change the text, or use a model with another tokenizer."
    )
    assert len((await model.write(shown(), Sampling(max_tokens=1))).ids) == 1


async def test_a_stop_string_may_name_a_special_token(model: Any) -> None:
    said = await model.write(shown(), Sampling(max_tokens=4))
    named = model._processor.tokenizer.convert_ids_to_tokens(said.ids[0])
    model._processor.tokenizer.add_tokens([AddedToken(named, special=True)])
    stopped = await model.write(shown(), Sampling(max_tokens=4, stop=(named,)))
    assert (stopped.text, stopped.finish, len(stopped.ids)) == ("", "stop_string", 1)


def test_a_model_whose_positions_change_as_a_text_grows_is_refused(tmp_path: Path) -> None:
    stretched = scaled("longrope", **LONG, **HALF)
    with pytest.raises(BadModel, match=r"the longest text of a pass \(longrope\)\. Serve it with vllm"):
        load(f"hf:{llava(tmp_path, **stretched)}")
