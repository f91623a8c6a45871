// A request head: the same however it is cut, and what is sent on for it is accepted again and says
// the same.
#include "Invariant.h"
#include "http/ForwardedHead.h"

#include <string>

namespace sallyport::fuzz {

namespace {

using http::KnownField;
using http::ParseOutcome;
using http::RequestHead;

// So small that limits are reached, so large that a head which is sent on fits with what is added.
constexpr http::HeadLimits Limits{.headBytes = 2048, .targetBytes = 256, .fieldCount = 80};
constexpr http::HeadLimits WiderLimits{.headBytes = 8192, .targetBytes = 512, .fieldCount = 100};

void checkFields(const http::FieldList& fields)
{
    for (const http::Field field : fields) {
        mustHold(http::isToken(field.name), "a field name is a token");
        mustHold(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
                 "a field value has no CR, LF or NUL");
        mustHold(http::trimmed(field.value) == field.value,
                 "a field value has no white space at its ends");
        mustHold(http::knownField(field.name) == field.known, "a known field is known");
    }
}

void checkSame(const RequestHead& a, const RequestHead& b)
{
    mustHold(a.headBytes() == b.headBytes() && a.method() == b.method() &&
                 a.target() == b.target() && a.path() == b.path() && a.query() == b.query() &&
                 a.authority().host == b.authority().host && a.port() == b.port() &&
                 a.bodyFraming() == b.bodyFraming() && a.persistent() == b.persistent() &&
                 a.fields().size() == b.fields().size(),
             "a head is the same however it is cut");
    for (std::size_t i = 0; i < a.fields().size(); ++i)
        mustHold(a.fields()[i].name == b.fields()[i].name &&
                     a.fields()[i].value == b.fields()[i].value,
                 "a field is the same however the head is cut");
}

void checkForwarded(const RequestHead& head)
{
    if (head.form() == http::TargetForm::Authority || head.authority().host.empty())
        return;
    std::string sent;
    http::writeForwardedRequest(head, "sallyport", http::ConnectionUse::Persist, sent);
    RequestHead again;
    mustHold(again.parse(sent, WiderLimits) == ParseOutcome::Complete,
             "a head that is sent on is accepted");
    mustHold(again.headBytes() == sent.size(), "a head that is sent on ends where it ends");
    mustHold(again.method() == head.method() && again.path() == head.path() &&
                 again.query() == head.query(),
             "the request sent on asks for the same");
    // Written for the port that its scheme stands for, which the form sent on no longer tells.
    const bool secure = head.scheme() == http::Scheme::Https || head.scheme() == http::Scheme::Wss;
    const auto port = again.authority().port.value_or(secure ? 443 : 80);
    mustHold(again.authority().host == head.authority().host && port == head.port(),
             "the request sent on is for the same host");
    mustHold(again.bodyFraming() == head.bodyFraming(), "the request sent on has the same body");
    for (const auto hopByHop :
         {KnownField::ProxyAuthorization, KnownField::ProxyConnection, KnownField::KeepAlive,
          KnownField::Upgrade, KnownField::Http2Settings})
        mustHold(!again.fields().has(hopByHop), "no hop-by-hop field is sent on");
    mustHold(http::viaNames(again.fields(), "sallyport"), "the request sent on names this proxy");
}

} // namespace

} // namespace sallyport::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace sallyport::fuzz;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    RequestHead whole;
    const auto outcome = whole.parse(input, Limits);
    RequestHead grown;
    std::vector<char> buffer;
    mustHold(parseGrowing(grown, input, Limits, buffer) == outcome &&
                 grown.fault() == whole.fault(),
             "an outcome is the same however the head is cut");
    if (outcome != ParseOutcome::Complete)
        return 0;
    const auto text = input.substr(0, whole.headBytes());
    mustHold(text.size() <= Limits.headBytes && text.ends_with("\r\n\r\n"),
             "a head ends with an empty line");
    checkFields(whole.fields());
    checkSame(whole, grown);
    checkForwarded(whole);
    return 0;
}
