"""KernelBench: a PyTorch module that is to be made faster by kernels of one's own.

Rows have `input`, the code of a module `Model` with `get_inputs` and `get_init_inputs`, and `level`, 1 to 3, as those
of Ouyang et al. 2025 (https://arxiv.org/abs/2502.10517). The score is 0 for a wrong `ModelNew`, 0.25 for a right one,
and 0.5 to 1 for a faster one, see `kernels/scoring.py`; the parts are `compiled`, `correct`, `speedup` over the
original, `fast_1` (right and faster), and `speedup, compiled` over the original as torch.compile makes it.

What differs from MoCo 1.1.2: the candidate runs in a process of its own, modules are in evaluation mode, five inputs
count, of which one is at another scale, tolerances go with how far outputs move, times are medians of alternating runs.
A problem whose output hardly depends on its input is unscored, since a constant would pass. The profiles `moco_compat`
and `moco_1_1` read replies as MoCo 1.1.2 does; grading is the same.

Grading needs a CUDA GPU with nvcc and ninja; without them answers are unscored. **The GPU's side was not run by its
authors, who had none**: `device: cpu`, which is tested, checks plain PyTorch candidates on small modules. Programs are
not isolated from the machine, as a GPU is hard to share with a sandbox: say `sandbox: local` to allow that.
"""

import asyncio
import re
import shutil
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

from ...agents import Answer
from ...agents.errors import UnknownName
from ..coding import moco
from ..datasets.row import Row
from ..datasets.rows import loaded
from ..grading import Grade
from ..kernels.process import Failed
from ..kernels.scoring import CAPS, score
from ..kernels.trial import Result, tried
from ..parsing.profile import STRICT, check_profile
from ..task import Dropped, Item, Items

FORM = (
    "Reply with one block of ```python code that defines ModelNew, a drop-in replacement of Model with the same "
    "arguments, and all that it needs, and with nothing else."
)
SANDBOXES: Final = ("none", "local")
_BLOCK: Final = re.compile(r"```[^\n`]*\n(.*?)```", re.S)
_EXAMPLE: Final = '''\
import torch
from torch.utils.cpp_extension import load_inline

source = """
__global__ void scale(const float* in, float* out, float by, long count) {
  long at = blockIdx.x * (long)blockDim.x + threadIdx.x;
  if (at < count) out[at] = by * in[at];
}
torch::Tensor scaled(torch::Tensor in, double by) {
  auto out = torch::empty_like(in);
  long count = in.numel();
  scale<<<(count + 255) / 256, 256>>>(in.data_ptr<float>(), out.data_ptr<float>(), by, count);
  return out;
}
"""
extension = load_inline("scaling", "torch::Tensor scaled(torch::Tensor in, double by);", source, functions=["scaled"])


class ModelNew(torch.nn.Module):
    def __init__(self, by):
        super().__init__()
        self.by = by

    def forward(self, x):
        return extension.scaled(x.contiguous(), self.by)'''


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    device: str = "cuda:0",
    sandbox: str = "none",
    seconds: float = 300.0,
    profile: str = STRICT,
    fields: dict[str, str] | None = None,
) -> Items:
    """The items of a split; `data` is a source as in `datasets/rows.py`; `limit` items are sampled by `seed`.

    `device` is cuda:N or cpu; `sandbox: local` allows candidates to run, with no isolation; `seconds` limit each.
    """
    check_profile(profile, where="kernel_bench")
    if sandbox not in SANDBOXES:
        raise UnknownName("sandbox", sandbox, SANDBOXES, where="kernel_bench")
    meta = {"device": device, "sandbox": sandbox, "seconds": seconds, "profile": profile}
    return loaded(data, split, partial(_item, meta=meta), limit=limit, seed=seed, where="kernel_bench", fields=fields)


def read(item: Item, text: str) -> str | None:
    """The first code block that defines `ModelNew`, or the reply if it is code; None if there is none."""
    if item.meta["profile"] != STRICT:
        return moco.program_in(text, "moco_1_1")
    blocks = _BLOCK.findall(text) or [text]
    return next((block.strip() for block in blocks if re.search(r"^class ModelNew\b", block, re.M)), None)


async def grade(item: Item, answer: Answer) -> Grade:
    """The score of a kernel, from 0 to 1; unscored where it cannot be run."""
    code = read(item, answer.text)
    if code is None:
        return Grade(score=0.0, verdict="no code that defines ModelNew")
    if missing := lacking(item.meta["device"]):
        return Grade.unscored(f"kernel_bench: needs {missing}, not here.", reason="missing_library")
    if item.meta["sandbox"] != "local":
        why = "kernel_bench: a kernel would run without isolation. Say sandbox: local to allow that."
        return Grade.unscored(why, reason="sandbox_error")
    trial = partial(tried, item.gold["source"], code, device=item.meta["device"], seconds=item.meta["seconds"])
    try:
        found = await asyncio.to_thread(trial)
    except Failed as error:
        return Grade.unscored(f"kernel_bench: the original does not run here: {error}", reason="sandbox_error")
    return graded(found, item.gold["level"])


def graded(found: Result, level: int) -> Grade:
    """The grade of a trial at a level.

    >>> graded(Result(compiled=True, correct=True, speedup=2.0), level=2).score
    0.625
    """
    if not found.tells:
        return Grade.unscored(f"kernel_bench: {found.message}, so that a constant would pass.", reason="missing_gold")
    faster = found.correct and (found.speedup or 0.0) > 1
    parts = {"compiled": float(found.compiled), "correct": float(found.correct), "fast_1": float(faster)}
    times = {"speedup": found.speedup, "speedup, compiled": found.against_compiled}
    parts |= {name: value for name, value in times.items() if value is not None}
    reached = score(correct=found.correct, speedup=found.speedup, level=level)
    return Grade(score=reached, parts=parts, verdict=found.message or "correct")


def lacking(device: str) -> str | None:
    """The needs of kernels that this machine lacks; None if they can run."""
    if device == "cpu":
        return None
    import torch

    wanted = {
        "a CUDA GPU": torch.cuda.is_available(),
        "nvcc": shutil.which("nvcc") is not None,
        "ninja": shutil.which("ninja") is not None or find_spec("ninja") is not None,
    }
    return ", ".join(name for name, there in wanted.items() if not there) or None


def _item(row: Row, meta: Mapping[str, Any]) -> Item | Dropped:
    source, level = row["input"], row["level"]
    if not isinstance(source, str) or not re.search(r"^class Model\b", source, re.M):
        return row.dropped("its input defines no Model")
    if str(level) not in map(str, CAPS):
        return row.dropped(f"its level is {level!r}, and kernel_bench has 1, 2 and 3")
    question = f"""\
Make this PyTorch module faster on one NVIDIA GPU. Replace its operators, some or all of them, by CUDA kernels of your \
own; fuse them, or compute the same in another way. Numbers are float32, and the outputs must be the same. Parameters \
must be made in the same order, since both modules are made with the same seed.

An example, for a module that multiplies its input by a number:

```python
{_EXAMPLE}
```

The module:

```python
{source.strip()}
```"""
    return Item(question, FORM, {"source": source, "level": int(level)}, row.group or str(level), row.cluster, meta)
