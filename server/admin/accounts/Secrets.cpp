#include "admin/accounts/Secrets.h"

#include <openssl/crypto.h>

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace sallyport::admin::accounts {
namespace {

constexpr std::string_view Base64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// Each digit stands for `bits` bits; the last one is filled up with zeros.
std::string digitsOf(std::string_view bytes, std::string_view digits, unsigned bits)
{
    std::string text;
    std::uint32_t held = 0;
    unsigned heldBits = 0;
    const std::uint32_t mask = (1U << bits) - 1;
    for (const char byte : bytes) {
        held = (held << 8) | static_cast<unsigned char>(byte);
        heldBits += 8;
        while (heldBits >= bits) {
            heldBits -= bits;
            text += digits[(held >> heldBits) & mask];
        }
    }
    if (heldBits > 0)
        text += digits[(held << (bits - heldBits)) & mask];
    return text;
}

} // namespace

std::string randomBytes(std::size_t count)
{
    std::string bytes(count, '\0');
    // Up to 256 bytes come in one piece (getrandom(2)).
    if (::getrandom(bytes.data(), count, 0) != static_cast<ssize_t>(count))
        throw std::system_error(errno, std::generic_category(), "random numbers");
    return bytes;
}

std::string newSecret()
{
    return digitsOf(randomBytes(32), Base64Url, 6);
}

std::string newId(std::string_view prefix)
{
    auto text = base32(randomBytes(10));
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return std::string(prefix) + text;
}

std::string base32(std::string_view bytes)
{
    return digitsOf(bytes, Base32, 5);
}

bool isSameSecret(std::string_view one, std::string_view other)
{
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

} // namespace sallyport::admin::accounts
