// SettingsResource: /settings and /settings/{tab}: what the process was told, and changing that in
// its config file.
#pragma once

#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/settings/SettingsParts.h"

#include <mutex>

namespace sallyport::admin::settings {

class SettingsResource {
public:
    SettingsResource(SettingsParts parts, const api::Trail& trail)
        : parts_(std::move(parts)), trail_(trail)
    {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer tabs() const;
    [[nodiscard]] api::Answer tab(const std::string& id) const;
    [[nodiscard]] api::Answer change(api::Call& call);
    [[nodiscard]] api::Answer test(api::Call& call);
    [[nodiscard]] const Tab& require(const std::string& id) const;
    [[nodiscard]] std::vector<Setting> settingsOf(const std::string& tab) const;

    const SettingsParts parts_;
    const api::Trail& trail_;
    std::mutex changing_;
};

} // namespace sallyport::admin::settings
