#include "audit/sink/HttpTransport.h"
#include "audit/sink/SinkSet.h"
#include "support/TemporaryFolder.h"
#include "unit/audit/FakeLog.h"
#include "unit/audit/OutgoingRecords.h"

#include <Poco/JSON/Parser.h>
#include <Poco/Net/ServerSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <functional>
#include <set>
#include <sstream>
#include <thread>

namespace sallyport::audit::sink {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

struct Request {
    std::string head;
    std::string body;
};

// A receiver on a real socket. `answer` gives the bytes of an answer; empty: nothing is answered.
class Receiver {
public:
    using Answer = std::function<std::string(const Request&)>;

    explicit Receiver(Answer answer)
        : answer_(std::move(answer)), socket_(Poco::Net::SocketAddress("127.0.0.1", 0)),
          thread_([this](std::stop_token stop) { run(stop); })
    {}

    [[nodiscard]] std::string place() const
    {
        return "127.0.0.1:" + std::to_string(socket_.address().port());
    }
    [[nodiscard]] std::vector<Request> requests()
    {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    [[nodiscard]] std::size_t connections()
    {
        const std::lock_guard lock(mutex_);
        return connections_;
    }

private:
    static constexpr Poco::Timespan::TimeDiff Slice = 20'000; // microseconds

    void run(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            if (!socket_.poll(Slice, Poco::Net::Socket::SELECT_READ))
                continue;
            auto connection = socket_.acceptConnection();
            {
                const std::lock_guard lock(mutex_);
                ++connections_;
            }
            serve(connection, stop);
        }
    }

    void serve(Poco::Net::StreamSocket& connection, const std::stop_token& stop)
    {
        std::string received;
        std::array<char, 65'536> buffer;
        while (!stop.stop_requested()) {
            if (!connection.poll(Slice, Poco::Net::Socket::SELECT_READ))
                continue;
            const int count = connection.receiveBytes(buffer.data(), buffer.size());
            if (count <= 0)
                return;
            received.append(buffer.data(), static_cast<std::size_t>(count));
            const auto request = takeRequest(received);
            if (!request)
                continue;
            const std::string answer = answer_(*request);
            if (answer == Ends)
                return;
            if (!answer.empty())
                connection.sendBytes(answer.data(), static_cast<int>(answer.size()));
            if (answer.ends_with(Cut))
                return;
        }
    }

    std::optional<Request> takeRequest(std::string& received)
    {
        const auto end = received.find("\r\n\r\n");
        if (end == std::string::npos)
            return std::nullopt;
        Request request{received.substr(0, end + 2), ""};
        const auto place = request.head.find("Content-Length: ");
        const std::size_t length = std::stoul(request.head.substr(place + 16));
        if (received.size() < end + 4 + length)
            return std::nullopt;
        request.body = received.substr(end + 4, length);
        received.erase(0, end + 4 + length);
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        return request;
    }

public:
    static constexpr std::string_view Ends = "(ends)"; ///< in place of an answer
    static constexpr std::string_view Cut = "(cut";    ///< at the end of one

private:
    const Answer answer_;
    Poco::Net::ServerSocket socket_;
    std::mutex mutex_;
    std::vector<Request> requests_;
    std::size_t connections_ = 0;
    std::jthread thread_; // last: ends first
};

std::string http(const std::string& status, const std::string& body)
{
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

Wait within(std::chrono::milliseconds time)
{
    return {{}, std::chrono::steady_clock::now() + time};
}

std::string failureOf(HttpTransport& transport, std::chrono::milliseconds time = 5s)
{
    try {
        static_cast<void>(transport.send(records(1, 3), within(time)));
        return "";
    } catch (const SinkError& error) {
        return error.what();
    }
}

std::vector<std::string> linesOf(const std::string& text)
{
    std::vector<std::string> all;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        all.push_back(line);
    return all;
}

TEST(HecSink, PostsEventsWithTheTokenOverOneConnection)
{
    Receiver receiver(
        [](const Request&) { return http("200 OK", R"({"text":"Success","code":0})"); });
    const test::TemporaryFolder folder;
    const std::string token = folder.write("token", "0000-1111\n");
    std::filesystem::permissions(token, std::filesystem::perms{0600});
    HttpTransport transport(
        parseSinkSpec("s=hec+http://" + receiver.place() + "?token-file=" + token));
    EXPECT_EQ(transport.send(records(1, 3), within(5s)), 0U);
    EXPECT_EQ(transport.send(records(4, 5), within(5s)), 0U);
    EXPECT_EQ(receiver.connections(), 1U);
    ASSERT_EQ(receiver.requests().size(), 2U);
    const Request first = receiver.requests().front();
    EXPECT_THAT(first.head, testing::StartsWith("POST /services/collector/event HTTP/1.1\r\n"));
    EXPECT_THAT(first.head, HasSubstr("\r\nHost: " + receiver.place() + "\r\n"));
    EXPECT_THAT(first.head, HasSubstr("\r\nAuthorization: Splunk 0000-1111\r\n"));
    const auto lines = linesOf(first.body);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_THAT(lines[0], testing::StartsWith(
                              R"({"time":1795424400.000,"host":"node-1","source":"sallyport",)"
                              R"("sourcetype":"sallyport:jsonl","fields":{"record_id":"node-1-1"},)"
                              R"("event":{"seq":1,)"));
    EXPECT_NO_THROW(Poco::JSON::Parser().parse(lines[0]));
}

/// An answer that the test changes while the receiver's thread gives it.
class Answer {
public:
    Answer& operator=(std::string_view text)
    {
        const std::lock_guard lock(mutex_);
        text_ = text;
        return *this;
    }
    [[nodiscard]] std::string text() const
    {
        const std::lock_guard lock(mutex_);
        return text_;
    }

private:
    mutable std::mutex mutex_;
    std::string text_;
};

TEST(HecSink, SaysWhyItFailed)
{
    Answer answer;
    answer = http("503 Service Unavailable", R"({"text":"Server is busy","code":9})");
    Receiver receiver([&answer](const Request&) { return answer.text(); });
    HttpTransport transport(parseSinkSpec("s=hec+http://" + receiver.place()));
    EXPECT_THAT(failureOf(transport), HasSubstr("answered 503: {\"text\":\"Server is busy\""));
    answer = http("403 Forbidden", R"({"text":"Invalid token","code":4})");
    EXPECT_THAT(failureOf(transport), HasSubstr("answered 403"));
    answer = http("429 Too Many Requests", "");
    EXPECT_THAT(failureOf(transport), HasSubstr("answered 429"));
    answer = Receiver::Ends;
    EXPECT_THAT(failureOf(transport), HasSubstr("before its answer was whole"));
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n(cut";
    EXPECT_THAT(failureOf(transport), HasSubstr("before its answer was whole"));
    answer = "";
    EXPECT_THAT(failureOf(transport, 300ms), HasSubstr("took too long to answer"));
    answer = "220 smtp.example.com ESMTP\r\n\r\n";
    EXPECT_THAT(failureOf(transport), HasSubstr("not HTTP"));
    answer = http("200 OK", "{}");
    EXPECT_EQ(failureOf(transport), "");
}

TEST(HecSink, LeavesOutTheRecordThatNobodyWants)
{
    Receiver receiver([](const Request& request) {
        return request.body.contains("\"seq\":13,")
                   ? http("400 Bad Request", R"({"text":"Invalid data format","code":6})")
                   : http("200 OK", R"({"code":0})");
    });
    HttpTransport transport(parseSinkSpec("s=hec+http://" + receiver.place()));
    EXPECT_EQ(transport.send(records(1, 20), within(5s)), 1U);
    std::set<std::string> taken;
    for (const Request& request : receiver.requests())
        if (!request.body.contains("\"seq\":13,"))
            for (const std::string& line : linesOf(request.body))
                taken.insert(line);
    EXPECT_EQ(taken.size(), 19U);
}

TEST(HecSink, LosesNothingToAReceiverThatWantsNothing)
{
    Receiver receiver([](const Request&) { return http("400 Bad Request", "no such index"); });
    HttpTransport transport(parseSinkSpec("s=hec+http://" + receiver.place()));
    EXPECT_THAT(failureOf(transport), HasSubstr("wants none of the records"));
    EXPECT_THROW(static_cast<void>(transport.send(records(1, 1), within(5s))), SinkError);
}

std::string bulkAnswer(std::initializer_list<int> states)
{
    std::string items;
    for (const int status : states)
        items += std::string(items.empty() ? "" : ",") + R"({"create":{"status":)" +
                 std::to_string(status) +
                 (status < 300 ? "}}" : R"(,"error":{"type":"some_exception","reason":"why"}}})");
    return http("200 OK", R"({"took":1,"errors":true,"items":[)" + items + "]}");
}

TEST(ElasticSink, CreatesDocumentsWithTheIdOfTheRecord)
{
    Receiver receiver([](const Request&) { return bulkAnswer({201, 409, 201}); });
    HttpTransport transport(parseSinkSpec("e=elastic+http://" + receiver.place() + "/sallyport"));
    EXPECT_EQ(transport.send(records(1, 3), within(5s)), 0U) << "409: it is there already";
    const Request request = receiver.requests().front();
    EXPECT_THAT(request.head, testing::StartsWith("POST /sallyport/_bulk HTTP/1.1\r\n"));
    EXPECT_THAT(request.head, HasSubstr("\r\nContent-Type: application/x-ndjson\r\n"));
    const auto lines = linesOf(request.body);
    ASSERT_EQ(lines.size(), 6U);
    EXPECT_EQ(lines[0], R"({"create":{"_id":"node-1-1"}})");
    EXPECT_THAT(lines[1], testing::StartsWith(R"({"seq":1,)"));
    EXPECT_EQ(request.body.back(), '\n');
}

TEST(ElasticSink, LooksAtEachItem)
{
    std::string answer = bulkAnswer({201, 429, 201});
    Receiver receiver([&](const Request&) { return answer; });
    HttpTransport transport(parseSinkSpec("e=elastic+http://" + receiver.place() + "/i"));
    EXPECT_THAT(failureOf(transport), HasSubstr("1 records are not taken yet: status 429, why"));
    answer = bulkAnswer({201, 400, 201});
    EXPECT_EQ(transport.send(records(1, 3), within(5s)), 1U);
    answer = bulkAnswer({400, 400, 400});
    EXPECT_THAT(failureOf(transport), HasSubstr("wants none"));
    answer = bulkAnswer({201});
    EXPECT_THAT(failureOf(transport), HasSubstr("none to a _bulk request"));
    answer = http("200 OK", "<html>");
    EXPECT_THAT(failureOf(transport), HasSubstr("none to a _bulk request"));
}

TEST(HttpSink, PostsLines)
{
    Receiver receiver(
        [](const Request&) { return std::string("HTTP/1.1 204 No Content\r\n\r\n"); });
    HttpTransport transport(parseSinkSpec("h=http://" + receiver.place() + "/in"));
    EXPECT_EQ(transport.send(records(1, 2), within(5s)), 0U);
    EXPECT_EQ(transport.send(records(3, 3), within(5s)), 0U);
    EXPECT_EQ(linesOf(receiver.requests()[0].body).size(), 2U);
}

struct AnswerCase {
    const char* name;
    std::string bytes;
    unsigned status;
    std::string body;
};
class HttpAnswerForm : public testing::TestWithParam<AnswerCase> {};

TEST_P(HttpAnswerForm, IsReadHoweverItIsCut)
{
    const std::string& bytes = GetParam().bytes;
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        HttpAnswerReader reader;
        bool whole = cut != 0 && reader.take(std::string_view(bytes).substr(0, cut));
        if (!whole)
            whole = reader.take(std::string_view(bytes).substr(cut)) || reader.takeEnd();
        ASSERT_TRUE(whole) << cut;
        EXPECT_EQ(reader.answer().status, GetParam().status);
        EXPECT_EQ(reader.answer().body, GetParam().body);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9112, HttpAnswerForm,
    testing::Values(
        AnswerCase{"Length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, "abc"},
        AnswerCase{"Chunked",
                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
                   200, "abcde"},
        AnswerCase{"Trailers",
                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "1\r\na\r\n0\r\nX: y\r\n\r\n",
                   200, "a"},
        AnswerCase{"UntilEnd", "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\nabc", 500, "abc"},
        AnswerCase{"Interim",
                   "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
                   201, ""},
        AnswerCase{"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""}),
    [](const auto& info) { return info.param.name; });

TEST(HttpSink, HoldsUpNobodyWhenItsReceiverIsSilent)
{
    Receiver receiver([](const Request&) { return std::string(); });
    const test::TemporaryFolder folder;
    test::FakeLog log;
    log.grow(1000);
    SinkSet sinks({parseSinkSpec("h=http://" + receiver.place() + "/?from=begin")},
                  folder.file("sinks"), test::opener(log));
    sinks.start(1000);
    const auto limit = std::chrono::steady_clock::now() + 10s;
    while (receiver.requests().empty() && std::chrono::steady_clock::now() < limit)
        std::this_thread::sleep_for(5ms);
    ASSERT_FALSE(receiver.requests().empty());
    const auto before = std::chrono::steady_clock::now();
    for (std::uint64_t seq = 1001; seq <= 2000; ++seq)
        sinks.onCommitted(seq);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 200ms);
    const auto stopping = std::chrono::steady_clock::now();
    sinks.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - stopping, 2s);
}

} // namespace
} // namespace sallyport::audit::sink
