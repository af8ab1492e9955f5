"""What the figures were measured on, in a line that names no machine."""

import os
import platform
import re
import resource
import shutil
import subprocess
import sysconfig
from pathlib import Path

_CPUS = Path("/proc/cpuinfo")


def machine() -> str:
    """Return cores, CPU model and interpreter; how Python was built changes its speed by a quarter."""
    built = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    how = "optimised build" if built else "built without --enable-optimizations"
    return f"{cores()} cores of {_model()}, Python {platform.python_version()} ({how})"


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def peak_memory() -> int:
    """Return the most bytes that this program had in memory at once.

    `ru_maxrss` would do elsewhere; on Linux it also counts the process that this one was started from.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def rsa_a_second() -> int | None:
    """Return how many RSA-2048 signatures OpenSSL makes in a second on one core; None without `openssl`."""
    program = shutil.which("openssl")
    if program is None:
        return None
    command = [program, "speed", "-seconds", "1", "-mr", "rsa2048"]
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    found = [line.split(":") for line in lines if line.startswith("+F2:")]
    return int(float(found[0][3])) if found else None


def _model() -> str:
    if not _CPUS.exists():
        return platform.processor() or platform.machine()
    names = [
        line.partition(":")[2] for line in _CPUS.read_text().splitlines() if line.startswith("model name")
    ]
    return " ".join(names[0].split()) if names else platform.machine()
