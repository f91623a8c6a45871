#include "audit/EventCodec.h"

#include <bit>
#include <concepts>
#include <cstring>
#include <type_traits>

namespace sallyport::audit {
namespace {

using policy::AddressBytes;

template <class T>
inline constexpr bool isOptional = false;
template <class T>
inline constexpr bool isOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool isVector = false;
template <class T>
inline constexpr bool isVector<std::vector<T>> = true;
template <class T>
inline constexpr bool isByteArray = false;
template <std::size_t Size>
inline constexpr bool isByteArray<std::array<std::uint8_t, Size>> = true;
template <class T>
inline constexpr bool isTime = false;
template <class Clock, class Duration>
inline constexpr bool isTime<std::chrono::time_point<Clock, Duration>> = true;
template <class T>
inline constexpr bool isDuration = false;
template <class Rep, class Period>
inline constexpr bool isDuration<std::chrono::duration<Rep, Period>> = true;

// Which of its members a type is made of, for both directions. `Value` is const for the encoder.
template <class Archive, class Value>
void pass(Archive& archive, Value& value);

class Encoder {
public:
    explicit Encoder(std::string& out) : out_(out) {}

    void number(std::uint64_t value)
    {
        while (value >= 0x80) {
            out_ += static_cast<char>(value | 0x80);
            value >>= 7;
        }
        out_ += static_cast<char>(value);
    }
    void text(std::string_view text)
    {
        number(text.size());
        out_.append(text);
    }
    void bytes(std::span<const std::uint8_t> bytes)
    {
        out_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

    template <class Value>
    void operator()(const Value& value)
    {
        if constexpr (std::same_as<Value, std::string_view> || std::same_as<Value, std::string>)
            text(value);
        else if constexpr (std::same_as<Value, std::span<const AddressBytes>>) {
            number(value.size());
            for (const AddressBytes& address : value)
                bytes(address);
        } else if constexpr (isByteArray<Value>)
            bytes(value);
        else if constexpr (std::is_enum_v<Value> || std::unsigned_integral<Value>)
            number(static_cast<std::uint64_t>(value));
        else if constexpr (isTime<Value>)
            (*this)(value.time_since_epoch());
        else if constexpr (isDuration<Value>) // less than none only for a time before 1970
            number(std::rotl(static_cast<std::uint64_t>(value.count()), 1));
        else if constexpr (isOptional<Value>) {
            number(value.has_value() ? 1 : 0);
            if (value)
                (*this)(*value);
        } else if constexpr (isVector<Value>) {
            number(value.size());
            for (const auto& item : value)
                (*this)(item);
        } else
            pass(*this, value);
    }

private:
    std::string& out_;
};

class Decoder {
public:
    explicit Decoder(std::span<const std::uint8_t> bytes) : left_(bytes) {}

    [[nodiscard]] bool isWhole() const { return !failed_ && left_.empty(); }

    std::uint64_t number()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = take(1);
            if (byte.empty())
                return 0;
            value |= std::uint64_t{byte[0] & 0x7fU} << shift;
            if (byte[0] < 0x80)
                return value;
        }
        failed_ = true;
        return 0;
    }
    std::string_view text()
    {
        const auto bytes = take(number());
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    template <class Value>
    void operator()(Value& value)
    {
        if constexpr (std::same_as<Value, std::string_view> || std::same_as<Value, std::string>)
            value = text();
        else if constexpr (std::same_as<Value, std::span<const AddressBytes>>) {
            const std::uint64_t count = number();
            const auto all =
                take(count < left_.size() ? count * sizeof(AddressBytes) : left_.size() + 1);
            value = {reinterpret_cast<const AddressBytes*>(all.data()), failed_ ? 0 : count};
        } else if constexpr (isByteArray<Value>) {
            const auto bytes = take(value.size());
            if (!bytes.empty())
                std::memcpy(value.data(), bytes.data(), value.size());
        } else if constexpr (std::is_enum_v<Value> || std::unsigned_integral<Value>)
            value = static_cast<Value>(number());
        else if constexpr (isTime<Value>) {
            typename Value::duration since{};
            (*this)(since);
            value = Value(since);
        } else if constexpr (isDuration<Value>)
            value = Value(static_cast<typename Value::rep>(std::rotr(number(), 1)));
        else if constexpr (isOptional<Value>) {
            value.reset();
            if (number() != 0)
                (*this)(value.emplace());
        } else if constexpr (isVector<Value>) {
            value.clear();
            for (std::uint64_t count = number(); count > 0 && !failed_; --count)
                (*this)(value.emplace_back());
        } else
            pass(*this, value);
    }

private:
    std::span<const std::uint8_t> take(std::uint64_t size)
    {
        if (failed_ || size > left_.size()) {
            failed_ = true;
            return {};
        }
        const auto taken = left_.first(size);
        left_ = left_.subspan(size);
        return taken;
    }

    std::span<const std::uint8_t> left_;
    bool failed_ = false;
};

template <class Archive, class... Values>
void passAll(Archive& archive, Values&... values)
{
    (archive(values), ...);
}

template <class Archive, class Value>
void pass(Archive& archive, Value& value)
{
    using Type = std::remove_const_t<Value>;
    if constexpr (std::same_as<Type, db::ReachedBy>)
        passAll(archive, value.answers, value.resolveTime, value.connectTime, value.tries,
                value.egressAddress, value.egressPort);
    else if constexpr (std::same_as<Type, Silence>)
        passAll(archive, value.lastFromClient, value.lastFromUpstream, value.longest);
    else if constexpr (std::same_as<Type, TcpFigures>)
        passAll(archive, value.rttMicroseconds, value.retransmits);
    else if constexpr (std::same_as<Type, ByteCounts>)
        passAll(archive, value.clientToProxy, value.proxyToUpstream, value.upstreamToProxy,
                value.proxyToClient);
    else if constexpr (std::same_as<Type, policy::NameDifferences>) {
        auto bits = std::bit_cast<std::uint8_t>(value);
        archive(bits);
        if constexpr (!std::is_const_v<Value>)
            value = std::bit_cast<policy::NameDifferences>(bits);
    } else if constexpr (std::same_as<Type, SeenCertificate>)
        passAll(archive, value.subject, value.issuer, value.sha256, value.notAfter, value.names);
    else if constexpr (std::same_as<Type, SeenTls>)
        passAll(archive, value.sni, value.alpnOffered, value.version, value.cipher, value.alpn,
                value.resumed, value.ja3, value.ja4, value.echOffered, value.certificate);
    else if constexpr (std::same_as<Type, policy::inspection::MessageCounts>)
        passAll(archive, value.text, value.binary, value.pings, value.pongs, value.frames,
                value.payloadBytes, value.contentBytes, value.maxContentBytes);
    else if constexpr (std::same_as<Type, policy::inspection::PerDirection<
                                              policy::inspection::MessageCounts>> ||
                       std::same_as<Type, policy::inspection::PerDirection<StreamDigests>>)
        passAll(archive, value.values[0], value.values[1]);
    else if constexpr (std::same_as<Type, SeenWebSocket>)
        passAll(archive, value.path, value.origin, value.subprotocolsOffered, value.subprotocol,
                value.extensions, value.status, value.counts, value.closeCode, value.closeReason,
                value.closeFrom, value.notInspectable);
    else if constexpr (std::same_as<Type, StreamDigests>)
        passAll(archive, value.received, value.sent);
    else if constexpr (std::same_as<Type, InspectionResult>)
        passAll(archive, value.notes, value.alerts, value.slowedBy, value.cutBy, value.injected,
                value.digests);
    else if constexpr (std::same_as<Type, TunnelContents>)
        passAll(archive, value.sight, value.content, value.banner, value.tls, value.differences,
                value.webSocket, value.inspection);
    else if constexpr (std::same_as<Type, FoundByCheck>)
        passAll(archive, value.check, value.direction, value.message, value.offset, value.kind,
                value.digest);
    else
        static_assert(std::same_as<Type, void>, "a type that the journal does not know");
}

bool begins(EventKind kind)
{
    return kind == EventKind::Open || kind == EventKind::Decision;
}

// All but what is seen inside.
template <class Archive, class Event>
void passEvent(Archive& archive, Event& event)
{
    passAll(archive, event.kind, event.session, event.time, event.status);
    if (begins(event.kind))
        passAll(archive, event.listener, event.clientAddress, event.clientPort, event.user,
                event.userAgent, event.method, event.protocol, event.form, event.host, event.port,
                event.path, event.query, event.destination, event.reached);
    passAll(archive, event.verdict, event.stage, event.layer, event.ruleId, event.ruleName);
    for (auto& id : event.would)
        archive(id);
    passAll(archive, event.inspection, event.inspectionProfile, event.policyVersion);
    if (!begins(event.kind))
        passAll(archive, event.bytes, event.duration, event.silence, event.firstByteTime,
                event.tcpClient, event.tcpUpstream);
    passAll(archive, event.closeBy, event.closeReason, event.closeTimer, event.closeTimerLimit,
            event.error);
}

} // namespace

void encodeEvent(const AuditEvent& event, std::string& out)
{
    Encoder encoder(out);
    passEvent(encoder, event);
    const std::uint8_t inside =
        (event.contents != nullptr ? 1U : 0U) | (event.found != nullptr ? 2U : 0U);
    encoder(inside);
    if (event.contents)
        encoder(*event.contents);
    if (event.found)
        encoder(*event.found);
}

std::optional<AuditEvent> EventDecoder::decode(std::span<const std::uint8_t> bytes)
{
    Decoder decoder(bytes);
    AuditEvent event;
    passEvent(decoder, event);
    std::uint8_t inside = 0;
    decoder(inside);
    if ((inside & 1U) != 0) {
        decoder(contents_.emplace_back());
        event.contents = &contents_.back();
    }
    if ((inside & 2U) != 0) {
        decoder(found_.emplace_back());
        event.found = &found_.back();
    }
    if (!decoder.isWhole())
        return std::nullopt;
    return event;
}

void EventDecoder::clear()
{
    contents_.clear();
    found_.clear();
}

} // namespace sallyport::audit
