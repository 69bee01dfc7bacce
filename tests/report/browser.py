"""A headless Chromium spoken to over a pair of pipes: what the page's tests look at it with."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self

_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # tests run as root in containers; the only pages it opens are our own files
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-breakpad",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
NARROW, WIDE = (390, 844), (1280, 900)
"""Sizes of a phone and of a desk's screen."""


class Browser:
    """One page in one browser. `complaints` are the console's errors, `requests` all addresses it asked for."""

    def __init__(self, reader: IO[bytes], writer: IO[bytes]) -> None:
        """Open a blank page."""
        self._reader, self._writer = reader, writer
        self._number, self._session = 0, ""
        self.complaints: list[str] = []
        self.requests: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        self._write({"id": self._number, "method": method, "params": parameters})
        while True:
            message = self._read()
            if message.get("id") == self._number:
                assert "error" not in message, f"{method}: {message['error']}"
                result: Mapping[str, Any] = message["result"]
                return result

    def show(self, page: Path, size: tuple[int, int] = WIDE, *, dark: bool = False, at: str = "") -> Self:
        """Open a file and wait until it is loaded."""
        width, height = size
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        wishes = {"prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wishes.items()]
        self.send("Emulation.setEmulatedMedia", features=features)
        self.send("Page.navigate", url="about:blank")
        self._await("Page.loadEventFired")
        self.complaints.clear()
        self.requests.clear()
        self.send("Page.navigate", url=f"{page.as_uri()}{at}")
        self._await("Page.loadEventFired")
        return self

    def run(self, script: str) -> Any:
        """Return what an expression of JavaScript gives."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            for kind in ("rawKeyDown", "keyUp"):
                self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=_CODES[key])

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Write a picture of what is seen, or of the whole page."""
        shot = self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def paper(self, path: Path) -> None:
        """Write the page as it is printed, as PDF."""
        printed = self.send("Page.printToPDF", printBackground=True)
        path.write_bytes(base64.b64decode(printed["data"]))

    def _await(self, event: str) -> None:
        while self._read().get("method") != event:
            pass

    def _read(self) -> dict[str, Any]:
        """Return the browser's next message, having taken note of what it complains about and asks for."""
        data = bytearray()
        while (byte := self._reader.read(1)) != b"\0":
            assert byte, "the browser has ended"
            data += byte
        message: dict[str, Any] = json.loads(data)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, method: str, told: Mapping[str, Any]) -> None:
        if method == "Runtime.exceptionThrown" or (method == "Runtime.consoleAPICalled" and told["type"] == "error"):
            self.complaints.append(json.dumps(told))
        elif method == "Log.entryAdded" and told["entry"]["level"] in {"error", "warning"}:
            self.complaints.append(told["entry"]["text"])
        elif method == "Network.requestWillBeSent" and not told["request"]["url"].startswith(("data:", "about:")):
            self.requests.append(told["request"]["url"])

    def _write(self, message: dict[str, Any]) -> None:
        if self._session:
            message["sessionId"] = self._session
        self._writer.write(json.dumps(message).encode() + b"\0")
        self._writer.flush()


_CODES = {"ArrowRight": 39, "ArrowLeft": 37, "Home": 36, "End": 35, "Escape": 27, "Tab": 9, "Enter": 13}


# A browser reads its descriptor 3 and writes to 4: whoever becomes it puts the pipes there first.
_HAND_OVER = """
import fcntl, os, sys
theirs_in, theirs_out = (fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3])
os.dup2(theirs_in, 3)
os.dup2(theirs_out, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


@contextmanager
def browser(program: str, profile: Path) -> Iterator[Browser]:
    """Start a browser whose files go into `profile`, and end it."""
    to_us, theirs_out = os.pipe()
    theirs_in, to_them = os.pipe()
    command = [program, *_FLAGS, f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        [sys.executable, "-ISc", _HAND_OVER, str(theirs_in), str(theirs_out), *command],
        pass_fds=(theirs_in, theirs_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"HOME": str(profile), "XDG_CONFIG_HOME": str(profile)},  # else it writes into the caller's
    )
    os.close(theirs_in)
    os.close(theirs_out)
    with os.fdopen(to_us, "rb") as reader, os.fdopen(to_them, "wb") as writer:
        try:
            yield Browser(reader, writer)
        finally:
            process.terminate()
            process.wait()
