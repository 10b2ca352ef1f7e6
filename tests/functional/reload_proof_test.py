"""The reload proof: images A and B of `echo` are swapped under load, many of the swaps refused or rolled back, while every
message is answered once, in order, on connections that never close.

Two connections keep 16 messages in flight, a third of which suspend in an await; quotes are calculated beside them. Each image
checks from inside that its key's sequence has no hole. TIDEGATE_SWAPS sets how many (fewer under sanitizers). Run alone it
prints the figures.
"""
import asyncio
import collections
import itertools
import json
import os
import pathlib
import random
import shutil
import statistics
import time
import unittest
import uuid

from harness import BUILD, ROOT, Client, Host, main

SWAPS = int(os.environ.get("TIDEGATE_SWAPS", "200"))
SANITIZED = bool(os.environ.get("TIDEGATE_SANITIZED"))
IMAGES = BUILD / "reload_images"
IN_FLIGHT = 16
REFUSED = ["self_check", "configure_throws", "start_throws", "start_refuses", "wrong_abi", "truncated"]
HOME = json.loads((ROOT / "tests" / "golden" / "rating" / "wm_homeowners.json").read_text())["vectors"][0]


class Load:
    """A closed loop of `in_flight` messages on one connection; what it saw of them."""

    def __init__(self, client, seed):
        self.client = client
        self.random = random.Random(seed)
        self.sent = self.answered = self.out_of_order = self.errors = 0
        self.stamps = collections.Counter()
        self.latencies = []   # (sent at, seconds), of messages that await nothing
        self.pending = {}
        self.stopping = False

    @property
    def in_flight(self):
        return self.sent - self.answered - self.errors

    async def send_next(self):
        self.sent += 1
        wait_ms = self.random.choice((0, 0, 0, 1, 2, 3))
        self.pending[self.sent] = (time.monotonic(), wait_ms)
        await self.client.send({"type": "echo:say", "id": self.sent, "seq": self.sent, "wait_ms": wait_ms})

    async def run(self):
        for _ in range(IN_FLIGHT):
            await self.send_next()
        expected = 0
        while self.in_flight:
            message = await self.client.receive()
            self.client.seen.clear()
            if message["type"] == "error":
                self.errors += 1
                self.pending.pop(message.get("ref"), None)
            elif message["type"] == "echo:said":
                expected += 1
                self.answered += 1
                sent_at, _ = self.pending.pop(message["ref"])
                self.latencies.append((sent_at, time.monotonic() - sent_at))
                self.stamps[message["stamp"]] += 1
                self.out_of_order += not message["in_order"] or message["ref"] != message["seq"] or message["ref"] != expected
            if not self.stopping:
                await self.send_next()


class Probe:
    """One message at a time on a connection of its own: what somebody else's key waits."""

    def __init__(self, client):
        self.client = client
        self.samples = []  # (sent at, seconds)
        self.stopping = False

    async def run(self):
        for n in itertools.count(1):
            if self.stopping:
                return
            at = time.monotonic()
            await self.client.send({"type": "echo:say", "id": n, "seq": n})
            while (await self.client.receive()).get("ref") != n:
                pass
            self.client.seen.clear()
            self.samples.append((at, time.monotonic() - at))


class Quotes:
    """Calculations beside the load: every one must come to 501.00."""

    def __init__(self, client, quote):
        self.client, self.quote = client, quote
        self.done = 0
        self.wrong = 0
        self.stopping = False

    async def run(self):
        data = {"product": "home", "state": "US-TX", **HOME["in"]}
        while not self.stopping:
            answer = await self.client.ask({"type": "quote:update", "id": self.done, "quote_id": self.quote,
                                            "quote_data": data}, "calculation:complete", ref=self.done)
            self.client.seen.clear()
            self.done += 1
            self.wrong += answer["premium"]["total"] != 501


def quantile(values, q):
    return sorted(values)[int(q * (len(values) - 1))] if values else 0.0


class Proof(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.host = Host(environment={"TIDEGATE_PLUGINS_WATCH": "false"})
        self.addCleanup(self.host.close)
        folder = self.host.folder / "plugins"
        shutil.copytree(BUILD / "plugins", folder)
        self.host.plugins = folder
        self.install("good_a")
        self.host.start()
        self.random = random.Random(int(os.environ.get("TIDEGATE_SEED", "20")))

    def install(self, image):
        """As a careful operator does: written beside, then renamed over."""
        target = self.host.plugins / "echo.so"
        if image == "truncated":
            whole = (IMAGES / "good_a.so").read_bytes()
            content = whole[:self.random.randrange(len(whole))]
        else:
            content = (IMAGES / f"{image}.so").read_bytes()
        part = target.with_suffix(".part")
        part.write_bytes(content)
        os.rename(part, target)

    async def act(self, what):
        """(happened, text); the admin port blocks until it happened or was refused."""
        status, answer = await asyncio.to_thread(self.host.http, "POST", f"/admin/api/plugins/echo/{what}", None, None, None, True)
        return status == 200, answer["message"]

    async def start_load(self, count=2):
        token = self.host.token("agent")
        self.loads = [Load(await Client.open(self.host, "/ws", token), seed) for seed in range(count)]
        self.probe = Probe(await Client.open(self.host, "/ws", token))
        quote = str(uuid.uuid4())
        self.quotes = Quotes(await Client.open(self.host, f"/ws/quotes/{quote}", token), quote)
        self.running = [asyncio.create_task(part.run()) for part in (*self.loads, self.probe, self.quotes)]

    async def stop_load(self):
        for part in (*self.loads, self.probe, self.quotes):
            part.stopping = True
        await asyncio.gather(*self.running)
        for part in (*self.loads, self.probe, self.quotes):
            self.assertTrue(part.client.socket.open, "a connection was closed")
            await part.client.close()

    async def until_answered(self, more):
        goal = sum(load.answered for load in self.loads) + more
        while sum(load.answered for load in self.loads) < goal:
            for task in self.running:
                if task.done():
                    task.result()
            await asyncio.sleep(0)

    def mapped_images(self):
        maps = pathlib.Path(f"/proc/{self.host.process.pid}/maps").read_text()
        return {line.split()[-1] for line in maps.splitlines() if "/echo/" in line and ".so" in line}

    async def test_nothing_is_lost_or_reordered_by_swaps(self):
        await self.start_load()
        await self.until_answered(2000)
        quiet_until = time.monotonic()
        current, counts, caught = "A", collections.Counter(), 0
        windows = []
        for swap in range(SWAPS):
            await self.until_answered(self.random.randrange(5, 60))
            caught += any(load.in_flight for load in self.loads)
            began = time.monotonic()
            kind = swap % 10
            if kind in (2, 5, 8, 9):
                image = REFUSED[counts["refused"] % len(REFUSED)]
                self.install(image)
                happened, text = await self.act("reload")
                self.assertFalse(happened, f"{image} was accepted: {text}")
                counts["refused"] += 1
                counts[image] += 1
            else:
                current = "B" if current == "A" else "A"
                self.install(f"good_{current.lower()}")
                happened, text = await self.act("reload")
                self.assertTrue(happened, text)
                counts["reloaded"] += 1
                if kind in (1, 6):
                    happened, text = await self.act("rollback")
                    self.assertTrue(happened, text)
                    current = "B" if current == "A" else "A"
                    counts["rolled back"] += 1
            windows.append((began, time.monotonic()))
        await self.until_answered(500)
        await self.stop_load()
        sent = sum(load.sent for load in self.loads)
        answered = sum(load.answered for load in self.loads)
        stamps = sum((load.stamps for load in self.loads), collections.Counter())
        self.assertEqual(sum(load.errors for load in self.loads), 0)
        self.assertEqual(sent, answered)
        self.assertEqual(sum(load.out_of_order for load in self.loads), 0)
        self.assertEqual(self.quotes.wrong, 0)
        self.assertGreater(self.quotes.done, 0)
        self.assertGreater(min(stamps["A"], stamps["B"]), 0, stamps)
        self.assertGreaterEqual(caught, 0.9 * SWAPS)
        self.assertGreaterEqual(counts["refused"], 0.3 * SWAPS)
        self.assertGreaterEqual(counts["rolled back"], 0.1 * SWAPS)
        status = self.host.statuses()["echo"]
        self.assertEqual(status["state"], "started")
        during = [s for at, s in self.probe.samples if any(began <= at + s and at <= ended for began, ended in windows)]
        before = [s for at, s in self.probe.samples if at + s < quiet_until]
        print(f"\nswaps {SWAPS} {dict(counts)}; a message in flight at {caught}; sent {sent} = answered {answered}; stamps "
              f"{dict(stamps)}; quotes {self.quotes.done}; another key, p50/p99 ms without swaps "
              f"{quantile(before, .5) * 1e3:.2f}/{quantile(before, .99) * 1e3:.2f} (n={len(before)}), during "
              f"{quantile(during, .5) * 1e3:.2f}/{quantile(during, .99) * 1e3:.2f} (n={len(during)})")
        await self.settled()
        if not SANITIZED:  # sanitizers may keep images for their reports
            self.assertLessEqual(len(self.mapped_images()), 1, self.mapped_images())
        print(f"images mapped at the end: {len(self.mapped_images())}")

    async def settled(self):
        """Until no generation is draining."""
        deadline = time.monotonic() + 20
        while True:
            generations = self.host.statuses()["echo"]["generations"]
            states = [g["state"] for g in generations]
            if states.count("draining") == 0:
                self.assertNotIn("zombie", states)
                return
            self.assertLess(time.monotonic(), deadline, states)
            await asyncio.sleep(0.02)

    async def test_the_checker_sees_a_naive_swap(self):
        """Stopping the old and starting the new: what a host without hand-over does. It must not pass as lossless."""
        await self.start_load()
        await self.until_answered(200)
        for _ in range(5):
            self.assertTrue((await self.act("disable"))[0])
            self.assertTrue((await self.act("enable"))[0])
            await self.until_answered(50)
        await self.stop_load()
        self.assertGreater(sum(load.errors + load.out_of_order for load in self.loads), 0)


if __name__ == "__main__":
    main()
