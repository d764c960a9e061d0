"""A small HTTP load client: wrk where it is installed, otherwise two Python processes with open sockets."""

import json
import multiprocessing
import random
import selectors
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 32

SCRIPT = """
local paths = {}
for line in io.lines("%(paths)s") do paths[#paths + 1] = line end
math.randomseed(%(seed)d)
wrk.headers["Cookie"] = "%(cookie)s"
request = function() return wrk.format("GET", paths[math.random(#paths)]) end
done = function(s, latency, requests)
  local form = '\\nRESULT {"requests": %%d, "seconds": %%f, "p50": %%f, "p99": %%f, "errors": %%d}\\n'
  io.write(string.format(form, s.requests, s.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    s.errors.status + s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What one run saw: requests answered each second, milliseconds, and answers that were not 200."""

    client: str
    per_second: float
    requests: int
    p50: float
    p99: float
    errors: int


def load(
    port: int, paths: list[str], cookie: str, seconds: float, seed: int, *, connections: int = CONNECTIONS
) -> Load:
    """Ask for random `paths` over so many kept-alive connections for some seconds, each as fast as it is answered."""
    client = _wrk if shutil.which("wrk") else _python
    return client(port, paths, cookie, seconds, seed, connections)


def _wrk(port: int, paths: list[str], cookie: str, seconds: float, seed: int, connections: int) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "load.lua"
        listed.write_text("\n".join(paths) + "\n")
        script.write_text(SCRIPT % {"paths": listed, "seed": seed, "cookie": cookie})
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "-s", str(script)]
        out = subprocess.run([*command, f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True).stdout
    seen = json.loads(out.split("RESULT ", 1)[1])
    return Load("wrk", seen["requests"] / seen["seconds"], seen["requests"], seen["p50"], seen["p99"], seen["errors"])


def _python(port: int, paths: list[str], cookie: str, seconds: float, seed: int, connections: int) -> Load:
    with multiprocessing.Pool(2) as pool:
        halves = pool.starmap(_loop, [(port, paths, cookie, seconds, seed + n, connections // 2) for n in range(2)])
    times = sorted(one for part, _ in halves for one in part)
    errors = sum(wrong for _, wrong in halves)
    return Load(
        "python",
        len(times) / seconds,
        len(times),
        times[len(times) // 2] * 1e3,
        times[len(times) * 99 // 100] * 1e3,
        errors,
    )


def _loop(
    port: int, paths: list[str], cookie: str, seconds: float, seed: int, connections: int
) -> tuple[list[float], int]:
    choose = random.Random(seed).choice
    ready = selectors.DefaultSelector()
    state: dict[socket.socket, list[object]] = {}

    def ask(sock: socket.socket) -> None:
        head = f"GET {choose(paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
        state[sock] = [time.perf_counter(), b""]
        sock.sendall(head.encode())

    for _ in range(connections):
        sock = socket.create_connection(("127.0.0.1", port))
        ready.register(sock, selectors.EVENT_READ)
        ask(sock)
    times: list[float] = []
    errors = 0
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for key, _ in ready.select(timeout=0.5):
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            started, got = state[sock]
            assert isinstance(started, float) and isinstance(got, bytes)
            got += sock.recv(262_144)
            state[sock][1] = got
            head, found, body = got.partition(b"\r\n\r\n")
            if not found or len(body) < _length(head):
                continue
            times.append(time.perf_counter() - started)
            errors += not head.startswith(b"HTTP/1.1 200")
            ask(sock)
    return times, errors


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise ValueError("an answer without content-length")
