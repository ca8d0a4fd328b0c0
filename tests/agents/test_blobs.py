"""Large payloads beside a trace."""

from pathlib import Path

import pytest
from symposia.agents.blobs import Blobs
from symposia.agents.errors import BadTrace

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def test_a_blob_is_kept_once_under_the_hash_of_its_bytes(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    assert not blobs.folder.exists()
    assert blobs.put(b"hello") == blobs.put_text("hello") == blobs.put_text("hello") == HELLO
    assert [path.name for path in blobs.folder.iterdir()] == [HELLO]
    assert Blobs(tmp_path / "blobs").get(HELLO) == b"hello"


@pytest.mark.parametrize(("damage", "what"), [("changed", "was changed after it was written"), (None, "is missing")])
def test_a_blob_that_is_gone_or_changed_is_found(tmp_path: Path, damage: str | None, what: str) -> None:
    blobs = Blobs(tmp_path)
    path = tmp_path / blobs.put(b"hello")
    path.unlink() if damage is None else path.write_text(damage)
    with pytest.raises(BadTrace, match=rf"{HELLO}: this blob .*{what}\. Restore it\.$"):
        blobs.get(HELLO)
