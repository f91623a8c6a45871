// The promise: not one byte of payload differs from what was sent, however closely it is looked at.
//
// Every mix of frames goes both ways at once through every path, from and to ends that compare all
// of it. 1 GiB in all; SALLYPORT_PROMISE_GIB asks for more.
#include "support/Duplex.h"
#include "support/FrameMix.h"
#include "support/SharedProxy.h"
#include "support/TestOrigin.h"

#include <gmock/gmock.h>
#include <openssl/evp.h>

#include <atomic>
#include <cstdlib>
#include <future>
#include <iomanip>
#include <sstream>

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

constexpr std::size_t KiB = 1024;
constexpr std::size_t MiB = 1024 * KiB;
const std::size_t Smaller = isSanitized() ? 32 : 1; ///< sanitizers are slow
const std::size_t LargeMessage = 16 * MiB / Smaller;
constexpr std::size_t ParallelSessions = 3;
constexpr std::size_t FirstBytes = 50 * KiB; ///< more than a head may have

std::size_t gibibytes()
{
    const char* const asked = std::getenv("SALLYPORT_PROMISE_GIB");
    return asked ? std::stoul(asked) : 1;
}

enum class Look : std::uint8_t { Blind, Observed, Scanned, Held };
enum class Form : std::uint8_t { Upgrade, Connect };

struct Path {
    Look look;
    Form form;
    const char* host;
};

constexpr std::array<Path, 8> Paths{{{Look::Blind, Form::Upgrade, "blind.test"},
                                     {Look::Blind, Form::Connect, "blind.test"},
                                     {Look::Observed, Form::Upgrade, "observed.test"},
                                     {Look::Observed, Form::Connect, "observed.test"},
                                     {Look::Scanned, Form::Upgrade, "scanned.test"},
                                     {Look::Scanned, Form::Connect, "scanned.test"},
                                     {Look::Held, Form::Upgrade, "held.test"},
                                     {Look::Held, Form::Connect, "held.test"}}};

constexpr const char* Inspection = R"(
    "inspection": [
        {"name": "Observe", "action": "observe", "when": {"host": ["observed.test"]}},
        {"name": "Scan", "action": "observe", "profile": "Scan", "when": {"host": ["scanned.test"]}},
        {"name": "Hold", "action": "observe", "profile": "Hold", "when": {"host": ["held.test"]}}],
    "profiles": [
        {"name": "Scan", "checks": [{checks}]},
        {"name": "Hold", "hold": "64KiB", "digests": true, "checks": [{checks}]}],
    "defaults")";
constexpr const char* Checks = R"(
    {"name": "Secrets", "patterns": ["card-number", "iban", "private-key", "cloud-token"],
     "in": ["text", "binary"], "action": "note"},
    {"name": "Broken", "broken": true, "action": "note"})";

/// When the client begins to send frames.
enum class Start : std::uint8_t { BehindTheAnswer, WithTheHandshake };

struct Mix {
    const char* name;
    std::size_t share; ///< MiB of each GiB, over all paths and both directions
    void (*build)(FrameMix&);
    const char* whyNot = ""; ///< not inspectable: an expression; empty: it is
    const char* note = "Secrets";
    Compression compression{};
    const char* extensions = "";
    Segments segments = Segments::AnySize;
    Start start = Start::BehindTheAnswer;
};

void PrintTo(const Mix& mix, std::ostream* out)
{
    *out << mix.name;
}

struct Session {
    std::size_t path;
    const FrameMix& client;
    const FrameMix& server;
    std::string request;
    std::string answer;
};

std::string sha256(std::initializer_list<std::string_view> pieces)
{
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    std::array<unsigned char, 32> sum{};
    EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
    for (const std::string_view piece : pieces)
        EVP_DigestUpdate(context, piece.data(), piece.size());
    EVP_DigestFinal_ex(context, sum.data(), nullptr);
    EVP_MD_CTX_free(context);
    std::ostringstream text;
    for (const unsigned byte : sum)
        text << std::hex << std::setw(2) << std::setfill('0') << byte;
    return text.str();
}

class Promise : public SharedProxy<Promise>, public testing::WithParamInterface<Mix> {
public:
    static ProxySettings settings()
    {
        return {.policy = replaced(loopbackPolicy(), R"("defaults")",
                                   replaced(Inspection, "{checks}", Checks))};
    }

    static void SetUpTestSuite()
    {
        SharedProxy::SetUpTestSuite();
        for (const Path& path : Paths) {
            proxy().dns().answer(path.host, {"127.0.0.1"});
            origins_.emplace_back();
        }
    }

    static void TearDownTestSuite()
    {
        origins_.clear();
        SharedProxy::TearDownTestSuite();
        const testing::UnitTest& run = *testing::UnitTest::GetInstance();
        if (run.test_to_run_count() == run.total_test_count() && run.Passed()) {
            EXPECT_GE(carried_, gibibytes() * 1024 * MiB / Smaller);
        }
    }

protected:
    /// Carries a mix through all paths and looks at the records.
    void carry(const FrameMix& client, const FrameMix& server)
    {
        std::atomic<std::size_t> next = 0;
        std::vector<std::future<void>> workers;
        for (std::size_t i = 0; i < ParallelSessions; ++i) {
            workers.push_back(std::async(std::launch::async, [&] {
                for (std::size_t path = next++; path < Paths.size(); path = next++)
                    run(session(path, client, server));
            }));
        }
        for (auto& worker : workers)
            worker.get();
        if (HasFailure())
            return;
        const std::vector<AuditRecord> records = awaitClosings();
        for (std::size_t path = 0; path < Paths.size(); ++path)
            expectRecord(lastOf(records, origins_[path].port()), session(path, client, server));
        carried_ += Paths.size() * (client.bytes().size() + server.bytes().size());
    }

    [[nodiscard]] static std::uint64_t carried() { return carried_; }

private:
    static Session session(std::size_t path, const FrameMix& client, const FrameMix& server)
    {
        const std::string authority = origins_[path].named(Paths[path].host);
        const std::string target =
            Paths[path].form == Form::Upgrade ? "http://" + authority + "/mix" : "/mix";
        const std::string extensions = GetParam().extensions;
        return {path, client, server,
                "GET " + target + " HTTP/1.1\r\nHost: " + authority +
                    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " +
                    std::string(SampleKey) +
                    "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: "
                    "permessage-deflate; client_max_window_bits, x-other\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                    std::string(SampleAccept) + "\r\n" +
                    (extensions.empty() ? "" : "Sec-WebSocket-Extensions: " + extensions + "\r\n") +
                    "\r\n"};
    }

    static std::string describe(std::size_t path)
    {
        return std::string(Paths[path].host) +
               (Paths[path].form == Form::Upgrade ? ", upgrade" : ", connect");
    }

    static void run(const Session& session)
    {
        auto origin = std::async(std::launch::async, [&] { serve(session); });
        try {
            ask(session);
        } catch (const std::exception& failure) {
            ADD_FAILURE() << describe(session.path) << ", at the client: " << failure.what();
        }
        try {
            origin.get();
        } catch (const std::exception& failure) {
            ADD_FAILURE() << describe(session.path) << ", at the origin: " << failure.what();
        }
    }

    /// What goes in one packet with a head.
    static std::string_view beginning(std::string_view stream)
    {
        return stream.substr(0, std::min(FirstBytes, stream.size() / 4));
    }

    static void ask(const Session& session)
    {
        const Path& path = Paths[session.path];
        const std::string_view stream = session.client.bytes();
        const std::string_view first =
            beginning(GetParam().start == Start::WithTheHandshake ? stream : std::string_view());
        RawClient client = path.form == Form::Upgrade
                               ? proxy().client()
                               : proxy().tunnelTo(origins_[session.path].named(path.host));
        client.send(session.request + std::string(first));
        const std::string head = client.receiveHead();
        if (!head.starts_with("HTTP/1.1 101 "))
            throw Unexpected("no WebSocket:\n" + head);
        exchangeAtOnce(client, stream.substr(first.size()), session.server.bytes(),
                       GetParam().segments, Dice(2 * session.path));
    }

    static void serve(const Session& session)
    {
        RawConnection connection = origins_[session.path].accept();
        (void)connection.receiveHead();
        const std::string_view stream = session.server.bytes();
        const std::string_view first = beginning(stream);
        connection.send(session.answer + std::string(first)); // in one packet
        exchangeAtOnce(connection, stream.substr(first.size()), session.client.bytes(),
                       GetParam().segments, Dice(2 * session.path + 1));
    }

    static std::vector<AuditRecord> awaitClosings()
    {
        sessions_ += Paths.size();
        const auto deadline = std::chrono::steady_clock::now() + 2 * Patience;
        for (;;) {
            auto records = proxy().records({{"event", "close"}});
            if (records.size() == sessions_)
                return records;
            if (std::chrono::steady_clock::now() > deadline)
                throw Unexpected("not every session has its closing record");
        }
    }

    static const AuditRecord& lastOf(const std::vector<AuditRecord>& records, std::uint16_t port)
    {
        return *std::ranges::find_if(records.rbegin(), records.rend(), [&](const auto& record) {
            return record["port"] == std::to_string(port);
        });
    }

    static void expectRecord(const AuditRecord& record, const Session& session)
    {
        SCOPED_TRACE(describe(session.path) + "\n" + record.line());
        const Path& path = Paths[session.path];
        // Of a tunnel the handshake is payload, too.
        const bool connect = path.form == Form::Connect;
        const std::string_view request = connect ? session.request : std::string_view();
        const std::string_view answer = connect ? session.answer : std::string_view();
        const std::string up = std::to_string(request.size() + session.client.bytes().size());
        const std::string down = std::to_string(answer.size() + session.server.bytes().size());
        EXPECT_EQ(record["bytes_client_to_proxy"], up);
        EXPECT_EQ(record["bytes_proxy_to_upstream"], up);
        EXPECT_EQ(record["bytes_upstream_to_proxy"], down);
        EXPECT_EQ(record["bytes_proxy_to_client"], down);
        EXPECT_EQ(record["close_reason"], "done");
        EXPECT_EQ(record["inspection_cut_by"], "");
        expectDigests(path.look, record, sha256({request, session.client.bytes()}),
                      sha256({answer, session.server.bytes()}));
        if (path.look == Look::Blind) {
            EXPECT_EQ(record["ws_inspectable"], "");
            return;
        }
        expectNotes(path, record);
        if (!isReadable())
            return;
        expectCounts(record, "client_to_upstream", session.client.counts());
        expectCounts(record, "upstream_to_client", session.server.counts());
    }

    static bool isReadable() { return std::string_view(GetParam().whyNot).empty(); }

    static void expectDigests(Look look, const AuditRecord& record, const std::string& up,
                              const std::string& down)
    {
        const bool asked = look == Look::Held;
        EXPECT_EQ(record["sha256_client_to_proxy"], asked ? up : "");
        EXPECT_EQ(record["sha256_proxy_to_upstream"], asked ? up : "");
        EXPECT_EQ(record["sha256_upstream_to_proxy"], asked ? down : "");
        EXPECT_EQ(record["sha256_proxy_to_client"], asked ? down : "");
    }

    static void expectNotes(const Path& path, const AuditRecord& record)
    {
        EXPECT_EQ(record["ws_inspectable"], isReadable() ? "true" : "false");
        EXPECT_THAT(record["ws_not_inspectable_why"], MatchesRegex(GetParam().whyNot));
        if (path.look != Look::Observed) {
            EXPECT_THAT(record["inspection_notes"], HasSubstr(GetParam().note));
        }
    }

    static void expectCounts(const AuditRecord& record, const std::string& direction,
                             const FrameMix::Counts& counts)
    {
        const auto seen = [&](const std::string& what) {
            return record["ws_" + what + "_" + direction];
        };
        EXPECT_EQ(seen("messages_text"), std::to_string(counts.text));
        EXPECT_EQ(seen("messages_binary"), std::to_string(counts.binary));
        EXPECT_EQ(seen("pings"), std::to_string(counts.pings));
        EXPECT_EQ(seen("pongs"), std::to_string(counts.pongs));
        EXPECT_EQ(seen("frames"), std::to_string(counts.frames));
        EXPECT_EQ(seen("payload_bytes"), std::to_string(counts.payloadBytes));
        EXPECT_EQ(seen("content_bytes"), std::to_string(counts.contentBytes));
        EXPECT_EQ(seen("max_message_bytes"), std::to_string(counts.maxContentBytes));
    }

    static inline std::vector<TestOrigin> origins_; ///< one for each path
    static inline std::size_t sessions_ = 0;
    static inline std::uint64_t carried_ = 0;
};

TEST_P(Promise, IsKept)
{
    const std::uint64_t enough = carried() + gibibytes() * GetParam().share * MiB / Smaller;
    for (std::uint64_t seed = 1; seed == 1 || carried() < enough; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        FrameMix client(Sender::Client, seed, GetParam().compression);
        FrameMix server(Sender::Server, seed, GetParam().compression);
        GetParam().build(client);
        GetParam().build(server);
        ASSERT_NO_FATAL_FAILURE(carry(client, server));
        ASSERT_FALSE(HasFailure());
    }
}

// Good messages, something wrong, and as much again that looks good.
template <void (*addFault)(FrameMix&)>
void breakOff(FrameMix& mix)
{
    mix.addMessages(192 * KiB / Smaller);
    addFault(mix);
    mix.addMessages(192 * KiB / Smaller);
    mix.addGarbage(128 * KiB / Smaller);
}

void reservedBit(FrameMix& mix)
{
    mix.addFrame(0xa2, "a reserved bit");
}
void compressedBit(FrameMix& mix)
{
    mix.addFrame(0xc1, "compressed, but nobody agreed");
}
void reservedOpcode(FrameMix& mix)
{
    mix.addFrame(0x83, "a new kind of message");
}
void reservedControl(FrameMix& mix)
{
    mix.addFrame(0x8b, "a new kind of control");
}
void wrongMask(FrameMix& mix)
{
    mix.addFrame(0x81, "masked or not", FrameMix::Mask::Wrong);
}
void largeControl(FrameMix& mix)
{
    mix.addFrame(0x89, std::string(126, 'p'));
}
void fragmentedControl(FrameMix& mix)
{
    mix.addFrame(0x09, "pi");
}
void continuation(FrameMix& mix)
{
    mix.addFrame(0x80, "of nothing");
}
void unfinished(FrameMix& mix)
{
    mix.addFrame(0x01, "begun");
    mix.addFrame(0x81, "another");
}
void longLength16(FrameMix& mix)
{
    mix.addFrame(0x82, "short", FrameMix::Mask::Right, FrameMix::Length::SixteenBits);
}
void longLength64(FrameMix& mix)
{
    mix.addFrame(0x82, std::string(60'000, 'l'), FrameMix::Mask::Right,
                 FrameMix::Length::SixtyFourBits);
}

void ordinary(FrameMix& mix)
{
    mix.addMessages(4 * MiB / Smaller);
    mix.addClose();
}

void compressed(FrameMix& mix)
{
    mix.addMessages(2 * MiB / Smaller);
    mix.addMessage(Opcode::Text, LargeMessage);
    mix.addMessages(64 * KiB);
    mix.addClose();
}

void large(FrameMix& mix)
{
    mix.addMessage(Opcode::Text, LargeMessage);
    mix.addContent(Opcode::Text, "4111111111111111");
    mix.addMessage(Opcode::Binary, LargeMessage);
    mix.addMessages(LargeMessage / 16);
    mix.addClose();
}

void singleBytes(FrameMix& mix)
{
    mix.addMessages(8 * KiB);
    mix.addClose();
}

void cutInAFrame(FrameMix& mix)
{
    mix.addMessages(512 * KiB / Smaller);
    mix.addCutFrame();
}

void badUtf8(FrameMix& mix)
{
    mix.addMessages(256 * KiB / Smaller);
    mix.addContent(Opcode::Text, "no \xc3\x28 text \xed\xa0\x80 at all \xff");
    mix.addMessages(256 * KiB / Smaller);
    mix.addContent(Opcode::Text, "cut in a letter \xe2\x82");
    mix.addMessages(64 * KiB / Smaller);
    mix.addClose();
}

void badDeflate(FrameMix& mix)
{
    mix.addMessages(256 * KiB / Smaller);
    mix.addFrame(0xc1, std::string(300, '\xff')); // a block of a type that there is not
    mix.addMessages(256 * KiB / Smaller);
    mix.addClose();
}

void otherExtension(FrameMix& mix)
{
    mix.addMessages(256 * KiB / Smaller);
    mix.addFrame(0xf2, "all three bits");
    mix.addMessages(256 * KiB / Smaller);
}

void garbage(FrameMix& mix)
{
    mix.addBytes("GET / HTTP/1.1\r\n\r\n");
    mix.addGarbage(512 * KiB / Smaller);
}

void nothing(FrameMix&) {}

using Context = Compression::Context;

INSTANTIATE_TEST_SUITE_P(
    Mixes, Promise,
    testing::Values(Mix{.name = "Ordinary", .share = 256, .build = ordinary},
                    Mix{.name = "LargeMessages", .share = 512, .build = large},
                    Mix{.name = "ContextTakeover",
                        .share = 72,
                        .build = compressed,
                        .compression = {.context = Context::Takeover},
                        .extensions = "permessage-deflate"},
                    Mix{.name = "NoContextTakeover",
                        .share = 72,
                        .build = compressed,
                        .compression = {.context = Context::NoTakeover},
                        .extensions = "permessage-deflate; client_no_context_takeover; "
                                      "server_no_context_takeover"},
                    Mix{.name = "NarrowWindows",
                        .share = 32,
                        .build = compressed,
                        .compression = {.context = Context::Takeover, .windowBits = 10},
                        .extensions = "permessage-deflate; client_max_window_bits=10; "
                                      "server_max_window_bits=10"},
                    Mix{.name = "SingleBytes",
                        .share = 0,
                        .build = singleBytes,
                        .segments = Segments::SingleBytes},
                    Mix{.name = "CutInAFrame", .share = 8, .build = cutInAFrame},
                    Mix{.name = "BadUtf8", .share = 8, .build = badUtf8, .note = "Broken"},
                    Mix{.name = "BadDeflate",
                        .share = 8,
                        .build = badDeflate,
                        .whyNot = "bad-deflate",
                        .compression = {.context = Context::Takeover},
                        .extensions = "permessage-deflate"},
                    Mix{.name = "UnknownExtension",
                        .share = 8,
                        .build = otherExtension,
                        .whyNot = "unknown-extension",
                        .note = "",
                        .extensions = "x-other"},
                    Mix{.name = "ClientThatDoesNotWait",
                        .share = 16,
                        .build = ordinary,
                        .start = Start::WithTheHandshake},
                    Mix{.name = "Nothing", .share = 0, .build = nothing, .note = ""},
                    Mix{.name = "Garbage",
                        .share = 8,
                        .build = garbage,
                        .whyNot = "reserved-bits",
                        .note = "Broken"},
                    Mix{.name = "ReservedBit",
                        .share = 8,
                        .build = breakOff<reservedBit>,
                        .whyNot = "reserved-bits",
                        .note = "Broken"},
                    Mix{.name = "CompressedBitNotAgreedOn",
                        .share = 8,
                        .build = breakOff<compressedBit>,
                        .whyNot = "reserved-bits",
                        .note = "Broken"},
                    Mix{.name = "ReservedOpcode",
                        .share = 8,
                        .build = breakOff<reservedOpcode>,
                        .whyNot = "reserved-opcode",
                        .note = "Broken"},
                    Mix{.name = "ReservedControlOpcode",
                        .share = 8,
                        .build = breakOff<reservedControl>,
                        .whyNot = "reserved-opcode",
                        .note = "Broken"},
                    Mix{.name = "WrongMasks",
                        .share = 8,
                        .build = breakOff<wrongMask>,
                        .whyNot = "masked|unmasked",
                        .note = "Broken"},
                    Mix{.name = "OversizedControl",
                        .share = 8,
                        .build = breakOff<largeControl>,
                        .whyNot = "oversized-control",
                        .note = "Broken"},
                    Mix{.name = "FragmentedControl",
                        .share = 8,
                        .build = breakOff<fragmentedControl>,
                        .whyNot = "fragmented-control",
                        .note = "Broken"},
                    Mix{.name = "ContinuationOfNothing",
                        .share = 8,
                        .build = breakOff<continuation>,
                        .whyNot = "unexpected-continuation",
                        .note = "Broken"},
                    Mix{.name = "UnfinishedMessage",
                        .share = 8,
                        .build = breakOff<unfinished>,
                        .whyNot = "unfinished-message",
                        .note = "Broken"},
                    Mix{.name = "LengthIn16BitsForNoReason",
                        .share = 8,
                        .build = breakOff<longLength16>,
                        .whyNot = "length-not-minimal",
                        .note = "Broken"},
                    Mix{.name = "LengthIn64BitsForNoReason",
                        .share = 8,
                        .build = breakOff<longLength64>,
                        .whyNot = "length-not-minimal",
                        .note = "Broken"}),
    caseName);

} // namespace
} // namespace sallyport::test
