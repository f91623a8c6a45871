#!/usr/bin/env python3
"""The rules themselves, on small good and bad examples: a rule that finds nothing in a bad one is no rule."""

import pathlib
import tempfile
import unittest

import coroutine_style
import include_directions


class IncludeDirections(unittest.TestCase):
    def assert_refused(self, path, text, word):
        found = include_directions.violations_in(path, text)
        self.assertEqual(len(found), 1, found)
        self.assertIn(word, found[0])

    def assert_accepted(self, path, text):
        self.assertEqual(include_directions.violations_in(path, text), [])

    def test_accepts_an_arrow_and_the_own_room(self):
        self.assert_accepted("server/proxy/Connect.cpp", '#include "proxy/Connect.h"\n#include "net/Dialer.h"\n')
        self.assert_accepted("db/PolicyStore.h", '#include "policy/PolicyDocument.h"\n')
        self.assert_accepted("server/main.cpp", '#include "app/Serve.h"\n')

    def test_refuses_what_is_no_arrow(self):
        self.assert_refused("policy/Rule.h", '#include "net/IpAddress.h"\n', "policy must not include")
        self.assert_refused("server/net/Relay.cpp", '#include "http/Authority.h"\n', "net must not include")
        self.assert_refused("server/proxy/Session.h", '#include "db/AuditEvent.h"\n', "proxy must not include")
        self.assert_refused("server/admin/AdminServer.h", '#include "net/IpAddress.h"\n', "admin must not include")
        self.assert_refused("server/main.cpp", '#include "proxy/Connection.h"\n', "main must not include")

    def test_refuses_a_folder_beside_the_allowed_one(self):
        self.assert_accepted("server/websocket/Tap.cpp", '#include "policy/inspection/FrameReader.h"\n')
        self.assert_refused("server/websocket/Tap.cpp", '#include "policy/Policy.h"\n', "websocket must not include")

    def test_refuses_odd_spellings_of_an_include(self):
        self.assert_refused("policy/Rule.h", '  #  include   "net/IpAddress.h" // why\n', "must not include")
        self.assert_refused("policy/Rule.h", '/* a */\n#include "net/IpAddress.h"\n', ":2:")

    def test_refuses_an_include_that_is_not_written_from_the_root(self):
        self.assert_refused("policy/Rule.cpp", '#include "Rule.h"\n', "from the root")
        self.assert_refused("server/net/Relay.cpp", '#include "../http/Authority.h"\n', "must not include")

    def test_does_not_read_comments(self):
        self.assert_accepted("policy/Rule.h", '// #include "net/IpAddress.h"\n/*\n#include "db/Database.h"\n*/\n')

    def test_refuses_a_folder_without_arrows(self):
        self.assert_refused("server/shiny/New.h", "", "no arrows")
        self.assert_refused("server/Loose.h", "", "no arrows")

    def test_keeps_system_headers_where_they_belong(self):
        self.assert_accepted("db/Statement.cpp", "#include <sqlite3.h>\n")
        self.assert_refused("db/Statement.h", "#include <sqlite3.h>\n", "SQLite")
        self.assert_refused("server/audit/AuditWriter.cpp", "#include <sqlite3.h>\n", "SQLite")
        self.assert_accepted("server/websocket/OpeningHandshake.cpp", "#include <openssl/sha.h>\n")
        self.assert_refused("server/tls/ClientHello.h", "#include <openssl/ssl.h>\n", "OpenSSL")
        self.assert_accepted("server/net/TcpStream.cpp", "#include <sys/socket.h>\n#include <netinet/tcp.h>\n")
        self.assert_refused("server/net/TcpStream.h", "#include <sys/socket.h>\n", "sockets")
        self.assert_refused("server/proxy/Connection.cpp", "#include <sys/epoll.h>\n", "sockets")
        self.assert_accepted("policy/Network.cpp", "#include <arpa/inet.h>\n")
        self.assert_refused("policy/Network.h", "#include <arpa/inet.h>\n", "text forms")
        self.assert_refused("server/net/Resolver.h", "#include <ares.h>\n", "c-ares")

    def test_keeps_private_headers_private(self):
        self.assert_accepted("server/net/Dialer.cpp", '#include "net/SocketAddress.h"\n')
        self.assert_accepted("server/net/SocketAddress.h", "#include <sys/socket.h>\n")
        self.assert_refused("server/net/Dialer.h", '#include "net/SocketAddress.h"\n', "private")
        self.assert_refused("server/proxy/Upstream.cpp", '#include "net/SocketAddress.h"\n', "private")

    def test_refuses_names_that_say_nothing(self):
        for name in ("StringUtil.h", "utils.cpp", "ConnectionManager.h", "TestHelpers.cpp", "Common.h", "net_misc.h"):
            self.assertIsNotNone(include_directions.vague_name(name), name)
        for name in ("Commons1.h", "Relay.cpp", "Utilization.h", "UncommonHost.h"):
            self.assertIsNone(include_directions.vague_name(name), name)

    def test_reads_a_tree(self):
        with tempfile.TemporaryDirectory() as root:
            self.assertEqual(len(include_directions.violations(root)), 1, "an empty tree is a mistake")
            folder = pathlib.Path(root, "server", "net")
            folder.mkdir(parents=True)
            (folder / "NetHelper.h").write_text('#include "proxy/Session.h"\n')
            found = include_directions.violations(root)
            self.assertEqual(len(found), 2, found)


class CoroutineStyle(unittest.TestCase):
    def assert_refused(self, text):
        self.assertNotEqual(coroutine_style.violations_in("a.cpp", text), [], text)

    def assert_accepted(self, text):
        self.assertEqual(coroutine_style.violations_in("a.cpp", text), [], text)

    def test_accepts_an_await_that_stands_alone(self):
        self.assert_accepted("{\n    co_await loop.sleep(deadline);\n}")
        self.assert_accepted("const auto ok = co_await authenticate(head);\nif (ok) {\n    x();\n}")
        self.assert_accepted("co_return co_await dialer_.dial(permitted, target.port, deadline);")
        self.assert_accepted("if (ready)\n    co_await flush();\nelse\n    co_await wait();")
        self.assert_accepted("switch (a) {\ncase 1:\n    co_await one();\n    break;\ndefault:\n    co_await two();\n}")
        self.assert_accepted("while (more) {\n    const auto n = co_await read(std::span(buffer));\n}")
        self.assert_accepted("for (const auto& a : all) {\n    co_await visit(a);\n}")
        self.assert_accepted("const auto n =\n    co_await read(limit, deadline);")

    def test_accepts_the_declaration_of_an_awaitable(self):
        self.assert_accepted("auto operator co_await() && noexcept { return Awaiter{*this}; }")

    def test_refuses_an_await_in_a_condition(self):
        self.assert_refused("if (co_await authenticate(head)) {}")
        self.assert_refused("if (const auto ok = co_await authenticate(head); ok) x();")
        self.assert_refused("while (!co_await done()) x();")
        self.assert_refused("while (ready(a, b) &&\n       co_await done()) x();")
        self.assert_refused("switch (co_await next()) { }")
        self.assert_refused("if (a(b) == co_await c()) x();")
        self.assert_refused("for (const auto& a : co_await all()) x();")

    def test_refuses_an_await_inside_an_expression(self):
        self.assert_refused("const auto x = a ? co_await f() : co_await g();")
        self.assert_refused("const bool x = a && co_await f();")
        self.assert_refused("use(1,\n    co_await f());")
        self.assert_refused("const auto x = (co_await f()).size();")
        self.assert_refused("const Pair p{co_await f(), 1};")
        self.assert_refused("total = 1 + co_await f();")

    def test_refuses_a_structured_binding(self):
        self.assert_refused("auto [a, b] = co_await both(x, y);")

    def test_refuses_temporaries_that_are_aggregates_or_lambdas(self):
        self.assert_refused("co_await note({head.method, user});")
        self.assert_refused("co_await note(Note{head.method,\n    user});")
        self.assert_refused("co_await retry([user] { return 1; });")
        self.assert_refused("co_await f(a ? b : c);")

    def test_does_not_read_comments_and_literals(self):
        self.assert_accepted("// if (co_await x) { }\n/* f(co_await g()) */\nco_await f(10'000);")
        self.assert_accepted('log("if (co_await x)");\nco_await f("{", \'?\');')
        self.assert_accepted('log(R"(f(co_await g()))");')
        self.assert_refused("co_await f(10'000, {1}); // fine 'here'")

    def test_names_the_line(self):
        found = coroutine_style.violations_in("a.cpp", "/* one\n two */\n\nf(co_await g());\n")
        self.assertEqual(found, ["a.cpp:4: co_await inside an expression or an argument"])


if __name__ == "__main__":
    unittest.main()
