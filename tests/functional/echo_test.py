"""The echo plugin and what every message may expect of the host."""
import asyncio
import json
import unittest

from harness import HostCase, main


class Echo(HostCase):
    async def test_say_comes_back_with_every_field_and_the_ref(self):
        client = await self.connect()
        said = await client.ask({"type": "echo:say", "id": "q1", "text": "grüße \u2603", "n": [1, {"a": None}]}, "echo:said")
        self.assertEqual(said, {"type": "echo:said", "ref": "q1", "text": "grüße \u2603", "n": [1, {"a": None}]})

    async def test_answers_come_in_the_order_of_sending(self):
        client = await self.connect()
        for n in range(500):
            await client.send({"type": "echo:say", "n": n})
        self.assertEqual([(await client.wait_for("echo:said"))["n"] for _ in range(500)], list(range(500)))

    async def test_an_inline_route_answers_too(self):
        client = await self.connect()
        self.assertEqual((await client.ask({"type": "echo_inline:say", "id": 1, "x": 2}, "echo_inline:said"))["x"], 2)

    async def test_shout_reaches_every_subscriber_of_the_room_and_nobody_else(self):
        members = [await self.connect() for _ in range(4)]
        outsider = await self.connect()
        for member in members:
            answer = await member.ask({"type": "channel:subscribe", "id": 1, "channel": "room:a"}, "channel:subscribed")
            self.assertEqual((answer["channel"], answer["kind"], answer["ref"]), ("room:a", "live", 1))
        await outsider.ask({"type": "channel:subscribe", "channel": "room:b"}, "channel:subscribed")
        await members[0].send({"type": "echo:shout", "id": "s", "channel": "room:a", "text": "hello"})
        for member in members:
            shouted = await member.wait_for("echo:shouted")
            self.assertEqual((shouted["text"], shouted["channel"]), ("hello", "room:a"))
            self.assertEqual(shouted.get("ref"), "s" if member is members[0] else None)
            self.assertNotIn("offset", shouted)
        await outsider.ask({"type": "ping"}, "pong")
        self.assertNotIn("echo:shouted", [message["type"] for message in outsider.seen])

    async def test_a_channel_can_be_left(self):
        client, other = await self.connect(), await self.connect()
        await client.ask({"type": "channel:subscribe", "channel": "room:left"}, "channel:subscribed")
        await client.send({"type": "channel:unsubscribe", "id": 5, "channel": "room:left"})
        await client.ask({"type": "ping"}, "pong")
        await other.ask({"type": "channel:subscribe", "channel": "room:left"}, "channel:subscribed")
        await other.ask({"type": "echo:shout", "id": 1, "channel": "room:left"}, "echo:shouted")
        await client.ask({"type": "ping"}, "pong")
        self.assertNotIn("echo:shouted", [message["type"] for message in client.seen])


class BadMessages(HostCase):
    async def test_each_mistake_gets_its_code_and_the_connection_lives(self):
        client = await self.connect()
        for text, code in (
                ("", "bad_json"), ("{", "bad_json"), ("[]", "bad_json"), ("nonsense", "bad_json"),
                ('{"type":"echo:say","type":"echo:say"}', "bad_json"),
                ('{"type":"echo:say","ty\\u0070e":"quote:update"}', "bad_json"),
                ('{"type":"echo:say","id":1,"id":2}', "bad_json"),
                ('{"type":"echo:say","a":"\\ud800"}', "bad_json"),
                ('{"a":' + "[" * 70 + "]" * 70 + ',"type":"echo:say"}', "bad_json"),
                ("{}", "bad_type"), ('{"type":7}', "bad_type"), ('{"type":"' + "x" * 65 + '"}', "bad_type"),
                ('{"type":"nobody:knows"}', "unknown_type"), ('{"type":"echoes:say"}', "unknown_type"),
                ('{"type":"connection:established"}', "unknown_type"), ('{"type":"channel:gap"}', "unknown_type"),
                ('{"type":"channel:subscribe"}', "invalid"),
                ('{"type":"channel:subscribe","channel":"nobody:7"}', "not_found"),
                ('{"type":"echo:say","id":{"a":1}}', "invalid"), ('{"type":"echo:say","id":1.5}', "invalid"),
                ('{"type":"echo:say","id":"' + "i" * 65 + '"}', "invalid"),
        ):
            with self.subTest(text[:60]):
                error = await client.ask(text, "error")
                self.assertEqual(error["code"], code)
                self.assertTrue(error["message"])
        await client.ask({"type": "echo:say", "id": "still here"}, "echo:said", ref="still here")

    async def test_the_error_carries_the_ref_when_the_id_can_be_read(self):
        client = await self.connect()
        await client.ask({"type": "nobody:knows", "id": "r"}, "error", ref="r", code="unknown_type")

    async def test_close_codes_of_framing(self):
        cases = ((b"binary", 1003), ("x" * 70_000, 1009))
        for payload, code in cases:
            client = await self.connect()
            await client.send(payload)
            self.assertEqual((await client.closed())[0], code)

    async def test_many_mistakes_lose_nothing_of_the_good(self):
        client = await self.connect()
        for n in range(300):
            await client.send("{")
            await client.send({"type": "echo:say", "n": n})
        good = [(await client.wait_for("echo:said"))["n"] for _ in range(300)]
        self.assertEqual(good, list(range(300)))
        self.assertEqual(sum(message["type"] == "error" for message in client.seen), 300)


class Backpressure(HostCase):
    async def test_a_reader_that_stops_does_not_slow_the_others(self):
        stuck, healthy, speaker = [await self.connect() for _ in range(3)]
        for client in (stuck, healthy):
            await client.ask({"type": "channel:subscribe", "channel": "room:busy"}, "channel:subscribed")
        stuck.socket.transport.pause_reading()
        payload = "x" * 8000
        for n in range(1500):
            await speaker.send({"type": "echo:shout", "channel": "room:busy", "n": n, "payload": payload})
            if n % 50 == 49:  # so that this client is never itself the slow one
                while (await healthy.wait_for("echo:shouted"))["n"] < n:
                    pass
        counts = [message["n"] for message in healthy.seen if message["type"] == "echo:shouted"]
        self.assertEqual(counts, list(range(1500)))
        stuck.socket.transport.resume_reading()


if __name__ == "__main__":
    main()
