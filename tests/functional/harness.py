"""What functional tests share: a real host on free ports with its own folders, and WebSocket clients that wait for messages.

Nothing here sleeps to wait for a state: a host is ready when it says so, a message is awaited with a deadline.
"""
import asyncio
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
import uuid

import websockets

BUILD = pathlib.Path(os.environ["TIDEGATE_BUILD"]).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = BUILD / "bin" / "tidegate"
DEADLINE_S = float(os.environ.get("TIDEGATE_TEST_DEADLINE_S", "30"))


def run(*arguments, check=True, **options):
    return subprocess.run([str(BINARY), *map(str, arguments)], check=check, capture_output=True, text=True,
                          timeout=DEADLINE_S, **options)


class Host:
    """One `tidegate serve` on config/dev.yaml, or on a YAML text of the test's own."""

    def __init__(self, yaml=None, plugins=None, environment=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidegate-test-"))
        self.config = ROOT / "config" / "dev.yaml"
        if yaml is not None:
            self.config = self.folder / "tidegate.yaml"
            self.config.write_text(yaml)
        self.plugins = plugins or BUILD / "plugins"
        self.environment = {**os.environ, "TIDEGATE_LISTEN_LOOPS": "2", **(environment or {})}
        self.log_path = self.folder / "log.txt"
        self.process = None

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [str(BINARY), "serve", "--config", str(self.config), "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
                 "--data", str(self.folder / "data"), "--plugins", str(self.plugins)],
                stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(DEADLINE_S)
            raise AssertionError(f"the host did not start:\n{self.log()}")
        ready = json.loads(line)
        self.listen, self.admin = ready["listen"], ready["admin"]
        return self

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(DEADLINE_S)
        return self.process.returncode if self.process else None

    def kill(self):
        self.process.kill()
        self.process.wait(DEADLINE_S)

    def close(self):
        try:
            self.stop()
            # A sanitizer's report, a broken invariant: whatever the test looked at, this host was not well.
            ill = [line for line in self.log().splitlines()
                   if "Sanitizer" in line or "runtime error:" in line or "broken invariant" in line]
            assert not ill, "\n".join(ill[:5]) + "\n" + self.log()[-6000:]
        finally:
            if self.process:
                self.process.stdout.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def token(self, role="agent", user=None, name="Ada", permissions=()):
        extra = [word for permission in permissions for word in ("--permission", permission)]
        return run("token", "--config", self.config, "--user", user or str(uuid.uuid4()), "--name", name, "--role", role,
                   *extra, env=self.environment).stdout.strip()

    def command(self, *arguments, check=True):
        return run("plugins", *arguments, "--admin", self.admin, check=check, env=self.environment)

    def statuses(self):
        return {plugin["id"]: plugin for plugin in json.loads(self.command("status").stdout)}

    def http(self, method, path, token=None, body=None, headers=None, admin=False):
        """(status, parsed body or text)"""
        request = urllib.request.Request(f"http://{self.admin if admin else self.listen}{path}", method=method,
                                         headers=headers or {})
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.data = body if isinstance(body, bytes) else json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def metric(self, name):
        """The sum over a metric's labels."""
        _, text = self.http("GET", "/metrics", admin=True)
        values = [float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                  if line.startswith((name + " ", name + "{"))]
        return sum(values)


class Client:
    """A WebSocket that keeps every message it got, in order."""

    def __init__(self, socket):
        self.socket = socket
        self.seen = []

    @classmethod
    async def open(cls, host, path="/ws", token=None, established=True, **options):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        socket = await websockets.connect(f"ws://{host.listen}{path}", extra_headers=headers, max_size=None,
                                          ping_interval=None, **options)
        client = cls(socket)
        if established:
            await client.wait_for("connection:established")
        return client

    async def send(self, message):
        await self.socket.send(message if isinstance(message, (str, bytes)) else json.dumps(message))

    async def receive(self):
        message = json.loads(await asyncio.wait_for(self.socket.recv(), DEADLINE_S))
        self.seen.append(message)
        return message

    async def wait_for(self, type_, **fields):
        """The next message of that type whose fields are these; everything on the way is kept in `seen`."""
        while True:
            message = await self.receive()
            if message["type"] == type_ and all(message.get(name) == value for name, value in fields.items()):
                return message

    async def ask(self, message, type_, **fields):
        await self.send(message)
        return await self.wait_for(type_, **fields)

    async def closed(self):
        """(code, reason) of the close that comes."""
        try:
            while True:
                await self.receive()
        except websockets.ConnectionClosed:
            return self.socket.close_code, self.socket.close_reason

    async def close(self):
        await self.socket.close()


class HostCase(unittest.IsolatedAsyncioTestCase):
    """One host for all tests of a class."""

    yaml = None
    environment = None

    @classmethod
    def setUpClass(cls):
        cls.host = Host(cls.yaml, environment=cls.environment)
        cls.addClassCleanup(cls.host.close)
        cls.host.start()

    async def connect(self, path="/ws", role="agent", token=None, **options):
        client = await Client.open(self.host, path, token or self.host.token(role), **options)
        self.addAsyncCleanup(client.close)
        return client


def main():
    unittest.main(verbosity=2)
