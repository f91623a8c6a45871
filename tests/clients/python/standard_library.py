"""urllib and http.client through the proxy.

Addresses come from the environment; the caller checks the records.
"""

import hashlib
import http.client
import json
import os
import ssl
import unittest
import urllib.error
import urllib.parse
import urllib.request

PROXY = os.environ["PROXY"]
HTTP = os.environ["HTTP_ORIGIN"]
HTTPS = os.environ["HTTPS_ORIGIN"]
DENIED_HTTP = os.environ["DENIED_HTTP"]
DENIED_HTTPS = os.environ["DENIED_HTTPS"]
TIMEOUT_S = 30


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Urllib(unittest.TestCase):
    def setUp(self):
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"http": PROXY, "https": PROXY}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context()))

    def open(self, url, data=None):
        return self.opener.open(url, data=data, timeout=TIMEOUT_S)

    def test_fetches_an_http_page(self):
        with self.open(HTTP + "/bytes/100000") as answer:
            self.assertEqual(sha256(answer.read()), answer.headers["X-Body-Sha256"])

    def test_fetches_an_https_page(self):
        with self.open(HTTPS + "/chunked/100000") as answer:
            self.assertEqual(sha256(answer.read()), answer.headers["X-Body-Sha256"])

    def test_posts(self):
        upload = bytes(i * 7 % 251 for i in range(300000))
        with self.open(HTTP + "/echo", upload) as answer:
            self.assertEqual(json.load(answer)["sha256"], sha256(upload))

    def test_is_refused_a_denied_http_page(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.open(DENIED_HTTP + "/bytes/1")
        self.assertEqual(refused.exception.code, 403)
        refused.exception.close()

    def test_is_refused_a_denied_https_page(self):
        with self.assertRaisesRegex(urllib.error.URLError, "403"):
            self.open(DENIED_HTTPS + "/bytes/1")


class HttpClient(unittest.TestCase):
    def proxy(self):
        return urllib.parse.urlsplit(PROXY).netloc

    def tunnelled(self, connection_type, origin, **options):
        connection = connection_type(self.proxy(), timeout=TIMEOUT_S, **options)
        parts = urllib.parse.urlsplit(origin)
        connection.set_tunnel(parts.hostname, parts.port)
        self.addCleanup(connection.close)
        return connection

    def fetch_twice(self, connection, prefix):
        for size in (1000, 70000):
            connection.request("GET", f"{prefix}/bytes/{size}")
            answer = connection.getresponse()
            self.assertEqual(sha256(answer.read()), answer.headers["X-Body-Sha256"])

    def test_fetches_over_one_tunnel_to_https(self):
        trust = ssl.create_default_context()
        self.fetch_twice(self.tunnelled(http.client.HTTPSConnection, HTTPS, context=trust), "")

    def test_fetches_over_one_tunnel_to_http(self):
        self.fetch_twice(self.tunnelled(http.client.HTTPConnection, HTTP), "")

    def test_fetches_in_absolute_form_over_one_connection(self):
        connection = http.client.HTTPConnection(self.proxy(), timeout=TIMEOUT_S)
        self.addCleanup(connection.close)
        self.fetch_twice(connection, HTTP)
