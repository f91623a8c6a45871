#include "policy/CaseReader.h"

#include "policy/DocumentValue.h"
#include "policy/HostPattern.h"
#include "policy/Network.h"
#include "policy/PolicyError.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::policy {
namespace {

using Json = const JsonValue&;
using At = const Place&;

AddressBytes addressIn(Json value, At place)
{
    const auto& text = stringIn(value, place, R"(an address like "203.0.113.9")");
    const auto address = parseAddress(text);
    if (!address)
        place.fail(quoted(text) + " is not an address like \"203.0.113.9\" or \"2001:db8::9\"");
    return *address;
}

template <class ItemIn>
std::vector<std::string> textsIn(Json value, At place, ItemIn itemIn, std::string_view example)
{
    std::vector<std::string> texts;
    const auto& list = arrayIn(value, place, "an array like " + std::string(example));
    for (std::size_t index = 0; index < list.size(); ++index)
        texts.push_back(itemIn(list[index], place.item(index)));
    return texts;
}

// A host as a fact; empty: none was sent.
std::string hostFactIn(Json value, At place)
{
    const auto& text = stringIn(value, place, R"(a host like "www.example.com")");
    return text.empty() ? text : accepted(parseHost(text), place);
}

// What the URL's kind of request does not show can be no fact of it.
void requireProtocol(const FactSheet& facts, Protocol needed, At place, std::string_view carriers)
{
    if (facts.protocol != needed)
        place.fail("is not seen for this URL; it is for " + std::string(carriers));
}

void requireTunnel(const FactSheet& facts, At place)
{
    requireProtocol(facts, Protocol::Connect, place, R"(https, wss and "HOST:PORT")");
}

FactSheet::Opening& tlsIn(FactSheet& facts, At place)
{
    requireTunnel(facts, place);
    if (facts.firstBytes && facts.firstBytes->content != Protocol::Tls)
        place.fail(R"(is not seen in this tunnel; it is for the "content" "tls")");
    return facts.beginWith(Protocol::Tls);
}

FactSheet::Handshake handshakeIn(FactSheet& facts, At place)
{
    const auto handshake = facts.handshake();
    if (!handshake)
        place.fail(R"(is not seen for this URL; it is for ws, or the "content" "websocket")");
    return *handshake;
}

void readContent(Json value, At place, PolicyCase& read)
{
    requireTunnel(read.facts, place);
    const auto* text = value.as<std::string>();
    for (const auto content : AllContents) {
        if (text == nullptr || *text != protocolName(content))
            continue;
        read.facts.beginWith(content);
        return;
    }
    failUnexpected(place, value, R"("tls", "websocket", "tunnelled-http", "ssh" or "unknown")");
}

// What a tunnel begins with; the other keys stand on top of it.
void readOpening(const JsonObject& written, At place, PolicyCase& read)
{
    if (const auto* content = findMember(written, "content"))
        readContent(*content, place.key("content"), read);
    else if (read.facts.protocol == Protocol::Connect &&
             (findMember(written, "sni") != nullptr || findMember(written, "alpn") != nullptr))
        read.facts.beginWith(Protocol::Tls);
}

void readPath(Json value, At place, PolicyCase& read)
{
    auto& opening = read.facts.firstBytes;
    if (!opening ||
        (opening->content != Protocol::WebSocket && opening->content != Protocol::TunnelledHttp))
        place.fail(R"(is for a tunnel with the "content" "websocket" or "tunnelled-http")");
    try {
        takeTarget(*opening, lineIn(value, place, MaxUrlBytes));
    } catch (const PolicyError& problem) {
        place.fail(problem.what());
    }
}

void readNames(Json value, At place, PolicyCase& read)
{
    requireTunnel(read.facts, place);
    if (!read.facts.firstBytes)
        read.facts.beginWith(Protocol::Unknown);
    const auto& list = arrayIn(value, place, R"(an array like ["sni-differs"])");
    for (std::size_t index = 0; index < list.size(); ++index)
        read.facts.firstBytes->differences.add(nameDifferenceIn(list[index], place.item(index)));
}

void readMethod(Json value, At place, PolicyCase& read)
{
    auto method = methodIn(value, place);
    if (method != read.facts.method)
        requireProtocol(read.facts, Protocol::Http, place, "http");
    read.facts.method = std::move(method);
}

void readSubprotocol(Json value, At place, PolicyCase& read)
{
    const auto handshake = handshakeIn(read.facts, place);
    read.facts.subprotocol = "";
    if (const auto* text = value.as<std::string>(); text != nullptr && text->empty())
        return;
    read.facts.subprotocol = subprotocolIn(value, place);
    handshake.subprotocolsOffered = {*read.facts.subprotocol};
}

void readOrigin(Json value, At place, PolicyCase& read)
{
    handshakeIn(read.facts, place).origin = hostFactIn(value, place);
}

void readExpected(Json value, At place, PolicyCase& read)
{
    read.expected =
        actionIn(value, place, Layer::Access) == Action::Allow ? Answer::Allow : Answer::Deny;
}

// Read before the others, which stand on top of them.
void readNothing(Json, At, PolicyCase&) {}

constexpr Field<PolicyCase> CaseFields[] = {
    {"name", readNothing},
    {"url", readNothing},
    {"client",
     [](Json value, At place, PolicyCase& read) { read.facts.client = addressIn(value, place); }},
    {"user",
     [](Json value, At place, PolicyCase& read) { read.facts.user = lineIn(value, place); }},
    {"groups",
     [](Json value, At place, PolicyCase& read) {
         read.facts.groups = textsIn(value, place, filledLineIn, R"(["Staff"])");
     }},
    {"method", readMethod},
    {"at", [](Json value, At place, PolicyCase& read) { read.facts.at = timeIn(value, place); }},
    {"address", [](Json value, At place,
                   PolicyCase& read) { read.facts.destination = addressIn(value, place); }},
    {"listener",
     [](Json value, At place, PolicyCase& read) { read.facts.listener = lineIn(value, place); }},
    {"content", readNothing},
    {"sni", [](Json value, At place,
               PolicyCase& read) { tlsIn(read.facts, place).sni = hostFactIn(value, place); }},
    {"alpn",
     [](Json value, At place, PolicyCase& read) {
         tlsIn(read.facts, place).alpn = textsIn(value, place, alpnIn, R"(["h2"])");
     }},
    {"path", readPath},
    {"names", readNames},
    {"subprotocol", readSubprotocol},
    {"origin", readOrigin},
    {"expect", readExpected},
    {"rule",
     [](Json value, At place, PolicyCase& read) { read.expectedRule = lineIn(value, place); }},
};

void readUrl(Json value, At place, PolicyCase& read)
{
    read.url = lineIn(value, place, MaxUrlBytes);
    try {
        read.facts = factSheetFor(read.url);
    } catch (const PolicyError& problem) {
        place.fail(problem.what());
    }
}

} // namespace

PolicyCase caseIn(const JsonValue& value, std::size_t position)
{
    const auto unnamed = Place::test(position, "");
    const auto& written = objectIn(value, unnamed);
    PolicyCase read;
    read.name = nameIn(written, unnamed, "a name for the test");
    const auto place = Place::test(position, read.name);
    readUrl(requireMember(written, place, "url", R"(a URL like "https://www.example.com/")"),
            place.key("url"), read);
    static_cast<void>(requireMember(written, place, "expect", actionsOf(Layer::Access)));
    readOpening(written, place, read);
    readFields(written, place, CaseFields, read);
    return read;
}

} // namespace sallyport::policy
