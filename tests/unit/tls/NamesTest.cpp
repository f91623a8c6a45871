// Names: what versions and cipher suites are called.

#include "tls/Names.h"

#include <gtest/gtest.h>

#include <barrier>
#include <thread>
#include <vector>

namespace sallyport::tls {
namespace {

struct NameCase {
    std::uint16_t number;
    std::string_view name;
};

TEST(Names, OfVersions)
{
    for (const auto& [number, name] :
         {NameCase{0x0304, "1.3"}, NameCase{0x0303, "1.2"}, NameCase{0x0302, "1.1"},
          NameCase{0x0301, "1.0"}, NameCase{0x0300, "ssl3"}, NameCase{0x0305, ""},
          NameCase{0x7f1c, ""}, NameCase{0, ""}})
        EXPECT_EQ(versionName(number), name);
}

TEST(Names, OfCipherSuitesAreThoseOfIana)
{
    for (const auto& [number, name] :
         {NameCase{0x1301, "TLS_AES_128_GCM_SHA256"},
          NameCase{0x1303, "TLS_CHACHA20_POLY1305_SHA256"},
          NameCase{0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
          NameCase{0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
          NameCase{0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"},
          NameCase{0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"},
          NameCase{0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"}, NameCase{0x0a0a, ""},
          NameCase{0x0000, ""}, NameCase{0xffff, ""}})
        EXPECT_EQ(cipherName(number), name);
}

TEST(Names, MayBeAskedForByManyThreads)
{
    std::barrier start(4);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            start.arrive_and_wait();
            for (int round = 0; round < 100; ++round)
                ASSERT_EQ(cipherName(0x1302), "TLS_AES_256_GCM_SHA384");
        });
}

} // namespace
} // namespace sallyport::tls
