// SettingView: the settings as the admin API shows them: each with where its value comes from, and
// changing them in the config file.
//
// Safe for several threads at once.
#pragma once

#include "admin/settings/SettingsParts.h"
#include "app/Settings.h"

#include <functional>
#include <mutex>

namespace sallyport::app {

class SettingView {
public:
    /// `running` gives what the process goes by now; `reload` has the sources read again, as SIGHUP
    /// does.
    SettingView(SettingSources sources, std::function<Settings()> running,
                std::function<void()> reload);

    [[nodiscard]] static std::vector<admin::settings::Tab> tabs();
    [[nodiscard]] std::vector<admin::settings::Setting> read() const;
    [[nodiscard]] admin::settings::ConfigFile configFile() const;
    [[nodiscard]] std::vector<admin::settings::SettingFault>
    check(const admin::settings::SettingChanges& changes) const;
    void write(const admin::settings::SettingChanges& changes);

    /// All of this, and tests of DNS and sinks.
    [[nodiscard]] admin::settings::SettingsParts parts();

private:
    const SettingSources sources_;
    const std::function<Settings()> running_;
    const std::function<void()> reload_;
    std::mutex writing_;
};

} // namespace sallyport::app
