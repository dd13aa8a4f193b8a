"""A process without a network: what no reading of queries finds, the kernel still refuses.

Oxigraph calls the endpoint of a SERVICE from within the process that evaluates. Where
no endpoint may be called, that process may open no socket to anywhere: Linux filters
its system calls. Elsewhere nothing is confined, and the reading of queries is the one defence.

Spec: https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import struct
import sys
from typing import NamedTuple

_NO_NEW_PRIVILEGES = 38  # of prctl
_SET_FILTER, _ALL_THREADS = 1, 1  # of seccomp
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # of a filter
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16  # where they stand in what it looks at


class _Machine(NamedTuple):
    """What the kernel calls a kind of processor, and its numbers of two system calls."""

    audit: int
    socket: int
    seccomp: int


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 41, 317),
    "aarch64": _Machine(0xC00000B7, 198, 277),
}


def can_confine() -> bool:
    """Is this a system that can do it, as far as can be told?"""
    return sys.platform == "linux" and platform.machine() in _MACHINES


def confine() -> bool:
    """Let no thread of this process open a socket but local ones, ever again.

    Sockets that are open stay so. Tells whether it is done; a kernel may be built without it.
    """
    if not can_confine():
        return False
    machine = _MACHINES[platform.machine()]
    program = b"".join(
        struct.pack("=HBBI", *instruction)  # code, how many to skip if so, if not so, operand
        for instruction in (
            (_LOAD, 0, 0, _MACHINE),
            (_JUMP_IF_EQUAL, 0, 5, machine.audit),
            (_LOAD, 0, 0, _NUMBER),
            (_JUMP_IF_EQUAL, 0, 2, machine.socket),
            (_LOAD, 0, 0, _FIRST_ARGUMENT),
            (_JUMP_IF_EQUAL, 0, 1, socket.AF_UNIX),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE),
        )
    )
    instructions = ctypes.create_string_buffer(program, len(program))
    filter = struct.pack("@HP", len(program) // 8, ctypes.addressof(instructions))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    number = ctypes.c_long(machine.seccomp)
    return not libc.syscall(number, _SET_FILTER, _ALL_THREADS, ctypes.c_char_p(filter))
