"""Several agents on one quote: presence, locks, edits, refusals, undo, by two clients that share no code with the host."""
import asyncio
import json
import unittest
import uuid

from harness import Client, HostCase, main

ADA, BEN, EVE, UMA = (str(uuid.UUID(int=n << 64 | 0x8000000000000000 | n)) for n in (0xA, 0xB, 0xE, 0x1))
HOME = {"product": "home", "state": "US-TX", "aoi": 215000, "territory": 1, "protection_class": 5,
        "construction": "frame", "tier": "C", "deductible": 1000, "new_home": False, "claims_free_5y": False,
        "multi_policy": False, "jewelry": 2500, "liability_medpay": "100/500"}


class Replica:
    """What a client makes of a quote: its snapshot and the recorded events after it."""

    def __init__(self, joined):
        self.revision = joined["revision"]
        self.data = json.loads(json.dumps(joined["quote"]["quote_data"]))

    def apply(self, message):
        if message.get("revision", 0) <= self.revision and message["type"] in ("field:updated", "quote:patched"):
            return
        if message["type"] == "quote:patched":
            self.merge(self.data, message["quote_data"])
        elif message["type"] == "field:updated":
            self.put(message["field"].split("/"), message["value"])

    def merge(self, target, patch):
        for key, value in patch.items():
            if value is None:
                target.pop(key, None)
            elif isinstance(value, dict) and isinstance(target.get(key), dict):
                self.merge(target[key], value)
            else:
                target[key] = value

    def put(self, path, value):
        at = self.data
        for segment in path[:-1]:
            at = next(e for e in at if e["id"] == segment) if isinstance(at, list) else at.setdefault(segment, {})
        if isinstance(at, list):
            at[:] = [e for e in at if e["id"] != path[-1]] + ([] if value is None else [value])
        elif value is None:
            at.pop(path[-1], None)
        else:
            at[path[-1]] = value


class CollaborationCase(HostCase):
    async def editor(self, quote, user=ADA, name="Ada", role="agent", **options):
        client = await self.connect(f"/ws/quotes/{quote}", token=self.host.token(role, user, name), **options)
        client.joined = await client.wait_for("session:joined")
        return client

    async def two(self, data=HOME):
        quote = str(uuid.uuid4())
        ada = await self.editor(quote)
        if data:
            await self.answer(ada, {"type": "quote:update", "quote_id": quote, "quote_data": data}, "first")
        return quote, ada, await self.editor(quote, BEN, "Ben")

    def stored(self, quote):
        status, body = self.host.http("GET", f"/api/quotes/{quote}", self.host.token("admin"))
        self.assertEqual(status, 200, body)
        return body

    async def answer(self, client, message, ref):
        """The final answer to a request, whatever it is."""
        await client.send({**message, "id": ref})
        while True:
            got = await client.receive()
            if got.get("ref") == ref:
                return got


class Sessions(CollaborationCase):
    async def test_who_joins_sees_the_quote_and_the_others(self):
        quote, ada, ben = await self.two()
        self.assertEqual(ada.joined["quote"]["revision"], 0)
        self.assertEqual(ben.joined["quote"]["quote_data"]["aoi"], 215000)
        self.assertEqual({u["name"]: (u["role"], u["connections"]) for u in ben.joined["users"]},
                         {"Ada": ("agent", 1), "Ben": ("agent", 1)})
        joined = await ada.wait_for("user:joined")
        self.assertEqual(joined["user"]["name"], "Ben")
        self.assertFalse([m for m in ben.seen if m["type"] == "user:joined"], "nobody is told of himself")

    async def test_a_second_tab_is_not_a_second_user_and_leaving_has_its_grace(self):
        quote, ada, ben = await self.two()
        await ada.wait_for("user:joined")
        tab = await self.editor(quote, BEN, "Ben")
        self.assertEqual({u["name"]: u["connections"] for u in tab.joined["users"]}, {"Ada": 1, "Ben": 2})
        await ben.close()
        await tab.close()
        left = await ada.wait_for("user:left")
        self.assertEqual(left["user"]["id"], BEN)
        self.assertEqual(sum(m["type"] == "user:joined" for m in ada.seen), 1)
        self.assertEqual(sum(m["type"] == "user:left" for m in ada.seen), 1)

    async def test_many_who_join_at_once_come_in_few_messages(self):
        quote, ada, _ = await self.two()
        tokens = [self.host.token("agent", str(uuid.uuid4()), f"U{n}") for n in range(30)]
        others = await asyncio.gather(*(self.connect(f"/ws/quotes/{quote}", token=token) for token in tokens))
        known, messages = set(), 0
        while len(known) < 30:
            message = await ada.wait_for("user:joined")
            messages += 1
            known |= {user["name"] for user in message.get("users", [message.get("user")]) if user["name"] != "Ben"}
        self.assertEqual(known, {f"U{n}" for n in range(30)})
        self.assertLessEqual(messages, 31)
        for n, client in enumerate(others):
            await client.ask({"type": "ping", "id": 1}, "pong", ref=1)
            told = [user["name"] for m in client.seen if m["type"] == "user:joined"
                    for user in m.get("users", [m.get("user")])]
            self.assertNotIn(f"U{n}", told)

    async def test_a_reader_sees_and_changes_nothing(self):
        quote, ada, _ = await self.two()
        token = self.host.token("customer", EVE, "Eve", permissions=[f"quotes:read"])
        eve = await self.connect(f"/ws/quotes/{quote}", token=token)
        joined = await eve.wait_for("session:joined")
        self.assertEqual(joined["access"], "viewer")
        for ref, message in enumerate(({"type": "field:lock", "field": "aoi"}, {"type": "field:undo"},
                                       {"type": "session:review", "state": "start"})):
            self.assertEqual((await self.answer(eve, message, ref))["code"], "forbidden", message)
        refused = await self.answer(eve, {"type": "field:update", "field": "aoi", "value": 1}, 9)
        self.assertEqual((refused["type"], refused["code"], refused["value"]), ("field:rejected", "forbidden", 215000))
        self.assertEqual(self.stored(quote)["quote_data"]["aoi"], 215000)

    async def test_a_stranger_is_closed_before_he_sees_anything(self):
        quote, _, _ = await self.two()
        eve = await Client.open(self.host, f"/ws/quotes/{quote}", self.host.token("customer", EVE, "Eve"),
                                established=False)
        self.assertEqual((await eve.closed())[0], 4003)
        self.assertFalse([m for m in eve.seen if m["type"] == "session:joined"])


class Locks(CollaborationCase):
    async def test_a_lock_is_its_holders_alone_until_he_leaves(self):
        quote, ada, ben = await self.two()
        mine = await ada.ask({"type": "field:lock", "id": 1, "field": "aoi"}, "field:locked", ref=1)
        self.assertGreater(mine["lease"]["token"], 2 ** 32)
        theirs = await ben.wait_for("field:locked")
        self.assertEqual((theirs["field"], theirs["user"]["name"], "lease" in theirs), ("aoi", "Ada", False))
        refused = await self.answer(ben, {"type": "field:lock", "field": "aoi"}, 2)
        self.assertEqual((refused["type"], refused["code"], refused["message"]),
                         ("error", "field_locked", "Field aoi is locked by another user"))
        self.assertEqual(refused["holder"]["name"], "Ada")
        update = await self.answer(ben, {"type": "field:update", "field": "aoi", "value": 300000}, 3)
        self.assertEqual((update["type"], update["code"], update["value"]), ("field:rejected", "locked", 215000))
        merged = await self.answer(ben, {"type": "quote:update", "quote_id": quote, "quote_data": {"aoi": 300000}}, 4)
        self.assertEqual((merged["type"], merged["code"], merged["field"]), ("error", "field_locked", "aoi"))
        late = await self.editor(quote, EVE, "Eve")
        self.assertEqual(late.joined["locked_fields"]["aoi"]["user"]["name"], "Ada")
        await ada.close()
        unlocked = await ben.wait_for("field:unlocked")
        self.assertEqual((unlocked["field"], unlocked["reason"]), ("aoi", "left"))
        self.assertEqual((await self.answer(ben, {"type": "field:lock", "field": "aoi"}, 5))["type"], "field:locked")

    async def test_a_lock_excludes_the_parent_and_the_children(self):
        quote, ada, ben = await self.two({"product": "auto", "state": "US-TX", "vehicles": [
            {"id": "V1", "model_year": 2019, "coverages": {"COLL": {"deductible": 500}}}, {"id": "V2", "model_year": 2020}]})
        self.assertEqual((await self.answer(ada, {"type": "field:lock", "field": "vehicles/V1/coverages/COLL"}, 1))["type"],
                         "field:locked")
        for field, free in (("vehicles/V1", False), ("vehicles", False), ("vehicles/V1/coverages/COLL/deductible", False),
                            ("vehicles/V1/coverages/COMP", True), ("vehicles/V2", True)):
            answer = await self.answer(ben, {"type": "field:lock", "field": field}, field)
            self.assertEqual(answer["type"], "field:locked" if free else "error", answer)

    async def test_a_higher_role_takes_a_lock_over_and_the_victim_is_told(self):
        quote, ada, ben = await self.two()
        token = (await ada.ask({"type": "field:lock", "id": 1, "field": "aoi"}, "field:locked", ref=1))["lease"]["token"]
        equal = await self.answer(ben, {"type": "field:lock", "field": "aoi", "take_over": True}, 2)
        self.assertEqual(equal["code"], "field_locked")
        uma = await self.editor(quote, UMA, "Uma", "underwriter")
        taken = await self.answer(uma, {"type": "field:lock", "field": "aoi", "take_over": True}, 3)
        self.assertGreater(taken["lease"]["token"], token)
        told = await ada.wait_for("field:unlocked")
        self.assertEqual((told["reason"], told["by"]["name"]), ("taken", "Uma"))
        stale = await self.answer(ada, {"type": "field:update", "field": "aoi", "value": 1000, "lease_token": token}, 4)
        self.assertEqual(stale["type"], "field:rejected")
        self.assertIn(stale["code"], ("locked", "stale"))
        written = await self.answer(uma, {"type": "field:update", "field": "aoi", "value": 230000,
                                          "lease_token": taken["lease"]["token"]}, 5)
        self.assertEqual(written["type"], "field:updated")


class Edits(CollaborationCase):
    async def test_two_clients_on_one_quote_end_with_the_same_document(self):
        quote, ada, ben = await self.two()
        clients = {"ada": (ada, ["aoi", "notes"]), "ben": (ben, ["deductible", "notes"])}
        values = {"aoi": lambda n: 200000 + 500 * n, "deductible": lambda n: (250, 500, 1000, 5000)[n % 4],
                  "notes": lambda n: f"note {n}"}
        answers = {}

        async def edit(name):
            client, fields = clients[name]
            for n in range(30):
                field = fields[n % 2]
                ref = f"{name}{n}"
                answers[ref] = await self.answer(client, {"type": "field:update", "field": field,
                                                          "value": values[field](n)}, ref)

        await asyncio.gather(edit("ada"), edit("ben"))
        self.assertEqual({a["type"] for a in answers.values()} - {"field:updated", "field:rejected"}, set())
        self.assertTrue(all(a["code"] == "locked" for a in answers.values() if a["type"] == "field:rejected"))
        last = max(a["revision"] for a in answers.values())
        stored = self.stored(quote)
        self.assertEqual(stored["revision"], last)
        for client, _ in clients.values():
            while max((m.get("revision", 0) for m in client.seen if "offset" in m), default=0) < last:
                await client.receive()
            replica = Replica(client.joined)
            recorded = [m for m in client.seen if "offset" in m and m["type"] != "channel:subscribed"]
            offsets = [m["offset"] for m in recorded]
            self.assertEqual(offsets, list(range(offsets[0], offsets[0] + len(offsets))), "no holes, in order")
            for message in recorded:
                replica.apply(message)
            self.assertEqual(replica.data, stored["quote_data"])

    async def test_an_edit_is_refused_when_its_field_changed_since_and_only_then(self):
        quote, ada, ben = await self.two()
        base = self.stored(quote)["revision"]
        first = await self.answer(ada, {"type": "field:update", "field": "aoi", "value": 230000, "base_revision": base}, 1)
        self.assertEqual(first["type"], "field:updated")
        other = await self.answer(ben, {"type": "field:update", "field": "tier", "value": "B", "base_revision": base}, 2)
        self.assertEqual(other["type"], "field:updated", "another path merges")
        same = await self.answer(ben, {"type": "field:update", "field": "aoi", "value": 245000, "base_revision": base}, 3)
        self.assertEqual((same["type"], same["code"], same["value"]), ("field:rejected", "stale", 230000))
        self.assertEqual(same["revision"], other["revision"])

    async def test_nobody_sees_an_edit_that_is_refused(self):
        quote, ada, ben = await self.two()
        for ref, (field, value) in enumerate((("aoi", "a lot"), ("territory", {"x": 1}), ("unknown_field", 1),
                                              ("new_home", "yes"), ("insured/unknown", 1))):
            refused = await self.answer(ada, {"type": "field:update", "field": field, "value": value}, ref)
            self.assertEqual((refused["type"], refused["code"]), ("field:rejected", "invalid"), refused)
        done = await self.answer(ada, {"type": "field:update", "field": "notes", "value": "seen"}, 99)
        await ben.wait_for("field:updated", revision=done["revision"])
        self.assertEqual([m["field"] for m in ben.seen if m["type"] == "field:updated"], ["notes"])

    async def test_a_rating_edit_is_calculated_once_for_all_viewers(self):
        quote, ada, ben = await self.two()
        for n, aoi in enumerate((200000, 230000, 215000)):
            await self.answer(ada, {"type": "field:update", "field": "aoi", "value": aoi}, n)
        await self.answer(ada, {"type": "field:update", "field": "tier", "value": "A"}, 10)
        ids = set()
        for client in (ada, ben):
            updated = await client.wait_for("quote:updated")
            self.assertEqual(updated["revision"], self.stored(quote)["revision"])
            ids |= {m["calculation_id"] for m in client.seen[-14:] if m["type"] == "calculation:progress"}
        self.assertEqual(len(ids), 1, "one calculation, shared")

    async def test_the_same_request_twice_is_one_edit(self):
        quote, ada, ben = await self.two()
        message = {"type": "field:update", "field": "notes", "value": "once"}
        first = await self.answer(ada, message, "r1")
        again = await self.answer(ada, message, "r1")
        self.assertEqual((again["type"], again["revision"], again["replayed"]), ("field:updated", first["revision"], True))
        self.assertEqual(self.stored(quote)["revision"], first["revision"])


class Looking(CollaborationCase):
    async def test_undo_and_redo_are_new_edits_of_ones_own(self):
        quote, ada, ben = await self.two()
        await self.answer(ada, {"type": "field:update", "field": "aoi", "value": 230000}, 1)
        await self.answer(ben, {"type": "field:update", "field": "tier", "value": "A"}, 2)
        undone = await self.answer(ada, {"type": "field:undo"}, 3)
        self.assertEqual((undone["type"], undone["field"], undone["value"]), ("field:updated", "aoi", 215000))
        self.assertEqual(self.stored(quote)["quote_data"]["tier"], "A", "the other's edit stands")
        redone = await self.answer(ada, {"type": "field:redo"}, 4)
        self.assertEqual((redone["field"], redone["value"]), ("aoi", 230000))
        await self.answer(ben, {"type": "field:update", "field": "aoi", "value": 245000}, 5)
        refused = await self.answer(ada, {"type": "field:undo"}, 6)
        self.assertEqual((refused["type"], refused["code"], refused["value"]), ("field:rejected", "stale", 245000))

    async def test_history_says_who_when_from_to_and_why(self):
        quote, ada, ben = await self.two()
        await self.answer(ada, {"type": "field:update", "field": "aoi", "value": 230000, "reason": "appraisal"}, 1)
        history = await self.answer(ben, {"type": "session:history", "field": "aoi"}, 2)
        newest = history["items"][0]
        self.assertEqual((newest["user"], newest["reason"], newest["kind"]), (ADA, "appraisal", "edit"))
        self.assertEqual(newest["changes"], [{"field": "aoi", "from": 215000, "to": 230000}])
        self.assertRegex(newest["at"], r"^\d{4}-\d\d-\d\dT.*Z$")

    async def test_comments_versions_and_review(self):
        quote, ada, ben = await self.two()
        added = await self.answer(ada, {"type": "comment:add", "field": "aoi", "text": "<b>why?</b>", "mentions": [BEN]}, 1)
        seen = await ben.wait_for("comment:added")
        self.assertEqual((seen["comment"]["text"], seen["comment"]["field"]), ("<b>why?</b>", "aoi"))
        done = await self.answer(ben, {"type": "comment:resolve", "comment_id": added["comment"]["id"]}, 2)
        self.assertTrue(done["resolved"])
        listed = await self.answer(ben, {"type": "comment:list"}, 3)
        self.assertEqual([c["resolved"] for c in listed["comments"]], [True])

        saved = await self.answer(ada, {"type": "session:save_version", "name": "as offered"}, 4)
        await self.answer(ben, {"type": "field:update", "field": "tier", "value": "A"}, 5)
        restored = await self.answer(ada, {"type": "session:restore_version", "version_id": saved["version"]["id"]}, 6)
        self.assertEqual((restored["type"], restored["field"], restored["value"]), ("field:updated", "tier", "C"))

        lock = await self.answer(ben, {"type": "field:lock", "field": "aoi"}, 7)
        self.assertEqual(lock["type"], "field:locked")
        await self.answer(ada, {"type": "session:review", "state": "start", "reason": "roof"}, 8)
        self.assertEqual((await ben.wait_for("field:unlocked"))["reason"], "review")
        frozen = await self.answer(ben, {"type": "field:update", "field": "tier", "value": "B"}, 9)
        self.assertEqual((frozen["type"], frozen["code"]), ("field:rejected", "locked"))
        merged = await self.answer(ben, {"type": "quote:update", "quote_id": quote, "quote_data": {"tier": "B"}}, 10)
        self.assertEqual(merged["type"], "error")
        self.assertEqual((await self.answer(ada, {"type": "session:review", "state": "end"}, 11))["code"], "forbidden")
        uma = await self.editor(quote, UMA, "Uma", "underwriter")
        self.assertEqual((await self.answer(uma, {"type": "session:review", "state": "end"}, 12))["state"], "end")
        self.assertEqual((await self.answer(ben, {"type": "field:update", "field": "tier", "value": "B"}, 13))["type"],
                         "field:updated")

    async def test_cursors_are_at_most_twenty_a_second_and_the_last_one_arrives(self):
        quote, ada, ben = await self.two()
        began = asyncio.get_running_loop().time()
        for n in range(200):
            await ada.send({"type": "cursor:move", "position": {"field": "aoi", "at": n}})
        last = await ben.wait_for("cursor:moved", position={"field": "aoi", "at": 199})
        took = asyncio.get_running_loop().time() - began
        moved = sum(m["type"] == "cursor:moved" for m in ben.seen)
        self.assertLessEqual(moved, 2 + took * 20)
        self.assertEqual(last["user_id"], ADA)
        eve = await self.editor(quote, EVE, "Eve")
        self.assertEqual({u["name"]: (u["focus"] or {}).get("field") for u in eve.joined["users"]}["Ada"], "aoi")


class Hostile(CollaborationCase):
    """Everything here gets an error and changes nothing."""

    async def test_what_a_hostile_client_tries(self):
        quote, ada, ben = await self.two()
        token = (await ada.ask({"type": "field:lock", "id": 1, "field": "aoi"}, "field:locked", ref=1))["lease"]["token"]
        before = self.stored(quote)
        tries = [
            {"type": "field:update", "field": "aoi", "value": 1, "lease_token": token},                  # another's lease
            {"type": "field:update", "field": "tier", "value": "A", "lease_token": token},               # of another field
            {"type": "field:update", "field": "tier", "value": "A", "lease_token": 7},                   # made up
            {"type": "field:update", "field": "tier", "value": "A", "lease_token": 2 ** 60},
            {"type": "field:update", "field": "tier", "value": "A", "base_revision": 10 ** 9},           # from the future
            {"type": "field:unlock", "field": "aoi"},
            {"type": "field:lock", "field": "aoi", "user": ADA, "holder": ADA, "role": "admin", "take_over": True},
        ]
        for path in ("../status", "..", "a/../b", "vehicles//V1", "/aoi", "aoi/", "", "__proto__/x", "constructor",
                     "insured/prototype", "a\u0000b", "x" * 200, "/".join("a" * 40), "../../review", "-", "insured/id"):
            tries.append({"type": "field:update", "field": path, "value": 1})
            tries.append({"type": "field:lock", "field": path})
        for value in ({"__proto__": {"admin": True}}, {"constructor": 1}, {"a": {"prototype": 1}}):
            tries.append({"type": "field:update", "field": "insured", "value": value})
        tries += [{"type": "field:update", "field": "notes", "value": "x" * 60_000},
                  {"type": "field:update", "field": "quote_data", "value": {}}, {"type": "field:update", "field": "status",
                                                                                 "value": "bound"},
                  {"type": "field:update", "value": 1}, {"type": "field:update", "field": 7, "value": 1},
                  {"type": "field:update", "field": "tier"}, {"type": "comment:add", "text": ""},
                  {"type": "comment:add", "text": "x" * 5000}, {"type": "comment:resolve", "comment_id": str(uuid.uuid4())},
                  {"type": "session:history", "limit": 10 ** 6}, {"type": "session:review", "state": "burn"},
                  {"type": "session:restore_version", "version_id": str(uuid.uuid4())},
                  {"type": "field:unknown"}, {"type": "user:left"}, {"type": "session:joined"},
                  {"type": "field:update", "channel": f"quote:{uuid.uuid4()}", "field": "tier", "value": "A"}]
        for ref, message in enumerate(tries):
            answer = await self.answer(ben, message, ref)
            self.assertIn(answer["type"], ("error", "field:rejected"), (message, answer))
        after = self.stored(quote)
        self.assertEqual((after["revision"], after["quote_data"]), (before["revision"], before["quote_data"]))
        await ben.ask({"type": "ping", "id": "end"}, "pong", ref="end")
        events = [m["type"] for m in ada.seen if "offset" in m and m["type"] in ("field:updated", "comment:added")]
        self.assertEqual(events, [])

    async def test_a_forged_author_stays_who_he_is(self):
        quote, ada, ben = await self.two()
        done = await self.answer(ben, {"type": "field:update", "field": "notes", "value": "mine", "updated_by": ADA,
                                       "user": ADA, "revision": 1, "update_id": "x", "actor": ADA}, 1)
        seen = await ada.wait_for("field:updated")
        self.assertEqual((done["updated_by"], seen["updated_by"], seen["revision"]), (BEN, BEN, done["revision"]))

    async def test_ten_megabytes_close_only_the_one_who_sent_them(self):
        quote, ada, ben = await self.two()
        await ben.send({"type": "field:update", "id": 1, "field": "notes", "value": "x" * 10_000_000})
        self.assertEqual((await ben.closed())[0], 1009)
        self.assertEqual((await self.answer(ada, {"type": "field:update", "field": "notes", "value": "fine"}, 1))["type"],
                         "field:updated")


if __name__ == "__main__":
    main()
