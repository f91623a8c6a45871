#include "tls/Fingerprint.h"

#include "tls/Digest.h"
#include "tls/ExtensionType.h"
#include "tls/Grease.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

namespace sallyport::tls {

namespace {

/// More than the texts of usual clients, so that they are allocated once.
constexpr std::size_t UsualTextBytes = 512;
constexpr std::size_t ShortHashBytes = 6;
constexpr std::string_view NoHash = "000000000000";

char hexDigit(unsigned value)
{
    return "0123456789abcdef"[value & 0xf];
}

std::string hex(std::span<const std::uint8_t> bytes)
{
    std::string text;
    text.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        text += hexDigit(byte >> 4);
        text += hexDigit(byte);
    }
    return text;
}

void appendDecimal(std::string& text, unsigned value)
{
    std::array<char, 8> digits;
    text.append(digits.data(), std::to_chars(digits.begin(), digits.end(), value).ptr);
}

template <class Value>
void appendDecimals(std::string& text, const std::vector<Value>& values)
{
    text += ',';
    bool first = true;
    for (const Value value : values) {
        if (isGrease(value))
            continue;
        if (!first)
            text += '-';
        first = false;
        appendDecimal(text, value);
    }
}

std::vector<std::uint16_t> withoutGrease(const std::vector<std::uint16_t>& values)
{
    std::vector<std::uint16_t> kept;
    kept.reserve(values.size());
    std::ranges::remove_copy_if(values, std::back_inserter(kept), isGrease);
    return kept;
}

void appendHexList(std::string& text, std::span<const std::uint16_t> values)
{
    for (bool first = true; const std::uint16_t value : values) {
        if (!first)
            text += ',';
        first = false;
        for (const int shift : {12, 8, 4, 0})
            text += hexDigit(value >> shift);
    }
}

std::string shortHash(std::string_view list)
{
    if (list.empty())
        return std::string(NoHash);
    const Sha256 sum = sha256(list);
    return hex(std::span(sum).first<ShortHashBytes>());
}

std::string_view ja4Version(std::uint16_t version)
{
    switch (version) {
    case 0x0304:
        return "13";
    case 0x0303:
        return "12";
    case 0x0302:
        return "11";
    case 0x0301:
        return "10";
    case 0x0300:
        return "s3";
    default:
        return "00";
    }
}

void appendCount(std::string& text, std::size_t count)
{
    const auto shown = static_cast<char>(std::min<std::size_t>(count, 99));
    text += static_cast<char>('0' + shown / 10);
    text += static_cast<char>('0' + shown % 10);
}

bool isAlphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// The first and last character of the first protocol, or of its hexadecimal digits.
void appendProtocol(std::string& text, const std::vector<std::string>& alpn)
{
    if (alpn.empty() || alpn.front().empty()) {
        text += "00";
        return;
    }
    const char first = alpn.front().front();
    const char last = alpn.front().back();
    const bool shown = isAlphanumeric(first) && isAlphanumeric(last);
    text += shown ? first : hexDigit(static_cast<unsigned char>(first) >> 4);
    text += shown ? last : hexDigit(static_cast<unsigned char>(last));
}

std::string cipherPart(std::vector<std::uint16_t> suites)
{
    std::ranges::sort(suites);
    std::string list;
    list.reserve(UsualTextBytes);
    appendHexList(list, suites);
    return shortHash(list);
}

std::string extensionPart(std::vector<std::uint16_t> extensions,
                          const std::vector<std::uint16_t>& algorithms)
{
    // Told in the first part, so that they do not tell one client from itself here.
    std::erase(extensions, extension::ServerName);
    std::erase(extensions, extension::Alpn);
    std::ranges::sort(extensions);
    std::string list;
    list.reserve(UsualTextBytes);
    appendHexList(list, extensions);
    if (!algorithms.empty())
        list += '_';
    appendHexList(list, algorithms);
    return shortHash(list);
}

} // namespace

std::string ja3(const ClientHello& hello)
{
    std::string text;
    text.reserve(UsualTextBytes);
    appendDecimal(text, hello.legacyVersion);
    appendDecimals(text, hello.cipherSuites);
    appendDecimals(text, hello.extensions);
    appendDecimals(text, hello.supportedGroups);
    appendDecimals(text, hello.pointFormats);
    const auto sum = md5(text);
    return sum ? hex(*sum) : std::string();
}

std::string ja4(const ClientHello& hello)
{
    auto suites = withoutGrease(hello.cipherSuites);
    auto extensions = withoutGrease(hello.extensions);
    std::string text = "t";
    text += ja4Version(hello.highestVersion());
    text += std::ranges::find(extensions, extension::ServerName) != extensions.end() ? 'd' : 'i';
    appendCount(text, suites.size());
    appendCount(text, extensions.size());
    appendProtocol(text, hello.alpn);
    text += '_';
    text += cipherPart(std::move(suites));
    text += '_';
    text += extensionPart(std::move(extensions), withoutGrease(hello.signatureAlgorithms));
    return text;
}

} // namespace sallyport::tls
