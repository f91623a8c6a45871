// SupportBundle: what somebody who helps from afar wants to see of a proxy, in one JSON file, with
// nothing secret in it.
#pragma once

#include "admin/live/HealthResource.h"
#include "admin/live/MetricsPage.h"
#include "admin/live/ProxyView.h"

#include <Poco/JSON/Object.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::admin::live {

/// What the process hands in.
struct BundleSources {
    std::filesystem::path dataDirectory;
    /// Name and value of each setting.
    std::function<std::vector<std::pair<std::string, std::string>>()> settings;
    std::filesystem::path logFile; ///< empty: there is none
};

class SupportBundle {
public:
    static constexpr std::size_t MostLogLines = 500;

    /// All but the sources outlive it.
    SupportBundle(const ProxyView& proxy, const HealthResource& health, const MetricsPage& metrics,
                  BundleSources sources)
        : proxy_(proxy), health_(health), metrics_(metrics), sources_(std::move(sources))
    {}

    [[nodiscard]] Poco::JSON::Object make() const;

private:
    [[nodiscard]] Poco::JSON::Object settings() const;
    [[nodiscard]] Poco::JSON::Object policy() const;
    [[nodiscard]] Poco::JSON::Array databases() const;
    [[nodiscard]] Poco::JSON::Array logLines() const;

    const ProxyView& proxy_;
    const HealthResource& health_;
    const MetricsPage& metrics_;
    const BundleSources sources_;
};

/// Without what looks like a secret: passwords in addresses, tokens in Authorization, values of
/// what is called a password, a secret or a token.
[[nodiscard]] std::string withoutSecrets(std::string text);

} // namespace sallyport::admin::live
