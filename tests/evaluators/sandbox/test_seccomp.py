"""The filter of system calls, run step by step as the kernel would, for both machines."""

import struct

import pytest
from symposia.evaluators.sandbox import seccomp
from symposia.evaluators.sandbox.syscalls import AUDIT, NUMBERS

ALLOWED, KILLED, EPERM, ENOSYS, IGNORED = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026, 0x00050000
PID = 4321


def answer(machine: str, number: int, *arguments: int, arch: int | None = None, owns_files: bool = False) -> int:
    """The filter's answer to a call."""
    program = seccomp._template(owns_files, machine).replace(struct.pack("I", seccomp._PID), struct.pack("I", PID))
    data = struct.pack("II", number, AUDIT[machine] if arch is None else arch) + bytes(8)
    data += b"".join(struct.pack("Q", one) for one in (*arguments, *[0] * (6 - len(arguments))))
    place = loaded = 0
    while True:
        code, then, otherwise, value = struct.unpack_from("HBBI", program, 8 * place)
        place += 1
        if code == 0x06:
            return int(value)
        if code == 0x20:
            loaded = struct.unpack_from("I", data, value)[0]
        elif code == 0x05:
            place += value
        else:
            holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}[code]
            place += then if holds else otherwise


@pytest.fixture(params=sorted(NUMBERS))
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_call_that_is_denied_is_denied_and_no_other(machine: str) -> None:
    numbers = NUMBERS[machine]
    special = {"kill", "tkill", "tgkill", "prlimit64", "prctl", "fcntl", "ioctl", "clone", "clone3"}
    denied = {numbers[name] for name in seccomp.DENIED if name in numbers}
    for number in range(500):
        if number not in {numbers[name] for name in special}:
            assert answer(machine, number) == (EPERM if number in denied else ALLOWED), number
    assert answer(machine, numbers["clone3"]) == ENOSYS


def test_new_threads_are_allowed_and_new_processes_not(machine: str) -> None:
    clone = NUMBERS[machine]["clone"]
    assert answer(machine, clone, 0x3D0F00) == ALLOWED
    assert answer(machine, clone, 0x1200011) == EPERM


def test_signals_and_limits_are_for_oneself(machine: str) -> None:
    numbers = NUMBERS[machine]
    for name in ("kill", "tkill", "tgkill"):
        assert answer(machine, numbers[name], PID, 9) == ALLOWED
        assert answer(machine, numbers[name], 1, 9) == EPERM
        assert answer(machine, numbers[name], 2**64 - 1, 9) == EPERM
    assert [answer(machine, numbers["prlimit64"], pid) for pid in (0, PID, 1)] == [ALLOWED, ALLOWED, EPERM]
    assert [answer(machine, numbers["prctl"], option) for option in (1, 15)] == [EPERM, ALLOWED]
    assert [answer(machine, numbers["fcntl"], 3, command) for command in (8, 10, 15, 3)] == [EPERM] * 3 + [ALLOWED]
    assert [answer(machine, numbers["ioctl"], 3, command) for command in (0x8901, 0x5401)] == [EPERM, ALLOWED]


def test_calls_of_another_machine_end_the_program(machine: str) -> None:
    assert answer(machine, 1, arch=0x40000003) == KILLED
    assert answer(machine, 0x40000000 + 39) == KILLED


def test_rights_of_files_are_not_changed_where_the_user_has_files_of_its_own(machine: str) -> None:
    number = NUMBERS[machine]["fchmodat"]
    assert answer(machine, number, owns_files=True) == IGNORED
    assert answer(machine, number, owns_files=False) == ALLOWED
