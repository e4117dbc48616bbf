"""How much memory this process has held at most."""

from __future__ import annotations

from pathlib import Path

import pytest

STATUS = Path("/proc/self/status")

measured = pytest.mark.skipif(not STATUS.exists(), reason="this system does not say how much memory a process held")


def highest() -> int:
    """The most memory held so far, in MB. What `getrusage` says would include the process that started this one."""
    return int(STATUS.read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) // 1024
