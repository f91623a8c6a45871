#include "proxy/Failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sallyport::proxy {
namespace {

using audit::CloseBy;
using audit::CloseReason;
using net::Error;
using net::Side;
using std::chrono_literals::operator""ms;
using testing::HasSubstr;

struct NetworkCase {
    const char* name;
    Failure (*make)(const Error&, std::string_view, net::Duration);
    Error::Kind kind;
    int status;
    std::string_view error; ///< RFC 9209 §2.3
    CloseReason reason;
    std::string_view timer;
};

Failure answerLate(const Error& error, std::string_view host, net::Duration limit)
{
    return answerFailed(error, host, {"response-timeout", limit});
}

class NetworkFailure : public testing::TestWithParam<NetworkCase> {};

TEST_P(NetworkFailure, IsAnsweredAndRecordedByItsKind)
{
    const auto& expected = GetParam();
    const Failure failure =
        expected.make(Error{expected.kind, Side::Upstream, "why"}, "www.test", 1500ms);
    EXPECT_EQ(failure.status, expected.status);
    EXPECT_EQ(failure.error, expected.error);
    EXPECT_EQ(failure.closeReason, expected.reason);
    EXPECT_EQ(failure.expired.setting, expected.timer);
    EXPECT_EQ(failure.expired.limit, expected.timer.empty() ? 0ms : 1500ms);
    EXPECT_EQ(failure.details, "why");
    if (failure.error != "connection_limit_reached") {
        EXPECT_THAT(failure.reason, HasSubstr("www.test"));
    }
}

using Kind = Error::Kind;
INSTANTIATE_TEST_SUITE_P(
    Rfc9209, NetworkFailure,
    testing::Values(NetworkCase{"NoSuchName", resolveFailed, Kind::NotFound, 502, "dns_error",
                                CloseReason::DnsFailure, ""},
                    NetworkCase{"ServerFailure", resolveFailed, Kind::DnsFailed, 502, "dns_error",
                                CloseReason::DnsFailure, ""},
                    NetworkCase{"SilentServer", resolveFailed, Kind::TimedOut, 504, "dns_timeout",
                                CloseReason::DnsFailure, "resolve-timeout"},
                    NetworkCase{"Refused", connectFailed, Kind::Refused, 502, "connection_refused",
                                CloseReason::ConnectRefused, ""},
                    NetworkCase{"ResetWhileConnecting", connectFailed, Kind::Reset, 502,
                                "connection_refused", CloseReason::ConnectRefused, ""},
                    NetworkCase{"SilentOrigin", connectFailed, Kind::TimedOut, 504,
                                "connection_timeout", CloseReason::ConnectTimeout,
                                "connect-timeout"},
                    NetworkCase{"NoRoute", connectFailed, Kind::Unreachable, 502,
                                "destination_ip_unroutable", CloseReason::ConnectFailed, ""},
                    NetworkCase{"NoDescriptor", connectFailed, Kind::NoResources, 503,
                                "connection_limit_reached", CloseReason::ConnectFailed, ""},
                    NetworkCase{"OtherFailure", connectFailed, Kind::Failed, 502,
                                "destination_unavailable", CloseReason::ConnectFailed, ""},
                    NetworkCase{"NoAnswer", answerLate, Kind::TimedOut, 504,
                                "http_response_timeout", CloseReason::ResponseTimeout,
                                "response-timeout"},
                    NetworkCase{"ClosedBeforeAnswer", answerLate, Kind::Ended, 502,
                                "http_response_incomplete", CloseReason::UpstreamEnded, ""},
                    NetworkCase{"ResetBeforeAnswer", answerLate, Kind::Reset, 502,
                                "connection_terminated", CloseReason::UpstreamReset, ""}),
    [](const auto& info) { return std::string(info.param.name); });

policy::Verdict verdictOf(policy::Layer layer, const policy::Rule* rule)
{
    policy::Verdict verdict;
    verdict.answer = policy::Answer::Deny;
    verdict.layer = layer;
    verdict.layers[static_cast<std::size_t>(layer)] = {policy::Answer::Deny, 0, rule};
    return verdict;
}

TEST(DeniedRequest, NamesTheRule)
{
    policy::Rule rule;
    rule.name = "No games";
    const auto failure = denied(verdictOf(policy::Layer::Access, &rule), "play.test", nullptr);
    EXPECT_EQ(failure.status, 403);
    EXPECT_EQ(failure.error, "http_request_denied");
    EXPECT_EQ(failure.details, "access rule \"No games\"");
    EXPECT_THAT(failure.reason, HasSubstr("\"No games\""));
    EXPECT_EQ(failure.by, CloseBy::Policy);
    EXPECT_EQ(failure.closeReason, CloseReason::Denied);
}

TEST(DeniedRequest, SaysThatNoRuleAllowsIt)
{
    const auto failure = denied(verdictOf(policy::Layer::Access, nullptr), "play.test", nullptr);
    EXPECT_EQ(failure.details, "access default");
    EXPECT_THAT(failure.reason, HasSubstr("No rule"));
}

TEST(DeniedRequest, SaysWhatIsSpecialAboutTheAddress)
{
    const auto address = net::IpAddress::v4(0x7f000001);
    const auto failure = denied(verdictOf(policy::Layer::Guard, nullptr), "play.test", &address);
    EXPECT_EQ(failure.error, "destination_ip_prohibited");
    EXPECT_THAT(failure.reason, HasSubstr("127.0.0.1"));
    EXPECT_THAT(failure.reason, HasSubstr("loopback"));
}

TEST(BadRequest, HasTheStatusOfItsFault)
{
    EXPECT_EQ(badRequest(http::HeadFault::BadHost).status, 400);
    EXPECT_EQ(badRequest(http::HeadFault::TargetTooLong).status, 414);
    EXPECT_EQ(badRequest(http::HeadFault::HeadTooLarge).status, 431);
}

} // namespace
} // namespace sallyport::proxy
