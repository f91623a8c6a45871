// A response head: the same however it is cut, and what is sent on for it is accepted again and
// says the same.
#include "Invariant.h"
#include "http/ForwardedHead.h"

#include <string>

namespace sallyport::fuzz {

namespace {

using http::KnownField;
using http::ParseOutcome;
using http::ResponseHead;

constexpr http::HeadLimits Limits{.headBytes = 2048, .targetBytes = 256, .fieldCount = 80};
constexpr http::HeadLimits WiderLimits{.headBytes = 8192, .targetBytes = 512, .fieldCount = 100};

void checkSame(const ResponseHead& a, const ResponseHead& b)
{
    mustHold(a.headBytes() == b.headBytes() && a.statusCode() == b.statusCode() &&
                 a.reason() == b.reason() && a.minorVersion() == b.minorVersion() &&
                 a.bodyFraming("GET") == b.bodyFraming("GET") && a.persistent() == b.persistent() &&
                 a.fields().size() == b.fields().size(),
             "a head is the same however it is cut");
    for (std::size_t i = 0; i < a.fields().size(); ++i)
        mustHold(a.fields()[i].name == b.fields()[i].name &&
                     a.fields()[i].value == b.fields()[i].value,
                 "a field is the same however the head is cut");
}

void checkForwarded(const ResponseHead& head)
{
    std::string sent;
    http::writeForwardedResponse(head, "sallyport", http::ConnectionUse::Persist,
                                 http::BodyCoding::AsReceived, sent);
    ResponseHead again;
    mustHold(again.parse(sent, WiderLimits) == ParseOutcome::Complete,
             "a head that is sent on is accepted");
    mustHold(again.headBytes() == sent.size(), "a head that is sent on ends where it ends");
    mustHold(again.minorVersion() == 1, "an answer sent on is HTTP/1.1");
    mustHold(again.statusCode() == head.statusCode() && again.reason() == head.reason(),
             "the answer sent on says the same");
    mustHold(again.bodyFraming("GET") == head.bodyFraming("GET"),
             "the answer sent on has the same body");
    for (const auto hopByHop : {KnownField::Connection, KnownField::ProxyAuthenticate,
                                KnownField::KeepAlive, KnownField::Upgrade})
        mustHold(!again.fields().has(hopByHop), "no hop-by-hop field is sent on");
}

} // namespace

} // namespace sallyport::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace sallyport::fuzz;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    ResponseHead whole;
    const auto outcome = whole.parse(input, Limits);
    ResponseHead grown;
    std::vector<char> buffer;
    mustHold(parseGrowing(grown, input, Limits, buffer) == outcome &&
                 grown.fault() == whole.fault(),
             "an outcome is the same however the head is cut");
    if (outcome != ParseOutcome::Complete)
        return 0;
    const auto text = input.substr(0, whole.headBytes());
    mustHold(text.size() <= Limits.headBytes && text.ends_with("\r\n\r\n"),
             "a head ends with an empty line");
    mustHold(whole.statusCode() >= 100 && whole.statusCode() <= 599, "a status has three digits");
    checkSame(whole, grown);
    checkForwarded(whole);
    return 0;
}
