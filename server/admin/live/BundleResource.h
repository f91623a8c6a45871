// BundleResource: /health/bundle: makes support bundles as jobs and gives their files.
#pragma once

#include "admin/api/Jobs.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/live/SupportBundle.h"

#include <filesystem>
#include <string>

namespace sallyport::admin::live {

class BundleResource {
public:
    /// The newest ones; older ones are deleted when another is made.
    static constexpr std::size_t MostKept = 5;

    /// All outlive it. `folder` is made when it is needed, for its owner only.
    BundleResource(const SupportBundle& bundle, std::filesystem::path folder, api::Jobs& jobs,
                   const api::Trail& trail)
        : bundle_(bundle), folder_(std::move(folder)), jobs_(jobs), trail_(trail)
    {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer start(const api::Call& call);
    [[nodiscard]] api::Answer file(const api::Call& call) const;
    [[nodiscard]] Poco::JSON::Object write() const;
    void deleteOld() const;

    const SupportBundle& bundle_;
    const std::filesystem::path folder_;
    api::Jobs& jobs_;
    const api::Trail& trail_;
};

} // namespace sallyport::admin::live
