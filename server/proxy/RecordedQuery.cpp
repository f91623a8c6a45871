#include "proxy/RecordedQuery.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sallyport::proxy {

namespace {

/// Lower case, without "-" and "_".
constexpr std::array<std::string_view, 22> SecretNames = {
    "apikey",   "auth",      "authorization", "clientsecret", "code",       "credentials",
    "idtoken",  "jwt",       "key",           "otp",          "passphrase", "passwd",
    "password", "phpsessid", "pwd",           "samlresponse", "secret",     "session",
    "sid",      "sig",       "signature",     "token"};
/// Whatever stands before these.
constexpr std::array<std::string_view, 9> SecretEndings = {"accesskey", "apikey",    "credential",
                                                           "passwd",    "password",  "secret",
                                                           "token",     "signature", "sessionid"};
constexpr std::size_t LongestName = 256;

/// The character at the front of `rest`, which loses it; %41 is one.
char takeCharacter(std::string_view& rest)
{
    constexpr std::size_t EncodedSize = 3;
    char taken = rest.front();
    std::size_t size = 1;
    if (taken == '%' && rest.size() >= EncodedSize) {
        unsigned code = 0;
        const auto* end = rest.data() + EncodedSize;
        if (std::from_chars(rest.data() + 1, end, code, 16).ptr == end) {
            taken = static_cast<char>(code);
            size = EncodedSize;
        }
    }
    rest.remove_prefix(size);
    return taken;
}

/// As the names above are written; of "user[password]" what is in the brackets.
std::string plainName(std::string_view name)
{
    std::string plain;
    while (!name.empty()) {
        const char c = takeCharacter(name);
        if (c == '[' && !name.empty() && name.front() != ']' && !name.starts_with("%5"))
            plain.clear();
        else if (c >= 'A' && c <= 'Z')
            plain += static_cast<char>(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain += c;
    }
    return plain;
}

bool isSecret(std::string_view name)
{
    if (name.size() > LongestName)
        return true; // nobody reads it
    const std::string plain = plainName(name);
    return std::ranges::find(SecretNames, plain) != SecretNames.end() ||
           std::ranges::any_of(SecretEndings,
                               [&](std::string_view ending) { return plain.ends_with(ending); });
}

} // namespace

std::string withoutSecrets(std::string_view query)
{
    std::string told;
    told.reserve(query.size());
    while (!query.empty()) {
        const auto end = std::min(query.find_first_of("&;"), query.size());
        const std::string_view parameter = query.substr(0, end);
        const auto equals = parameter.find('=');
        if (equals != std::string_view::npos && isSecret(parameter.substr(0, equals)))
            told.append(parameter.substr(0, equals + 1)).append("***");
        else
            told.append(parameter);
        if (end < query.size())
            told += query[end];
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return told;
}

} // namespace sallyport::proxy
