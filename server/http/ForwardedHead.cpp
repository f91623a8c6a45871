#include "http/ForwardedHead.h"

#include <charconv>

namespace sallyport::http {

namespace {

void appendField(std::string_view name, std::string_view value, std::string& out)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

void appendNumber(std::uint32_t number, std::string& out)
{
    char digits[10];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// Meant for the next recipient only (RFC 9110 section 7.6.1), or written anew here.
bool isHopByHop(KnownField known)
{
    switch (known) {
    case KnownField::Connection:
    case KnownField::Http2Settings:
    case KnownField::KeepAlive:
    case KnownField::ProxyAuthenticate:
    case KnownField::ProxyAuthenticationInfo:
    case KnownField::ProxyAuthorization:
    case KnownField::ProxyConnection:
    case KnownField::Te:
    case KnownField::TransferEncoding:
    case KnownField::Upgrade:
        return true;
    default:
        return false;
    }
}

// A sender may name fields of its own to be removed, but none that this proxy or the recipient acts
// on: nobody takes away Host, Cookie or Cache-Control by naming it.
bool isNamedForRemoval(const Field& field, const FieldList& fields,
                       const ConnectionOptions& options)
{
    return options.namesFields && field.known == KnownField::Other &&
           fields.lists(KnownField::Connection, field.name);
}

void writeVia(int minorVersion, std::string_view viaName, std::string& out)
{
    out.append(minorVersion == 0 ? "Via: 1.0 " : "Via: 1.1 ").append(viaName).append("\r\n");
}

std::string_view connectionValue(ConnectionUse use)
{
    switch (use) {
    case ConnectionUse::Persist:
        return "";
    case ConnectionUse::PersistHttp10:
        return "keep-alive";
    case ConnectionUse::Close:
        return "close";
    case ConnectionUse::UpgradeWebSocket:
        return "Upgrade";
    }
    return "";
}

// `extraOption` stands beside what `use` says; both may be empty.
void writeConnection(ConnectionUse use, std::string_view extraOption, std::string& out)
{
    const auto value = connectionValue(use);
    if (!value.empty() || !extraOption.empty())
        out.append("Connection: ")
            .append(value)
            .append(value.empty() || extraOption.empty() ? "" : ", ")
            .append(extraOption)
            .append("\r\n");
    if (use == ConnectionUse::UpgradeWebSocket)
        out.append("Upgrade: websocket\r\n");
}

void writeRequestField(const RequestHead& head, const Field& field, std::string& out)
{
    switch (field.known) {
    case KnownField::Host:
        return;
    case KnownField::Expect:
        // An HTTP/1.0 client would not understand the 100 that this asks for.
        if (head.minorVersion() == 0)
            return;
        break;
    case KnownField::TransferEncoding:
        appendField(field.name, "chunked", out);
        return;
    case KnownField::MaxForwards:
        if (const auto hops = head.maxForwards(); hops && *hops > 0) {
            out.append(field.name).append(": ");
            appendNumber(*hops - 1, out);
            out.append("\r\n");
            return;
        }
        break;
    default:
        break;
    }
    if (!isHopByHop(field.known) && !isNamedForRemoval(field, head.fields(), head.connection()))
        appendField(field.name, field.value, out);
}

void writeResponseField(const ResponseHead& head, const Field& field, BodyCoding coding,
                        std::string& out)
{
    // RFC 9110 section 8.6, RFC 9112 section 6.1: these answers have no body to frame.
    const bool bodiless = head.statusCode() < 200 || head.statusCode() == 204;
    switch (field.known) {
    case KnownField::ContentLength:
        if (bodiless)
            return;
        break;
    case KnownField::TransferEncoding:
        if (!bodiless && coding == BodyCoding::AsReceived)
            appendField(field.name, "chunked", out);
        return;
    case KnownField::Trailer:
        if (coding == BodyCoding::Unchunked)
            return;
        break;
    default:
        break;
    }
    if (!isHopByHop(field.known) && !isNamedForRemoval(field, head.fields(), head.connection()))
        appendField(field.name, field.value, out);
}

} // namespace

void writeForwardedRequest(const RequestHead& head, std::string_view viaName, ConnectionUse use,
                           std::string& out)
{
    out.append(head.method()).append(" ").append(head.path()).append(head.query());
    out.append(" HTTP/1.1\r\nHost: ");
    const bool secure = head.scheme() == Scheme::Https || head.scheme() == Scheme::Wss;
    writeAuthority(head.authority(), head.port(), secure ? 443 : 80, out);
    out.append("\r\n");
    for (const Field field : head.fields())
        writeRequestField(head, field, out);
    const bool takesTrailers = use != ConnectionUse::UpgradeWebSocket && head.minorVersion() >= 1 &&
                               head.fields().lists(KnownField::Te, "trailers");
    if (takesTrailers)
        out.append("TE: trailers\r\n");
    writeConnection(use, takesTrailers ? "TE" : "", out);
    writeVia(head.minorVersion(), viaName, out);
    out.append("\r\n");
}

void writeForwardedResponse(const ResponseHead& head, std::string_view viaName, ConnectionUse use,
                            BodyCoding coding, std::string& out)
{
    out.append("HTTP/1.1 ");
    appendNumber(static_cast<std::uint32_t>(head.statusCode()), out);
    out.append(" ").append(head.reason()).append("\r\n");
    for (const Field field : head.fields())
        writeResponseField(head, field, coding, out);
    writeConnection(use, "", out);
    writeVia(head.minorVersion(), viaName, out);
    out.append("\r\n");
}

} // namespace sallyport::http
