// HealthResource: /health for people, and /healthz and /readyz for load balancers and supervisors.
#pragma once

#include "admin/api/Router.h"
#include "admin/live/HealthWatch.h"
#include "admin/live/ProxyView.h"

#include <filesystem>

namespace sallyport::admin::live {

class HealthResource {
public:
    /// Both outlive it.
    HealthResource(const ProxyView& proxy, HealthWatch& health, std::filesystem::path dataDirectory)
        : proxy_(proxy), health_(health), dataDirectory_(std::move(dataDirectory))
    {}

    void addTo(api::Router& router);
    [[nodiscard]] Poco::JSON::Object json() const;

    /// 200 as long as the process answers.
    [[nodiscard]] static api::Answer alive();
    /// 503 while clients should go elsewhere: starting, draining, no policy, or an audit log that
    /// takes nothing though its mode promises that.
    [[nodiscard]] api::Answer ready() const;

private:
    const ProxyView& proxy_;
    HealthWatch& health_;
    const std::filesystem::path dataDirectory_;
};

} // namespace sallyport::admin::live
