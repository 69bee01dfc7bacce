"""Measure how fast kubia starts and stops: `python3 -m apps.kubia.bench_stop [rounds]` from the project's root.

Prints milliseconds, median and worst: from the start of the process to its port, and from SIGTERM to its end while an
idle connection and an unfinished body are open.
"""

import socket
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from apps.kubia.tests.process import Kubia


def measure(data: Path) -> tuple[float, float]:
    """Return how long one kubia took to listen and to stop, in milliseconds."""
    begin = time.monotonic()
    with Kubia(data) as kubia:
        listening = time.monotonic()
        idle = kubia.connect()
        idle.request("GET", "/")
        idle.getresponse().read()
        with socket.create_connection(("127.0.0.1", kubia.port)) as slow:
            slow.sendall(b"POST / HTTP/1.1\r\nHost: kubia\r\nContent-Length: 1000\r\n\r\nhalf")
            told = time.monotonic()
            kubia.stop()
            stopped = time.monotonic()
        idle.close()
    return (listening - begin) * 1000, (stopped - told) * 1000


def main() -> None:
    """Measure, then print one line each for start and stop."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder:
        results = [measure(Path(folder) / "kubia.txt") for _ in range(rounds)]
    for name, times in zip(("start", "stop"), zip(*results, strict=True), strict=True):
        print(f"{name}: median {median(times):.1f} ms, worst {max(times):.1f} ms, {rounds} rounds")


if __name__ == "__main__":
    main()
