"""What a scenario says of one member: its sampling, limits, omitted parameters and template."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.loading import load
from symposia.agents.models.api import Api
from symposia.agents.models.api.limits import Limits
from symposia.scenarios.running.job import Finished
from symposia.scenarios.running.run import run
from symposia.tests.support.command import inside
from symposia.tests.support.doubles import Parrot
from symposia.tests.support.server import Server, said
from symposia.tests.support.written import planned, scenario

VOTE = """\
protocol: {use: text/majority_vote}
team:
  - {name: amber, model: "scripted:amber.txt"}
  - {name: blue, model: "scripted:blue.txt"}
task: {use: short_answer, data: sums, limit: 1}
sampling: {temperature: 0.5, max_tokens: 9}
baselines: false
seed: 7
"""


def ran(folder: Path, *changes: str, load: Any = load) -> Finished:
    return asyncio.run(run(planned(scenario(folder, VOTE), *changes), folder / "run", load=load))


def test_the_sampling_of_a_member_changes_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    parrots = {"amber": Parrot(), "blue": Parrot()}
    ran(
        tmp_path,
        "team.0.sampling={temperature: 0, top_k: 3, stop: [x]}",
        load=lambda url, *_: parrots[Path(url.partition(":")[2]).stem],
    )
    ((_, amber),), ((_, blue),) = parrots["amber"].heard, parrots["blue"].heard
    assert (amber.temperature, amber.top_k, amber.stop, amber.max_tokens) == (0.0, 3, ("x",), 9)
    assert (blue.temperature, blue.top_k, blue.stop, blue.max_tokens) == (0.5, None, (), 9)
    assert amber.seed != blue.seed


def test_the_sampling_and_the_omitted_parameters_of_a_member_reach_its_server(tmp_path: Path) -> None:
    with Server(said("Answer: 4")) as server:
        member = "{name: amber, model: 'api:openai/m@%s', omit: [seed, temperature], sampling: {top_p: 0.5}}"
        ran(tmp_path, f"team=[{member % server.url}]")
    assert {key: value for key, value in server.requests[0].body.items() if key != "messages"} == {
        "model": "m",
        "max_tokens": 9,
        "top_p": 0.5,
    }
    assert inside("replay", "run", folder=tmp_path).code == 0


def test_the_limits_of_a_member_reach_its_model(tmp_path: Path) -> None:
    made: list[Any] = []

    def noted(url: str, *settings: Any) -> Any:
        model = load(url, *settings)
        if isinstance(model, Api):
            made.append(model)
            return Parrot()
        return model

    ran(
        tmp_path,
        "team.0={name: amber, model: 'api:openai/m@http://127.0.0.1:9/v1', limits: {per_minute: 60, attempts: 1}}",
        load=noted,
    )
    assert [one.limits for one in made] == [Limits(per_minute=60, attempts=1)]


def test_a_member_that_reads_plain_text_is_given_no_chat_template(tmp_path: Path) -> None:
    made: list[Any] = []

    def noted(url: str, *settings: Any) -> Any:
        made.append(load(url, *settings))
        return Parrot()

    ran(
        tmp_path,
        "team=[{name: amber, model: 'pocket:base', template: plain}, {name: blue, model: 'pocket:base'}]",
        load=noted,
    )
    assert [one.chat._template for one in made] == ["plain", "chat"]


API = "{name: amber, model: 'api:openai/m', %s}"
REFUSED = {
    "an unknown key of the sampling": (
        "team.0.sampling={temprature: 1}",
        "s.yaml: no key named 'temprature' in team.0.sampling. Did you mean 'temperature'? "
        "Known: max_tokens, stop, temperature, top_k, top_p.",
    ),
    "a seed, which is the run's": (
        "team.0.sampling={seed: 1}",
        "s.yaml: no key named 'seed' in team.0.sampling. Known: max_tokens, stop, temperature, top_k, top_p.",
    ),
    "a sampling out of bounds": (
        "team.0.sampling={top_p: 0}",
        "s.yaml: team.0.sampling.top_p: 0 is too small. Write more than 0.0.",
    ),
    "an unknown limit": (
        f"team.0={API % 'limits: {concurency: 1}'}",
        "s.yaml: no key named 'concurency' in team.0.limits. Did you mean 'concurrency'? "
        "Known: attempts, concurrency, first_wait, longest_wait, patience, per_minute, timeout.",
    ),
    "a limit out of bounds": (
        f"team.0={API % 'limits: {attempts: 0}'}",
        "s.yaml: team.0.limits.attempts: 0 is too small. Write at least 1.",
    ),
    "an unknown parameter to omit": (
        f"team.0={API % 'omit: [sead]'}",
        "s.yaml: amber.omit: no field of the sampling named 'sead'. Did you mean 'seed'? "
        "Known: json_schema, max_tokens, seed, stop, temperature, tools, top_k, top_p.",
    ),
    "limits of a model of this process": (
        "team.0={name: amber, model: 'pocket:base', limits: {attempts: 1}}",
        "s.yaml: amber: limits and omit are for api: models. Leave them out.",
    ),
    "omitted parameters of a scripted model": (
        "team.0.omit=[seed]",
        "s.yaml: amber: limits and omit are for api: models. Leave them out.",
    ),
    "log-probabilities of a model of this process": (
        "team.0={name: amber, model: 'pocket:base', logprobs: true}",
        "s.yaml: amber: logprobs is for api: models; others show theirs anyway. Leave it out.",
    ),
    "the template of a server's model": (
        f"team.0={API % 'template: plain'}",
        "s.yaml: amber: template is for pocket:, hf:, vllm: and sglang: models. Leave it out.",
    ),
    "an unknown template": (
        "team.0={name: amber, model: 'pocket:base', template: plane}",
        "s.yaml: team.0.template: 'plane' is not one of 'chat' or 'plain'. Write one of them.",
    ),
    "limits of a team": (
        "team.0={name: amber, limits: {attempts: 1}, model: {protocol: {use: text/majority_vote}, "
        "team: [{name: a, model: 'pocket:base'}]}}",
        "s.yaml: amber: is a team, and limits, omit, template and logprobs are a model's. Set them for its members.",
    ),
    "no calls at all": ("budget={calls: 0}", "s.yaml: budget.calls: 0 is too small. Write at least 1."),
    "no tokens at all": ("budget={tokens: 0}", "s.yaml: budget.tokens: 0 is too small. Write at least 1."),
    "no time at all": ("budget={seconds: 0}", "s.yaml: budget.seconds: 0 is too small. Write more than 0.0."),
    "an unknown budget": (
        "budget={call: 3}",
        "s.yaml: no key named 'call' in budget. Did you mean 'calls'? Known: calls, seconds, tokens.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_said_of_a_member_is_refused(case: str, tmp_path: Path) -> None:
    change, said = REFUSED[case]
    scenario(tmp_path, VOTE)
    done = inside("plan", "s.yaml", "--set", change, folder=tmp_path)
    assert (done.code, done.err) == (2, f"{said}\n")
