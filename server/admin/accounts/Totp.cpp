#include "admin/accounts/Totp.h"

#include "admin/accounts/Secrets.h"

#include <Poco/URI.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <new>

namespace sallyport::admin::accounts {
namespace {

constexpr std::size_t SecretBytes = 20;
constexpr std::chrono::seconds StepLength{30};
constexpr std::uint32_t Modulus = 1'000'000;
constexpr std::size_t Digits = 6;

std::string quoted(std::string_view text)
{
    std::string result;
    Poco::URI::encode(std::string(text), "!#$%&'()*+,/:;=?@[]", result);
    return result;
}

} // namespace

std::string newTotpSecret()
{
    return randomBytes(SecretBytes);
}

std::string totpCode(std::string_view secret, std::int64_t totpStep)
{
    std::array<unsigned char, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter[counter.size() - 1 - i] = static_cast<unsigned char>(totpStep >> (8 * i));
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned length = 0;
    if (!HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(),
              counter.size(), mac.data(), &length))
        throw std::bad_alloc();
    // RFC 4226 section 5.3: the last four bits say where the number begins.
    const std::size_t at = mac[length - 1] & 0x0FU;
    const std::uint32_t number = (mac[at] & 0x7FU) << 24 | std::uint32_t{mac[at + 1]} << 16 |
                                 std::uint32_t{mac[at + 2]} << 8 | mac[at + 3];
    const auto text = std::to_string(number % Modulus);
    return std::string(Digits - text.size(), '0') + text;
}

std::int64_t totpStepAt(std::chrono::sys_time<std::chrono::microseconds> time)
{
    return time.time_since_epoch() / StepLength;
}

std::optional<std::int64_t> totpStepOf(std::string_view secret, std::string_view code,
                                       std::chrono::sys_time<std::chrono::microseconds> now)
{
    std::optional<std::int64_t> found;
    const auto present = totpStepAt(now);
    for (auto step = present - 1; step <= present + 1; ++step)
        if (isSameSecret(totpCode(secret, step), code))
            found = step;
    return found;
}

std::string totpUri(std::string_view secret, std::string_view name, std::string_view issuer)
{
    return "otpauth://totp/" + quoted(issuer) + ':' + quoted(name) + "?secret=" + base32(secret) +
           "&issuer=" + quoted(issuer);
}

} // namespace sallyport::admin::accounts
