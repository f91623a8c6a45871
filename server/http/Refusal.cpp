#include "http/Refusal.h"

#include "http/AcceptField.h"
#include "http/ErrorPage.h"

namespace sallyport::http {

namespace {

bool isPrintable(char c)
{
    return c >= 0x20 && c <= 0x7e;
}

// A structured field's string, RFC 8941 section 3.3.3; what it cannot hold is left out.
void appendQuoted(std::string_view text, std::string& out)
{
    out += '"';
    for (const char c : text) {
        if (!isPrintable(c))
            continue;
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    out += '"';
}

// Texts of others never end a line of the head.
void appendPrintable(std::string_view text, std::string& out)
{
    for (const char c : text)
        if (isPrintable(c))
            out += c;
}

void appendProxyStatus(const Refusal& refusal, std::string_view proxyName, std::string& out)
{
    out.append("Proxy-Status: ").append(proxyName);
    if (!refusal.proxyStatusError.empty())
        out.append("; error=").append(refusal.proxyStatusError);
    if (!refusal.details.empty()) {
        out.append("; details=");
        appendQuoted(refusal.details, out);
    }
    out.append("\r\n");
}

} // namespace

std::string_view reasonPhrase(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 407:
        return "Proxy Authentication Required";
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 431:
        return "Request Header Fields Too Large";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 505:
        return "HTTP Version Not Supported";
    case 508:
        return "Loop Detected";
    default:
        return "";
    }
}

void writeRefusal(const Refusal& refusal, std::string_view proxyName, std::string_view acceptValue,
                  std::string_view requestMethod, std::string& out)
{
    const auto kind = preferredPage(acceptValue);
    const auto body = errorPage(refusal, kind);
    out.append("HTTP/1.1 ").append(std::to_string(refusal.status)).append(" ");
    out.append(reasonPhrase(refusal.status)).append("\r\n");
    appendProxyStatus(refusal, proxyName, out);
    if (!refusal.sessionId.empty()) {
        out.append("Sallyport-Session: ");
        appendPrintable(refusal.sessionId, out);
        out.append("\r\n");
    }
    if (!refusal.proxyAuthenticate.empty()) {
        out.append("Proxy-Authenticate: ");
        appendPrintable(refusal.proxyAuthenticate, out);
        out.append("\r\n");
    }
    out.append("Cache-Control: no-store\r\nContent-Type: ");
    out.append(kind == PageKind::Html ? "text/html" : "text/plain").append("; charset=utf-8\r\n");
    out.append("X-Content-Type-Options: nosniff\r\n");
    if (kind == PageKind::Html)
        out.append("Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n");
    out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\nConnection: ");
    out.append(refusal.connection == Refusal::Connection::Close ? "close" : "keep-alive");
    out.append("\r\n\r\n");
    if (requestMethod != "HEAD")
        out.append(body);
}

} // namespace sallyport::http
