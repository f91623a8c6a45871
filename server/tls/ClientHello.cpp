#include "tls/ClientHello.h"

#include <algorithm>
#include <bitset>

namespace sallyport::tls {

namespace {

constexpr std::size_t HandshakeRecord = 22;
constexpr std::size_t MajorVersion = 3; // of SSL 3 and every TLS
constexpr std::size_t MaxFragmentBytes = 16 * 1024;
constexpr std::size_t ClientHelloMessage = 1;
constexpr std::size_t RandomBytes = 32;
constexpr std::size_t MaxSessionIdBytes = 32;
/// A hello with one cipher suite, one compression method and no extensions.
constexpr std::size_t LeastBodyBytes = 2 + RandomBytes + 1 + 2 + 2 + 1 + 1;
constexpr std::size_t ExtensionHeaderBytes = 4;
constexpr std::size_t ServerNameExtension = 0;
constexpr std::size_t AlpnExtension = 16;
constexpr std::size_t HostNameType = 0;
constexpr std::size_t MaxHostNameBytes = 254; // with a trailing dot

/// The bytes of the handshake message, over the edges of the records they come in. Stops for good
/// at the first byte that is missing or wrong: everything read then is 0.
class MessageReader {
public:
    explicit MessageReader(std::string_view stream) : rest_(stream) {}

    [[nodiscard]] bool good() const { return outcome_ == HelloOutcome::Complete; }
    [[nodiscard]] HelloOutcome outcome() const { return outcome_; }
    /// In bytes of the message.
    [[nodiscard]] std::size_t position() const { return position_; }

    void refuseIf(bool wrong)
    {
        if (wrong && good())
            outcome_ = HelloOutcome::NotTls;
    }

    std::size_t number(int bytes)
    {
        std::size_t value = 0;
        for (; bytes > 0; --bytes)
            value = value << 8 | static_cast<unsigned char>(piece(1).front());
        return value;
    }

    /// Where a part ends that begins with its length; `outerEnd`: of what it lies in.
    std::size_t partEnd(int lengthBytes, std::size_t outerEnd)
    {
        refuseIf(position_ + static_cast<std::size_t>(lengthBytes) > outerEnd);
        const std::size_t partBytes = number(lengthBytes);
        const std::size_t end = position_ + partBytes;
        refuseIf(end > outerEnd);
        return good() ? end : position_;
    }

    void skipTo(std::size_t end)
    {
        while (good() && position_ < end)
            (void)piece(end - position_);
    }

    void readTo(std::size_t end, std::string& into)
    {
        while (good() && position_ < end) {
            const auto some = piece(end - position_);
            if (good())
                into += some;
        }
    }

private:
    /// From one to `most` bytes; one 0 when there are none.
    std::string_view piece(std::size_t most)
    {
        using std::string_view_literals::operator""sv;
        if (good() && fragmentBytes_ == 0)
            readRecordHeader();
        if (good() && rest_.empty())
            outcome_ = HelloOutcome::NeedMore;
        if (!good())
            return "\0"sv;
        const auto some = rest_.substr(0, std::min(most, fragmentBytes_));
        rest_.remove_prefix(some.size());
        fragmentBytes_ -= some.size();
        position_ += some.size();
        return some;
    }

    /// RFC 8446 §5.1: no other records in between, no empty fragments.
    void readRecordHeader()
    {
        refuseIf(headerByte() != HandshakeRecord);
        refuseIf(headerByte() != MajorVersion);
        (void)headerByte();
        const std::size_t high = headerByte();
        refuseIf(high << 8 > MaxFragmentBytes);
        fragmentBytes_ = high << 8 | headerByte();
        refuseIf(fragmentBytes_ == 0 || fragmentBytes_ > MaxFragmentBytes);
    }

    std::size_t headerByte()
    {
        if (good() && rest_.empty())
            outcome_ = HelloOutcome::NeedMore;
        if (!good())
            return 0;
        const auto value = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }

    std::string_view rest_;
    std::size_t fragmentBytes_ = 0; // of the record, not read yet
    std::size_t position_ = 0;
    HelloOutcome outcome_ = HelloOutcome::Complete;
};

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
    in.refuseIf(in.partEnd(2, end) != end || in.position() == end);
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
    in.refuseIf(in.partEnd(2, end) != end || in.position() == end);
    while (in.good() && in.position() < end) {
        const std::size_t nameEnd = in.partEnd(1, end);
        in.refuseIf(nameEnd == in.position() || into.alpn.size() == MaxAlpnProtocols);
        if (in.good())
            in.readTo(nameEnd, into.alpn.emplace_back());
    }
}

void readExtensions(MessageReader& in, std::size_t end, ClientHello& into)
{
    std::bitset<64 * 1024> seen; // two of one type are refused (RFC 8446 §4.2)
    while (in.good() && in.position() < end) {
        in.refuseIf(end - in.position() < ExtensionHeaderBytes);
        const std::size_t type = in.number(2);
        in.refuseIf(in.good() && seen[type]);
        seen.set(type);
        const std::size_t extensionEnd = in.partEnd(2, end);
        if (in.good() && type == ServerNameExtension)
            readServerNames(in, extensionEnd, into);
        else if (in.good() && type == AlpnExtension)
            readProtocols(in, extensionEnd, into);
        in.skipTo(extensionEnd);
    }
}

void readMessage(MessageReader& in, std::size_t limitBytes, ClientHello& into)
{
    in.refuseIf(in.number(1) != ClientHelloMessage);
    const std::size_t bodyBytes = in.number(3);
    in.refuseIf(bodyBytes < LeastBodyBytes || bodyBytes > limitBytes);
    const std::size_t end = in.position() + bodyBytes;
    in.refuseIf(in.number(1) != MajorVersion);
    in.skipTo(in.position() + 1 + RandomBytes);
    const std::size_t sessionIdEnd = in.partEnd(1, end);
    in.refuseIf(sessionIdEnd - in.position() > MaxSessionIdBytes);
    in.skipTo(sessionIdEnd);
    const std::size_t suitesEnd = in.partEnd(2, end);
    const std::size_t suitesBytes = suitesEnd - in.position();
    in.refuseIf(suitesBytes == 0 || suitesBytes % 2 != 0);
    in.skipTo(suitesEnd);
    const std::size_t methodsEnd = in.partEnd(1, end);
    in.refuseIf(methodsEnd == in.position());
    in.skipTo(methodsEnd);
    if (!in.good() || in.position() == end)
        return;
    in.refuseIf(in.partEnd(2, end) != end);
    readExtensions(in, end, into);
}

} // namespace

HelloOutcome parseClientHello(std::string_view stream, ClientHello& into, std::size_t limitBytes)
{
    into = {};
    MessageReader in(stream.substr(0, limitBytes));
    readMessage(in, limitBytes, into);
    const HelloOutcome outcome = in.outcome();
    if (outcome == HelloOutcome::Complete)
        return outcome;
    into = {};
    return stream.size() >= limitBytes ? HelloOutcome::NotTls : outcome;
}

} // namespace sallyport::tls
