#include "admin/live/LiveFeed.h"

#include "admin/live/FeedSources.h"
#include "unit/admin/live/Proxied.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/WebSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sallyport::admin::live {
namespace {

using std::chrono_literals::operator""s;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using Clock = std::chrono::steady_clock;
namespace pn = Poco::Net;

/// Says what it is told to, once.
class SayingSource final : public FeedSource {
public:
    explicit SayingSource(std::string& what) : what_(what) {}
    std::optional<std::string> ask() override
    {
        if (what_ == "forbidden")
            throw api::ApiError(api::ProblemKind::Forbidden, "not any more");
        if (what_ == "busy")
            throw api::ApiError(api::ProblemKind::Busy, "later");
        return what_.empty() ? std::nullopt : std::optional(std::exchange(what_, {}));
    }

private:
    std::string& what_;
};

class FeedOfTest : public testing::Test {
protected:
    std::vector<std::string> taken()
    {
        std::vector<std::string> all;
        while (const auto* text = feed_.front()) {
            all.push_back(*text);
            feed_.pop();
        }
        return all;
    }

    std::string said_;
    Feed feed_{
        [this](std::string_view channel, api::JsonFields& filter) -> std::unique_ptr<FeedSource> {
            if (channel == "policy")
                return nullptr;
            if (channel != "metrics")
                throw api::ApiError({{"/ch", "unknown", "is no channel"}});
            (void)filter.optionalText("q");
            return std::make_unique<SayingSource>(said_);
        }};
    Feed::Time now_ = Clock::now();
};

TEST_F(FeedOfTest, AsksASourceOnceASecondAndNumbersWhatItSays)
{
    EXPECT_TRUE(feed_.receive(R"({"op":"sub","id":"m","ch":"metrics"})", now_));
    said_ = R"({"open":1})";
    feed_.turn(now_);
    const auto first = taken();
    ASSERT_THAT(first, SizeIs(1));
    EXPECT_THAT(first[0], StartsWith(R"({"id":"m","seq":1,"at":")"));
    EXPECT_THAT(first[0], HasSubstr(R"("data":{"open":1}})"));
    said_ = R"({"open":2})";
    feed_.turn(now_);
    EXPECT_THAT(taken(), IsEmpty());
    feed_.turn(now_ + 1s);
    EXPECT_THAT(taken(), ElementsAre(HasSubstr(R"("seq":2)")));
}

TEST_F(FeedOfTest, DoesNotAskWhileThePageHasNotTakenWhatCameBefore)
{
    EXPECT_TRUE(feed_.receive(R"({"op":"sub","id":"m","ch":"metrics"})", now_));
    said_ = "{}";
    feed_.turn(now_);
    said_ = "{}";
    for (int i = 1; i < 100; ++i)
        feed_.turn(now_ + std::chrono::seconds(i));
    EXPECT_THAT(taken(), SizeIs(1));
    feed_.turn(now_ + 200s);
    EXPECT_THAT(taken(), SizeIs(1));
}

TEST_F(FeedOfTest, TellsOfAGapInsteadOfKeepingEverything)
{
    EXPECT_TRUE(feed_.receive(R"({"op":"sub","id":"p","ch":"policy"})", now_));
    for (std::size_t i = 0; i < Feed::MostWaiting; ++i)
        feed_.publish("policy", "{}");
    feed_.publish("policy", "{}");
    feed_.publish("policy", "{}");
    EXPECT_THAT(taken(), ElementsAre(R"({"id":"p","gap":true})"));
    feed_.publish("policy", "{}");
    EXPECT_THAT(taken(), ElementsAre(HasSubstr(R"("seq":67)")));
}

TEST_F(FeedOfTest, TellsOnlyThoseWhoAreSubscribed)
{
    feed_.publish("policy", "{}");
    EXPECT_TRUE(feed_.receive(R"({"op":"sub","id":"p","ch":"policy"})", now_));
    feed_.publish("jobs", "{}");
    EXPECT_THAT(taken(), IsEmpty());
    feed_.publish("policy", "{}");
    EXPECT_TRUE(feed_.receive(R"({"op":"unsub","id":"p"})", now_));
    EXPECT_THAT(taken(), IsEmpty());
    feed_.publish("policy", "{}");
    EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(FeedOfTest, SaysWhatIsWrongWithASubscription)
{
    EXPECT_TRUE(feed_.receive(R"({"op":"sub","id":"x","ch":"weather"})", now_));
    EXPECT_THAT(taken(), ElementsAre(HasSubstr(R"("code":"unknown")")));
    EXPECT_TRUE(feed_.receive(R"({"op":"sub","id":"x","ch":"metrics","filter":{"a":1}})", now_));
    EXPECT_THAT(taken(), ElementsAre(HasSubstr("/filter/a")));
    for (std::size_t i = 0; i <= Feed::MostSubscriptions; ++i)
        EXPECT_TRUE(feed_.receive(
            R"({"op":"sub","ch":"policy","id":"s)" + std::to_string(i) + "\"}", now_));
    EXPECT_THAT(taken(), ElementsAre(HasSubstr("too-many")));
}

TEST_F(FeedOfTest, SaysThatASubscriptionIsOverWhenItIsForbidden)
{
    EXPECT_TRUE(feed_.receive(R"({"op":"sub","id":"m","ch":"metrics"})", now_));
    EXPECT_TRUE(feed_.receive(R"({"op":"sub","id":"p","ch":"policy"})", now_));
    said_ = "forbidden";
    feed_.turn(now_);
    EXPECT_THAT(taken(),
                ElementsAre(R"({"id":"m","error":{"code":"refused","detail":"not any more"}})"));
    said_ = "{}";
    feed_.turn(now_ + 1s);
    EXPECT_THAT(taken(), IsEmpty());
    feed_.publish("policy", "{}");
    EXPECT_THAT(taken(), SizeIs(1));
}

TEST_F(FeedOfTest, AsksAgainWhenASourceFailed)
{
    EXPECT_TRUE(feed_.receive(R"({"op":"sub","id":"m","ch":"metrics"})", now_));
    said_ = "busy";
    feed_.turn(now_);
    EXPECT_THAT(taken(), IsEmpty());
    said_ = "{}";
    feed_.turn(now_ + 1s);
    EXPECT_THAT(taken(), SizeIs(1));
}

TEST_F(FeedOfTest, RefusesWhatNoPageOfOursSends)
{
    for (const auto* text : {"", "x", "[]", "{}", R"({"op":"sub"})", R"({"op":"x","id":"a"})",
                             R"({"op":"sub","id":5,"ch":"metrics"})", "{\"op\":"})
        EXPECT_FALSE(feed_.receive(text, now_)) << text;
}

TEST(SessionsSource, SaysWhatHasChanged)
{
    Proxied proxied;
    SessionBoard board(proxied.view);
    proxied.add(1, "a.example").bytesUp = 5;
    proxied.add(2, "b.example");
    SessionsSource source(board, {}, SessionOrder::Age, 10);
    const auto ask = [&] {
        board.forget();
        std::this_thread::sleep_for(std::chrono::milliseconds(220));
        const auto text = source.ask();
        return text ? Poco::JSON::Parser().parse(*text).extract<Poco::JSON::Object::Ptr>()
                    : nullptr;
    };
    const auto first = ask();
    EXPECT_EQ(first->getArray("open")->size(), 2U);
    EXPECT_EQ(first->getValue<int>("total"), 2);
    EXPECT_FALSE(ask());
    proxied.sessions[0].bytesUp = 7;
    proxied.sessions[1].protocol = policy::Protocol::Ssh;
    proxied.add(3, "c.example");
    const auto changed = ask();
    EXPECT_EQ(changed->getArray("open")->size(), 2U);
    EXPECT_EQ(changed->getArray("close")->size(), 0U);
    const auto moved = changed->getObject("rate")->getObject(db::toText(proxied.sessions[0].id));
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->getValue<std::string>("bytes_up"), "7");
    proxied.sessions.erase(proxied.sessions.begin() + 1);
    const auto closed = ask();
    EXPECT_EQ(closed->getArray("close")->getElement<std::string>(0),
              "00000000-0000-0000-0000-000000000002");
}

TEST(SessionsSource, TellsAllAnewWhenNamesAreMaskedOrRevealed)
{
    Proxied proxied;
    SessionBoard board(proxied.view);
    proxied.add(1, "a.example").user = "ada";
    auto names = api::UserNames::Masked;
    SessionsSource source(board, {}, SessionOrder::Age, 10, [&] { return names; });
    const auto hidden = source.ask();
    ASSERT_TRUE(hidden);
    EXPECT_THAT(*hidden, HasSubstr(R"("user":null,"user_masked":true)"));
    names = api::UserNames::Shown;
    const auto shown = source.ask();
    ASSERT_TRUE(shown);
    EXPECT_THAT(*shown, HasSubstr(R"("user":"ada","user_masked":false)"));
}

TEST(SessionsSource, MayNotFollowAUserWhoseNameIsMaskedAgain)
{
    Proxied proxied;
    SessionBoard board(proxied.view);
    proxied.add(1, "a.example").user = "ada";
    auto names = api::UserNames::Shown;
    LiveFilter filter;
    filter.user = "ada";
    SessionsSource source(board, filter, SessionOrder::Age, 10, [&] { return names; });
    EXPECT_TRUE(source.ask());
    names = api::UserNames::Masked;
    EXPECT_THROW((void)source.ask(), api::ApiError);
    EXPECT_THROW((void)source.ask(), api::ApiError);
}

TEST(AuditSource, IsForbiddenWhatTheApiForbids)
{
    api::Router router;
    router.add("GET", "/audit/sessions", api::Access::from(api::Role::HelpDesk),
               [](api::Call&) -> api::Answer { api::refuseMaskedNames(); });
    AuditSource source(router, callerWith(api::Role::HelpDesk), {{"user", "ada"}});
    try {
        (void)source.ask();
        FAIL() << "must be refused";
    } catch (const api::ApiError& problem) {
        EXPECT_EQ(problem.kind(), api::ProblemKind::Forbidden);
        EXPECT_THAT(problem.detail(), StartsWith("User names are masked"));
    }
}

TEST(AuditSource, FollowsTheLogThroughTheApi)
{
    api::Router router;
    int rows = 3; // in the log
    std::vector<std::string> asked;
    router.add("GET", "/audit/sessions", api::Access::from(api::Role::HelpDesk),
               [&](api::Call& call) {
                   const int from = std::stoi(call.query("cursor").value_or("0"));
                   const auto limit = static_cast<int>(call.limit());
                   asked.push_back(call.query("verdict").value_or("") + ' ' +
                                   call.query("cursor").value_or("-"));
                   const int to = call.query("cursor") ? std::min(rows, from + limit) : rows;
                   std::string items;
                   for (int i = to; i > (call.query("cursor") ? from : to - 1); --i)
                       items += (items.empty() ? "" : ",") + std::to_string(i);
                   return api::jsonAnswer(R"({"items":[)" + items + R"(],"prev_cursor":")" +
                                          std::to_string(to) + "\"}");
               });
    AuditSource source(router, callerWith(api::Role::HelpDesk), {{"verdict", "deny"}});
    EXPECT_EQ(source.ask(), std::nullopt);
    EXPECT_EQ(source.ask(), std::nullopt);
    rows = 5;
    EXPECT_EQ(source.ask(), R"({"rows":[4,5],"dropped":0})");
    EXPECT_THAT(asked, ElementsAre("deny -", "deny 3", "deny 3"));
    rows = 1055;
    const auto many = source.ask();
    ASSERT_TRUE(many);
    EXPECT_THAT(*many, StartsWith(R"({"rows":[6,7,)"));
    EXPECT_THAT(*many, testing::EndsWith(R"(55],"dropped":1000})"));
    EXPECT_EQ(source.ask(), std::nullopt);
}

// Over a socket.

class FeedHandler final : public pn::HTTPRequestHandler {
public:
    FeedHandler(LiveFeed& feed, std::atomic<api::Standing>& standing)
        : feed_(feed), standing_(standing)
    {}
    void handleRequest(pn::HTTPServerRequest& request, pn::HTTPServerResponse& response) override
    {
        feed_.serve(request, response, callerWith(api::Role::HelpDesk),
                    [this] { return standing_.load(); });
    }

private:
    LiveFeed& feed_;
    std::atomic<api::Standing>& standing_;
};

class FeedHandlers final : public pn::HTTPRequestHandlerFactory {
public:
    FeedHandlers(LiveFeed& feed, std::atomic<api::Standing>& standing)
        : feed_(feed), standing_(standing)
    {}
    pn::HTTPRequestHandler* createRequestHandler(const pn::HTTPServerRequest&) override
    {
        return new FeedHandler(feed_, standing_);
    }

private:
    LiveFeed& feed_;
    std::atomic<api::Standing>& standing_;
};

pn::HTTPServerParams::Ptr fewThreads()
{
    pn::HTTPServerParams::Ptr params = new pn::HTTPServerParams;
    params->setMaxThreads(40);
    return params;
}

struct Client {
    explicit Client(std::uint16_t port, const std::string& protocol = "sallyport.live.v1")
        : session("127.0.0.1", port), request("GET", "/api/v1/live", "HTTP/1.1")
    {
        request.set("Sec-WebSocket-Protocol", protocol);
        socket = std::make_unique<pn::WebSocket>(session, request, response);
        socket->setReceiveTimeout(Poco::Timespan(10, 0));
    }
    void send(const std::string& text)
    {
        socket->sendFrame(text.data(), static_cast<int>(text.size()));
    }
    /// The next text, or "close CODE".
    std::string receive()
    {
        std::string room(1 << 20, '\0');
        int flags = 0;
        const int bytes = socket->receiveFrame(room.data(), static_cast<int>(room.size()), flags);
        room.resize(static_cast<std::size_t>(std::max(bytes, 0)));
        if ((flags & pn::WebSocket::FRAME_OP_BITMASK) == pn::WebSocket::FRAME_OP_CLOSE &&
            room.size() >= 2)
            return "close " + std::to_string(static_cast<unsigned char>(room[0]) * 256 +
                                             static_cast<unsigned char>(room[1]));
        return room;
    }

    pn::HTTPClientSession session;
    pn::HTTPRequest request;
    pn::HTTPResponse response;
    std::unique_ptr<pn::WebSocket> socket;
};

class ServedFeed : public testing::Test {
protected:
    ServedFeed() { server_.start(); }
    ~ServedFeed() override
    {
        feed_.stop();
        server_.stopAll(true);
        threads_.joinAll();
    }

    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    void awaitCount(std::size_t count)
    {
        const auto limit = Clock::now() + 10s;
        while (feed_.count() != count && Clock::now() < limit)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        EXPECT_EQ(feed_.count(), count);
    }

    std::string said_ = R"({"open":1})";
    std::atomic<api::Standing> standing_ = api::Standing::Holds;
    LiveFeed feed_{[this](const api::Caller&) -> Feed::MakeSource {
        return [this](std::string_view channel, api::JsonFields&) -> std::unique_ptr<FeedSource> {
            if (channel == "policy")
                return nullptr;
            return std::make_unique<SayingSource>(said_);
        };
    }};
    Poco::ThreadPool threads_{2, 50};
    pn::HTTPServer server_{new FeedHandlers(feed_, standing_), threads_,
                           pn::ServerSocket(pn::SocketAddress("127.0.0.1", 0)), fewThreads()};
};

TEST_F(ServedFeed, TellsWhatWasSubscribedTo)
{
    Client client(port());
    EXPECT_EQ(client.response.get("Sec-WebSocket-Protocol"), "sallyport.live.v1");
    client.send(R"({"op":"sub","id":"m","ch":"metrics"})");
    EXPECT_THAT(client.receive(), HasSubstr(R"("data":{"open":1})"));
    client.send(R"({"op":"sub","id":"p","ch":"policy"})");
    // Until it has been taken.
    const auto notify = feed_.notify();
    Poco::JSON::Object published;
    published.set("event", "published");
    std::atomic<bool> heard = false;
    std::thread publisher([&] {
        while (!heard) {
            notify("policy", published);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    });
    EXPECT_THAT(client.receive(), HasSubstr(R"("data":{"event":"published"})"));
    heard = true;
    publisher.join();
}

TEST_F(ServedFeed, EndsWithTheSignIn)
{
    Client client(port());
    standing_ = api::Standing::Ended;
    EXPECT_EQ(client.receive(), "close 4401");
    client.socket->close();
    awaitCount(0);
}

TEST_F(ServedFeed, SaysThatTheRoleChanged)
{
    Client client(port());
    standing_ = api::Standing::RoleChanged;
    EXPECT_EQ(client.receive(), "close 4403");
    client.socket->close();
    awaitCount(0);
}

TEST_F(ServedFeed, SaysWhenTheProxyRestarts)
{
    Client client(port());
    awaitCount(1);
    std::thread stopper([this] { feed_.stop(); });
    EXPECT_EQ(client.receive(), "close 1012");
    client.socket->shutdown();
    stopper.join();
    EXPECT_EQ(feed_.count(), 0U);
    EXPECT_THROW(Client{port()}, pn::WebSocketException);
}

TEST_F(ServedFeed, EndsWhenThePageGoes)
{
    {
        Client client(port());
        awaitCount(1);
        client.socket->shutdown();
    }
    awaitCount(0);
    {
        Client client(port());
        awaitCount(1);
        client.socket->close(); // without a word
    }
    awaitCount(0);
}

TEST_F(ServedFeed, RefusesWhatIsNoMessageOfOurs)
{
    Client client(port());
    client.send("hello");
    EXPECT_EQ(client.receive(), "close 1002");
}

TEST_F(ServedFeed, WantsItsSubprotocol)
{
    EXPECT_THROW(Client(port(), "chat"), pn::WebSocketException);
}

TEST_F(ServedFeed, IsForSoManyPagesAtOnce)
{
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < LiveFeed::MostFeeds; ++i)
        clients.push_back(std::make_unique<Client>(port()));
    awaitCount(LiveFeed::MostFeeds);
    pn::HTTPClientSession session("127.0.0.1", port());
    pn::HTTPRequest request("GET", "/api/v1/live", "HTTP/1.1");
    request.set("Connection", "Upgrade");
    request.set("Upgrade", "websocket");
    request.set("Sec-WebSocket-Version", "13");
    request.set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    request.set("Sec-WebSocket-Protocol", "sallyport.live.v1");
    session.sendRequest(request);
    pn::HTTPResponse response;
    (void)session.receiveResponse(response);
    EXPECT_EQ(response.getStatus(), 503);
    EXPECT_EQ(response.get("Retry-After"), "10");
    EXPECT_EQ(response.getContentType(), "application/problem+json");
    for (auto& client : clients)
        client->socket->close();
    awaitCount(0);
}

TEST_F(ServedFeed, IsNotHeldUpByAPageThatDoesNotRead)
{
    said_ = "\"" + std::string(600'000, 'x') + "\"";
    Client slow(port());
    slow.socket->setReceiveBufferSize(4096);
    slow.send(R"({"op":"sub","id":"p","ch":"policy"})");
    Client quick(port());
    quick.send(R"({"op":"sub","id":"p","ch":"policy"})");
    awaitCount(2);
    Poco::JSON::Object large;
    large.set("text", std::string(100'000, 'x'));
    const auto notify = feed_.notify();
    std::atomic<int> heard = 0;
    std::thread reader([&] {
        while (heard < 20)
            if (quick.receive().find("xxx") != std::string::npos)
                ++heard;
    });
    const auto begun = Clock::now();
    while (heard < 20 && Clock::now() - begun < 10s) {
        const auto before = Clock::now();
        notify("policy", large);
        EXPECT_LT(Clock::now() - before, 1s);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    reader.join();
    EXPECT_GE(heard, 20);
    slow.socket->close();
    quick.socket->close();
}

} // namespace
} // namespace sallyport::admin::live
