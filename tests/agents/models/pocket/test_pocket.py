"""The packaged models."""

import pytest
from symposia.agents.errors import UnknownName
from symposia.agents.models import pocket


def test_the_packaged_models() -> None:
    assert pocket.names() == [
        *("arithmetic", "base", "foreign", "generalist", "graphs", "judge"),
        *("lookup", "mentor", "reward", "strings", "user"),
    ]


def test_an_unknown_model_is_named_with_what_is_near() -> None:
    with pytest.raises(UnknownName, match=r"^pocket: no model named 'graph'\. Did you mean 'graphs'\? Known: "):
        pocket.path("graph")


def test_an_adapter_lies_on_its_parent() -> None:
    assert pocket.resolve("strings") == f"{pocket.path('base')}+{pocket.path('strings')}"
    assert pocket.resolve("graphs") == str(pocket.path("graphs"))


def test_all_weights_together_are_small() -> None:
    assert sum(file.stat().st_size for file in pocket.FOLDER.rglob("*") if file.is_file()) <= 25_000_000


@pytest.mark.parametrize("name", ["base", "foreign"])
@pytest.mark.parametrize("text", ["sort k c a", " two  spaces ", "Größe: 日本\n\t[[done]]", ""])
def test_any_text_is_encoded_without_loss(name: str, text: str) -> None:
    from symposia.trainers.pocket.network import tokenizer_of

    tokenizer = tokenizer_of(pocket.path(name))
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)) == text
