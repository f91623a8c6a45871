// SharedProxy: a suite whose tests share one proxy process, so that they cost no start of their
// own.
//
// A suite states its settings by a static function `settings()`. Tests tell their records apart by
// the port of their own origin or by the session id.
#pragma once

#include "support/ProxyProcess.h"

#include <gtest/gtest.h>

#include <memory>

namespace sallyport::test {

template <class Suite>
class SharedProxy : public testing::Test {
public:
    static void SetUpTestSuite() { proxy_ = std::make_unique<ProxyProcess>(Suite::settings()); }
    static void TearDownTestSuite() { proxy_.reset(); }
    static ProxySettings settings() { return {}; }

protected:
    static ProxyProcess& proxy()
    {
        if (!proxy_)
            throw Unexpected("the proxy of this suite is not running");
        return *proxy_;
    }

private:
    static inline std::unique_ptr<ProxyProcess> proxy_;
};

/// The name of a table's case, for INSTANTIATE_TEST_SUITE_P.
constexpr auto caseName = [](const auto& info) { return std::string(info.param.name); };

/// `text` with every `{port}` replaced.
[[nodiscard]] std::string withPort(std::string text, std::uint16_t port);
/// `text` with every `mark` replaced.
[[nodiscard]] std::string replaced(std::string text, std::string_view mark,
                                   std::string_view replacement);

} // namespace sallyport::test
