#include "tls/Digest.h"

#include <openssl/evp.h>

#include <memory>
#include <new>

namespace sallyport::tls {

namespace {

struct FreeDigest {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Algorithm = std::unique_ptr<EVP_MD, FreeDigest>;

template <class Sum>
Sum digest(const EVP_MD* algorithm, std::string_view content)
{
    thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
    Sum sum;
    if (!context || EVP_DigestInit_ex2(context.get(), algorithm, nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), content.data(), content.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), sum.data(), nullptr) != 1)
        throw std::bad_alloc();
    return sum;
}

} // namespace

Sha256 sha256(std::string_view content)
{
    static const Algorithm algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    return digest<Sha256>(algorithm.get(), content);
}

std::optional<Md5> md5(std::string_view content)
{
    static const Algorithm algorithm(EVP_MD_fetch(nullptr, "MD5", nullptr));
    if (!algorithm)
        return std::nullopt;
    return digest<Md5>(algorithm.get(), content);
}

} // namespace sallyport::tls
