"""Plugins' streams, values and emitted events in the real process: durable is what was answered, and bounded what is asked."""
import asyncio
import pathlib
import shutil
import tempfile
import unittest

from harness import BUILD, Client, Host, main

KEY = "tidegate-development-key-never-use-it-in-production"
YAML = """
auth:
  hs256_key: {key}
  roles: {{ agent: [] }}
documents: {{ store: {store} }}
streams: {{ max_bytes: 1MiB }}
values: {{ max_bytes: 1MiB }}
plugins: {{ auto_enable: true, watch: false }}
limits: {{ messages_per_second: 0, errors_per_10s: 0 }}
"""


class Stores(unittest.IsolatedAsyncioTestCase):
    async def start(self, store="sqlite"):
        self.plugins = pathlib.Path(tempfile.mkdtemp(prefix="tidegate-stores-"))
        self.addCleanup(shutil.rmtree, self.plugins, ignore_errors=True)
        shutil.copy(BUILD / "test_plugins" / "stores.so", self.plugins)
        self.host = Host(yaml=YAML.format(key=KEY, store=store), plugins=self.plugins).start()
        self.addCleanup(self.host.close)
        await self.connect()

    async def connect(self):
        self.client = await Client.open(self.host, token=self.host.token())

    async def ask(self, **message):
        self.asked = getattr(self, "asked", 0) + 1
        await self.client.send({"type": "stores:ask", "id": self.asked, **message})
        while (answer := await self.client.receive()).get("ref") != self.asked:
            pass
        return answer["got"] if "got" in answer else answer["code"]

    async def test_what_was_answered_survives_a_kill(self):
        await self.start()
        self.assertEqual(await self.ask(**{"do": "kv.put", "text": "gone at exit"}), 1)
        for n in range(1, 51):
            self.assertEqual(await self.ask(**{"do": "stream.append", "entries": [{"n": n}], "key": f"k{n}"}), [n, n, 0, False])
        self.assertEqual(await self.ask(**{"do": "stream.ack", "position": 20}), 20)
        self.assertEqual(await self.ask(do="emit", name="heard.one", data={"n": 1}, key="e1"), 1)
        self.host.kill()
        self.host.process.stdout.close()
        self.host.start()
        await self.connect()
        entries = await self.ask(**{"do": "stream.read"})
        self.assertEqual([(position, data["n"]) for position, _, data in entries], [(n, n) for n in range(1, 51)])
        self.assertEqual(await self.ask(**{"do": "stream.acked"}), 20)
        self.assertEqual(await self.ask(**{"do": "stream.append", "entries": [{"n": 50}], "key": "k50"}), [50, 50, 0, True])
        self.assertEqual(await self.ask(do="emit", name="heard.one", data={"n": 1}, key="e1"), 1)
        self.assertEqual(await self.ask(do="emit", name="heard.two", data={}), 2)
        self.assertEqual(await self.ask(**{"do": "kv.get"}), "not_found")
        async with asyncio.timeout(30):
            while len(heard := await self.ask(**{"do": "stream.read", "name": "heard"})) < 2:
                pass
        self.assertEqual([entry[2]["sequence"] for entry in heard], [1, 2])
        self.assertGreaterEqual(self.host.metric("tidegate_plugin_stream_entries_total"), 1)
        self.assertGreaterEqual(self.host.metric("tidegate_plugin_events_emitted_total"), 1)

    async def test_the_bounds_of_the_configuration_hold(self):
        for store in ("sqlite", "memory"):
            await self.start(store)
            text = '"' + "x" * 60_000 + '"'
            answers = [await self.ask(**{"do": "stream.append", "entries": [text]}) for _ in range(30)]
            self.assertEqual(answers[0], [1, 1, 0, False])
            full = [answer for answer in answers if not isinstance(answer, list)]
            self.assertTrue(full and set(full) == {"unavailable" if store == "sqlite" else "busy"}, (store, full))
            self.assertGreater(await self.ask(**{"do": "stream.trim", "position": 10}), 0)
            self.assertIsInstance(await self.ask(**{"do": "stream.append", "entries": [text]}), list, store)
            answers = [await self.ask(**{"do": "kv.put", "key": f"k{n}", "text": text}) for n in range(30)]
            self.assertEqual(answers[-1], "busy")
            self.assertEqual(await self.ask(**{"do": "kv.remove", "key": "k0"}), True)
            self.assertIsInstance(await self.ask(**{"do": "kv.put", "key": "new", "text": text}), int)

    async def test_values_end_and_are_counted_by_many_at_once(self):
        await self.start("memory")
        clients = [await Client.open(self.host, token=self.host.token()) for _ in range(8)]
        for client in clients:
            for n in range(25):
                await client.send({"type": "stores:ask", "id": n, "do": "kv.increment", "key": "n"})
        for client in clients:
            for n in range(25):
                await client.wait_for("stores:done", ref=n)
        self.assertEqual(await self.ask(**{"do": "kv.increment", "key": "n"}), 201)


if __name__ == "__main__":
    main()
