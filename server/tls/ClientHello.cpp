#include "tls/ClientHello.h"

#include "tls/ExtensionType.h"
#include "tls/Grease.h"
#include "tls/MessageReader.h"

#include <algorithm>

namespace sallyport::tls {

namespace {

constexpr std::size_t ClientHelloMessage = 1;
/// A hello with one cipher suite, one compression method and no extensions.
constexpr std::size_t LeastBodyBytes = 2 + RandomBytes + 1 + 2 + 2 + 1 + 1;
/// As many as most clients send, so that the list grows once.
constexpr std::size_t UsualExtensions = 24;
constexpr std::size_t HostNameType = 0;
constexpr std::size_t MaxHostNameBytes = 254; // with a trailing dot

bool isHostName(std::string_view name)
{
    bool lastLabelIsNumber = true;
    std::size_t labelBytes = 0;
    for (const char c : name) {
        const bool digit = c >= '0' && c <= '9';
        const bool letter = c >= 'a' && c <= 'z';
        if (c == '.') {
            if (labelBytes == 0)
                return false;
            labelBytes = 0;
            lastLabelIsNumber = true;
            continue;
        }
        if (!(digit || letter || c == '-' || c == '_') || ++labelBytes > 63)
            return false;
        lastLabelIsNumber = lastLabelIsNumber && digit;
    }
    // An address is not allowed (RFC 6066 §3), and no name ends in a number.
    return labelBytes > 0 && !lastLabelIsNumber && name.size() < MaxHostNameBytes;
}

void readHostName(MessageReader& in, std::size_t end, ClientHello& into)
{
    if (end - in.position() > MaxHostNameBytes) {
        in.skipTo(end);
        into.sniMalformed = true;
        return;
    }
    std::string& name = into.sni;
    in.readTo(end, name);
    if (name.ends_with('.'))
        name.pop_back();
    for (char& c : name)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c + ('a' - 'A'));
    into.sniMalformed = !isHostName(name);
    if (into.sniMalformed)
        name.clear();
}

void readServerNames(MessageReader& in, std::size_t end, ClientHello& into)
{
    in.enterOnlyPart(2, end);
    bool hasHostName = false;
    while (in.good() && in.position() < end) {
        const std::size_t type = in.number(1);
        const std::size_t nameEnd = in.partEnd(2, end);
        in.refuseIf(nameEnd == in.position());
        if (type != HostNameType) {
            in.skipTo(nameEnd);
            continue;
        }
        in.refuseIf(hasHostName);
        hasHostName = true;
        if (in.good())
            readHostName(in, nameEnd, into);
    }
}

void readProtocols(MessageReader& in, std::size_t end, ClientHello& into)
{
    in.enterOnlyPart(2, end);
    while (in.good() && in.position() < end) {
        const std::size_t nameEnd = in.partEnd(1, end);
        in.refuseIf(nameEnd == in.position() || into.alpn.size() == MaxAlpnProtocols);
        if (in.good())
            in.readTo(nameEnd, into.alpn.emplace_back());
    }
}

void readExtension(MessageReader& in, std::size_t type, std::size_t end, ClientHello& into)
{
    switch (type) {
    case extension::ServerName:
        readServerNames(in, end, into);
        break;
    case extension::Alpn:
        readProtocols(in, end, into);
        break;
    case extension::SupportedVersions:
        in.enterOnlyPart(1, end);
        in.readTo(end, into.supportedVersions);
        break;
    case extension::SupportedGroups:
        in.enterOnlyPart(2, end);
        in.readTo(end, into.supportedGroups);
        break;
    case extension::PointFormats:
        in.enterOnlyPart(1, end);
        in.readTo(end, into.pointFormats);
        break;
    case extension::SignatureAlgorithms:
        in.enterOnlyPart(2, end);
        in.readTo(end, into.signatureAlgorithms);
        break;
    default:
        break;
    }
}

void readMessage(MessageReader& in, std::size_t limitBytes, ClientHello& into)
{
    in.refuseIf(in.number(1) != ClientHelloMessage);
    const std::size_t bodyBytes = in.number(3);
    in.refuseIf(bodyBytes < LeastBodyBytes || bodyBytes > limitBytes);
    const std::size_t end = in.position() + bodyBytes;
    into.legacyVersion = in.number16();
    in.refuseIf(into.legacyVersion >> 8 != MajorVersion);
    in.skipTo(in.position() + RandomBytes);
    const std::size_t sessionIdEnd = in.partEnd(1, end);
    in.refuseIf(sessionIdEnd - in.position() > MaxSessionIdBytes);
    in.skipTo(sessionIdEnd);
    const std::size_t suitesEnd = in.partEnd(2, end);
    in.refuseIf(suitesEnd == in.position());
    in.readTo(suitesEnd, into.cipherSuites);
    const std::size_t methodsEnd = in.partEnd(1, end);
    in.refuseIf(methodsEnd == in.position());
    in.skipTo(methodsEnd);
    if (!in.good() || in.position() == end)
        return;
    in.refuseIf(in.partEnd(2, end) != end);
    into.extensions.reserve(UsualExtensions);
    in.readExtensions(end, into.extensions, [&](std::size_t type, std::size_t extensionEnd) {
        readExtension(in, type, extensionEnd, into);
    });
}

} // namespace

std::uint16_t ClientHello::highestVersion() const
{
    std::uint16_t highest = 0;
    for (const std::uint16_t version : supportedVersions)
        if (!isGrease(version))
            highest = std::max(highest, version);
    return highest != 0 ? highest : legacyVersion;
}

bool ClientHello::offersEch() const
{
    return std::ranges::find(extensions, extension::EncryptedClientHello) != extensions.end();
}

HelloOutcome parseClientHello(std::string_view stream, ClientHello& into, std::size_t limitBytes)
{
    into = {};
    MessageReader in(stream.substr(0, limitBytes));
    readMessage(in, limitBytes, into);
    if (in.good())
        return HelloOutcome::Complete;
    into = {};
    const bool mayGrow = in.state() == MessageReader::State::NeedMore && stream.size() < limitBytes;
    return mayGrow ? HelloOutcome::NeedMore : HelloOutcome::NotTls;
}

} // namespace sallyport::tls
