"""Dashboards and alerts on the real binary: who sees what, and counts that a `kill -9` does not change."""
import asyncio
import os
import random
import unittest
import uuid

import websockets

from harness import BUILD, ROOT, Client, Host, HostCase, main

KILLS = int(os.environ.get("TIDEGATE_KILLS", "6"))
MAKERS = 4
HOME = {"product": "home", "state": "US-TX", "aoi": 215000, "territory": 1, "protection_class": 5,
        "construction": "frame", "tier": "C", "deductible": 1000, "new_home": False, "claims_free_5y": False,
        "multi_policy": False, "jewelry": 2500, "liability_medpay": "100/500"}
DEV = (ROOT / "config" / "dev.yaml").read_text()
# Its own file: small snapshots, and an alert that one failure raises.
YAML = DEV.split("features:")[0].replace("../client/app", str(ROOT / "client" / "app")) + f"""features:
  quote:
    enabled: true
    config: {{ manuals: {ROOT / "plugins" / "quote" / "manuals"} }}
  collaboration: {{ enabled: true }}
  notification: {{ enabled: false }}
  analytics:
    enabled: true
    config:
      tick_ms: 500
      snapshot_events: 25
      alerts:
        - {{ rule: failures, metric: calculation_failures_5m, comparison: above, threshold: 0, roles: [manager],
             dashboards: [general], message: "{{value}} failed" }}
"""


def merge(target, patch):
    """JSON Merge Patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def without_nulls(value):
    return {k: without_nulls(v) for k, v in value.items() if v is not None} if isinstance(value, dict) else value


def rated(message):
    return message["data"]["quotes"]["completed_today"]


class AnalyticsCase(HostCase):
    yaml = YAML

    async def watch(self, query="", role="manager", **options):
        return await self.connect(f"/ws/dashboard{query}", role, **options)

    async def rate(self, data=HOME):
        """A quote that is made and calculated; acknowledged when this returns."""
        quote = str(uuid.uuid4())
        client = await self.connect(f"/ws/quotes/{quote}")
        await client.send({"type": "quote:update", "id": 1, "quote_id": quote, "quote_data": data})
        while True:
            answer = await client.receive()
            if answer.get("ref") == 1 and answer["type"] in ("calculation:complete", "calculation:error"):
                await client.close()
                return answer


class Dashboards(AnalyticsCase):
    async def test_a_quote_moves_the_dashboard(self):
        viewer = await self.watch()
        initial = await viewer.wait_for("dashboard:initial")
        self.assertEqual(set(initial["data"]), {"quotes", "conversions", "revenue", "activity", "ai"})
        before = rated(initial)
        await self.rate()
        while True:
            update = await viewer.wait_for("metrics:update", channel="dashboard:general")
            if rated(update) == before + 1:
                break
        self.assertTrue(update["timestamp"].endswith("Z"))
        self.assertIsInstance(rated(update), int)

    async def test_it_is_there_under_both_names_of_its_type_and_only_for_who_may(self):
        for query in ("?type=underwriting", "?dashboard_type=underwriting"):
            viewer = await self.watch(query, role="underwriter")
            self.assertEqual((await viewer.wait_for("dashboard:initial"))["dashboard_type"], "underwriting")
        for query, role in (("", "agent"), ("?type=sales", "underwriter"), ("?type=nothing", "admin")):
            viewer = await Client.open(self.host, f"/ws/dashboard{query}", self.host.token(role), established=False)
            self.assertEqual((await viewer.closed())[0], 4003, query)
            self.assertFalse([m for m in viewer.seen if m["type"] == "dashboard:initial"])

    async def test_changes_add_up_to_the_whole(self):
        whole = await self.watch("?type=sales")
        follower = await self.watch("?type=sales&delta=true")
        initial = await follower.wait_for("dashboard:initial")
        data, tick, pictures = initial["data"], initial["tick"], {}
        await asyncio.gather(*(self.rate() for _ in range(5)))
        for _ in range(6):
            update = await follower.wait_for("metrics:update", channel="dashboard:sales:delta")
            if update["tick"] <= tick:
                continue
            self.assertEqual(update["base"], tick, "no gap")
            data, tick = merge(data, update["delta"]), update["tick"]
            pictures[tick] = without_nulls(data)
        compared = 0
        while not compared or max(pictures) > update["tick"]:
            update = await whole.wait_for("metrics:update", channel="dashboard:sales")
            if update["tick"] in pictures:
                self.assertEqual(pictures[update["tick"]], without_nulls(update["data"]))
                compared += 1
        self.assertGreaterEqual(compared, 4)

    async def test_an_alert_is_told_taken_note_of_and_ended(self):
        viewer = await self.watch()
        await viewer.wait_for("dashboard:initial")
        self.assertEqual((await self.rate({"product": "home", "state": "US-TX"}))["type"], "calculation:error")
        told = await viewer.wait_for("alerts:new")
        alert = told["alerts"][0]
        self.assertEqual((alert["rule"], alert["state"]), ("failures", "firing"))
        answer = await viewer.ask({"type": "alerts:ack", "id": 1, "alert_id": alert["id"]}, "alerts:changed", ref=1)
        self.assertEqual(answer["alert"]["state"], "acked")
        agent = await self.connect("/ws", "agent")
        refused = await agent.ask({"type": "alerts:ack", "id": 1, "alert_id": alert["id"]}, "error", ref=1)
        self.assertEqual(refused["code"], "not_found")
        self.host.command("reload", "analytics")
        listed = await viewer.ask({"type": "alerts:list", "id": 2}, "alerts:list", ref=2)
        self.assertEqual([(a["id"], a["state"]) for a in listed["alerts"]], [(alert["id"], "acked")])


class Crashes(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.host = Host(YAML)
        self.addCleanup(self.host.close)
        self.stopping = False

    async def make_until_killed(self, token, acknowledged, unfinished):
        """Makes quotes one after the other; what the crash left without an answer is asked for again, by its id."""
        try:
            while unfinished or not self.stopping:
                quote = unfinished.pop() if unfinished else str(uuid.uuid4())
                try:
                    client = await Client.open(self.host, f"/ws/quotes/{quote}", token)
                    try:
                        await client.send({"type": "quote:update", "id": 1, "quote_id": quote, "quote_data": HOME})
                        while True:
                            answer = await client.receive()
                            if answer.get("ref") == 1 and answer["type"] == "calculation:complete":
                                break
                    finally:
                        await client.close()
                except Exception:
                    unfinished.append(quote)
                    raise
                acknowledged.add(quote)
        except (websockets.WebSocketException, OSError, asyncio.IncompleteReadError):
            pass

    async def test_counts_after_kills_equal_the_acknowledged_quotes(self):
        seed = int(os.environ.get("TIDEGATE_SEED", random.randrange(10 ** 6)))
        print(f"seed {seed}: TIDEGATE_SEED={seed}", flush=True)
        chance = random.Random(seed)
        acknowledged, unfinished = set(), []
        for run in range(KILLS + 1):
            self.host.start()
            token = self.host.token("agent")
            makers = [asyncio.create_task(self.make_until_killed(token, acknowledged, unfinished)) for _ in range(MAKERS)]
            target = len(acknowledged) + chance.randrange(5, 60)
            while len(acknowledged) < target:
                done, _ = await asyncio.wait(makers, timeout=0.002)
                for task in done:
                    self.fail(f"a maker ended: {task.exception()!r}")
            if run < KILLS:
                self.host.kill()
                await asyncio.gather(*makers)
                self.host.process.stdout.close()
        self.stopping = True
        await asyncio.gather(*makers)
        viewer = await Client.open(self.host, "/ws/dashboard", self.host.token("manager"))
        update = await viewer.wait_for("dashboard:initial")
        while rated(update) < len(acknowledged):
            update = await viewer.wait_for("metrics:update")
        for _ in range(2):
            update = await viewer.wait_for("metrics:update")
        await viewer.close()
        self.assertEqual(rated(update), len(acknowledged))
        snapshots = self.host.metric("tidegate_plugin_analytics_snapshots_total")
        print(f"{len(acknowledged)} acknowledged quotes over {KILLS} kills, all counted once ({snapshots:.0f} snapshots in the "
              f"last run)", flush=True)


if __name__ == "__main__":
    main()
