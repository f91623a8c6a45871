#include "app/Settings.h"

#include "app/SettingTable.h"
#include "app/SettingValue.h"

#include <boost/program_options.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <ranges>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace sallyport::app {

namespace {

namespace po = boost::program_options;

constexpr std::string_view EnvironmentPrefix = "SALLYPORT_";

std::string inQuoteMarks(std::string_view text)
{
    return '"' + std::string(text) + '"';
}

/// A value as somebody wrote it, and where.
struct Given {
    const SettingRow* row = nullptr;
    std::string value;
    std::string where;
};

const SettingRow* findRow(std::string_view name)
{
    const auto table = settingTable();
    const auto found = std::ranges::find(table, name, &SettingRow::name);
    return found == table.end() ? nullptr : &*found;
}

/// The name of a setting that `name` was probably meant to be.
const SettingRow* findLikelyRow(std::string_view name)
{
    const auto distance = [name](const SettingRow& row) { return editDistance(row.name, name); };
    const auto nearest = std::ranges::min_element(settingTable(), {}, distance);
    constexpr std::size_t MostTypingErrors = 2;
    return distance(*nearest) <= MostTypingErrors ? &*nearest : nullptr;
}

po::options_description describeOptions()
{
    po::options_description options;
    for (const auto& row : settingTable())
        options.add_options()(row.name.c_str(), po::value<std::vector<std::string>>());
    return options;
}

std::string readFile(const std::filesystem::path& path)
{
    std::ifstream file(path);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file.is_open() || file.bad() || std::filesystem::is_directory(path))
        throw std::system_error(errno != 0 ? errno : EISDIR, std::generic_category());
    return text;
}

/// Of a setting that occurs repeatedly, those that one line says.
std::vector<std::string> valuesIn(const Given& given)
{
    if (given.row->occurs == Occurs::Once)
        return {given.value};
    std::vector<std::string> values;
    for (const auto part : std::views::split(given.value, ',')) {
        std::string text(part.begin(), part.end());
        std::erase(text, ' ');
        values.push_back(std::move(text));
    }
    return values;
}

/// Collects what the sources give, in the order of their precedence, and what is wrong with them.
class SettingReader {
public:
    /// Reads this in place of the config file.
    void takeFile(std::string text) { fileText_ = std::move(text); }
    Settings read(const SettingSources& sources);
    std::vector<GivenSetting> given(const SettingSources& sources);

private:
    using Source = std::vector<Given>;

    std::vector<Source> collect(const SettingSources& sources);
    void throwIfWrong() const;

    Source parseArguments(const std::vector<std::string>& arguments);
    Source parseEnvironment(const std::vector<std::string>& environment);
    Source parseFile(const Given& config);
    void parseLine(const std::string& line, const std::string& where, Source& source);
    void assign(const SettingRow& row, const std::vector<Source>& sources, Settings& settings);
    void assignValues(const std::vector<const Given*>& values, Settings& settings);
    void addUnknown(std::string_view where, std::string_view prefix, std::string_view name);

    po::options_description options_ = describeOptions();
    std::optional<std::string> fileText_;
    std::vector<std::string> problems_;
};

std::vector<SettingReader::Source> SettingReader::collect(const SettingSources& sources)
{
    std::vector<Source> byPrecedence;
    byPrecedence.push_back(parseArguments(sources.arguments));
    byPrecedence.push_back(parseEnvironment(sources.environment));
    for (const auto& source : byPrecedence) {
        const auto config = std::ranges::find(source, findRow("config"), &Given::row);
        if (config != source.end()) {
            byPrecedence.push_back(parseFile(Given(*config)));
            break;
        }
    }
    return byPrecedence;
}

void SettingReader::throwIfWrong() const
{
    if (problems_.empty())
        return;
    std::string text;
    for (const auto& problem : problems_)
        text.append(text.empty() ? "" : "\n").append(problem);
    throw SettingsError(text);
}

Settings SettingReader::read(const SettingSources& sources)
{
    const auto byPrecedence = collect(sources);
    Settings settings;
    for (const auto& row : settingTable())
        assign(row, byPrecedence, settings);
    throwIfWrong();
    return settings;
}

std::vector<GivenSetting> SettingReader::given(const SettingSources& sources)
{
    using enum GivenSetting::From;
    constexpr std::array ByPrecedence{CommandLine, Environment, File};
    const auto byPrecedence = collect(sources);
    throwIfWrong();
    std::vector<GivenSetting> all;
    for (const auto& row : settingTable()) {
        GivenSetting setting{.name = row.name, .from = Default, .where = {}, .values = {}};
        for (std::size_t i = 0; i < byPrecedence.size() && setting.values.empty(); ++i) {
            for (const auto& given : byPrecedence[i]) {
                if (given.row != &row)
                    continue;
                setting.from = ByPrecedence.at(i);
                if (setting.values.empty())
                    setting.where = given.where.substr(0, given.where.find(", " + row.name));
                const auto parts = valuesIn(given);
                setting.values.insert(setting.values.end(), parts.begin(), parts.end());
            }
        }
        if (setting.values.empty())
            setting.values = row.defaults;
        all.push_back(std::move(setting));
    }
    return all;
}

SettingReader::Source SettingReader::parseArguments(const std::vector<std::string>& arguments)
{
    using Style = po::command_line_style::style_t;
    constexpr int WholeNamesOnly =
        Style::allow_long | Style::long_allow_adjacent | Style::long_allow_next;
    Source source;
    try {
        const auto parsed = po::command_line_parser(arguments)
                                .options(options_)
                                .style(WholeNamesOnly)
                                .allow_unregistered()
                                .run();
        bool behindUnknown = false;
        for (const auto& option : parsed.options) {
            const auto* row = findRow(option.string_key);
            if (row != nullptr)
                source.push_back({row, option.value.at(0), "command line --" + row->name});
            else if (!option.string_key.empty())
                addUnknown("command line", "--", option.string_key);
            else if (!behindUnknown) // otherwise it belongs to what was named already
                problems_.push_back("command line: " + inQuoteMarks(option.value.at(0)) +
                                    " is not an option; options start with --");
            behindUnknown = row == nullptr;
        }
    } catch (const po::error& error) {
        problems_.push_back(std::string("command line: ") + error.what());
    }
    return source;
}

SettingReader::Source SettingReader::parseEnvironment(const std::vector<std::string>& environment)
{
    Source source;
    for (const auto& variable : environment) {
        const auto equals = variable.find('=');
        if (!variable.starts_with(EnvironmentPrefix) || equals == std::string::npos ||
            equals + 1 == variable.size())
            continue; // a variable set to nothing counts as not set
        const auto name = variable.substr(0, equals);
        const auto table = settingTable();
        const auto row = std::ranges::find(table, name, environmentName);
        if (row != table.end()) {
            source.push_back({&*row, variable.substr(equals + 1), "environment " + name});
            continue;
        }
        // Container platforms and scripts put names of their own under this prefix: only a name
        // that looks like one of ours is a mistake.
        const auto near = std::ranges::find_if(table, [&name](const SettingRow& candidate) {
            return editDistance(environmentName(candidate), name) <= 2;
        });
        if (near != table.end())
            problems_.push_back("environment: unknown setting " + inQuoteMarks(name) +
                                "; did you mean " + inQuoteMarks(environmentName(*near)) + '?');
    }
    return source;
}

SettingReader::Source SettingReader::parseFile(const Given& config)
{
    Source source;
    try {
        std::istringstream lines(fileText_ ? *fileText_ : readFile(config.value));
        std::string line;
        for (int number = 1; std::getline(lines, line); ++number)
            parseLine(line, config.value + " line " + std::to_string(number), source);
    } catch (const std::system_error& error) {
        problems_.push_back(config.where + ": " + inQuoteMarks(config.value) +
                            " cannot be read: " + std::strerror(error.code().value()));
    }
    return source;
}

void SettingReader::parseLine(const std::string& line, const std::string& where, Source& source)
{
    // One line at a time, because the library does not say where it met what it complains about.
    const auto refuse = [&] {
        problems_.push_back(where + ": expected \"option = value\" or a comment behind #");
    };
    try {
        const auto start = line.find_first_not_of(" \t\r");
        if (start != std::string::npos && line[start] == '[')
            return refuse(); // would be taken for a section, which we do not have
        std::istringstream text(line);
        for (const auto& option : po::parse_config_file(text, options_, true).options) {
            const auto* row = findRow(option.string_key);
            if (row == nullptr)
                addUnknown(where, "", option.string_key);
            else if (row->name == "config")
                problems_.push_back(where + ": a file cannot name another file");
            else
                source.push_back({row, option.value.at(0), where + ", " + row->name});
        }
    } catch (const po::error&) {
        refuse();
    }
}

void SettingReader::assign(const SettingRow& row, const std::vector<Source>& sources,
                           Settings& settings)
{
    for (const auto& source : sources) {
        std::vector<const Given*> values;
        for (const auto& given : source)
            if (given.row == &row)
                values.push_back(&given);
        if (!values.empty())
            return assignValues(values, settings);
    }
    for (const auto& text : row.defaults)
        row.assign(settings, text);
}

void SettingReader::assignValues(const std::vector<const Given*>& values, Settings& settings)
{
    const auto& row = *values.front()->row;
    if (row.occurs == Occurs::Once && values.size() > 1) {
        const auto& first = values[0]->where;
        const auto& second = values[1]->where;
        problems_.push_back(second + ": set twice" +
                            (first == second ? "" : "; the first time at " + first));
        return;
    }
    const auto assignOne = [&](const Given& given, std::string_view text) {
        try {
            if (!row.assign(settings, text))
                problems_.push_back(given.where + ": " + inQuoteMarks(text) + " is not " +
                                    row.expected);
        } catch (const std::invalid_argument& error) {
            problems_.push_back(given.where + ": " + inQuoteMarks(text) + ": " + error.what());
        }
    };
    for (const auto* given : values)
        for (const auto& text : valuesIn(*given))
            assignOne(*given, text);
}

void SettingReader::addUnknown(std::string_view where, std::string_view prefix,
                               std::string_view name)
{
    std::string problem(where);
    problem += ": unknown setting " + inQuoteMarks(std::string(prefix).append(name));
    if (const auto* row = findLikelyRow(name))
        problem += "; did you mean " + inQuoteMarks(std::string(prefix) + row->name) + '?';
    problems_.push_back(std::move(problem));
}

} // namespace

SettingSources SettingSources::ofProcess(std::span<const std::string> arguments)
{
    SettingSources sources;
    sources.arguments.assign(arguments.begin(), arguments.end());
    for (char** variable = environ; *variable != nullptr; ++variable)
        sources.environment.emplace_back(*variable);
    return sources;
}

std::optional<std::string> textAskedFor(std::span<const std::string> arguments)
{
    for (const auto& argument : arguments) {
        if (argument == "--help" || argument == "-h")
            return settingsHelp();
        if (argument == "--print-config")
            return exampleConfiguration();
    }
    return std::nullopt;
}

Settings readSettings(const SettingSources& sources)
{
    return SettingReader().read(sources);
}

std::vector<GivenSetting> givenSettings(const SettingSources& sources)
{
    return SettingReader().given(sources);
}

Settings readSettingsWithFile(const SettingSources& sources, const std::string& text)
{
    SettingReader reader;
    reader.takeFile(text);
    return reader.read(sources);
}

ReloadedSettings reloadSettings(const Settings& current, const SettingSources& sources)
{
    ReloadedSettings reloaded{readSettings(sources), {}, {}};
    for (const auto& row : settingTable()) {
        if (row.same(current, reloaded.settings))
            continue;
        if (row.takesEffect == TakesEffect::OnReload) {
            reloaded.changed.push_back(row.name);
        } else {
            row.copy(current, reloaded.settings);
            reloaded.needRestart.push_back(row.name);
        }
    }
    return reloaded;
}

std::string_view auditModeName(AuditMode mode)
{
    switch (mode) {
    case AuditMode::Strict:
        return "strict";
    case AuditMode::Spool:
        return "spool";
    case AuditMode::BestEffort:
        return "best-effort";
    }
    return "";
}

std::string_view auditQueryName(AuditQuery query)
{
    return query == AuditQuery::On ? "on" : "off";
}

std::string_view logLevelName(LogLevel level)
{
    switch (level) {
    case LogLevel::Error:
        return "error";
    case LogLevel::Warning:
        return "warning";
    case LogLevel::Information:
        return "information";
    case LogLevel::Debug:
        return "debug";
    }
    return "";
}

} // namespace sallyport::app
