// SettingView: the settings as the admin API shows them: each with where its value comes from, and
// changing them in the config file.
//
// Safe for several threads at once.
#pragma once

#include "admin/settings/SettingsParts.h"
#include "app/Settings.h"

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace sallyport::app {

class SettingView {
public:
    /// `running` gives what the process goes by now; `reload` has the sources read again, as SIGHUP
    /// does.
    SettingView(SettingSources sources, std::function<Settings()> running,
                std::function<void()> reload);

    [[nodiscard]] static std::vector<admin::settings::Tab> tabs();
    /// As the sources say now; while those cannot be read, as they said when they could.
    [[nodiscard]] std::vector<admin::settings::Setting> read() const;
    /// Why the sources cannot be read now; empty: they can.
    [[nodiscard]] std::string problem() const;
    [[nodiscard]] admin::settings::ConfigFile configFile() const;
    [[nodiscard]] std::vector<admin::settings::SettingFault>
    check(const admin::settings::SettingChanges& changes) const;
    void write(const admin::settings::SettingChanges& changes);

    /// All of this, and tests of DNS and sinks.
    [[nodiscard]] admin::settings::SettingsParts parts();

private:
    /// What the sources say.
    struct Said {
        std::vector<GivenSetting> given;
        Settings settings;
    };
    [[nodiscard]] Said said() const;
    [[nodiscard]] std::filesystem::path configPath() const;

    const SettingSources sources_;
    const std::function<Settings()> running_;
    const std::function<void()> reload_;
    std::mutex writing_;
    mutable std::mutex remembering_;
    mutable Said lastSaid_; ///< when they could be read
};

} // namespace sallyport::app
