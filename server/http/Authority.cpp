#include "http/Authority.h"

#include "http/CharacterClass.h"
#include "net/IpAddress.h"

#include <charconv>

namespace sallyport::http {

namespace {

constexpr std::size_t MaxNameBytes = 253;
constexpr std::size_t MaxLabelBytes = 63;

std::optional<std::uint16_t> parsePort(std::string_view text)
{
    if (!consistsOf(DigitCharacter, text) || text.size() > 5 || text.front() == '0')
        return std::nullopt;
    unsigned port = 0;
    for (const char c : text)
        port = port * 10 + static_cast<unsigned>(c - '0');
    if (port > 65535)
        return std::nullopt;
    return static_cast<std::uint16_t>(port);
}

// The text behind the host: nothing, or a colon and a port.
bool readPort(std::string_view rest, Authority& authority)
{
    if (rest.empty())
        return true;
    if (rest.front() != ':')
        return false;
    authority.port = parsePort(rest.substr(1));
    return authority.port.has_value();
}

// Resolvers read a name whose last label is a number ("1", "0x7f") as an IPv4 address in some old
// spelling.
bool isNumber(std::string_view label)
{
    if (consistsOf(DigitCharacter, label))
        return true;
    if (label.size() < 2 || label[0] != '0' || lowerCase(label[1]) != 'x')
        return false;
    return label.size() == 2 || consistsOf(HexCharacter, label.substr(2));
}

std::optional<HostKind> kindOfName(std::string_view host)
{
    const auto name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
    if (name.empty() || name.size() > MaxNameBytes)
        return std::nullopt;
    std::size_t labelBegin = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '.') {
            if (i == labelBegin || i - labelBegin > MaxLabelBytes)
                return std::nullopt;
            labelBegin = i + 1;
        } else if (!isOf(HostCharacter, name[i])) {
            return std::nullopt;
        }
    }
    const auto last = name.substr(labelBegin);
    if (last.empty() || last.size() > MaxLabelBytes)
        return std::nullopt;
    if (!isNumber(last))
        return HostKind::Name;
    if (net::IpAddress::parse(host))
        return HostKind::Ipv4;
    return std::nullopt;
}

} // namespace

std::optional<Authority> parseAuthority(std::string_view text)
{
    Authority authority;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos)
            return std::nullopt;
        authority.host = text.substr(1, close - 1);
        authority.kind = HostKind::Ipv6;
        if (!authority.host.contains(':') || !net::IpAddress::parse(authority.host) ||
            !readPort(text.substr(close + 1), authority))
            return std::nullopt;
        return authority;
    }
    const auto hostLength = text.find(':');
    authority.host = text.substr(0, hostLength);
    const auto kind = kindOfName(authority.host);
    if (!kind || !readPort(text.substr(authority.host.size()), authority))
        return std::nullopt;
    authority.kind = *kind;
    return authority;
}

void normalizeHost(std::string_view host, std::string& out)
{
    if (host.contains(':')) {
        const auto address = net::IpAddress::parse(host);
        out = address ? address->toString() : std::string{};
        return;
    }
    if (host.ends_with('.'))
        host.remove_suffix(1);
    out.resize(host.size());
    for (std::size_t i = 0; i < host.size(); ++i)
        out[i] = lowerCase(host[i]);
}

void writeAuthority(const Authority& authority, std::uint16_t port, std::uint16_t defaultPort,
                    std::string& out)
{
    if (authority.kind == HostKind::Ipv6)
        out.append("[").append(authority.host).append("]");
    else
        out.append(authority.host);
    if (port == defaultPort)
        return;
    char digits[5];
    const auto end = std::to_chars(digits, digits + sizeof digits, port).ptr;
    out.append(":").append(digits, end);
}

} // namespace sallyport::http
