"""The files of a thing that can be named: the hash of its code covers its parts, which are no things of their own."""

import sys
from hashlib import sha256
from pathlib import Path

import pytest
from symposia.agents.errors import UnknownName
from symposia.agents.registry import PROTOCOLS, find, names, origin
from symposia.tests.support.command import inside
from symposia.tests.support.written import SCENARIO, scenario

PICK = '''"""Judge: one answers."""

from symposia.agents import Answer, Ask, Team, Writer
from messages.{name} import Again


async def answer(team: Team[Writer], question: Ask) -> Answer:
    """The first one's answer to another wording."""
    return await team.ask(team.names[0], Again(question=question.text))
'''

AGAIN = '''"""Messages."""

from symposia.agents import Prompt


class Again(Prompt):
    """Asks again."""

    question: str
    template = "{question} Mind: WORDING"
'''


def written(folder: Path, name: str, wording: str = "think.") -> Path:
    """A protocol in a folder, its messages in a part."""
    (folder / "messages").mkdir(exist_ok=True)
    (folder / "messages" / f"{name}.py").write_text(AGAIN.replace("WORDING", wording))
    (folder / f"{name}.py").write_text(PICK.replace("{name}", name))
    return folder / f"{name}.py"


def test_the_hash_of_a_file_without_parts_is_that_of_its_bytes(tmp_path: Path) -> None:
    code = tmp_path / "alone.py"
    code.write_text('"""Alone."""\n')
    assert origin(PROTOCOLS, str(code)).hash == sha256(code.read_bytes()).hexdigest()[:16]


def test_another_wording_of_a_prompt_is_other_code(tmp_path: Path) -> None:
    code = written(tmp_path, "pick_one")
    before = origin(PROTOCOLS, str(code)).hash
    assert find(PROTOCOLS, str(code)).Again.template.endswith("think.")
    written(tmp_path, "pick_one", wording="think twice.")
    assert origin(PROTOCOLS, str(code)).hash != before
    assert find(PROTOCOLS, str(code)).Again.template.endswith("think twice.")


def test_a_file_in_such_a_folder_that_has_another_name_is_no_part(tmp_path: Path) -> None:
    code = written(tmp_path, "pick_two")
    before = origin(PROTOCOLS, str(code)).hash
    written(tmp_path, "pick_three")
    assert origin(PROTOCOLS, str(code)).hash == before


def test_our_protocols_are_hashed_with_their_parts() -> None:
    found = origin(PROTOCOLS, "text/debate")
    folder = Path(found.file).parent
    files = [folder / "debate.py", folder / "messages" / "debate.py", folder / "options" / "debate.py"]
    assert found.hash == sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def test_parts_are_not_listed_nor_found_as_protocols() -> None:
    assert [name for name in names(PROTOCOLS) if name.count("/") != 1] == []
    assert "text/debate" in names(PROTOCOLS)
    with pytest.raises(UnknownName, match=r"^no protocol named 'text/messages/debate'\. "):
        find(PROTOCOLS, "text/messages/debate")


def test_a_run_is_not_replayed_with_another_wording(tmp_path: Path) -> None:
    scenario(tmp_path, SCENARIO.replace("{use: text/debate, options: {rounds: 1}}", "{use: ./pick_four.py}"))
    written(tmp_path, "pick_four")
    assert inside("run", "s.yaml", "--out", "run", folder=tmp_path).code == 0
    assert inside("replay", "run", folder=tmp_path).code == 0
    written(tmp_path, "pick_four", wording="think twice.")
    done = inside("replay", "run", folder=tmp_path)
    assert done.code != 0
    assert f"{tmp_path / 'pick_four.py'} was changed since this run. Restore it, or run again elsewhere." in done.err


def test_nothing_of_a_part_is_left_in_the_way_of_its_next_reading(tmp_path: Path) -> None:
    code = written(tmp_path, "pick_five")
    first = find(PROTOCOLS, str(code))
    written(tmp_path, "pick_five", wording="again and again.")
    assert find(PROTOCOLS, str(code)) is not first
    assert sys.modules["messages.pick_five"].Again.template.endswith("again and again.")
