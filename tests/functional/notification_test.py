"""Notifications on the real binary: two devices, a queue that outlives the process, the signed webhook, hostile bodies, and
`kill -9` at random points: what was answered 202 is in the inbox, what was answered as read stays read."""
import asyncio
import hashlib
import hmac
import http.client
import http.server
import json
import os
import random
import threading
import time
import unittest
import urllib.error
import uuid

import websockets

from harness import Client, Host, HostCase, main

KILLS = int(os.environ.get("TIDEGATE_KILLS", "6"))
SECRET = "functional-test-secret-0123456789"
KEY = "tidegate-development-key-never-use-it-in-production"
YAML = """
node: {{ id: test }}
auth:
  hs256_key: {key}
  roles: {{ agent: ["quotes:*"], manager: ["quotes:*", "notifications:send"], admin: ["*"] }}
limits: {{ connections_per_user: 0, connections_per_address: 0, messages_per_second: 0, errors_per_10s: 0 }}
features:
  notification:
    enabled: true
    config:
      escalation:
        url: http://127.0.0.1:{port}/hook
        secret_env: TIDEGATE_TEST_WEBHOOK_SECRET
        timeout_ms: 2000
        attempts: 3
        backoff_ms: 50
        backoff_max_ms: 200
        rules: [{{ levels: [critical], delay_s: {delay} }}]
"""


class Receiver:
    """A webhook that answers as it is told, and keeps what came with a right signature."""

    def __init__(self):
        receiver = self
        self.answers, self.got, self.bad = [], [], []
        self.arrived = threading.Condition()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fields = dict(part.split("=", 1) for part in self.headers["X-Tidegate-Signature"].split(","))
                expected = hmac.new(SECRET.encode(), fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
                good = hmac.compare_digest(fields["v1"], expected) and abs(time.time() - int(fields["t"])) < 60
                with receiver.arrived:
                    status = receiver.answers.pop(0) if receiver.answers else 200
                    (receiver.got if good else receiver.bad).append(
                        {**json.loads(body), "delivery": self.headers["X-Tidegate-Delivery"], "status": status,
                         "at": time.monotonic()})
                    receiver.arrived.notify_all()
                self.send_response(status)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    async def wait_for(self, count):
        def wait():
            with self.arrived:
                assert self.arrived.wait_for(lambda: len(self.got) >= count, 20), (self.got, self.bad)
                return list(self.got)
        return await asyncio.to_thread(wait)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def note(user, title, **more):
    return {"user_id": user, "title": title, "message": "m", "level": "info", **more}


async def post(host, token, body, key=None, path="/api/notifications"):
    headers = {"Idempotency-Key": key} if key else {}
    return await asyncio.to_thread(host.http, "POST", path, token, body, headers)


def inbox(host, token):
    """Everything in it, by id."""
    found, after = {}, ""
    while True:
        status, page = host.http("GET", f"/api/notifications?limit=100{after}", token)
        assert status == 200, page
        found.update({item["id"]: item for item in page["items"]})
        if page["after"] is None:
            return found
        after = f"&after={page['after']}"


class People(HostCase):
    @classmethod
    def setUpClass(cls):
        if cls is People:
            raise unittest.SkipTest("a base")
        super().setUpClass()

    async def asyncSetUp(self):
        self.user = str(uuid.uuid4())
        self.token = self.host.token("agent", self.user)
        self.manager = self.host.token("manager", str(uuid.uuid4()))

    async def open(self, device="desk", token=None):
        return await self.connect(f"/ws/notifications?device={device}", token=token or self.token)


class Broadcasts(People):
    async def test_broadcast_to_a_role_and_to_all(self):
        agent, manager = await self.open(), await self.open(token=self.manager)
        body = {"title": "roles", "message": "m", "level": "warning", "target_roles": ["manager"]}
        status, _ = await post(self.host, self.manager, body, path="/api/notifications/broadcast")
        self.assertEqual(status, 202)
        del body["target_roles"]
        await post(self.host, self.manager, {**body, "title": "all"}, path="/api/notifications/broadcast")
        self.assertEqual((await agent.wait_for("system:notification"))["notification"]["title"], "all")
        self.assertEqual((await manager.wait_for("system:notification"))["notification"]["title"], "roles")
        late = await self.open(token=self.host.token("agent", str(uuid.uuid4())))
        self.assertEqual((await late.wait_for("notification"))["notification"]["title"], "all")


class Notifications(People):
    async def test_two_devices_one_inbox(self):
        status, first = await post(self.host, self.manager, note(self.user, "while away"))
        self.assertEqual((status, first["queued_count"]), (202, 1), first)
        desk, phone = await self.open("desk"), await self.open("phone")
        self.assertEqual((await desk.wait_for("notification"))["notification"]["id"], first["id"])
        await phone.wait_for("notification")
        status, second = await post(self.host, self.manager, note(self.user, "<b>live</b>"))
        self.assertEqual((status, second["delivered_count"]), (202, 1), second)
        self.assertEqual((await desk.wait_for("notification"))["notification"]["title"], "<b>live</b>")
        self.assertEqual((await phone.wait_for("notification"))["unread"], 2)
        await desk.ask({"type": "notification:read", "id": 1, "ids": [first["id"]]}, "notification:updated", ref=1)
        self.assertEqual((await phone.wait_for("notification:updated"))["unread"], 1)
        await phone.ask({"type": "notification:ack", "id": 2, "ids": [second["id"]]}, "notification:acked", ref=2)
        status, counts = self.host.http("GET", f"/api/notifications/{second['id']}", self.manager)
        self.assertEqual((status, counts["receipts"]["delivered"]), (200, 1), counts)

    async def test_what_is_hostile_is_refused(self):
        cases = [({"ttl_s": -1}, 400), ({"user_id": "me"}, 400), ({"title": "x" * 300}, 400), ({"surprise": 1}, 400),
                 ({"level": "fatal"}, 400)]
        for more, expected in cases:
            status, answer = await post(self.host, self.manager, {**note(self.user, "x"), **more})
            self.assertEqual((status, answer["code"]), (expected, "invalid"), answer)
        status, _ = await post(self.host, self.manager, {"target_roles": ["king"], **note(self.user, "x")},
                               path="/api/notifications/broadcast")
        self.assertEqual(status, 400)
        try:
            status, _ = await post(self.host, self.manager, note(self.user, "x", message="x" * (1024 * 1024 + 10)))
            self.assertEqual(status, 413)
        except urllib.error.URLError as error:   # the host may answer and close before all was sent
            self.assertIsInstance(error.reason, (ConnectionResetError, BrokenPipeError))
        self.assertEqual((await post(self.host, self.token, note(self.user, "x")))[0], 403)
        self.assertEqual((await post(self.host, None, note(self.user, "x")))[0], 401)

    async def test_ten_thousand_queued_come_in_order(self):
        count = int(os.environ.get("TIDEGATE_QUEUED", "2000"))
        for start in range(0, count, 50):
            answers = await asyncio.gather(*(post(self.host, self.manager, note(self.user, str(n)))
                                             for n in range(start, start + 50)))
            self.assertEqual({status for status, _ in answers}, {202})
        expected = [item["title"] for item in reversed(list(inbox(self.host, self.token).values()))]
        self.assertEqual(sorted(map(int, expected)), list(range(count)))
        client = await self.open()
        got = [(await client.wait_for("notification"))["notification"]["title"] for _ in range(count)]
        self.assertEqual(got, expected)

    async def test_reloads_lose_nothing_and_tell_nothing_twice(self):
        client, sent, running = await self.open(), [], True

        async def send():
            while running:
                status, answer = await post(self.host, self.manager, note(self.user, str(len(sent))))
                self.assertEqual(status, 202, answer)
                sent.append(answer["id"])

        sender, got = asyncio.create_task(send()), []
        for n in range(6):
            while len(got) < 40 * (n + 1):
                got.append((await client.wait_for("notification"))["notification"]["id"])
            done = await asyncio.to_thread(self.host.command, "reload", "notification")
            self.assertEqual(done.returncode, 0, done.stderr)
        running = False
        await sender
        while len(got) < len(sent):
            got.append((await client.wait_for("notification"))["notification"]["id"])
        await client.ask({"type": "ping", "id": "end"}, "pong", ref="end")
        self.assertEqual(got, sent)
        self.assertEqual(sum(message["type"] == "notification" for message in client.seen), len(sent))


class Webhooks(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)

    def host(self, delay):
        host = Host(YAML.format(key=KEY, port=self.receiver.port, delay=delay),
                    environment={"TIDEGATE_TEST_WEBHOOK_SECRET": SECRET})
        self.addCleanup(host.close)
        return host.start()

    async def test_unread_is_escalated_signed_and_tried_again(self):
        self.receiver.answers = [500, 503]
        host = self.host(delay=1)
        user, manager = str(uuid.uuid4()), host.token("manager", str(uuid.uuid4()))
        status, sent = await post(host, manager, note(user, "on fire", level="critical"))
        self.assertEqual(status, 202, sent)
        got = await self.receiver.wait_for(3)
        self.assertEqual([call["status"] for call in got], [500, 503, 200])
        self.assertEqual([call["attempt"] for call in got], [1, 2, 3])
        self.assertEqual({call["delivery"] for call in got}, {sent["id"]})
        self.assertGreaterEqual(got[1]["at"] - got[0]["at"], 0.025)
        self.assertEqual(got[0]["notification"]["title"], "on fire")
        self.assertEqual(got[0]["user_id"], user)
        self.assertEqual(self.receiver.bad, [])
        self.assertNotIn(SECRET, host.log())

    async def test_what_fails_for_good_is_a_dead_letter(self):
        self.receiver.answers = [500] * 3
        host = self.host(delay=0)
        user, manager = str(uuid.uuid4()), host.token("manager", str(uuid.uuid4()))
        _, sent = await post(host, manager, note(user, "x", level="critical"))
        await self.receiver.wait_for(3)
        admin = host.token("admin", str(uuid.uuid4()))
        for _ in range(500):
            _, letters = await asyncio.to_thread(host.http, "GET", "/api/notifications/dead_letters", admin)
            if letters["items"]:
                break
        self.assertEqual(letters["items"][0]["notification_id"], sent["id"])
        self.assertEqual(host.metric("tidegate_plugin_notification_dead_letters_total"), 1)

    async def test_what_is_due_is_not_forgotten_by_a_kill(self):
        host = self.host(delay=2)
        user, manager = str(uuid.uuid4()), host.token("manager", str(uuid.uuid4()))
        _, sent = await post(host, manager, note(user, "x", level="critical"))
        host.kill()
        host.process.stdout.close()
        host.start()
        got = await self.receiver.wait_for(1)
        self.assertEqual(got[0]["notification_id"], sent["id"])


class Crashes(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.host = Host()
        self.addCleanup(self.host.close)
        self.stopping = False

    async def send_until_killed(self, token, users, sent, serial):
        """Sends as fast as it is answered; `sent`: key → (user, title, answer or None)."""
        while not self.stopping:
            n = next(serial)
            user, key = users[n % len(users)], f"key-{n}"
            sent[key] = (user, f"n{n}", None)
            try:
                status, answer = await post(self.host, token, note(user, f"n{n}"), key)
            except (OSError, ConnectionError, urllib.error.URLError, http.client.HTTPException):
                return
            if status == 202:
                sent[key] = (user, f"n{n}", answer)

    async def read_until_killed(self, token, read):
        """Reads what comes; `read`: ids whose reading was answered."""
        serial = iter(range(10 ** 9))
        try:
            client = await Client.open(self.host, "/ws/notifications", token)
            while not self.stopping:
                message = await client.wait_for("notification")
                n, id_ = next(serial), message["notification"]["id"]
                if n % 3 == 0:
                    await client.ask({"type": "notification:read", "id": n, "ids": [id_]}, "notification:updated", ref=n)
                    read.add(id_)
        except (websockets.ConnectionClosed, OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            pass

    async def test_kill_at_random_points_loses_nothing_acknowledged(self):
        seed = int(os.environ.get("TIDEGATE_SEED", random.randrange(10 ** 6)))
        print(f"seed {seed}: TIDEGATE_SEED={seed}", flush=True)
        chance = random.Random(seed)
        users = [str(uuid.uuid4()) for _ in range(4)]
        sender = str(uuid.uuid4())
        sent, read, serial = {}, set(), iter(range(10 ** 9))
        for _ in range(KILLS):
            self.host.start()
            token = self.host.token("manager", sender)
            tasks = [asyncio.create_task(self.send_until_killed(token, users, sent, serial)) for _ in range(6)]
            readers = [asyncio.create_task(self.read_until_killed(self.host.token("agent", user), read))
                       for user in users[:2]]
            target = len(sent) + chance.randrange(20, 200)
            while len(sent) < target:
                ended, _ = await asyncio.wait(tasks, timeout=0.002)
                self.assertFalse(ended, self.host.log()[-3000:])
            self.host.kill()
            await asyncio.gather(*tasks, *readers)
            self.host.process.stdout.close()
        self.host.start()
        token = self.host.token("manager", sender)
        boxes = {user: inbox(self.host, self.host.token("agent", user)) for user in users}
        acknowledged = {key: row for key, row in sent.items() if row[2]}
        for user, title, answer in acknowledged.values():
            self.assertIn(answer["id"], boxes[user], title)
        for box in boxes.values():
            titles = [item["title"] for item in box.values()]
            self.assertEqual(len(titles), len(set(titles)), "each once")
            for id_ in read & box.keys():
                self.assertTrue(box[id_]["read"], id_)
        # Asked again, it is the same; what was never answered is finished now, once.
        for key in list(sent)[-60:]:
            user, title, answer = sent[key]
            status, again = await post(self.host, token, note(user, title), key)
            self.assertEqual(status, 202, again)
            if answer:
                self.assertEqual(again, answer)
            box = inbox(self.host, self.host.token("agent", user))
            self.assertEqual([item["id"] for item in box.values() if item["title"] == title], [again["id"]])
        print(f"{len(acknowledged)} acknowledged notifications and {len(read)} readings over {KILLS} kills", flush=True)


if __name__ == "__main__":
    main()
