"""What a turn can hold beside text."""

from pathlib import Path

import pytest
from symposia.agents.errors import BadData, BadMessage
from symposia.agents.parts import Image
from symposia.tests.support.said import says

PNG = b"\x89PNG\r\n\x1a\n..."


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(PNG, "image/png"), (b"\xff\xd8\xff..", "image/jpeg"), (b"GIF89a", "image/gif"), (b"RIFF....WEBP", "image/webp")],
)
def test_the_kind_of_an_image_is_read_in_its_first_bytes(data: bytes, media_type: str) -> None:
    image = Image.from_bytes(data)
    assert (image.media_type, image.data, image.kind) == (media_type, data, "image")


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    with says(BadData, "image: not an image of a known kind. Use PNG, JPEG, GIF or WebP."):
        Image.from_bytes(b"hello")
    with pytest.raises(BadData, match=r"^row 3: the image .*no\.png cannot be read \(No such file or directory\)\."):
        Image.from_file(tmp_path / "no.png", where="row 3")


def test_an_image_is_its_hash_wherever_its_bytes_are(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(PNG)
    image = Image.from_file(tmp_path / "x.png")
    reference = Image(sha256=image.sha256, media_type="image/png")
    assert image == reference
    assert len({image, reference}) == 1
    with pytest.raises(BadMessage, match=r"its bytes are not here\. They are in the blobs of its trace\.$"):
        _ = reference.data
    assert reference.with_data(PNG).data == PNG
