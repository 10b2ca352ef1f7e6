#!/usr/bin/env python3
"""What notifications cost: a broadcast to many users beside `echo:shout` to as many connections, and a long queue.

Fan-out alternates the two on hosts of their own under `wsload` and prints the server's CPU per delivery; the broadcast is durable,
so its one append is in it. The queue is filled over HTTP, its host restarted, and then read by one connection: the time counts
from the start of that connection to the last notification, and the order is checked.

    python3 bench/load/notifications.py --build build/release --rounds 5
"""
import argparse
import asyncio
import base64
import http.client
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import websockets

from compare import HERE, ROOT, Server
from edits import token

CONFIG = ROOT / "config" / "dev.yaml"
PAD = "x" * 120


class Host(Server):
    def __init__(self, args, data):
        environment = dict(os.environ, TIDEGATE_DOCUMENTS_STORE=args.store, TIDEGATE_LOG_LEVEL="warning")
        self.process = subprocess.Popen(
            [args.build / "bin" / "tidegate", "serve", "--config", CONFIG, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
             "--data", data, "--plugins", args.build / "plugins"], env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.listen = json.loads(self.process.stdout.readline())["listen"]


def broadcast(host, work, args):
    body = '{"title":"ts={ts} seq={seq} ","message":"' + PAD + '","level":"info","ttl_s":60}'
    return ["--url", f"ws://{host.listen}/ws/notifications", "--tokens", str(work / "tokens"), "--header",
            "Authorization: Bearer {token}", "--ready-substr", "channel:subscribed", "--publish-http",
            f"http://{host.listen}/api/notifications/broadcast", "--http-header", f"Authorization: Bearer {args.sender}",
            "--publish", body, "--ts-key", "ts=", "--seq-key", "seq="]


def shout(host, work, args):
    return ["--url", f"ws://{host.listen}/ws", "--tokens", str(work / "tokens"), "--header", "Authorization: Bearer {token}",
            "--ready-substr", "channel:subscribed", "--hello", '{"type":"channel:subscribe","channel":"room:all"}',
            "--pub-url", f"ws://{host.listen}/ws", "--pub-hello", '{"type":"channel:subscribe","channel":"room:publisher"}',
            "--publish", '{"type":"echo:shout","channel":"room:all","ts":{ts},"seq":{seq},"title":"x","message":"' + PAD +
            '","level":"info"}']


def fan_out(work, args, what, options):
    with Host(args, tempfile.mkdtemp(dir=work)) as host:
        run = subprocess.run(
            [work / "wsload", "fanout", *options(host, work, args), "--conns", str(args.users), "--publishers", "1", "--rate",
             str(args.rate), "--duration", str(args.seconds), "--server-pid", str(host.process.pid)], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"{what}\n{run.stdout}{run.stderr}")
    report = json.loads(run.stdout.splitlines()[-1])
    for fault in ("lost", "duplicated", "out_of_order"):
        if report.get(fault):
            raise RuntimeError(f"{what}: {fault} = {report[fault]}")
    cpu, p99 = report["server"]["cpu_us_per_op"], report["latency"]["p99_us"]
    print(f"{what:14} cpu {cpu:7.2f} us/delivery  p99 {p99:8.0f} us  others {report['other_cpu_share']:.2f}", flush=True)
    return cpu, p99


def fill(listen, sender, user, numbers, answered):
    connection = http.client.HTTPConnection(listen)
    for number in numbers:
        body = json.dumps({"user_id": user, "title": str(number), "message": PAD, "level": "info"})
        connection.request("POST", "/api/notifications", body, {"Authorization": f"Bearer {sender}"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 202:
            raise RuntimeError(f"{answer.status} {text}")
        answered.append(json.loads(text)["id"])


async def drain(listen, reader, count):
    began = time.monotonic()
    ids, first = [], None
    async with websockets.connect(f"ws://{listen}/ws/notifications", extra_headers={"Authorization": f"Bearer {reader}"},
                                  max_size=None, ping_interval=None) as socket:
        while len(ids) < count:
            message = json.loads(await asyncio.wait_for(socket.recv(), 30))
            if message["type"] == "notification":
                first = first or time.monotonic()
                ids.append(message["notification"]["id"])
    return ids, time.monotonic() - began, first - began


def queue(work, args):
    data = tempfile.mkdtemp(dir=work)
    reader = token("agent", "Reader")
    user = json.loads(base64.urlsafe_b64decode(reader.split(".")[1] + "=="))["sub"]
    answered = []
    with Host(args, data) as host:
        began = time.monotonic()
        # One sender: the order that is answered is the order that is expected.
        thread = threading.Thread(target=fill, args=(host.listen, args.sender, user, range(args.queued), answered))
        thread.start()
        thread.join()
        filled = time.monotonic() - began
        if args.store == "memory":
            ids, seconds, first = asyncio.run(drain(host.listen, reader, args.queued))
    if args.store != "memory":
        with Host(args, data) as host:
            ids, seconds, first = asyncio.run(drain(host.listen, reader, args.queued))
    if ids != answered:
        raise RuntimeError("the queue came in another order, or not all of it")
    print(f"{args.queued} queued in {filled:.1f} s ({args.queued / filled:.0f}/s, one sender), given in order in {seconds:.2f} s, "
          f"the first after {first * 1000:.0f} ms", flush=True)
    return seconds


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--users", type=int, default=5000)
    options.add_argument("--rate", type=float, default=5, help="broadcasts and shouts a second")
    options.add_argument("--queued", type=int, default=10_000)
    options.add_argument("--store", default="sqlite", choices=("sqlite", "memory"))
    options.add_argument("--only", choices=("fanout", "queue"))
    args = options.parse_args()
    args.build = args.build.resolve()
    args.sender = token("manager", "Sender")
    work = pathlib.Path(tempfile.mkdtemp(prefix="tidegate-bench-"))
    try:
        if args.only != "queue":
            subprocess.run(["g++", "-O2", "-std=c++17", "-o", str(work / "wsload"), str(HERE / "wsload.cpp")], check=True)
            (work / "tokens").write_text("\n".join(token("agent", f"User {n}") for n in range(args.users + 1)) + "\n")
            runs = [(fan_out(work, args, "broadcast", broadcast), fan_out(work, args, "echo:shout", shout))
                    for _ in range(args.rounds)]
            ours, echo = (statistics.median(run[n][0] for run in runs) for n in (0, 1))
            print(f"\nCPU per delivery: broadcast {ours:.2f} us, echo:shout {echo:.2f} us, median ratio of a round "
                  f"{statistics.median(run[0][0] / run[1][0] for run in runs):.2f}\n")
        if args.only != "fanout":
            print(f"median {statistics.median(queue(work, args) for _ in range(args.rounds)):.2f} s")
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
