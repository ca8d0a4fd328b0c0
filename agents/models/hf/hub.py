"""Download model repositories from the Hugging Face hub."""

import httpx
from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError

from ...errors import BadModel

FILES = ["*.json", "*.jinja", "*.safetensors", "*.model", "*.txt"]
"""The files to download: configuration, chat template, tokenizer, and weights as safetensors; no code."""
WEIGHTS = "*.safetensors"
PATIENCE = 10.0
"""The timeout, in seconds, for resolving a revision to a commit."""


def fetch(name: str, repository: str, revision: str | None, *, weights: bool = True) -> str:
    """The local folder with a repository's files, downloaded unless they are cached; without `weights`, all but those.

    A branch or tag is resolved to its commit first; without a connection the commit downloaded last is used. Raises
    `BadModel` if the repository is not found, gated, or neither reachable nor cached.
    """
    try:
        commit = HfApi().model_info(repository, revision=revision, timeout=PATIENCE).sha
        ignored = ["*/*"] if weights else ["*/*", WEIGHTS]
        return snapshot_download(repository, revision=commit, allow_patterns=FILES, ignore_patterns=ignored)
    except GatedRepoError:
        raise BadModel(f"{name}: the hub shows {repository} only to some. Ask for access there and log in.") from None
    except HfHubHTTPError as error:
        raise BadModel(
            f"{name}: the hub has no {repository}{f'@{revision}' if revision else ''} that it would show "
            f"(status {error.response.status_code}). Check the name, or log in if it is private."
        ) from None
    except (OSError, httpx.HTTPError):
        return _fetched(name, repository, revision)


def _fetched(name: str, repository: str, revision: str | None) -> str:
    try:
        return snapshot_download(repository, revision=revision, local_files_only=True)
    except LocalEntryNotFoundError:
        raise BadModel(
            f"{name}: there is no folder {repository}, the hub cannot be reached, and nothing was fetched from it "
            "before. Give a model's folder, or go online."
        ) from None
