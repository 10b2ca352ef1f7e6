"""`kill -9` and reloads in the middle of edits: every acknowledged edit is in the document and in its history, once."""
import asyncio
import os
import random
import unittest
import uuid

import websockets

from harness import Client, Host, main

KILLS = int(os.environ.get("TIDEGATE_KILLS", "6"))
EDITORS = 4


class Crashes(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.host = Host()
        self.addCleanup(self.host.close)
        self.stopping = False
        self.users = [str(uuid.uuid4()) for _ in range(EDITORS)]

    async def edit_until_killed(self, quote, editor, tokens, acknowledged, serial):
        """Edits as fast as the answers come, until the host is gone or `self.stopping`; what was acknowledged is kept as
        (field, value, revision, user)."""
        client = await Client.open(self.host, f"/ws/quotes/{quote}", tokens[editor])
        try:
            await client.wait_for("session:joined")
            while not self.stopping:
                n = next(serial)
                field = ("notes", "insured/name")[n % 2]
                await client.send({"type": "field:update", "id": n, "field": field, "value": f"{editor}-{n}"})
                while True:
                    answer = await client.receive()
                    if answer.get("ref") == n:
                        break
                if answer["type"] == "field:updated":
                    acknowledged.append((field, f"{editor}-{n}", answer["revision"], self.users[editor]))
        except (websockets.ConnectionClosed, OSError, asyncio.IncompleteReadError):
            pass

    async def until(self, tasks, reached):
        while not reached():
            ended, _ = await asyncio.wait(tasks, timeout=0.002)
            for task in ended:
                self.fail(f"an editor ended: {task.exception()!r}")

    def audit(self, quote):
        """Every change of the quote, oldest first: {(field, value): [(revision, actor)]}"""
        token, after, found = self.host.token("admin"), 0, {}
        while True:
            status, page = self.host.http("GET", f"/api/quotes/{quote}/versions?limit=100&after={after}", token)
            self.assertEqual(status, 200, page)
            for item in page["items"]:
                for op in item["ops"]:
                    if isinstance(op.get("value"), str):
                        found.setdefault((op["path"], op["value"]), []).append((item["revision"], item["actor"]))
            if len(page["items"]) < 100:
                return found
            after = page["items"][-1]["revision"]

    async def test_kill_at_random_points_loses_no_acknowledged_edit(self):
        seed = int(os.environ.get("TIDEGATE_SEED", random.randrange(10 ** 6)))
        print(f"seed {seed}: TIDEGATE_SEED={seed}", flush=True)
        chance = random.Random(seed)
        quote, acknowledged = str(uuid.uuid4()), []
        serial = iter(range(10 ** 9))
        for _ in range(KILLS):
            self.host.start()
            tokens = [self.host.token("agent", user, f"U{n}") for n, user in enumerate(self.users)]
            if not acknowledged:
                status, made = self.host.http("POST", "/api/quotes", tokens[0], {"quote_data": {"product": "home"}})
                self.assertEqual(status, 201, made)
                quote = made["quote_id"]
            tasks = [asyncio.create_task(self.edit_until_killed(quote, n, tokens, acknowledged, serial))
                     for n in range(EDITORS)]
            target = len(acknowledged) + chance.randrange(20, 400)
            await self.until(tasks, lambda: len(acknowledged) >= target)
            self.host.kill()
            await asyncio.gather(*tasks)
            self.host.process.stdout.close()
        self.host.start()
        audit = self.audit(quote)
        for field, value, revision, user in acknowledged:
            self.assertEqual(audit.get((f"quote_data/{field}", value)), [(revision, user)], (field, value))
        revisions = sorted(revision for changes in audit.values() for revision, _ in changes)
        self.assertEqual(len(revisions), len(set(revisions)))
        print(f"{len(acknowledged)} acknowledged edits over {KILLS} kills, all in the history once", flush=True)

    async def test_reloads_lose_no_edit_and_no_lock(self):
        self.host.start()
        tokens = [self.host.token("agent", user, f"U{n}") for n, user in enumerate(self.users)]
        _, made = self.host.http("POST", "/api/quotes", tokens[0], {"quote_data": {"product": "home"}})
        quote, acknowledged, serial = made["quote_id"], [], iter(range(10 ** 9))
        holder = await Client.open(self.host, f"/ws/quotes/{quote}", tokens[0])
        self.addAsyncCleanup(holder.close)
        token = (await holder.ask({"type": "field:lock", "id": "l", "field": "aoi"}, "field:locked", ref="l"))["lease"]["token"]
        tasks = [asyncio.create_task(self.edit_until_killed(quote, n, tokens, acknowledged, serial))
                 for n in range(EDITORS)]
        for n in range(10):
            target = len(acknowledged) + 20
            await self.until(tasks, lambda: len(acknowledged) >= target)
            done = await asyncio.to_thread(self.host.command, "reload", ("collaboration", "quote")[n % 2])
            self.assertEqual(done.returncode, 0, done.stderr)
            again = await holder.ask({"type": "field:lock", "id": n, "field": "aoi"}, "field:locked", ref=n)
            self.assertEqual(again["lease"]["token"], token, "the lock outlives the plugin that granted it")
        self.assertFalse([task for task in tasks if task.done()], "no connection was closed")
        self.stopping = True
        await asyncio.gather(*tasks)
        audit = self.audit(quote)
        for field, value, revision, user in acknowledged:
            self.assertEqual(audit.get((f"quote_data/{field}", value)), [(revision, user)], (field, value))
        print(f"{len(acknowledged)} acknowledged edits over 10 reloads, all in the history once", flush=True)


if __name__ == "__main__":
    main()
