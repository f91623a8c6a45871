// SettingsParts: what the process tells the settings part of the API, and does for it. All
// functions may be called by several threads at once.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::admin::settings {

/// Where a value comes from; what is said earlier counts before the rest.
enum class ValueSource : std::uint8_t { CommandLine, Environment, ConfigFile, Default };

struct Setting {
    std::string name; ///< the line's key in the config file
    std::string tab;
    std::string group; ///< heading
    std::string form;  ///< "DURATION", …
    std::string help;
    std::string expected;
    std::vector<std::string> values;
    std::vector<std::string> defaults;
    std::string defaultNote;
    ValueSource source = ValueSource::Default;
    std::string sourceText;         ///< "/etc/sallyport.conf line 4"
    std::vector<std::string> words; ///< if it is one of a few
    enum class Occurs : std::uint8_t { Once, Repeatedly } occurs = Occurs::Once;
    enum class Counts : std::uint8_t { AtOnce, AfterRestart } counts = Counts::AtOnce;
    /// Whether what was said is what runs.
    enum class Running : std::uint8_t { Same, WaitsForRestart } running = Running::Same;
    /// Whether a line of the file can change it.
    enum class Change : std::uint8_t { Possible, Impossible } change = Change::Possible;
};

struct Tab {
    std::string id;
    std::string title;
};

struct ConfigFile {
    std::filesystem::path path; ///< empty: there is none
    std::string readOnlyReason; ///< empty: it can be written
};

/// By name: the values of its lines; nothing: no line.
using SettingChanges = std::map<std::string, std::optional<std::vector<std::string>>>;

struct SettingFault {
    std::string name; ///< empty: of no one setting
    std::string text;
};

struct TestOutcome {
    enum class Result : std::uint8_t { Failed, Passed } result = Result::Failed;
    std::string text; ///< for people
};

struct SettingsParts {
    std::vector<Tab> tabs;
    /// All settings, as the sources say now; while those cannot be read, as they said before.
    std::function<std::vector<Setting>()> read;
    /// Why they cannot be read now; empty: they can.
    std::function<std::string()> problem;
    std::function<ConfigFile()> configFile;
    /// What is wrong with changes; writes nothing.
    std::function<std::vector<SettingFault>(const SettingChanges&)> check;
    /// Writes the file whole or not at all, and has it read again. Throws std::exception.
    std::function<void(const SettingChanges&)> write;
    /// Of a tab, with what it is to be tried on; nothing: the tab has no test.
    std::function<std::optional<TestOutcome>(const std::string& tab, const std::string& name)> test;
};

} // namespace sallyport::admin::settings
