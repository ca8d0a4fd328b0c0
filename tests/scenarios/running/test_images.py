"""Questions with images, end to end: sent, kept once, replayed, and refused by models of text alone."""

import asyncio
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from symposia.agents.errors import BadData
from symposia.scenarios.planning.plan import Plan
from symposia.scenarios.running.questions import questions_of
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run
from symposia.tests.support.command import inside
from symposia.tests.support.pictures import draw, png
from symposia.tests.support.server import Server, said
from symposia.tests.support.written import planned

GUIDED = """\
protocol: {use: text/client_server, options: {iterations: 1, use_selection: false}}
team:
  - {name: client, model: "api:openai/c@SERVER"}
  - {name: server, model: "api:openai/s@SERVER"}
task: {use: short_answer, data: colours.test.jsonl}
baselines: false
concurrency: 1
"""
URL = f"data:image/png;base64,{b64encode(png()).decode()}"


def written(folder: Path, rows: str, server: str = "http://127.0.0.1:9/v1") -> Path:
    (folder / "colours.test.jsonl").write_text(rows)
    (folder / "s.yaml").write_text(GUIDED.replace("SERVER", server))
    return folder / "s.yaml"


def one_red(folder: Path) -> str:
    draw(folder / "red.png")
    return '{"input": "What colour?", "output": "red", "image": "red.png"}\n'


def test_images_reach_every_model_and_are_kept_once(tmp_path: Path) -> None:
    with Server(*[said("Answer: red")] * 4) as server:
        path = written(tmp_path, one_red(tmp_path), server.url)
        finished = asyncio.run(run(planned(path), tmp_path / "run"))
        bodies = [request.body for request in server.requests]
    assert [sample.score for sample in finished.samples] == [1.0]
    assert len(bodies) == 4
    for body in bodies:
        (message,) = body["messages"]
        kinds = [part["type"] for part in message["content"]]
        assert kinds == ["text", "image_url"]
        assert message["content"][1]["image_url"]["url"] == URL
    assert [blob.name for blob in (tmp_path / "run" / "blobs").iterdir()] == [sha256(png()).hexdigest()]
    assert URL[-40:] not in (tmp_path / "run" / "trace.jsonl").read_text()
    assert asyncio.run(replay(tmp_path / "run")) == (8, 1)


def test_a_question_is_another_one_with_another_image(tmp_path: Path) -> None:
    draw(tmp_path / "blue.png", "blue")
    rows = one_red(tmp_path)
    path = written(tmp_path, rows + rows.replace("red.png", "blue.png"))
    ids = [item.id for item in questions_of(planned(path)).items]
    assert len(set(ids)) == 2


@pytest.mark.parametrize("command", ["plan", "run"])
def test_a_member_that_reads_text_alone_is_named_before_anybody_is_asked(command: str, tmp_path: Path) -> None:
    written(tmp_path, one_red(tmp_path))
    done = inside(command, "s.yaml", "--set", "team.1.model=pocket:base", folder=tmp_path)
    assert (done.code, done.out, done.err) == (
        2,
        "",
        "s.yaml: 1 of 1 questions have images, and server (pocket:base) reads text alone. "
        "Use a model that reads images, an hf: folder with a vision tower or api:, or say blind: true of a member that "
        "answers without them.\n",
    )


def test_servers_that_see_guide_a_client_that_does_not(tmp_path: Path) -> None:
    with Server(*[said("Answer: red")] * 8) as server:
        path = written(tmp_path, one_red(tmp_path), server.url)
        text = path.read_text().replace("baselines: false\n", "")
        path.write_text(text.replace("c@" + server.url + '"', "c@" + server.url + '", blind: true, persona: Be brief.'))
        finished = asyncio.run(run(planned(path), tmp_path / "run"))
        bodies = [request.body for request in server.requests]
    assert [sample.score for sample in finished.samples] == [1.0]
    shown = {(body["model"], any(isinstance(turn["content"], list) for turn in body["messages"])) for body in bodies}
    assert shown == {("c", False), ("s", True)}
    client = next(body for body in bodies if body["model"] == "c")
    assert [turn["role"] for turn in client["messages"]] == ["system", "user"]
    assert asyncio.run(replay(tmp_path / "run"))[1] > 0


def questions(plan: Plan) -> int:
    return len(questions_of(plan).items)


BAD = {
    "a missing file": (
        '"gone.png"',
        "the image {}/gone.png cannot be read (No such file or directory). Check its path.",
    ),
    "no image": ('"s.yaml"', "not an image of a known kind. Use PNG, JPEG, GIF or WebP."),
    "a number": ("7", "'7' is not an image. Give the path of a PNG, JPEG, GIF or WebP file."),
}


@pytest.mark.parametrize("case", BAD)
def test_an_image_that_cannot_be_used_is_told_with_its_row(case: str, tmp_path: Path) -> None:
    value, said = BAD[case]
    path = written(tmp_path, f'{{"input": "What colour?", "output": "red", "image": {value}}}\n')
    with pytest.raises(BadData) as raised:
        questions(planned(path))
    assert str(raised.value) == f"{tmp_path}/colours.test.jsonl:1: image: {said.format(tmp_path)}"


def test_a_question_may_have_several_images(tmp_path: Path) -> None:
    draw(tmp_path / "blue.png", "blue")
    rows = one_red(tmp_path).replace('"image": "red.png"', '"images": ["red.png", "blue.png", "red.png"]')
    (item,) = questions_of(planned(written(tmp_path, rows))).items
    assert [image.sha256 for image in item.images] == [sha256(png(c)).hexdigest() for c in ("red", "blue", "red")]
