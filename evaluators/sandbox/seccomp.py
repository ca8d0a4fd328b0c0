"""A seccomp filter: the system calls that a program at the level `landlock` may not make.

No new process, no socket, no signal to others, no namespaces, mounts, tracing or kernel interfaces. Threads are made
by `clone` with CLONE_THREAD; `clone3`, whose flags no filter can read, is said not to exist, and libraries fall back.
"""

import ctypes
import errno
import struct
from functools import cache
from typing import Final

from .syscalls import AUDIT, MACHINE, NUMBERS, libc

_LOAD, _GO, _JUMP_EQUAL, _JUMP_ATLEAST, _JUMP_BITS, _RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_X32: Final = 0x40000000
_PID: Final = 0x7EDCBA98
_CLONE_THREAD: Final = 0x00010000
_SET_PARENT_DEATH_SIGNAL: Final = 1
_OWNER_OF_SIGNALS: Final = {"fcntl": (8, 10, 15), "ioctl": (0x8901, 0x8902, 0x5412, 0x541C)}
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2

_DENIED_WORDS: Final = """
socket connect accept accept4 bind listen fork vfork execve execveat ptrace process_vm_readv process_vm_writev
process_madvise pidfd_open pidfd_getfd pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo kcmp unshare setns mount
umount2 pivot_root chroot open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr bpf io_uring_setup
io_uring_enter io_uring_register add_key request_key keyctl perf_event_open userfaultfd setsid setpgid memfd_create
memfd_secret shmget shmat shmctl semget msgget mq_open name_to_handle_at open_by_handle_at init_module finit_module
delete_module kexec_load kexec_file_load reboot swapon swapoff acct quotactl settimeofday clock_settime adjtimex
sethostname setdomainname iopl ioperm modify_ldt personality fanotify_init setpriority sched_setparam
sched_setscheduler sched_setaffinity sched_setattr ioprio_set
"""
DENIED: Final = tuple(_DENIED_WORDS.split())
"""Refused with EPERM."""

_IGNORED_WORDS: Final = """
chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat setxattr lsetxattr
fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat
"""
IGNORED: Final = tuple(_IGNORED_WORDS.split())
"""Without effect where the program runs as an ordinary user, whose files they could change: Landlock knows them not."""


def program_for(pid: int, *, owns_files: bool) -> bytes:
    """The filter of the process `pid`; `owns_files` if its user has files of its own outside."""
    return _template(owns_files, MACHINE).replace(struct.pack("I", _PID), struct.pack("I", pid))


@cache
def _template(owns_files: bool, machine: str) -> bytes:
    """The filter of the process `_PID`: the machine is the right one, then a search for the call's number."""
    numbers = NUMBERS[machine]
    cases = {numbers[name]: [_step(_RETURN, _ERRNO | errno.EPERM)] for name in DENIED if name in numbers}
    if owns_files:
        cases |= {numbers[name]: [_step(_RETURN, _ERRNO)] for name in IGNORED if name in numbers}
    cases[numbers["clone3"]] = [_step(_RETURN, _ERRNO | errno.ENOSYS)]
    cases |= {numbers[name]: _unless(0, (_PID,)) for name in ("kill", "tkill", "tgkill")}
    cases[numbers["prlimit64"]] = _unless(0, (0, _PID))
    cases[numbers["prctl"]] = _if(0, (_SET_PARENT_DEATH_SIGNAL,))
    cases |= {numbers[name]: _if(1, commands) for name, commands in _OWNER_OF_SIGNALS.items()}
    is_thread = [_step(_LOAD, _ARGUMENTS), _step(_JUMP_BITS, _CLONE_THREAD, 1, 0)]
    cases[numbers["clone"]] = [*is_thread, _step(_RETURN, _ERRNO | errno.EPERM), _step(_RETURN, _ALLOW)]
    known = [_step(_LOAD, _MACHINE), _step(_JUMP_EQUAL, AUDIT[machine], 1, 0), _step(_RETURN, _KILL)]
    native = [_step(_LOAD, _NUMBER), _step(_JUMP_ATLEAST, _X32, 0, 1), _step(_RETURN, _KILL)]
    return b"".join([*known, *native, *_search(sorted(cases.items()))])


def install(program: bytes) -> None:
    """Put this process, and what it starts, under a filter for good. Raises `OSError`."""
    buffer = ctypes.create_string_buffer(program, len(program))
    size = len(program) // 8
    described = struct.pack("HxxxxxxP", size, ctypes.addressof(buffer))
    for call in ((_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (_PR_SET_SECCOMP, _MODE_FILTER, described, 0, 0)):
        if libc().prctl(*call):
            raise OSError(ctypes.get_errno(), "seccomp")


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """One instruction of a classic BPF program; `then` and `otherwise` are how many steps to skip."""
    return struct.pack("HBBI", code, then, otherwise, value)


def _search(cases: list[tuple[int, list[bytes]]]) -> list[bytes]:
    """The steps of the case whose number is the loaded one, found by halves; any other is allowed."""
    if len(cases) == 1:
        number, steps = cases[0]
        return [_step(_JUMP_EQUAL, number, 0, len(steps)), *steps, _step(_RETURN, _ALLOW)]
    half = len(cases) // 2
    low, high = _search(cases[:half]), _search(cases[half:])
    return [_step(_JUMP_ATLEAST, cases[half][0], 0, 1), _step(_GO, len(low)), *low, *high]


def _unless(argument: int, allowed: tuple[int, ...]) -> list[bytes]:
    """Refuse a call unless the low half of an argument is one of these."""
    steps = [_step(_LOAD, _ARGUMENTS + 8 * argument)]
    steps += [_step(_JUMP_EQUAL, one, len(allowed) - place, 0) for place, one in enumerate(allowed)]
    return [*steps, _step(_RETURN, _ERRNO | errno.EPERM), _step(_RETURN, _ALLOW)]


def _if(argument: int, refused: tuple[int, ...]) -> list[bytes]:
    """Refuse a call if the low half of an argument is one of these."""
    steps = [_step(_LOAD, _ARGUMENTS + 8 * argument)]
    steps += [_step(_JUMP_EQUAL, one, len(refused) - place, 0) for place, one in enumerate(refused)]
    return [*steps, _step(_RETURN, _ALLOW), _step(_RETURN, _ERRNO | errno.EPERM)]
