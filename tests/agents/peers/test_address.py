"""Peers, named by URL."""

import json
import re
from pathlib import Path

import pytest
from symposia.agents import Team
from symposia.agents.errors import SymposiaError
from symposia.agents.loading import check, load
from symposia.agents.model_url import capability, in_folder
from symposia.agents.models.base import Stepper
from symposia.agents.peers.peer import Peer
from symposia.protocols.logit import fusion
from symposia.tests.support.command import inside
from symposia.tests.support.peers import CONTEXT, QUESTION


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("peer:0/pocket:graphs", "'0' is not a number of likeliest tokens. Use 1 or more, or all."),
        ("peer:few/pocket:graphs", "'few' is not a number of likeliest tokens. Use 1 or more, or all."),
        ("peer:4", "no model after 4. Write peer:TOP/URL, as peer:16/pocket:graphs."),
        ("peer:4/api:openai/m", "api:openai/m shows no distributions. Use a model that does: pocket: or hf:."),
        ("peer:4/pocket:grafs", "pocket:grafs: no packaged model named 'grafs'. Did you mean 'graphs'? Known: "),
    ],
)
def test_a_url_that_names_no_peer_is_refused_by_its_look(url: str, message: str) -> None:
    with pytest.raises(SymposiaError) as raised:
        check(url, where="s.yaml: graphs")
    assert str(raised.value).startswith(f"s.yaml: graphs: {url}: {message}")


def test_a_model_behind_a_peer_is_looked_for_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert in_folder("peer:8/hf:mine", tmp_path) == f"peer:8/hf:{tmp_path / 'mine'}"
    assert in_folder("peer:8/pocket:graphs", tmp_path) == "peer:8/pocket:graphs"


def test_a_report_says_how_far_off_a_peer_was(tmp_path: Path) -> None:
    few = ("--limit", "2", "--set", "task.dev_limit=2", "--set", "baselines=false")
    assert inside("run", "fusion_topk", *few, "--out", "run", folder=tmp_path).code == 0
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    names = ("arithmetic", "graphs", "lookup", "strings")
    for name, note in zip(names, report["notes"], strict=False):
        assert re.fullmatch(
            rf"{name}: \d+ of its distributions were rebuilt from its 32 likeliest tokens and the mass of the rest\. "
            r"They are off by \S+ on average and by \S+ at most \(total variation\)\.",
            note,
        )
    assert "0 model calls" in inside("replay", "run", folder=tmp_path).out


async def test_a_url_names_a_model_behind_a_runtime() -> None:
    peer = load("peer:8/pocket:graphs")
    assert isinstance(peer, Peer)
    assert (peer.top, peer.name, capability("peer:8/pocket:graphs")) == (8, "peer:8/pocket:graphs", Stepper)
    whole = load("peer:all/pocket:graphs")
    here = load("pocket:graphs")
    said = [await fusion.answer(Team({"one": model}, context=CONTEXT), QUESTION) for model in (whole, here)]
    assert said[0] == said[1]
