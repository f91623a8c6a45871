"""aiohttp through the proxy.

It opens ws:// with the absolute form `GET ws://host/path`, and wss:// by CONNECT.
"""

import hashlib
import os
import random
import ssl
import unittest

import aiohttp

PROXY = os.environ["PROXY"]
HTTP = os.environ["HTTP_ORIGIN"]
HTTPS = os.environ["HTTPS_ORIGIN"]


class Aiohttp(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        self.addAsyncCleanup(self.session.close)
        self.options = {"proxy": PROXY, "ssl": ssl.create_default_context()}

    async def fetch(self, url):
        async with self.session.get(url, **self.options) as answer:
            found = hashlib.sha256(await answer.read()).hexdigest()
            self.assertEqual(found, answer.headers["X-Body-Sha256"])

    async def echo(self, url):
        async with self.session.ws_connect(url, **self.options) as socket:
            for _ in range(200):
                message = random.randbytes(random.randint(1, 65536))
                await socket.send_bytes(message)
                self.assertEqual(await socket.receive_bytes(), message)
            await socket.close()
            self.assertEqual(socket.close_code, 1000)

    async def test_fetches_an_http_page(self):
        await self.fetch(HTTP + "/chunked/50000")

    async def test_fetches_an_https_page(self):
        await self.fetch(HTTPS + "/bytes/50000")

    async def test_echoes_over_ws(self):
        await self.echo(HTTP.replace("http:", "ws:") + "/echo")

    async def test_echoes_over_wss(self):
        await self.echo(HTTPS.replace("https:", "wss:") + "/echo")
