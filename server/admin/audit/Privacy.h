// Privacy: who may see the names of users in the log, and since when.
//
// Where the setting masks them, a sign-in sees them for a while after it said why. Safe for several
// threads at once.
#pragma once

#include "admin/api/Router.h"
#include "admin/api/TimeText.h"
#include "admin/api/Trail.h"
#include "admin/api/UserNames.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace sallyport::admin::audit {

using api::UserNames;

struct PrivacySettings {
    UserNames users = UserNames::Shown;
    enum class Details : std::uint8_t { NotRecorded, Recorded } details = Details::NotRecorded;

    friend bool operator==(const PrivacySettings&, const PrivacySettings&) = default;
};

class Privacy {
public:
    static constexpr std::chrono::minutes RevealedFor{15};

    Privacy(std::function<PrivacySettings()> settings, const api::Trail& trail)
        : settings_(std::move(settings)), trail_(trail)
    {}

    [[nodiscard]] UserNames namesFor(const api::Caller& caller);
    /// Tells the trail, if the settings want it, that a person opened this session.
    void noteDetail(const api::Caller& caller, const std::string& session);

    void addTo(api::Router& router);

private:
    [[nodiscard]] std::optional<api::WallClock::time_point>
    revealedUntil(const api::Caller& caller);
    [[nodiscard]] api::Answer state(const api::Caller& caller);
    [[nodiscard]] api::Answer reveal(api::Call& call);

    std::function<PrivacySettings()> settings_;
    const api::Trail& trail_;
    std::mutex mutex_;
    std::map<std::string, api::WallClock::time_point> revealed_; ///< by sign-in: until when
};

} // namespace sallyport::admin::audit
