"""The process of one module, the original or a candidate: builds it, runs it on inputs from files, times a run.

It is run as a script and imports nothing of this library. A request is a line of JSON on standard input, the reply one
on what was standard output; the module's own output goes nowhere.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

SEED = 42
L2 = 256 * 2**20
"""Bytes that are written before each timed run, so that it finds nothing in the cache."""


class Worker:
    """A module on a device. `source` is the code of the original, which has the inputs; `code` is that of the module.

    >>> Worker("cpu").device
    'cpu'
    """

    def __init__(self, device: str) -> None:
        self.device = device
        self.model: Any = None
        self.made: dict[str, Any] = {}
        self.inputs: list[Any] = []

    def load(self, source: str, code: str, name: str, compiled: bool) -> dict[str, Any]:
        """Build the module `name` of `code`, with the same seed as any other, in evaluation mode."""
        import torch

        self.made = _namespace(source, "original")
        module = self.made if code == source else _namespace(code, "candidate")
        torch.manual_seed(SEED)
        arguments = [_moved(one, self.device) for one in self.made["get_init_inputs"]()]
        torch.manual_seed(SEED)
        self.model = module[name](*arguments).to(self.device).eval()
        if compiled:
            self.model = torch.compile(self.model)
        return {}

    def make(self, path: str, seed: int, scale: float) -> dict[str, Any]:
        """Write the inputs of a seed to a file, those that are no tensors beside it."""
        import torch
        from safetensors.torch import save_file

        torch.manual_seed(seed)
        found = list(self.made["get_inputs"]())
        tensors = {
            str(at): (one * scale if one.is_floating_point() and scale != 1 else one).contiguous()
            for at, one in enumerate(found)
            if isinstance(one, torch.Tensor)
        }
        save_file(tensors, path)
        return {"plain": [None if isinstance(one, torch.Tensor) else one for one in found]}

    def take(self, path: str, plain: list[Any]) -> dict[str, Any]:
        """Read inputs from a file."""
        from safetensors.torch import load_file

        tensors = load_file(path, device=self.device)
        self.inputs = [tensors.get(str(at), one) for at, one in enumerate(plain)]
        return {}

    def run(self, path: str) -> dict[str, Any]:
        """Run the module and write its outputs to a file."""
        import torch
        from safetensors.torch import save_file

        outputs = self._run()
        several = outputs if isinstance(outputs, list | tuple) else [outputs]
        kept = [one for one in several if isinstance(one, torch.Tensor)]
        save_file({str(at): one.detach().contiguous().clone() for at, one in enumerate(kept)}, path)
        return {"outputs": len(kept)}

    def time(self) -> dict[str, Any]:
        """The milliseconds of one run."""
        return {"ms": self._time_on_gpu() if self.device.startswith("cuda") else self._time_on_cpu()}

    def _time_on_cpu(self) -> float:
        start = time.perf_counter()
        self._run()
        return 1000 * (time.perf_counter() - start)

    def _time_on_gpu(self) -> float:
        import torch

        with torch.cuda.device(self.device):
            torch.empty(L2, dtype=torch.uint8, device=self.device).fill_(0)
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
            torch.cuda.synchronize()
            start.record()
            self._run()
            end.record()
            torch.cuda.synchronize()
            return float(start.elapsed_time(end))

    def _run(self) -> Any:  # noqa: ANN401
        import torch

        with torch.no_grad():
            return self.model(*self.inputs)


def _namespace(code: str, name: str) -> dict[str, Any]:
    """The names that a program defines; it is a file, since extensions look for their source."""
    found: dict[str, Any] = {"__name__": name}
    exec(compile(code, f"<{name}>", "exec", dont_inherit=True), found)
    return found


def _moved(value: Any, device: str) -> Any:  # noqa: ANN401
    return value.to(device) if hasattr(value, "to") else value


def main() -> None:
    """Answer requests until standard input closes."""
    out = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        act: Callable[..., dict[str, Any]] = getattr(worker, request.pop("do"))
        try:
            reply = act(**request)
        except BaseException as error:  # noqa: BLE001 - whatever a program raises
            reply = {"raised": f"{type(error).__name__}: {error}"[:300]}
        out.write(json.dumps(reply) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
