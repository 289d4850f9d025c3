"""The allow-list of system calls, as a BPF program for the kernel (seccomp(2), mode filter).

What is not listed fails with EPERM: no socket, no new process or thread, no ptrace, no mount, no namespace, no
io_uring, bpf, keyctl or userfaultfd. What is listed is what Python needs to run pure computations.
"""

from __future__ import annotations

import errno
import platform
import struct

LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
OFFSET_NUMBER, OFFSET_ARCHITECTURE = 0, 4
ALLOW, ERRNO, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# name: (number on x86-64, number on aarch64); None where the architecture has no such call.
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "open": (2, None),
    "close": (3, 57),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "access": (21, None),
    "select": (23, None),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "dup": (32, 23),
    "dup2": (33, None),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "execve": (59, 221),
    "exit": (60, 93),
    # Bubblewrap's first process in the namespace is under the filter too, and waits for the one that is judged.
    "wait4": (61, 260),
    "uname": (63, 160),
    "fcntl": (72, 25),
    "ftruncate": (77, 46),
    "getcwd": (79, 17),
    "rename": (82, None),
    "mkdir": (83, None),
    "rmdir": (84, None),
    "unlink": (87, None),
    "readlink": (89, None),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "times": (100, 153),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "setuid": (105, 146),
    "setgid": (106, 144),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "getppid": (110, 173),
    "setgroups": (116, 159),
    "sigaltstack": (131, 132),
    "arch_prctl": (158, None),
    "gettid": (186, 178),
    "time": (201, None),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "getdents64": (217, 61),
    "set_tid_address": (218, 96),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "openat": (257, 56),
    "mkdirat": (258, 34),
    "newfstatat": (262, 79),
    "unlinkat": (263, 35),
    "renameat": (264, 38),
    "readlinkat": (267, 78),
    "faccessat": (269, 48),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "dup3": (292, 24),
    "prlimit64": (302, 261),
    "getrandom": (318, 278),
    "statx": (332, 291),
    "rseq": (334, 293),
    "faccessat2": (439, 439),
}
# Python asks a terminal's and a pipe's state by ioctl and goes on only after this error.
NO_TERMINAL: dict[str, tuple[int, int]] = {"ioctl": (16, 29)}


def build_filter(machine: str | None = None) -> bytes:
    """Return the BPF program for an architecture (`x86_64` or `aarch64`), this machine's by default.

    Raises:
        KeyError: the architecture is unknown.
    """
    name = machine or platform.machine()
    architecture = AUDIT_ARCH[name]
    column = list(AUDIT_ARCH).index(name)
    allowed = sorted(number for pair in ALLOWED.values() if (number := pair[column]) is not None)
    refused = sorted(pair[column] for pair in NO_TERMINAL.values())
    # Layout: checks, then three returns that the checks jump to. Jumps count from the next instruction and have eight
    # bits; numbers of the x32 table carry a high bit, so they equal none of the list and are refused.
    checks = len(allowed) + len(refused)
    program = [
        _statement(LOAD_WORD, OFFSET_ARCHITECTURE),
        _jump(architecture, 1, 0),
        _statement(RETURN, KILL_PROCESS),
        _statement(LOAD_WORD, OFFSET_NUMBER),
    ]
    for place, number in enumerate([*allowed, *refused]):
        to_refuse = checks - place - 1
        program.append(_jump(number, to_refuse + (2 if place < len(allowed) else 1), 0))
    program += [
        _statement(RETURN, ERRNO | errno.EPERM),
        _statement(RETURN, ERRNO | errno.ENOTTY),
        _statement(RETURN, ALLOW),
    ]
    return b"".join(program)


def _statement(code: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, 0, 0, value)


def _jump(value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("=HBBI", JUMP_IF_EQUAL, if_true, if_false, value)
