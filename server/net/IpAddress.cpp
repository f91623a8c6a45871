#include "net/IpAddress.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace sallyport::net {

namespace {

constexpr std::size_t MappedPrefixBytes = 12;

void appendNumber(unsigned value, int base, std::string& out)
{
    char digits[10];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value, base).ptr);
}

struct Run {
    std::size_t begin = 0;
    std::size_t length = 0;
};

// RFC 5952 section 4.2: the longest run of zero groups, the first of equals, never a single group.
Run longestZeroRun(const std::array<unsigned, 8>& groups)
{
    Run longest;
    for (std::size_t begin = 0; begin < groups.size(); ++begin) {
        auto end = begin;
        while (end < groups.size() && groups[end] == 0)
            ++end;
        if (end - begin > std::max<std::size_t>(longest.length, 1))
            longest = {begin, end - begin};
        begin = std::max(begin, end);
    }
    return longest;
}

std::string groupsToString(const IpAddress::Bytes& bytes)
{
    std::array<unsigned, 8> groups;
    for (std::size_t i = 0; i < groups.size(); ++i)
        groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    const auto zeros = longestZeroRun(groups);
    std::string text;
    for (std::size_t i = 0; i < groups.size();) {
        if (zeros.length > 0 && i == zeros.begin) {
            text += "::";
            i += zeros.length;
            continue;
        }
        if (!text.empty() && !text.ends_with(':'))
            text += ':';
        appendNumber(groups[i++], 16, text);
    }
    return text;
}

std::optional<std::uint16_t> parsePort(std::string_view text)
{
    if (text.empty() || (text.size() > 1 && text.front() == '0'))
        return std::nullopt;
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return port;
}

} // namespace

IpAddress IpAddress::v4(std::uint32_t hostOrder)
{
    Bytes bytes{};
    bytes[10] = bytes[11] = 0xff;
    for (std::size_t i = 0; i < 4; ++i)
        bytes[MappedPrefixBytes + i] = static_cast<std::uint8_t>(hostOrder >> (24 - 8 * i));
    return IpAddress(bytes);
}

std::optional<IpAddress> IpAddress::parse(std::string_view text)
{
    char terminated[INET6_ADDRSTRLEN];
    if (text.size() >= sizeof terminated || text.contains('\0'))
        return std::nullopt;
    *std::ranges::copy(text, terminated).out = '\0';
    if (text.contains(':')) {
        Bytes bytes;
        if (inet_pton(AF_INET6, terminated, bytes.data()) != 1)
            return std::nullopt;
        return IpAddress(bytes);
    }
    in_addr address{};
    if (inet_pton(AF_INET, terminated, &address) != 1)
        return std::nullopt;
    return v4(ntohl(address.s_addr));
}

bool IpAddress::isV4() const
{
    return std::all_of(bytes_.begin(), bytes_.begin() + 10, [](auto byte) { return byte == 0; }) &&
           bytes_[10] == 0xff && bytes_[11] == 0xff;
}

bool IpAddress::isUnspecified() const
{
    return *this == IpAddress{} || *this == v4(0);
}

bool IpAddress::isLoopback() const
{
    if (isV4())
        return bytes_[MappedPrefixBytes] == 127;
    Bytes one{};
    one.back() = 1;
    return bytes_ == one;
}

std::string IpAddress::toString() const
{
    if (!isV4())
        return groupsToString(bytes_);
    std::string text;
    for (auto i = MappedPrefixBytes; i < bytes_.size(); ++i) {
        if (i > MappedPrefixBytes)
            text += '.';
        appendNumber(bytes_[i], 10, text);
    }
    return text;
}

std::string Endpoint::toString() const
{
    auto text = address.isV4() ? address.toString() : '[' + address.toString() + ']';
    text += ':';
    appendNumber(port, 10, text);
    return text;
}

std::optional<Endpoint> Endpoint::parse(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    auto host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    // Without brackets the last colon could be the address's own.
    if (bracketed != host.contains(':'))
        return std::nullopt;
    const auto address = IpAddress::parse(host);
    const auto port = parsePort(text.substr(colon + 1));
    if (!address || !port)
        return std::nullopt;
    return Endpoint{*address, *port};
}

} // namespace sallyport::net
