"""The parsers, held against recorded replies of vLLM 0.32 and against forms that are written down here."""

import json
from typing import Any

import httpx
import pytest
from symposia.agents.errors import CallFailed, ModelUnavailable, PromptTooLong
from symposia.agents.loading import load
from symposia.agents.models.served import completions, generations
from symposia.agents.models.served.client import ServerClient, said
from symposia.agents.models.served.listed import Listed
from symposia.tests.support.engines import needs_recorded, recorded
from symposia.tests.support.served import StandIn

BATCH = {
    "choices": [
        {"index": 1, "logprobs": {"top_logprobs": [{"token_id:932": -1.26, "token_id:605": -2.48}]}},
        {"index": 0, "logprobs": {"top_logprobs": [{"token_id:851": -1.66, "token_id:171": -2.48}]}},
    ]
}
SGLANG = [
    {
        "text": "x",
        "meta_info": {
            "output_token_logprobs": [[-0.5, 9, None]],
            "output_top_logprobs": [[[-0.5, 9, None], [-1.5, 4, None]]],
            "output_token_ids_logprobs": [[[-7.0, 2, None]]],
            "input_top_logprobs": [None, [[-0.1, 6, None], [-3.0, 1, None]]],
            "input_token_ids_logprobs": [None, [[-8.0, 2, None]]],
        },
    }
]


@needs_recorded
def test_a_recorded_batch_is_read_by_id_and_in_the_order_of_its_prompts() -> None:
    rows = [completions.row(one, "s") for one in completions.choices(recorded("completions-batch")["response"], 2, "s")]
    assert rows == [
        {851: -1.6697289943695068, 171: -2.484417676925659},
        {932: -1.2647435665130615, 605: -2.487720251083374},
    ]


@needs_recorded
def test_recorded_tokens_asked_for_by_id_come_with_the_picked_one_besides() -> None:
    (choice,) = completions.choices(recorded("completions-logprob-token-ids")["response"], 1, "s")
    assert completions.row(choice, "s") == {
        893: -1.6158273220062256,
        5: -10.321497917175293,
        6: -7.811545372009277,
    }


@needs_recorded
def test_a_recorded_text_that_is_echoed_shows_its_rows_after_the_first_token() -> None:
    (choice,) = completions.choices(recorded("completions-echo-only")["response"], 1, "s")
    rows = completions.prompt_rows(choice)
    assert rows[0] == {3: -12.628890991210938, 29: -1.7721518278121948}
    assert [list(row) for row in rows] == [[3, 29], [300, 677], [301, 851]]
    assert completions.prompt_rows({**choice, "prompt_logprobs": None}) == rows


@needs_recorded
def test_recorded_prompt_scores_are_read_by_id() -> None:
    (choice,) = completions.choices(recorded("completions-prompt-logprobs")["response"], 1, "s")
    assert all(set(row) and max(row.values()) <= 0 for row in completions.prompt_rows(choice))


@needs_recorded
def test_our_requests_have_the_fields_that_were_recorded() -> None:
    asked = recorded("completions-batch")["request"]
    ours = completions.rows_request("a", [(1, 3, 300), (1, 3, 301)], 2)
    assert ours == {**{key: asked[key] for key in asked if key != "return_token_ids"}, "ignore_eos": True}
    wanted = recorded("completions-logprob-token-ids")["request"]
    assert completions.wanted_request("a", [wanted["prompt"]], wanted["logprob_token_ids"])["logprob_token_ids"] == [
        5,
        6,
    ]


@needs_recorded
@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("error_404", ModelUnavailable, "the server said 404: Not Found."),
        ("error_generate_512", CallFailed, "the server said 400: The decoder prompt (length 512) plus"),
        ("error_generate_long", CallFailed, "the server said 400: The decoder prompt (length 600) is longer"),
        ("error_logprobs", CallFailed, "the server said 400: Requested sample logprobs of 5000"),
        ("error_max_tokens", CallFailed, "the server said 400: max_tokens=900 cannot be greater"),
        ("error_model", ModelUnavailable, "the server said 404: The model `nope` does not exist. Valid aliases: a. "),
        ("error_too_long", PromptTooLong, "the server said 400: This model's maximum context length is 512 tokens."),
        ("error_type", CallFailed, "the server said 400: 1 validation error: {'type': 'int_parsing'"),
        ("error_vocab", CallFailed, "the server said 400: Token id 5000 is out of vocabulary."),
        ("generate_prompt_logprob_token_ids", CallFailed, "the server said 400: prompt_logprob_token_ids requires"),
        ("scale_out_disabled", ModelUnavailable, "the server said 403: Scale-out endpoints are disabled."),
        ("unauthorized", ModelUnavailable, "the server said 401: Unauthorized. Add the key's variable: #key=ITS_NAME."),
        ("lora_missing_path", ModelUnavailable, "the server said 404: Loading lora x failed"),
        (
            "lora_loaded_already",
            CallFailed,
            "the server said 400: The lora adapter 'tuned@v1' has already been loaded.",
        ),
        ("bad_json", CallFailed, "the server said 400: 1 validation error: {'type': 'json_invalid'"),
    ],
)
def test_recorded_errors_are_typed(name: str, error: type[Exception], words: str) -> None:
    found = recorded("errors")
    reply = httpx.Response(found[name]["status"], json=found[name]["response"])
    raised = ServerClient("vllm:a", "http://127.0.0.1:1")._error(reply)
    assert type(raised) is error
    assert str(raised).startswith(f"vllm:a: {words}")


@needs_recorded
def test_every_recorded_error_has_a_test() -> None:
    assert len(recorded("errors")) == 15


@needs_recorded
@pytest.mark.parametrize("name", ["models", "models-lora"])
async def test_recorded_models_name_the_base(name: str) -> None:
    engine = load("vllm:pocket:base@http://127.0.0.1:9").engine  # type: ignore[attr-defined]
    base = engine.base_of(recorded(name)["response"]["data"])
    assert (base["id"], base["max_model_len"]) == ("a", 512)


@needs_recorded
async def test_the_stand_in_answers_in_the_recorded_forms(here: dict[str, Any]) -> None:
    """Every key that the parsers read is in both, for each page; ids and numbers are another model's."""
    with StandIn({"a": here["base"]}) as server:
        client = ServerClient("stand-in", server.url)
        for name in ("completions-batch", "completions-echo-only", "tokenize", "detokenize", "tokenize-chat"):
            entry = recorded(name)
            theirs, ours = entry["response"], await client.post(entry["endpoint"].split()[1], entry["request"])
            assert set(ours) <= {*theirs, "id"}, name
            if "choices" in ours:
                choice, other = ours["choices"][0], theirs["choices"][0]
                assert set(choice) <= set(other)
                assert set(choice["logprobs"]) <= set(other["logprobs"])
        status, body = await client.refused("/inference/v1/generate", {"token_ids": [1], "sampling_params": {}})
        disabled = recorded("errors")["scale_out_disabled"]
        assert (status, body) == (disabled["status"], disabled["response"])


def test_choices_are_sorted_by_their_prompts() -> None:
    found = completions.choices(BATCH, 2, "s")
    assert [completions.row(one, "s") for one in found] == [{851: -1.66, 171: -2.48}, {932: -1.26, 605: -2.48}]


@pytest.mark.parametrize("reply", [{}, {"choices": []}, {"choices": [BATCH["choices"][0]] * 2}, [], None])
def test_a_reply_without_one_choice_a_prompt_is_an_error(reply: Any) -> None:
    with pytest.raises(CallFailed, match=r"^s: its reply does not hold a choice for each of 2 prompts\."):
        completions.choices(reply, 2, "s")


@pytest.mark.parametrize(
    "logprobs", [None, {"top_logprobs": [None]}, {"top_logprobs": []}, {"top_logprobs": [{"iterations": -1.0}]}]
)
def test_tokens_that_are_not_shown_as_ids_are_an_error(logprobs: Any) -> None:
    """Words of equal text would be one."""
    with pytest.raises(CallFailed, match=r"^s: its reply lists no log-probabilities by token id\."):
        completions.row({"logprobs": logprobs}, "s")


def test_sglangs_first_row_belongs_to_nothing_that_was_asked() -> None:
    readings = [((5, 7, 6), 2)]
    assert generations.rows(SGLANG, readings, "s") == [{6: -0.1, 1: -3.0, 2: -8.0}, {9: -0.5, 4: -1.5, 2: -7.0}]
    assert generations.rows_request(readings, 2, (2,)) == {
        "input_ids": [[5, 7, 6]],
        "sampling_params": {"max_new_tokens": 1, "temperature": 0, "ignore_eos": True},
        "return_logprob": True,
        "logprob_start_len": [1],
        "top_logprobs_num": [2],
        "token_ids_logprob": [[2]],
        "stream": False,
    }


def test_sglangs_missing_rows_and_aborts_are_errors() -> None:
    with pytest.raises(CallFailed, match=r"^s: its reply lists no log-probabilities\."):
        generations.rows(SGLANG, [((5, 7, 6), 3)], "s")
    aborted = [{"meta_info": {"finish_reason": {"type": "abort", "message": "queue full", "status_code": 503}}}]
    with pytest.raises(CallFailed, match=r"^s: the server gave up: queue full\. Its log should say more\.$"):
        generations.rows(aborted, [((5,), 1)], "s")


@pytest.mark.parametrize(
    "body",
    ['{"error": {"message": "too long"}}', '{"error": "too long"}', '{"object": "error", "message": "too long"}'],
)
def test_sglangs_errors_are_read_in_all_their_forms(body: str) -> None:
    assert said(httpx.Response(400, json=json.loads(body)), None)[0] == "too long"


def test_an_entry_more_than_asked_for_does_not_move_the_floor() -> None:
    """The sampled token comes besides the likeliest ones where it is not among them."""
    listed = Listed.of({10: -8.0, 851: -1.0, 3: -2.0}, top=2)
    assert (listed.floor, listed.ids) == (-2.0, [851, 3, 10])
