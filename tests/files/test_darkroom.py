"""The darkroom: whatever a photo does to its decoder, it does it to a process with limits, and to one at a time."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any

import pytest

from propman.errors import Refused
from propman.files import darkroom, worker
from propman.files.darkroom import draw_anew
from tests.files import samples
from tests.files.heic_samples import LARGE, heic
from tests.files.memory import measured

Maker = Callable[[], bytes]

# Run in a process of its own, so that the memory is this photo's and nobody else's.
MEASURED = """
import sys, time, resource
from propman.files.darkroom import draw_anew
from tests.files.memory import highest
data = sys.stdin.buffer.read()
started = time.perf_counter()
draw_anew(data)
milliseconds = round(1000 * (time.perf_counter() - started))
print(milliseconds, highest(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""

# The most of each kind that the gate lets in, and the most memory the darkroom may take for it, in MB.
LARGEST: dict[str, tuple[Maker, int]] = {
    "JPEG of 12 million pixels": (samples.GOOD["C5 12 million pixels"], 100),
    "JPEG of 50 million": (lambda: samples.saved(samples.drawing(10_000, 5000), "JPEG"), 100),
    "progressive JPEG of 25 million": (
        lambda: samples.saved(samples.drawing(5000, 5000), "JPEG", progressive=True, subsampling=0),
        300,
    ),
    "PNG with alpha of 25 million": (lambda: samples.png_of(5000, 5000, bits=8, colour=6), 300),
    "WebP with alpha of 13 million": (
        lambda: samples.saved(samples.drawing(4000, 3250, mode="RGBA"), "WEBP", method=0, lossless=True, exact=True),
        300,
    ),
    "HEIC of 24 million": (lambda: heic(LARGE, columns=1, rows=2), 300),
}


@measured
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_photos_stay_within_memory(name: str) -> None:
    make, most = LARGEST[name]
    done = subprocess.run([sys.executable, "-c", MEASURED], input=make(), capture_output=True, check=True)
    milliseconds, megabytes, megabytes_of_darkroom = map(int, done.stdout.split())
    print(f"{name}: {milliseconds} ms, web process {megabytes} MB, darkroom {megabytes_of_darkroom} MB")
    assert megabytes < 60
    assert megabytes_of_darkroom < most


def test_heic_that_asks_for_hours_is_stopped() -> None:
    """Two hundred tiles share the bytes of one, behind a header that claims a small picture: 2.4 billion pixels."""
    bomb = heic(LARGE, columns=2, rows=100, claimed=(64, 64))
    before = seconds_computed_by_children()
    with pytest.raises(Refused) as refusal:
        draw_anew(bomb)
    seconds = seconds_computed_by_children() - before
    print(f"HEIC of shared tiles, {len(bomb)} bytes: stopped after {seconds:.1f} s")
    assert refusal.value.status == 422
    assert seconds < worker.SECONDS + 1


def seconds_computed_by_children() -> float:
    """Processor time of the processes that this one has started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@measured
def test_decoder_that_asks_for_too_much_memory_is_stopped() -> None:
    """Whatever the gate did not foresee: the same photo with room enough and with too little."""
    photo = samples.png_of(5000, 5000, bits=8, colour=6)
    for most, ends_well in ((worker.BYTES, True), (200 * 1024 * 1024, False)):
        code = f"import sys; from propman.files import worker; worker.BYTES = {most}; sys.exit(worker.main('PNG'))"
        done = subprocess.run([sys.executable, "-c", code], input=photo, capture_output=True, check=False)
        assert (done.returncode == 0) == ends_well
    assert b"MemoryError" in done.stderr


def test_busy_machine_is_no_fault_of_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(darkroom, "SECONDS", 0.001)
    with pytest.raises(Refused, match="without photos") as refusal:
        draw_anew(samples.jpeg())
    assert (refusal.value.status, refusal.value.field) == (503, "photos")


def test_machine_without_a_process_to_spare_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(Refused, match="without photos") as refusal:
        draw_anew(samples.jpeg())
    assert refusal.value.status == 503


def test_one_photo_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, counting = 0, 0, threading.Lock()
    draw = darkroom._in_a_process

    def counted(data: bytes, kind: darkroom.Kind) -> tuple[int, bytes]:
        nonlocal inside, most
        with counting:
            inside += 1
            most = max(most, inside)
        try:
            return draw(data, kind)
        finally:
            with counting:
                inside -= 1

    monkeypatch.setattr(darkroom, "_in_a_process", counted)
    with ThreadPoolExecutor(4) as people:
        pictures = list(people.map(draw_anew, [samples.jpeg()] * 4))
    assert (most, len(set(pictures))) == (1, 1)


def test_who_finds_enough_waiting_is_sent_away_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures that take their time cannot take every thread of the server along."""
    go_on, draw = threading.Event(), darkroom._in_a_process

    def slow(data: bytes, kind: darkroom.Kind) -> tuple[int, bytes]:
        assert go_on.wait(60)
        return draw(data, kind)

    monkeypatch.setattr(darkroom, "_in_a_process", slow)
    with ThreadPoolExecutor(5) as people:
        sent = [people.submit(draw_anew, samples.jpeg()) for _ in range(5)]
        first, *_ = wait(sent, timeout=60, return_when=FIRST_COMPLETED).done
        go_on.set()
        with pytest.raises(Refused) as refused:
            first.result()
        assert refused.value.status == 503
        assert sum(each.exception() is None for each in sent) == 4


def test_no_key_of_ours_reaches_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROPMAN_SECRET_KEY", "secret")
    environments: list[dict[str, str]] = []
    run = subprocess.run

    def noting_run(*args: Any, **options: Any) -> Any:
        environments.append(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(subprocess, "run", noting_run)
    draw_anew(samples.jpeg())
    [environment] = environments
    assert set(environment) <= {"PATH", "LD_LIBRARY_PATH", "SYSTEMROOT"}
