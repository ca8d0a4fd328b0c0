"""System calls: their numbers on x86_64 and aarch64, without those that a machine lacks; and the C library."""

import ctypes
import platform
from functools import cache
from typing import Final

MACHINE: Final = platform.machine()

_BOTH: Final = {  # calls since Linux 5.1 have one number on all machines
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "pidfd_open": 434,
    "clone3": 435,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
    "memfd_secret": 447,
    "fchmodat2": 452,
    "setxattrat": 463,
    "removexattrat": 466,
}

_X86_64: Final = """
shmget 29 shmat 30 shmctl 31 socket 41 connect 42 accept 43 bind 49 listen 50 clone 56 fork 57 vfork 58 execve 59
kill 62 semget 64 msgget 68 fcntl 72 truncate 76 chmod 90 fchmod 91 chown 92 fchown 93 lchown 94 ioctl 16 ptrace 101
setpgid 109 setsid 112 utime 132 personality 135 setpriority 141 sched_setparam 142 sched_setscheduler 144
modify_ldt 154 pivot_root 155 prctl 157 adjtimex 159 chroot 161 acct 163 settimeofday 164 mount 165 umount2 166
swapon 167 swapoff 168 reboot 169 sethostname 170 setdomainname 171 iopl 172 ioperm 173 init_module 175
delete_module 176 quotactl 179 setxattr 188 lsetxattr 189 fsetxattr 190 removexattr 197 lremovexattr 198
fremovexattr 199 tkill 200 sched_setaffinity 203 clock_settime 227 tgkill 234 utimes 235 mq_open 240 kexec_load 246
add_key 248 request_key 249 keyctl 250 ioprio_set 251 fchownat 260 futimesat 261 fchmodat 268 unshare 272
utimensat 280 accept4 288 rt_sigqueueinfo 129 rt_tgsigqueueinfo 297 perf_event_open 298 fanotify_init 300
prlimit64 302 name_to_handle_at 303 open_by_handle_at 304 setns 308 process_vm_readv 310 process_vm_writev 311 kcmp 312
finit_module 313 sched_setattr 314 memfd_create 319 kexec_file_load 320 bpf 321 execveat 322 userfaultfd 323
"""

_AARCH64: Final = """
setxattr 5 lsetxattr 6 fsetxattr 7 removexattr 14 lremovexattr 15 fremovexattr 16 fcntl 25 ioctl 29 ioprio_set 30
umount2 39 mount 40 pivot_root 41 truncate 45 chroot 51 fchmod 52 fchmodat 53 fchownat 54 fchown 55 quotactl 60
utimensat 88 acct 89 personality 92 unshare 97 kexec_load 104 init_module 105 delete_module 106 clock_settime 112
ptrace 117 sched_setparam 118 sched_setscheduler 119 sched_setaffinity 122 kill 129 tkill 130 tgkill 131
rt_sigqueueinfo 138 setpriority 140 reboot 142 setpgid 154 setsid 157 sethostname 161 setdomainname 162 prctl 167
settimeofday 170 adjtimex 171 mq_open 180 msgget 186 semget 190 shmget 194 shmctl 195 shmat 196 socket 198 bind 200
listen 201 accept 202 connect 203 add_key 217 request_key 218 keyctl 219 clone 220 execve 221 swapon 224 swapoff 225
rt_tgsigqueueinfo 240 perf_event_open 241 accept4 242 prlimit64 261 fanotify_init 262 name_to_handle_at 264
open_by_handle_at 265 setns 268 process_vm_readv 270 process_vm_writev 271 kcmp 272 finit_module 273 sched_setattr 274
memfd_create 279 bpf 280 execveat 281 userfaultfd 282 kexec_file_load 294
"""


def _numbers(table: str) -> dict[str, int]:
    words = table.split()
    return dict(zip(words[::2], map(int, words[1::2]), strict=True)) | _BOTH


NUMBERS: Final = {"x86_64": _numbers(_X86_64), "aarch64": _numbers(_AARCH64)}
"""By machine, the numbers of calls by name."""

AUDIT: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""By machine, its number in seccomp filters (AUDIT_ARCH)."""


@cache
def libc() -> ctypes.CDLL:
    """The C library, which keeps `errno` for `ctypes.get_errno`.

    It is loaded once, before anything forks: loading makes classes, and a fork pays for each page that it changes.
    """
    return ctypes.CDLL(None, use_errno=True)


def number(name: str, machine: str = MACHINE) -> int | None:
    """The number of a system call; None for one, or a machine, that is not in the table."""
    return NUMBERS.get(machine, {}).get(name)
