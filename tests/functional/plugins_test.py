"""Dropping files into the plugin folder: what starts, what is refused and says why, and that what serves goes on serving."""
import json
import os
import shutil
import time
import unittest
import uuid

from harness import BUILD, DEADLINE_S, ROOT, Client, Host, main, run

IMAGES = BUILD / "reload_images"
KEY = "tidegate-development-key-never-use-it-in-production"
YAML = """
data: {{ dir: data }}
auth: {{ hs256_key: {key}, roles: {{ agent: ["quotes:*"], admin: ["*"] }} }}
plugins: {{ auto_enable: true, debounce_ms: 20 }}
features:
  quote: {{ config: {{ manuals: {manuals} }} }}
"""


class PluginFolder(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.host = Host(yaml=YAML.format(key=KEY, manuals="./manuals"))
        self.addCleanup(self.host.close)
        self.folder = self.host.folder / "plugins"
        self.folder.mkdir()
        self.host.plugins = self.folder
        self.manuals = self.host.folder / "manuals"
        shutil.copytree(ROOT / "plugins" / "quote" / "manuals", self.manuals)

    def drop(self, name, content):
        part = self.folder / (name + ".part")
        part.write_bytes(content)
        os.rename(part, self.folder / name)

    def until(self, condition, what):
        """Polls the host's own status; fails with it at the deadline."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            statuses = self.host.statuses()
            if condition(statuses):
                return statuses
            self.assertLess(time.monotonic(), deadline, f"{what}: {json.dumps(statuses, indent=1)}\n{self.host.log()}")

    async def client(self, path="/ws", role="agent"):
        client = await Client.open(self.host, path, self.host.token(role))
        self.addAsyncCleanup(client.close)
        return client

    async def test_a_dropped_plugin_starts_and_a_changed_one_is_replaced_while_a_client_stays(self):
        self.host.start()
        client = await self.client()
        error = await client.ask({"type": "echo:say", "id": 1}, "error", ref=1)
        self.assertEqual(error["code"], "unknown_type")
        self.drop("echo.so", (IMAGES / "good_a.so").read_bytes())
        self.until(lambda s: s.get("echo", {}).get("state") == "started", "echo starts")
        self.assertEqual((await client.ask({"type": "echo:say", "id": 2, "seq": 1}, "echo:said"))["stamp"], "A")
        first = self.host.statuses()["echo"]["generation"]
        self.drop("echo.so", (IMAGES / "good_b.so").read_bytes())
        self.until(lambda s: s["echo"]["generation"] > first, "echo is replaced")
        answer = await client.ask({"type": "echo:say", "id": 3, "seq": 2}, "echo:said")
        self.assertEqual((answer["stamp"], answer["in_order"]), ("B", True))
        (self.folder / "echo.so").unlink()
        self.until(lambda s: s["echo"]["missing_on_disk"], "the deletion is noticed")
        self.assertEqual((await client.ask({"type": "echo:say", "id": 4, "seq": 3}, "echo:said"))["stamp"], "B")

    async def test_what_is_no_good_plugin_is_refused_with_its_reason_and_the_old_one_serves_on(self):
        self.drop("echo.so", (IMAGES / "good_a.so").read_bytes())
        self.host.start()
        client = await self.client()
        good = (IMAGES / "good_a.so").read_bytes()
        bad = {"text": b"I am no plugin\n" * 50, "empty": b"", "one byte": b"\x7f"}
        bad.update({f"cut at {n} of 9": good[:len(good) * n // 9] for n in range(1, 9)})
        bad.update({name: (IMAGES / f"{name}.so").read_bytes() for name in
                    ("wrong_abi", "self_check", "configure_throws", "start_throws", "start_refuses")})
        bad["another id"] = (BUILD / "plugins" / "quote.so").read_bytes()
        for seq, (what, content) in enumerate(bad.items(), 1):
            with self.subTest(what):
                self.drop("echo.so", content)
                refused = self.host.command("reload", "echo", check=False)
                self.assertEqual(refused.returncode, 1)
                self.assertIn("echo", refused.stderr)
                status = self.host.statuses()["echo"]
                self.assertEqual(status["state"], "started")
                self.assertTrue(status["reasons"])
                answer = await client.ask({"type": "echo:say", "id": seq, "seq": seq}, "echo:said")
                self.assertEqual((answer["stamp"], answer["in_order"]), ("A", True))
        self.assertIn("self-check of this image fails", self.host.log())

    async def test_an_unreadable_file_is_refused(self):
        (self.folder / "echo.so").mkdir()  # root reads any file, nobody reads a folder as one
        self.host.start()
        refused = self.host.command("reload", "echo", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertEqual(self.host.http("GET", "/readyz", admin=True)[0], 200)

    async def test_a_plugin_that_throws_answers_internal_and_is_counted(self):
        self.drop("echo.so", (IMAGES / "good_a.so").read_bytes())
        self.host.start()
        client = await self.client()
        error = await client.ask({"type": "echo:say", "id": 1, "throws": True}, "error", ref=1)
        self.assertEqual(error["code"], "internal")
        self.assertNotIn("makes the image throw", json.dumps(error))
        self.assertIn("makes the image throw", self.host.log())
        self.assertEqual(self.host.metric("tidegate_plugin_faults_total"), 1)
        await client.ask({"type": "echo:say", "id": 2, "seq": 1}, "echo:said", ref=2)

    async def test_a_broken_manual_is_refused_and_the_one_before_rates_on(self):
        self.drop("quote.so", (BUILD / "plugins" / "quote.so").read_bytes())
        self.host.start()
        manual = self.manuals / "ho-wgic.json"
        whole = manual.read_text()
        quote = str(uuid.uuid4())
        client = await self.client(f"/ws/quotes/{quote}")
        vector = json.loads((ROOT / "tests" / "golden" / "rating" / "wm_homeowners.json").read_text())["vectors"][0]
        data = {"product": "home", "state": "US-TX", **vector["in"]}
        for n, broken in enumerate((whole[:len(whole) // 2], "", whole.replace('"0.20"', '"0.25"', 1), "{}")):
            self.assertNotEqual(broken, whole)
            manual.write_text(broken)
            refused = self.host.command("reload", "quote", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("ho-wgic.json", refused.stderr)
            answer = await client.ask({"type": "quote:update", "id": n, "quote_id": quote, "quote_data": data},
                                      "calculation:complete", ref=n)
            self.assertEqual(answer["premium"]["total"], 501)
        manual.write_text(whole)
        self.host.command("reload", "quote")

    async def test_disable_and_enable_are_kept_over_a_restart(self):
        self.drop("echo.so", (IMAGES / "good_a.so").read_bytes())
        self.host.start()
        client = await self.client()
        self.host.command("disable", "echo")
        error = await client.ask({"type": "echo:say", "id": 1, "seq": 1}, "error", ref=1)
        self.assertEqual(error["code"], "unavailable")
        self.assertEqual(self.host.stop(), 0)
        self.host.start()
        self.assertNotEqual(self.host.statuses()["echo"]["state"], "started")
        self.host.command("enable", "echo")
        again = await self.client()
        await again.ask({"type": "echo:say", "id": 2, "seq": 1}, "echo:said", ref=2)

    def test_commands_on_what_is_not_there_fail(self):
        self.host.start()
        for what in ("reload", "rollback", "enable", "disable"):
            outcome = self.host.command(what, "nobody", check=False)
            self.assertEqual(outcome.returncode, 1, what)
            self.assertIn("nobody", outcome.stderr)


class AdminPort(unittest.TestCase):
    def test_a_token_is_asked_for_when_one_is_configured_and_foreign_pages_change_nothing(self):
        yaml = YAML.format(key=KEY, manuals=ROOT / "plugins" / "quote" / "manuals") + "admin: { token_file: admin.token }\n"
        host = Host(yaml=yaml)
        self.addCleanup(host.close)
        token_file = host.folder / "admin.token"
        token_file.write_text("operators-only\n")
        host.start()
        self.assertEqual(host.http("GET", "/healthz", admin=True)[0], 200)
        self.assertEqual(host.http("GET", "/admin/api/plugins", admin=True)[0], 401)
        self.assertEqual(host.http("GET", "/admin/api/plugins", "wrong", admin=True)[0], 401)
        self.assertEqual(host.http("GET", "/admin/api/plugins", "operators-only", admin=True)[0], 200)
        self.assertEqual(host.http("POST", "/admin/api/plugins/echo/reload", "operators-only", admin=True,
                                   headers={"Origin": "https://evil.example"})[0], 403)
        self.assertEqual(host.command("list", check=False).returncode, 1)
        host.environment["TIDEGATE_ADMIN_TOKEN_FILE"] = str(token_file)
        host.command("reload", "echo")


class Configuration(unittest.TestCase):
    def check(self, text):
        host = Host(yaml=text)
        self.addCleanup(host.close)
        return run("check-config", "--config", host.config, check=False)

    def test_a_broken_file_is_refused_with_every_problem_and_its_line(self):
        outcome = self.check("listen:\n  adress: 1\n  loops: many\nauth: { hs256_key: short }\n")
        self.assertEqual(outcome.returncode, 1)
        for part in ("tidegate.yaml:2", "tidegate.yaml:3", "tidegate.yaml:4", "auth.hs256_key"):
            self.assertIn(part, outcome.stderr)
        self.assertNotIn("short", outcome.stderr.replace("tidegate.yaml", ""))

    def test_a_right_file_is_right(self):
        self.assertEqual(self.check(YAML.format(key=KEY, manuals="./m")).returncode, 0)

    def test_the_development_key_is_refused_on_other_addresses(self):
        host = Host(yaml=YAML.format(key=KEY, manuals="./m"))
        self.addCleanup(host.close)
        outcome = run("serve", "--config", host.config, "--listen", "0.0.0.0:0", check=False)
        self.assertEqual(outcome.returncode, 1)
        self.assertIn("auth.hs256_key", outcome.stderr)


if __name__ == "__main__":
    main()
