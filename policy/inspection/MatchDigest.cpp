#include "policy/inspection/MatchDigest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace sallyport::policy::inspection {

MatchDigest digestOf(std::string_view match, const DigestKey& key)
{
    MatchDigest digest{};
    unsigned size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(match.data());
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, match.size(),
             digest.data(), &size) == nullptr)
        throw std::runtime_error("OpenSSL: HMAC failed");
    return digest;
}

} // namespace sallyport::policy::inspection
