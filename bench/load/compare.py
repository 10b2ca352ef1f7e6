#!/usr/bin/env python3
"""Server CPU per operation of Tidegate beside the kernel's floor, both loaded by the same client in alternating runs.

floor.cpp is the least that a one-thread epoll server can do; what Tidegate costs above it is ours. Prints the median of
each figure over the rounds. Everything runs on loopback and is stopped at the end.

    python3 bench/load/compare.py --build build/release --rounds 5
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
USER = "8a1f6a0e-0f5e-4b57-9a5e-3d0a5b6f1c01"
PAD = '"pad":"{pad:120}"'


class Server:
    """A process with a `url` prefix; stopped on exit."""

    def __init__(self, command, cwd):
        self.process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Floor(Server):
    name = "floor"

    def __init__(self, work, _args):
        port = free_port()
        super().__init__([str(work / "floor"), str(port)], work)
        self.url = f"ws://127.0.0.1:{port}"
        wait_for_port(port)

    def echo(self, _prefix):
        return ["--url", f"{self.url}/echo", "--request", '{"type":"echo:say","ts":{ts},' + PAD + "}",
                "--reply-substr", "echo:say"]

    def rooms(self, count, publishers):
        return ["--url", f"{self.url}/room/{{i%{count}}}", "--pub-url", f"{self.url}/pub/{{i%{count}}}", "--publish",
                '{"type":"echo:shouted","ts":{ts},"seq":{seq},"pub":{p},' + PAD + "}"]

    def idle(self):
        return ["--url", f"{self.url}/echo"]


class Tidegate(Server):
    name = "tidegate"

    def __init__(self, work, args):
        binary = args.build / "bin" / "tidegate"
        config = str(ROOT / "config" / "dev.yaml")
        data = tempfile.mkdtemp(dir=work)
        environment = dict(os.environ, TIDEGATE_LIMITS_CONNECTIONS_PER_USER="20000",
                           TIDEGATE_LIMITS_CONNECTIONS_PER_ADDRESS="20000", TIDEGATE_LOG_LEVEL="warning")
        if args.loops:
            environment["TIDEGATE_LISTEN_LOOPS"] = str(args.loops)
        token = subprocess.run([binary, "token", "--config", config, "--user", USER, "--name", "Load", "--role", "admin"],
                               check=True, capture_output=True, text=True).stdout.strip()
        self.process = subprocess.Popen(
            [binary, "serve", "--config", config, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data", data,
             "--plugins", str(args.build / "plugins")], env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.url = "ws://" + ready["listen"]
        self.common = ["--header", f"Authorization: Bearer {token}", "--ready-substr", "connection:established"]
        self.header = ["--header", f"Authorization: Bearer {token}"]

    def echo(self, prefix):
        return [*self.common, "--url", f"{self.url}/ws", "--request", f'{{"type":"{prefix}:say","ts":{{ts}},' + PAD + "}",
                "--reply-substr", f"{prefix}:said"]

    def rooms(self, count, publishers):
        room = '"channel":"room:{i%' + str(count) + '}"'
        return [*self.header, "--url", f"{self.url}/ws", "--ready-substr", "channel:subscribed",
                "--hello", '{"type":"channel:subscribe",' + room + "}",
                "--pub-hello", '{"type":"channel:subscribe","channel":"room:publisher-{p}"}',
                "--publish", '{"type":"echo:shout",' + room + ',"ts":{ts},"seq":{seq},"pub":{p},' + PAD + "}"]

    def idle(self):
        return [*self.common, "--url", f"{self.url}/ws"]


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port):
    import socket
    import time
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise RuntimeError(f"nothing listens on {port}")


def fanout(server, seconds, subscribers, rooms, publishers, rate):
    return ["fanout", *server.rooms(rooms, publishers), "--conns", str(subscribers), "--rooms", str(rooms),
            "--publishers", str(publishers), "--rate", str(rate), "--duration", str(seconds)]


def scenarios(seconds):
    """name → (what one operation is, figure, arguments for a server)"""
    request = ["--conns", "100", "--window", "1", "--duration", str(seconds)]
    cpu = "cpu_us_per_op"
    return {
        "echo strand, 100 x 1": (cpu, lambda s: ["request", *s.echo("echo"), *request]),
        "echo inline, 100 x 1": (cpu, lambda s: ["request", *s.echo("echo_inline"), *request]),
        "fan-out 1,000 x 20/s": (cpu, lambda s: fanout(s, seconds, 1000, 1, 1, 20)),
        "200 rooms x 5, 2,000/s": (cpu, lambda s: fanout(s, seconds, 1000, 200, 200, 2000)),
        "idle 5,000: bytes/connection": ("bytes_per_conn", lambda s: ["connect", *s.idle(), "--conns", "5000", "--hold", "2"]),
    }


def measure(kind, work, args, scenario, figure):
    with kind(work, args) as server:
        command = [str(work / "wsload"), *scenario(server), "--server-pid", str(server.process.pid)]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}\n{run.stdout}{run.stderr}")
        report = json.loads(run.stdout.splitlines()[-1])
    for fault in ("lost", "unanswered", "duplicated", "out_of_order"):
        if report.get(fault):
            raise RuntimeError(f"{server.name}: {fault} = {report[fault]}")
    return {"figure": report["server"][figure], "user": report["server"]["user_us_per_op"],
            "p99": report.get("latency", {}).get("p99_us", 0), "others": report["other_cpu_share"]}


def build_tools(work):
    for source, flags in (("wsload", []), ("floor", ["-lcrypto"])):
        subprocess.run(["g++", "-O2", "-std=c++17", "-o", str(work / source), str(HERE / f"{source}.cpp"), *flags],
                       check=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--loops", type=int, default=0, help="event loops of Tidegate; 0 = its default")
    options.add_argument("--only", default="", help="scenarios whose name holds this")
    args = options.parse_args()
    args.build = args.build.resolve()
    work = pathlib.Path(tempfile.mkdtemp(prefix="tidegate-bench-"))
    try:
        build_tools(work)
        print(f"{'scenario':32} {'floor':>9} {'tidegate':>9} {'ratio':>6} {'ours user':>10} {'floor p99':>10} {'our p99':>9}  others")
        for name, (figure, scenario) in scenarios(args.seconds).items():
            if args.only not in name:
                continue
            runs = {kind: [] for kind in (Floor, Tidegate)}
            for _ in range(args.rounds):
                for kind in runs:
                    runs[kind].append(measure(kind, work, args, scenario, figure))
            middle = lambda kind, key: statistics.median(run[key] for run in runs[kind])
            floor, ours = middle(Floor, "figure"), middle(Tidegate, "figure")
            others = max(run["others"] for group in runs.values() for run in group)
            print(f"{name:32} {floor:9.2f} {ours:9.2f} {ours / floor:6.2f} {middle(Tidegate, 'user'):10.2f} "
                  f"{middle(Floor, 'p99'):8.0f}us {middle(Tidegate, 'p99'):7.0f}us  {others:.2f}", flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
