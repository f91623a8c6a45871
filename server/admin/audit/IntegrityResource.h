// IntegrityResource: GET /audit/integrity and POST /audit/integrity/verify: whether the log is as
// it was written.
#pragma once

#include "admin/api/Jobs.h"
#include "admin/api/Trail.h"
#include "admin/audit/IntegrityState.h"

#include <filesystem>
#include <mutex>
#include <string>

namespace sallyport::admin::audit {

class IntegrityResource {
public:
    IntegrityResource(std::filesystem::path dataDirectory, IntegrityState& state, api::Jobs& jobs,
                      const api::Trail& trail)
        : dataDirectory_(std::move(dataDirectory)), state_(state), jobs_(jobs), trail_(trail)
    {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer show();
    [[nodiscard]] api::Answer verify(const api::Call& call);
    [[nodiscard]] Poco::JSON::Object check(const api::Caller& caller,
                                           api::Jobs::Progress& progress);
    [[nodiscard]] Poco::JSON::Object describe();
    /// Empty: none is under way.
    [[nodiscard]] std::string runningJob();

    const std::filesystem::path dataDirectory_;
    IntegrityState& state_;
    api::Jobs& jobs_;
    const api::Trail& trail_;
    std::mutex mutex_;
    std::string job_; ///< begun last
};

} // namespace sallyport::admin::audit
