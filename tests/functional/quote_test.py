"""A premium, live: the published homeowners vectors over a WebSocket, viewers, rights, and the HTTP side."""
import asyncio
import json
import unittest
import uuid
from decimal import Decimal

from harness import ROOT, Client, HostCase, main

VECTORS = json.loads((ROOT / "tests" / "golden" / "rating" / "wm_homeowners.json").read_text())["vectors"]
STEPS = ["Validating input data", "Loading rate tables", "Calculating base premium", "Applying territory factors",
         "Calculating vehicle factors", "Assessing driver risk", "Applying coverage modifiers",
         "Running AI risk assessment", "Calculating discounts", "Finalizing premium"]


def home(inputs, **other):
    return {"product": "home", "state": "US-TX", **inputs, **other}


def update(quote, data, ref=1, **more):
    return {"type": "quote:update", "id": ref, "quote_id": quote, "quote_data": data, **more}


class QuoteCase(HostCase):
    async def open_quote(self, quote=None, role="agent", **options):
        quote = quote or str(uuid.uuid4())
        return quote, await self.connect(f"/ws/quotes/{quote}", role, **options)

    async def calculated(self, client, quote, data, ref=1, **more):
        return await client.ask(update(quote, data, ref, **more), "calculation:complete", ref=ref)


class Premiums(QuoteCase):
    async def test_every_vector_to_the_cent_with_every_step_of_its_trace(self):
        token = self.host.token("agent")
        self.assertEqual(len(VECTORS), 7)
        for vector in VECTORS:
            with self.subTest(vector["name"]):
                quote, client = await self.open_quote(token=token)
                answer = await self.calculated(client, quote, home(vector["in"]))
                self.assertEqual(Decimal(str(answer["premium"]["total"])), Decimal(vector["premium"]))
                status, trace = self.host.http("GET", f"/api/traces/{answer['trace_id']}", token)
                self.assertEqual(status, 200)
                after = {step["step"]: Decimal(step["after"]) for step in trace["steps"]}
                operand = {step["step"]: step.get("operand") for step in trace["steps"]}
                self.assertEqual(list(after), [step["step"] for step in vector["steps"]])
                for step in vector["steps"]:
                    self.assertEqual(after[step["step"]], Decimal(step["after"]), step)
                    if "factor" in step:
                        self.assertEqual(Decimal(operand[step["step"]]), Decimal(step["factor"]), step)

    async def test_ten_real_steps_come_before_the_result(self):
        quote, client = await self.open_quote()
        answer = await self.calculated(client, quote, home(VECTORS[0]["in"]), input_rev=41)
        types = [message["type"] for message in client.seen]
        progress = [message for message in client.seen if message["type"] == "calculation:progress"]
        self.assertEqual([message["step"] for message in progress], STEPS)
        self.assertEqual([message["percentage"] for message in progress], list(range(10, 101, 10)))
        self.assertEqual([message["message"] for message in progress], [f"Completed: {step}" for step in STEPS])
        self.assertTrue(all(isinstance(message["detail"], dict) for message in progress))
        started = next(message for message in client.seen if message["type"] == "calculation:started")
        self.assertEqual({message["calculation_id"] for message in progress},
                         {started["calculation_id"], answer["calculation_id"]} )
        self.assertLess(types.index("quote:patched"), types.index("calculation:started"))
        self.assertEqual((answer["input_rev"], answer["revision"], answer["quote_id"]), (41, 1, quote))

    async def test_money_is_written_with_two_decimals(self):
        quote, client = await self.open_quote()
        await client.send(update(quote, home(VECTORS[0]["in"])))
        while True:
            text = await asyncio.wait_for(client.socket.recv(), 20)
            if '"calculation:complete"' in text:
                break
        self.assertIn('"total":501.00', text.replace(" ", ""))
        premium = json.loads(text, parse_float=Decimal)["premium"]
        self.assertEqual(sum(d["amount"] for d in premium["discounts"]), Decimal("167.74"))  # 559.13 - 391.39
        self.assertEqual({d["percentage"] for d in premium["discounts"]}, {20, 10})

    async def test_a_second_viewer_gets_the_same_premium_in_the_same_order(self):
        quote, author = await self.open_quote()
        _, viewer = await self.open_quote(quote)
        for n, tier in enumerate("CBAD"):
            await self.calculated(author, quote, home(VECTORS[0]["in"], tier=tier), ref=n)
        offsets = {}
        for name, client in (("author", author), ("viewer", viewer)):
            while sum("offset" in m for m in client.seen if m["type"] != "channel:subscribed") < 8:
                await client.receive()
            recorded = [m for m in client.seen if "offset" in m and m["type"] != "channel:subscribed"]
            offsets[name] = [m["offset"] for m in recorded]
            subscribed = next(m for m in client.seen if m["type"] == "channel:subscribed")
            self.assertEqual(offsets[name], list(range(subscribed["offset"] + 1, subscribed["offset"] + 9)))
        self.assertEqual(offsets["author"], offsets["viewer"])
        complete = [m for m in author.seen if m["type"] == "calculation:complete"]
        updated = [m for m in viewer.seen if m["type"] == "quote:updated"]
        self.assertEqual([m["premium"] for m in complete], [m["premium"] for m in updated])
        self.assertEqual([m["offset"] for m in complete], [m["offset"] for m in updated])
        self.assertFalse([m for m in viewer.seen if m["type"] == "calculation:complete"])
        self.assertEqual(sum(m["type"] == "calculation:progress" for m in viewer.seen), 40)

    async def test_the_newest_revision_wins_and_every_request_has_one_final_answer(self):
        quote, client = await self.open_quote()
        aois = list(range(100_000, 200_000, 2_500))
        for n, aoi in enumerate(aois):
            await client.send(update(quote, home(VECTORS[0]["in"], aoi=aoi), ref=n))
        final = {}
        while len(final) < len(aois):
            message = await client.receive()
            if message["type"] in ("calculation:complete", "calculation:cancelled") and "ref" in message:
                self.assertNotIn(message["ref"], final)
                final[message["ref"]] = message
        self.assertEqual(final[len(aois) - 1]["type"], "calculation:complete")
        cancelled = [m for m in final.values() if m["type"] == "calculation:cancelled"]
        self.assertTrue(all(uuid.UUID(m["superseded_by"]) for m in cancelled))
        revisions = [final[n]["revision"] for n in range(len(aois)) if final[n]["type"] == "calculation:complete"]
        self.assertEqual(revisions, sorted(revisions))


class BadQuotes(QuoteCase):
    async def test_what_is_missing_or_wrong_is_named(self):
        quote, client = await self.open_quote()
        incomplete = await client.ask(update(quote, {"product": "home", "state": "US-TX"}), "calculation:error", ref=1)
        self.assertEqual(incomplete["code"], "incomplete")
        self.assertIn("aoi", [error["path"] for error in incomplete["errors"]])
        wrong = await client.ask(update(quote, home(VECTORS[0]["in"], aoi=1, tier="Z"), 2), "calculation:error", ref=2)
        self.assertEqual(wrong["code"], "invalid")
        self.assertEqual({error["path"] for error in wrong["errors"]}, {"aoi", "tier"})
        nowhere = await client.ask(update(quote, home(VECTORS[0]["in"], state="US-NY", aoi=215000, tier="C"), 3),
                                   "calculation:error", ref=3)
        self.assertEqual(nowhere["code"], "no_manual")
        await self.calculated(client, quote, {"state": "US-TX"}, 4)

    async def test_messages_that_break_the_schema_are_invalid_and_change_nothing(self):
        quote, client = await self.open_quote()
        before = await self.calculated(client, quote, home(VECTORS[0]["in"]), 0)
        for message in ({"quote_data": {}}, {"quote_id": quote}, {"quote_id": quote, "quote_data": 7},
                        {"quote_id": 7, "quote_data": {}}, {"quote_id": str(uuid.uuid4()), "quote_data": {"aoi": 300000}},
                        {"quote_id": quote, "quote_data": {"__proto__": {"admin": True}}},
                        {"quote_id": quote, "quote_data": {"a/../b": 1}},
                        {"quote_id": quote, "quote_data": {}, "input_rev": "x"}):
            with self.subTest(message):
                error = await client.ask({"type": "quote:update", "id": "bad", **message}, "error", ref="bad")
                self.assertEqual(error["code"], "invalid")
        after = await self.calculated(client, quote, {}, 9)
        self.assertEqual(after["premium"]["total"], before["premium"]["total"])

    async def test_cancelling_what_does_not_run_is_not_found(self):
        quote, client = await self.open_quote()
        error = await client.ask({"type": "calculation:cancel", "id": 1, "calculation_id": str(uuid.uuid4())}, "error")
        self.assertEqual((error["code"], error["ref"]), ("not_found", 1))


class Rights(QuoteCase):
    async def test_a_customer_sees_his_own_quote_and_no_other(self):
        owner, stranger = str(uuid.uuid4()), str(uuid.uuid4())
        mine = self.host.token("customer", user=owner)
        quote, client = await self.open_quote(token=mine)
        await self.calculated(client, quote, home(VECTORS[0]["in"]))
        refused = await Client.open(self.host, f"/ws/quotes/{quote}", self.host.token("customer", user=stranger),
                                    established=False)
        self.assertEqual((await refused.closed())[0], 4003)
        self.assertEqual(self.host.http("GET", f"/api/quotes/{quote}", mine)[0], 200)
        self.assertEqual(self.host.http("GET", f"/api/quotes/{quote}", self.host.token("customer"))[0], 403)
        listed = self.host.http("GET", "/api/quotes?limit=10", mine)[1]
        self.assertEqual([item["quote_id"] for item in listed["items"]], [quote])

    async def test_who_may_only_read_cannot_write(self):
        quote, author = await self.open_quote()
        await self.calculated(author, quote, home(VECTORS[0]["in"]))
        reader = await self.connect(f"/ws/quotes/{quote}", token=self.host.token("none", permissions=["quotes:read"]))
        error = await reader.ask(update(quote, {"tier": "A"}), "error", ref=1)
        self.assertEqual(error["code"], "forbidden")

    async def test_a_subscription_over_the_general_endpoint_is_authorised(self):
        quote, author = await self.open_quote()
        await self.calculated(author, quote, home(VECTORS[0]["in"]))
        allowed = await self.connect("/ws")
        answer = await allowed.ask({"type": "channel:subscribe", "id": 1, "channel": f"quote:{quote}"}, "channel:subscribed")
        self.assertEqual((answer["kind"], answer["offset"]), ("recorded", 2))
        await self.calculated(author, quote, {"tier": "A"}, 2)
        await allowed.wait_for("quote:updated", offset=4)
        stranger = await self.connect("/ws", "customer")
        error = await stranger.ask({"type": "channel:subscribe", "channel": f"quote:{quote}"}, "error")
        self.assertEqual(error["code"], "forbidden")


class Http(QuoteCase):
    async def test_a_quote_is_created_listed_and_read_with_its_versions(self):
        token = self.host.token("agent")
        status, made = self.host.http("POST", "/api/quotes", token, {"quote_data": home(VECTORS[0]["in"])})
        self.assertEqual((status, made["revision"]), (201, 1))
        quote = made["quote_id"]
        status, read = self.host.http("GET", f"/api/quotes/{quote}", token)
        self.assertEqual((status, read["revision"], read["quote_data"]["aoi"]), (200, 1, 215000))
        _, client = await self.open_quote(quote, token=token)
        answer = await self.calculated(client, quote, {"tier": "B"})
        self.assertEqual(answer["revision"], 2)
        status, read = self.host.http("GET", f"/api/quotes/{quote}", token)
        self.assertEqual((read["revision"], read["premium"]["total"]), (2, answer["premium"]["total"]))
        versions = self.host.http("GET", f"/api/quotes/{quote}/versions", token)[1]["items"]
        self.assertEqual([version["revision"] for version in versions], [1, 2])

    def test_the_same_idempotency_key_makes_one_quote(self):
        token = self.host.token("agent")
        body = {"quote_data": home(VECTORS[0]["in"])}
        first = self.host.http("POST", "/api/quotes", token, body, {"Idempotency-Key": "k1"})[1]
        again = self.host.http("POST", "/api/quotes", token, body, {"Idempotency-Key": "k1"})[1]
        other = self.host.http("POST", "/api/quotes", token, body, {"Idempotency-Key": "k2"})[1]
        self.assertEqual(first, again)
        self.assertNotEqual(first["quote_id"], other["quote_id"])

    def test_refusals_have_the_fitting_status_and_a_code(self):
        token = self.host.token("agent")
        for method, path, who, body, status in (
                ("GET", "/api/quotes", None, None, 401), ("GET", "/api/quotes", "x.y.z", None, 401),
                ("POST", "/api/quotes", token, b"{", 400), ("POST", "/api/quotes", token, {"quote_data": 7}, 400),
                ("POST", "/api/quotes", token, b'{"quote_data":{"a":1},"quote_data":{"a":2}}', 400),
                ("POST", "/api/quotes", token, {"quote_data": {"note": "x" * 65536}}, 413),
                ("POST", "/api/quotes", token, {"quote_data": {"list": [1] * 1001}}, 400),
                ("POST", "/api/quotes", token, {}, 400), ("POST", "/api/quotes", token, b"x" * (1 << 20 | 1), 413),
                ("GET", f"/api/quotes/{uuid.uuid4()}", token, None, 404), ("GET", "/api/quotes/nonsense", token, None, 404),
                ("GET", f"/api/traces/{uuid.uuid4()}", token, None, 404), ("DELETE", "/api/quotes", token, None, 405),
                ("GET", "/api/nothing", token, None, 404)):
            with self.subTest(f"{method} {path} {status}"):
                got, answer = self.host.http(method, path, who, body)
                self.assertEqual(got, status, answer)
                if isinstance(answer, dict):
                    self.assertTrue(answer["code"])

    def test_the_page_is_served_and_nothing_beside_it(self):
        status, page = self.host.http("GET", "/")
        self.assertEqual(status, 200)
        self.assertIn("<!doctype html>", page.lower())
        for path in ("/../README.md", "/%2e%2e/README.md", "/.git/config", "/nothing.html", "/style.css/.."):
            self.assertIn(self.host.http("GET", path)[0], (400, 404), path)


class Durability(QuoteCase):
    async def test_what_was_acknowledged_survives_a_kill(self):
        from harness import Host
        host = Host().start()
        self.addCleanup(host.close)
        token = host.token("agent")
        quote = str(uuid.uuid4())
        client = await Client.open(host, f"/ws/quotes/{quote}", token)
        totals = {}
        for n, tier in enumerate("ABCD"):
            answer = await client.ask(update(quote, home(VECTORS[0]["in"], tier=tier), n), "calculation:complete", ref=n)
            totals[answer["revision"]] = answer["premium"]["total"]
        host.kill()
        host.start()
        read = host.http("GET", f"/api/quotes/{quote}", token)[1]
        self.assertEqual((read["revision"], read["premium"]["total"]), (4, totals[4]))


if __name__ == "__main__":
    main()
