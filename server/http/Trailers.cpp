#include "http/Trailers.h"

#include <algorithm>

namespace sallyport::http {

namespace {

bool startsIgnoringCase(std::string_view text, std::string_view prefix)
{
    return equalsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

} // namespace

bool allowedInTrailer(std::string_view name)
{
    // Of the names this proxy acts on, all but Proxy-Status (RFC 9209 section 2) belong to one of
    // the refused groups.
    const auto known = knownField(name);
    if (known != KnownField::Other)
        return known == KnownField::ProxyStatus;
    if (equalsIgnoringCase(name, "Content-Digest"))
        return true;
    constexpr std::string_view Prefixes[] = {"Content-", "If-", "Proxy-", "Sec-WebSocket-",
                                             "X-Forwarded-"};
    if (std::ranges::any_of(Prefixes,
                            [name](auto prefix) { return startsIgnoringCase(name, prefix); }))
        return false;
    constexpr std::string_view Refused[] = {"Cookie2",           "Set-Cookie2",
                                            "Early-Data",        "X-Real-IP",
                                            "X-Method-Override", "X-HTTP-Method-Override"};
    return std::ranges::none_of(Refused,
                                [name](auto refused) { return equalsIgnoringCase(name, refused); });
}

void writeTrailers(const FieldList& trailers, std::string& out)
{
    for (const Field field : trailers)
        if (allowedInTrailer(field.name))
            out.append(field.name).append(": ").append(field.value).append("\r\n");
    out.append("\r\n");
}

} // namespace sallyport::http
