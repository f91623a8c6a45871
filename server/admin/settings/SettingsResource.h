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

    /// For set-up: whether a line of the config file can change this setting of one value.
    [[nodiscard]] bool mayChange(const std::string& name) const;
    /// What is wrong with a change; empty: nothing.
    [[nodiscard]] std::string faultOf(const SettingChanges& changes) const;
    /// Of a tab; into the trail, then into the file.
    void change(const api::Caller& who, const std::string& tab, const SettingChanges& changes);

private:
    [[nodiscard]] api::Answer tabs() const;
    [[nodiscard]] api::Answer tab(const std::string& id) const;
    [[nodiscard]] api::Answer change(api::Call& call);
    void write(const api::Caller& who, const std::string& tab, const std::vector<Setting>& settings,
               const SettingChanges& changes) const;
    [[nodiscard]] api::Answer test(api::Call& call);
    [[nodiscard]] const Tab& require(const std::string& id) const;
    [[nodiscard]] std::vector<Setting> settingsOf(const std::string& tab) const;

    const SettingsParts parts_;
    const api::Trail& trail_;
    std::mutex changing_;
};

} // namespace sallyport::admin::settings
