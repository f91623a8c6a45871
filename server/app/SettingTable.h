// SettingTable: one row for each setting, from which the parsers, --help and the example file are
// made.
#pragma once

#include "app/Settings.h"

#include <functional>

namespace sallyport::app {

enum class SettingGroup : std::uint8_t {
    Listen,
    Time,
    Names,
    Size,
    Origin,
    Policy,
    Audit,
    Pac,
    Logging
};

enum class Occurs : std::uint8_t { Once, Repeatedly };

/// When a changed value counts: as soon as SIGHUP asks for it, or with the next start.
enum class TakesEffect : std::uint8_t { OnReload, OnRestart };

struct SettingRow {
    std::string name; ///< as on the command line, without the dashes
    SettingGroup group;
    std::string form; ///< of a value, for the help: "DURATION"
    std::string help;
    std::vector<std::string> defaults; ///< as text; empty leaves the member empty
    std::string defaultNote; ///< shown instead of the defaults where those differ between machines
    std::string expected;    ///< what a value must be: the end of `"many" is not …`
    Occurs occurs;
    TakesEffect takesEffect;

    /// Sets or, if it occurs repeatedly, adds. False: the text is not what is expected; where that
    /// says too little, std::invalid_argument.
    std::function<bool(Settings&, std::string_view text)> assign;
    std::function<void(const Settings& from, Settings& to)> copy;
    std::function<bool(const Settings&, const Settings&)> same;
};

/// In the order of the help; groups are not mixed.
[[nodiscard]] std::span<const SettingRow> settingTable();

/// The row's name as the environment has it: "SALLYPORT_TUNNEL_IDLE".
[[nodiscard]] std::string environmentName(const SettingRow&);

/// Heading of a group in the help.
[[nodiscard]] std::string_view groupTitle(SettingGroup);

/// For people: grouped, at most 100 columns.
[[nodiscard]] std::string settingsHelp();

/// A file for --config in which every line is a comment and shows the default.
[[nodiscard]] std::string exampleConfiguration();

} // namespace sallyport::app
