"""Families of judges and members, and what a judge gives to its own."""

import pytest
from symposia.evaluators.judging.families import family, related, self_preference
from symposia.evaluators.sample import Sample


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("api:ollama/qwen2.5@http://localhost:11434", "Alibaba"),
        ("api:ollama_chat/llama3", "Meta"),
        ("api:hosted_vllm/small@http://gpt-box:8000/v1", None),
        ("api:openai/gpt-4.1", "OpenAI"),
    ],
)
def test_a_family_is_that_of_the_model_not_of_its_server(url: str, found: str | None) -> None:
    assert family(url) == found


def test_an_unknown_model_is_related_to_itself_alone() -> None:
    assert related("api:hosted_vllm/x", {"a": "api:hosted_vllm/x", "b": "api:hosted_vllm/y"}) == ["a"]


def scored(*scores: float | None, part: float | None = None) -> list[Sample]:
    parts = {} if part is None else {"ann": part}
    return [
        Sample(id=str(n), question="?", output="4", parts=parts, **({"why": ".."} if one is None else {"score": one}))
        for n, one in enumerate(scores)
    ]


def test_what_a_judge_gives_to_its_own_is_paired_by_question() -> None:
    own, others = [scored(10.0, 5.5, None)], [scored(1.0, 5.5, 7.0), scored(None, 5.5, 7.0)]
    found = self_preference("ann", own, others, (1.0, 10.0))
    assert found.value == 0.5
    assert found.low is not None
    assert found.low < 0 < 1 < (found.high or 0)
    assert self_preference("ann", [scored(None)], [scored(1.0)], (1.0, 10.0)).value is None


def test_of_a_panel_the_judges_own_part_counts() -> None:
    own, others = [scored(0.5, 0.5, part=1.0)], [scored(0.5, 0.5, part=0.25)]
    assert self_preference("ann", own, others, (0.0, 1.0)).value == 0.75
