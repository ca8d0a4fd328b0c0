"""Merging on disk: from folders to a folder that transformers loads, with one shard in memory."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ...agents.errors import BadModel, BadScenario, VocabularyMismatch
from .checks import INPUT, OUTPUT, same_names
from .functions import check_functions
from .inputs_on_disk import BUFFER, INDEX, check_apart, read_settings, weight_files
from .methods import checked
from .streaming import Streamed

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from ...agents.models.base import Parameters
    from ...agents.models.hf.token_map import TokenMap

Vocabularies: TypeAlias = Literal["same", "first", "union"]
SHARD: Final = 2_000_000_000
"""The most bytes in a shard of the result, if it has more than one tensor."""


class Stored(Mapping[str, Tensor]):
    """The parameters in a model's folder, memory-mapped, each read on access.

    What transformers makes by itself is left out: buffers and, where they are `tied`, a copy of the input embedding as
    output layer. Raises `BadModel` for a folder without safetensors or with a truncated file.

    >>> from symposia.agents.models.pocket import path
    >>> Stored("base", path("base"))["model.norm.weight"].shape
    torch.Size([128])
    """

    def __init__(self, name: str, folder: Path, *, tied: bool = False) -> None:
        files = weight_files(folder)
        if not files:
            raise BadModel(f"{name}: no safetensors in {folder}. Save it again with save_pretrained.")
        self._files: dict[str, Any] = {}
        for file in files:
            try:
                opened: Any = safe_open(file, framework="pt")
                self._files.update({key: opened for key in opened.keys() if not BUFFER.search(key)})  # noqa: SIM118
            except (OSError, SafetensorError) as error:
                raise BadModel(f"{name}: {file} cannot be read: {error}. Save it again.") from None
        if tied and OUTPUT in self and INPUT in self and torch.equal(self[OUTPUT], self[INPUT]):
            del self._files[OUTPUT]

    def __getitem__(self, name: str) -> Tensor:
        tensor: Tensor = self._files[name].get_tensor(name)
        return tensor

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def merge_folders(  # noqa: PLR0913 - keywords, most of them left out
    models: Mapping[str, Path],
    method: str,
    out: Path,
    *,
    base: Path | None = None,
    vocabulary: Vocabularies = "same",
    shard: int = SHARD,
    **options: Any,  # noqa: ANN401 - each method's own
) -> None:
    """Merge as `merge` does, from folders to a folder with the first model's config and tokenizer.

    `vocabulary` selects how tokenizers are treated: `same` refuses different ones; `first` aligns embeddings by token,
    where the first model has all tokens; `union` extends the first model's by the added tokens of the others. Faults of
    names, settings, vocabularies and files are raised before the first tensor is read.
    """
    rule = checked(method, options)
    if not models:
        raise BadScenario(f"merge: no models for {out}. Give at least one.")
    rule.check(method, len(models), based=base is not None)
    everyone = {**models, **({"the base": base} if base is not None else {})}
    check_apart(everyone, out)
    tokenizers = read_tokenizers(everyone, vocabulary)
    settings = {name: read_settings(name, folder) for name, folder in everyone.items()}
    check_functions(settings)
    tied = {name: bool(stated.get("tie_word_embeddings")) for name, stated in settings.items()}
    parameters = same_names({name: Stored(name, folder, tied=tied[name]) for name, folder in everyone.items()})
    out.mkdir(parents=True, exist_ok=True)
    copy_all_but_weights(next(iter(models.values())), out)
    if vocabulary != "same":
        parameters = in_one_vocabulary(tokenizers, parameters, out)
    write(Streamed(rule, parameters, based=base is not None), out, shard)


def copy_all_but_weights(folder: Path, out: Path) -> None:
    """Copy a model's config and tokenizer."""
    for file in folder.iterdir():
        if file.is_file() and not file.name.endswith((".safetensors", INDEX, ".bin")):
            shutil.copyfile(file, out / file.name)


def read_tokenizers(models: Mapping[str, Path], vocabulary: Vocabularies) -> "dict[str, PreTrainedTokenizerBase]":
    """The tokenizers of all folders. Raises `VocabularyMismatch` for those that `vocabulary` refuses."""
    from ...agents.models.hf.loading import read_tokenizer
    from ...agents.models.hf.token_map import token_map
    from .alignment import check_covered, check_segmentation

    tokenizers = {name: read_tokenizer(name, str(folder)) for name, folder in models.items()}
    token_maps = {name: token_map(tokenizer) for name, tokenizer in tokenizers.items()}
    if vocabulary == "same":
        check_same(token_maps)
        return tokenizers
    check_segmentation(token_maps)
    if vocabulary == "first":
        check_covered(token_maps)
    return tokenizers


def check_same(token_maps: "Mapping[str, TokenMap]") -> None:
    """Raise `VocabularyMismatch` unless all have the same tokens and ids."""
    (first, lead), *others = token_maps.items()
    for name, other in others:
        if other.ids != lead.ids:
            raise VocabularyMismatch(
                f"merge: the vocabulary of {name} is not that of {first} "
                f"({len(other.ids):,} and {len(lead.ids):,} tokens). Merge models of one tokenizer."
            )


def in_one_vocabulary(
    tokenizers: "Mapping[str, PreTrainedTokenizerBase]", parameters: "Mapping[str, Parameters]", out: Path
) -> "dict[str, Parameters]":
    """The parameters aligned to the first tokenizer and all added tokens of the others.

    Writes that tokenizer to `out`.
    """
    from ...agents.models.hf.token_map import token_map
    from ...agents.models.hf.tokenizer_files import save_tokenizer
    from .alignment import aligned, by_id, row_count

    token_maps = {name: token_map(tokenizer) for name, tokenizer in tokenizers.items()}
    lead, *others = tokenizers.values()
    for other in others:
        for _, token in sorted(other.added_tokens_decoder.items()):
            if token.content not in lead.get_vocab():
                lead.add_tokens([token], special_tokens=token.special)
    first, *_ = parameters
    tokens = by_id(token_map(lead), row_count(parameters[first]))
    save_tokenizer(lead, out)
    config = json.loads((out / "config.json").read_text(encoding="utf-8")) | {"vocab_size": len(tokens)}
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return aligned(parameters, token_maps, tokens)


def write(parameters: Mapping[str, Tensor], out: Path, size: int = SHARD) -> None:
    """Write parameters one by one in shards of safetensors, with their index."""
    placed: dict[str, str] = {}
    total = 0
    for number, shard in enumerate(shards(parameters, size), 1):
        file = f"model-{number:05}.safetensors"
        save_file(shard, out / file, metadata={"format": "pt"})
        placed |= dict.fromkeys(shard, file)
        total += sum(tensor.nbytes for tensor in shard.values())
    index = {"metadata": {"total_size": total}, "weight_map": placed}
    (out / INDEX).write_text(json.dumps(index, indent=2, sort_keys=True), encoding="utf-8")


def shards(parameters: Mapping[str, Tensor], limit: int) -> Iterator[dict[str, Tensor]]:
    """The parameters in order, in groups of at most `limit` bytes, or of one tensor."""
    shard: dict[str, Tensor] = {}
    size = 0
    for name in parameters:
        tensor = parameters[name].contiguous()
        if shard and size + tensor.nbytes > limit:
            yield shard
            shard, size = {}, 0
        shard[name] = tensor
        size += tensor.nbytes
    yield shard
