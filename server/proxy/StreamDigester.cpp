#include "proxy/StreamDigester.h"

#include <openssl/evp.h>

#include <new>

namespace sallyport::proxy {

using policy::inspection::BothDirections;
using policy::inspection::Direction;
using policy::inspection::PerDirection;

class StreamDigester::Hash {
public:
    Hash() : context_(EVP_MD_CTX_new())
    {
        static EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
        if (!context_ || EVP_DigestInit_ex2(context_.get(), digest, nullptr) != 1)
            throw std::bad_alloc();
    }
    void add(std::span<const char> bytes)
    {
        (void)EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }
    [[nodiscard]] std::array<std::uint8_t, 32> finish()
    {
        std::array<std::uint8_t, 32> sum{};
        (void)EVP_DigestFinal_ex(context_.get(), sum.data(), nullptr);
        return sum;
    }

private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context_;
};

struct StreamDigester::Way {
    Hash received;
    Hash sent;
};

StreamDigester::StreamDigester() : ways_(std::make_unique<PerDirection<Way>>()) {}
StreamDigester::~StreamDigester() = default;

void StreamDigester::received(Direction direction, std::span<const char> bytes)
{
    (*ways_)[direction].received.add(bytes);
}

void StreamDigester::sent(Direction direction, std::span<const char> bytes)
{
    (*ways_)[direction].sent.add(bytes);
}

PerDirection<audit::StreamDigests> StreamDigester::finish()
{
    PerDirection<audit::StreamDigests> sums;
    for (const auto direction : BothDirections) {
        Way& way = (*ways_)[direction];
        sums[direction] = {.received = way.received.finish(), .sent = way.sent.finish()};
    }
    return sums;
}

} // namespace sallyport::proxy
