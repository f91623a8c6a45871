#include "tls/ServerFlight.h"

#include "tls/ExtensionType.h"
#include "tls/MessageReader.h"

#include <vector>

namespace sallyport::tls {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::uint16_t Tls12 = 0x0303;
constexpr std::uint16_t Ssl3 = 0x0300;
/// A ServerHello without session id and extensions.
constexpr std::size_t LeastHelloBytes = 2 + RandomBytes + 1 + 2 + 1;
constexpr std::size_t WarningAlert = 1;
constexpr std::size_t FatalAlert = 2;
constexpr std::size_t CloseNotify = 0;

/// The random of a ServerHello that is a HelloRetryRequest (RFC 8446 §4.1.3).
constexpr std::string_view RetryRandom =
    "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
    "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c"sv;

namespace message {
constexpr std::size_t ServerHello = 2;
constexpr std::size_t NewSessionTicket = 4;
constexpr std::size_t Certificate = 11;
constexpr std::size_t ServerKeyExchange = 12;
constexpr std::size_t ServerHelloDone = 14;
constexpr std::size_t SupplementalData = 23;
} // namespace message

class FlightReader {
public:
    FlightReader(std::string_view stream, ServerFlight& into) : in_(stream), into_(into) {}

    FlightOutcome read()
    {
        while (in_.good() && stage_ != Stage::Ended)
            readSome();
        if (in_.good())
            return FlightOutcome::Complete;
        return in_.state() == MessageReader::State::NeedMore ? FlightOutcome::NeedMore
                                                             : FlightOutcome::NotTls;
    }

    /// For a flight that does not fit the limit.
    FlightOutcome outcomeWithoutRest()
    {
        into_.certificate.clear();
        return stage_ == Stage::Hello ? FlightOutcome::NotTls : FlightOutcome::Complete;
    }

private:
    enum class Stage : std::uint8_t {
        Hello,       ///< is awaited
        Certificate, ///< is awaited, or what comes in its place
        Ended,
    };

    void readSome()
    {
        switch (in_.nextRecordType()) {
        case static_cast<std::size_t>(RecordType::Handshake):
            in_.setRecordType(RecordType::Handshake);
            readMessage();
            break;
        case static_cast<std::size_t>(RecordType::Alert):
            in_.setRecordType(RecordType::Alert);
            readAlert();
            break;
        case static_cast<std::size_t>(RecordType::ChangeCipherSpec):
            in_.setRecordType(RecordType::ChangeCipherSpec);
            in_.refuseIf(in_.number(1) != 1);
            endIfResumed();
            break;
        default:
            in_.refuseIf(true);
        }
    }

    /// Some servers warn that they do not know the SNI, and go on.
    void readAlert()
    {
        const std::size_t level = in_.number(1);
        in_.refuseIf(level != WarningAlert && level != FatalAlert);
        const std::size_t description = in_.number(1);
        if (!in_.good() || (level == WarningAlert && description != CloseNotify))
            return;
        into_.alert = static_cast<std::uint8_t>(description);
        stage_ = Stage::Ended;
    }

    void readMessage()
    {
        const std::size_t type = in_.number(1);
        in_.refuseIf(stage_ == Stage::Hello && type != message::ServerHello);
        const std::size_t bodyBytes = in_.number(3);
        const std::size_t end = in_.position() + bodyBytes;
        if (!in_.good())
            return;
        switch (type) {
        case message::ServerHello:
            in_.refuseIf(stage_ != Stage::Hello || bodyBytes < LeastHelloBytes);
            readHello(end);
            break;
        case message::Certificate:
            into_.resumed = false;
            readCertificate(end);
            break;
        case message::NewSessionTicket:
            endIfResumed();
            break;
        case message::ServerKeyExchange: // the server proves itself by a password or not at all
        case message::ServerHelloDone:
            into_.resumed = false;
            stage_ = Stage::Ended;
            break;
        case message::SupplementalData: // RFC 4680
            in_.skipTo(end);
            break;
        default:
            in_.refuseIf(true);
        }
    }

    void readHello(std::size_t end)
    {
        into_.version = in_.number16();
        in_.refuseIf(into_.version < Ssl3 || into_.version > Tls12);
        std::string random;
        in_.readTo(in_.position() + RandomBytes, random);
        const std::size_t sessionIdEnd = in_.partEnd(1, end);
        in_.refuseIf(sessionIdEnd - in_.position() > MaxSessionIdBytes);
        in_.skipTo(sessionIdEnd);
        in_.refuseIf(in_.position() + 3 > end);
        into_.cipherSuite = in_.number16();
        (void)in_.number(1); // compression
        bool hasPreSharedKey = false;
        if (in_.good() && in_.position() < end)
            hasPreSharedKey = readHelloExtensions(end);
        if (!in_.good())
            return;
        if (into_.version > Tls12 && random != RetryRandom)
            into_.resumed = hasPreSharedKey;
        stage_ = into_.version > Tls12 ? Stage::Ended : Stage::Certificate;
    }

    /// Whether a pre-shared key is among them.
    bool readHelloExtensions(std::size_t end)
    {
        in_.refuseIf(in_.partEnd(2, end) != end);
        bool hasPreSharedKey = false;
        std::vector<std::uint16_t> types;
        in_.readExtensions(end, types, [&](std::size_t type, std::size_t extensionEnd) {
            switch (type) {
            case extension::SupportedVersions:
                in_.refuseIf(extensionEnd - in_.position() != 2);
                into_.version = in_.number16();
                in_.refuseIf(into_.version <= Tls12);
                break;
            case extension::PreSharedKey:
                in_.refuseIf(extensionEnd - in_.position() != 2);
                hasPreSharedKey = true;
                break;
            case extension::Alpn:
                in_.enterOnlyPart(2, extensionEnd);
                in_.enterOnlyPart(1, extensionEnd);
                in_.readTo(extensionEnd, into_.alpn);
                break;
            default:
                break;
            }
        });
        return hasPreSharedKey;
    }

    void readCertificate(std::size_t end)
    {
        in_.enterOnlyPart(3, end);
        const std::size_t leafEnd = in_.partEnd(3, end);
        in_.refuseIf(leafEnd == in_.position());
        in_.readTo(leafEnd, into_.certificate);
        if (in_.good())
            stage_ = Stage::Ended;
    }

    /// A new ticket or new keys where a certificate would stand (RFC 5246 §7.3, RFC 5077 §3.1).
    void endIfResumed()
    {
        in_.refuseIf(stage_ != Stage::Certificate);
        if (!in_.good())
            return;
        into_.resumed = true;
        stage_ = Stage::Ended;
    }

    MessageReader in_;
    ServerFlight& into_;
    Stage stage_ = Stage::Hello;
};

} // namespace

FlightOutcome parseServerFlight(std::string_view stream, ServerFlight& into, std::size_t limitBytes)
{
    into = {};
    FlightReader reader(stream.substr(0, limitBytes), into);
    FlightOutcome outcome = reader.read();
    if (outcome == FlightOutcome::NeedMore && stream.size() >= limitBytes)
        outcome = reader.outcomeWithoutRest();
    if (outcome != FlightOutcome::Complete)
        into = {};
    return outcome;
}

} // namespace sallyport::tls
