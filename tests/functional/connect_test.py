"""Connecting: tokens from all three places, refusals, the first message, the heartbeat of the protocol."""
import asyncio
import base64
import json
import pathlib
import socket
import unittest
import uuid

import websockets

from harness import DEADLINE_S, Client, HostCase, main

TIMESTAMP = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"


def with_algorithm_none(token):
    _, payload, _ = token.split(".")
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    return f"{head}.{payload}."


class Connecting(HostCase):
    async def test_the_first_message_says_who_and_when(self):
        client = await self.connect()
        first = client.seen[0]
        self.assertEqual(first["type"], "connection:established")
        uuid.UUID(first["client_id"])
        self.assertRegex(first["timestamp"], TIMESTAMP)
        self.assertEqual(first["protocol"], 1)
        self.assertEqual(first["heartbeat_ms"], 25000)
        self.assertTrue(first["node"])

    async def test_a_token_is_taken_from_the_subprotocol_and_never_echoed(self):
        token = self.host.token()
        client = await Client.open(self.host, subprotocols=["tidegate.v1", f"bearer.{token}"])
        self.addAsyncCleanup(client.close)
        self.assertEqual(client.socket.subprotocol, "tidegate.v1")
        other = await Client.open(self.host, subprotocols=[f"bearer.{token}", "chat"])
        self.addAsyncCleanup(other.close)
        self.assertEqual(other.socket.subprotocol, "chat")

    async def test_a_token_is_taken_from_the_query(self):
        client = await Client.open(self.host, f"/ws?token={self.host.token()}")
        self.addAsyncCleanup(client.close)

    async def test_what_is_no_token_is_closed_4001_after_the_handshake(self):
        good = self.host.token()
        flipped = good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1]
        for token in (None, "", "x", "a.b.c", flipped, with_algorithm_none(good), "x" * 9000):
            client = await Client.open(self.host, token=token, established=False)
            self.assertEqual(await client.closed(), (4001, "Unauthorized"), token and token[:20])

    async def test_the_threads_say_what_they_are(self):
        await self.connect()
        tasks = pathlib.Path(f"/proc/{self.host.process.pid}/task").iterdir()
        names = {(task / "comm").read_text().strip() for task in tasks}
        expected = {"loop-0", "loop-1", "worker-0", "timers", "plugins", "docs-write", "docs-read", "store-write", "store-read"}
        self.assertLessEqual(expected, names)

    async def test_tokens_never_reach_the_log(self):
        token = self.host.token(name="Logged")
        client = await self.connect(f"/ws?token={token}", token=token)
        await client.ask({"type": "ping"}, "pong")
        bad = await Client.open(self.host, "/ws?token=" + token[:-3] + "xyz", established=False)
        await bad.closed()
        self.assertNotIn(token.split(".")[1], self.host.log())

    async def test_an_unknown_path_is_404_and_a_plain_get_on_an_endpoint_is_426(self):
        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            await Client.open(self.host, "/ws/nothing", self.host.token())
        self.assertEqual(refused.exception.status_code, 404)
        self.assertIn(self.host.http("GET", "/ws")[0], (400, 426))

    async def test_a_quote_path_that_is_no_uuid_is_closed_4003(self):
        client = await Client.open(self.host, "/ws/quotes/not-a-uuid", self.host.token("admin"), established=False)
        self.assertEqual((await client.closed())[0], 4003)

    async def test_ping_is_answered_with_its_id(self):
        client = await self.connect()
        await client.ask({"type": "ping", "id": "a"}, "pong", ref="a")
        await client.ask({"type": "ping", "id": 7}, "pong", ref=7)

    async def test_a_token_can_be_refreshed_in_place_by_the_same_user_only(self):
        user = str(uuid.uuid4())
        client = await self.connect(token=self.host.token(user=user))
        await client.ask({"type": "connection:refresh", "id": 1, "token": self.host.token(user=user)},
                         "connection:refreshed", ref=1)
        error = await client.ask({"type": "connection:refresh", "id": 2, "token": self.host.token()}, "error", ref=2)
        self.assertEqual(error["code"], "forbidden")
        await client.ask({"type": "ping"}, "pong")

    async def test_frames_sent_together_with_the_handshake_are_not_lost(self):
        host, port = self.host.listen.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        text = b'{"type":"ping","id":"early"}'
        frame = bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text
        writer.write((f"GET /ws HTTP/1.1\r\nHost: {self.host.listen}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                      f"Authorization: Bearer {self.host.token()}\r\n\r\n").encode() + frame)
        received = b""
        while b'"ref":"early"' not in received:
            part = await asyncio.wait_for(reader.read(4096), DEADLINE_S)
            self.assertTrue(part, received)
            received += part
        writer.close()

    def test_a_second_host_on_the_same_port_fails_loudly(self):
        from harness import run
        outcome = run("serve", "--config", self.host.config, "--listen", self.host.listen, "--admin", "127.0.0.1:0",
                      "--data", self.host.folder / "second", "--plugins", self.host.plugins, check=False)
        self.assertNotEqual(outcome.returncode, 0)
        self.assertIn(self.host.listen, outcome.stderr)

    def test_a_second_host_on_the_same_data_folder_fails_loudly(self):
        from harness import run
        outcome = run("serve", "--config", self.host.config, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
                      "--data", self.host.folder / "data", "--plugins", self.host.plugins, check=False)
        self.assertNotEqual(outcome.returncode, 0)
        self.assertIn("data", outcome.stderr)

    def test_a_slow_head_is_cut_off_and_stops_nobody(self):
        host, port = self.host.listen.split(":")
        with socket.create_connection((host, int(port)), DEADLINE_S) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
            self.assertEqual(self.host.http("GET", "/")[0], 200)
            answer = slow.recv(4096)
            self.assertTrue(answer == b"" or b" 408 " in answer, answer)


if __name__ == "__main__":
    main()
