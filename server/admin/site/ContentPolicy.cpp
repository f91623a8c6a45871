#include "admin/site/ContentPolicy.h"

#include <Poco/Base64Encoder.h>
#include <openssl/sha.h>

#include <array>
#include <sstream>

namespace sallyport::admin::site {
namespace {

constexpr std::string_view SandboxPath = "/pac-sandbox.html";

// What stands between the tags; the hash is over exactly that (CSP level 3, section 6.7.3.3).
std::string_view inlineScript(std::string_view html)
{
    constexpr std::string_view Begin = "<script>";
    const auto begin = html.find(Begin);
    const auto end = html.find("</script>", begin == html.npos ? 0 : begin);
    if (begin == html.npos || end == html.npos)
        return {};
    return html.substr(begin + Begin.size(), end - begin - Begin.size());
}

std::string hashSource(std::string_view script)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(script.data()), script.size(), digest.data());
    std::ostringstream text;
    Poco::Base64Encoder encoder(text);
    encoder.rdbuf()->setLineLength(0);
    encoder.write(reinterpret_cast<const char*>(digest.data()), digest.size());
    encoder.close();
    return "'sha256-" + text.str() + "'";
}

} // namespace

std::string contentPolicy()
{
    return "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
           "form-action 'self'; require-trusted-types-for 'script'";
}

std::string contentPolicyOf(const UiFile& file)
{
    if (file.path != SandboxPath)
        return contentPolicy();
    return "sandbox allow-scripts; default-src 'none'; script-src " +
           hashSource(inlineScript(file.plain)) +
           "; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
}

} // namespace sallyport::admin::site
