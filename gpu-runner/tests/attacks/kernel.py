"""Attacks on the kernel by raw system calls: a program of machine code, written to the work folder and executed.

Where the filter refuses the call (EPERM) the program exits; on any other outcome it loops, so that a call that got
through shows as a verdict of "time_limit" instead of "broken".
"""

from __future__ import annotations

import platform
import struct

CALLS = {
    "socket": 41,
    "clone": 56,
    "vfork": 58,
    "ptrace": 101,
    "personality": 135,
    "mount": 165,
    "init_module": 175,
    "add_key": 248,
    "keyctl": 250,
    "unshare": 272,
    "perf_event_open": 298,
    "open_by_handle_at": 304,
    "setns": 308,
    "process_vm_readv": 310,
    "memfd_create": 319,
    "bpf": 321,
    "userfaultfd": 323,
    "io_uring_setup": 425,
    "clone3": 435,
}
GETPID = 39
X32_GETPID = 0x40000000 + GETPID


def _machine_code(number: int) -> bytes:
    code = b"\xb8" + struct.pack("<I", number)  # mov eax, number
    code += b"\x31\xff\x31\xf6\x31\xd2\x4d\x31\xd2\x4d\x31\xc0\x4d\x31\xc9"  # all six arguments are zero
    code += b"\x0f\x05"  # syscall
    code += b"\x83\xf8\xff"  # cmp eax, -EPERM
    code += b"\x74\x02\xeb\xfe"  # equal: go on; otherwise loop here
    code += b"\xb8\xe7\x00\x00\x00\x31\xff\x0f\x05"  # exit_group(0)
    start = 0x400000
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, start + 120, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, start, start, 120 + len(code), 120 + len(code), 4096)
    return header + segment + code


def raw_call(number: int) -> str:
    """A program that replaces itself by machine code that makes one system call."""
    return (
        f"import os\ndef f(a, b):\n    fd = os.open('x', os.O_CREAT | os.O_WRONLY, 0o700)\n"
        f"    os.write(fd, {_machine_code(number)!r})\n    os.close(fd)\n    os.execv('/work/x', ['x'])\n"
    )


KERNEL_ATTACKS: dict[str, str] = (
    {f"calls {name}": raw_call(number) for name, number in {**CALLS, "getpid by x32": X32_GETPID}.items()}
    if platform.machine() == "x86_64"
    else {}
)
