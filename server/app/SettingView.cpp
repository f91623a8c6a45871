#include "app/SettingView.h"

#include "admin/accounts/ListenTest.h"
#include "app/ConfigText.h"
#include "app/NameLookup.h"
#include "app/ProxyPieces.h"
#include "app/SettingTable.h"
#include "app/SinkTest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ranges>
#include <system_error>

namespace sallyport::app {
namespace {

namespace fs = std::filesystem;

using admin::settings::ConfigFile;
using admin::settings::Setting;
using admin::settings::SettingChanges;
using admin::settings::SettingFault;
using admin::settings::TestOutcome;
using admin::settings::ValueSource;

constexpr std::chrono::seconds SinkLimit{10};

/// The tabs of the page, in their order.
struct TabRow {
    const char* id;
    const char* title;
};
constexpr TabRow Tabs[] = {
    {"listeners", "Listeners and process"}, {"upstream-dns", "Upstream and DNS"},
    {"time", "Time and size limits"},       {"audit", "Audit retention and disk"},
    {"sinks", "Syslog and webhooks"},
};

const char* tabOf(const SettingRow& row)
{
    switch (row.group) {
    case SettingGroup::Names:
    case SettingGroup::Origin:
        return "upstream-dns";
    case SettingGroup::Time:
    case SettingGroup::Size:
        return "time";
    case SettingGroup::Audit:
        return row.name == "audit-sink" ? "sinks" : "audit";
    case SettingGroup::Listen:
    case SettingGroup::Policy:
    case SettingGroup::Pac:
    case SettingGroup::Logging:
        break;
    }
    return "listeners";
}

ValueSource sourceOf(GivenSetting::From from)
{
    switch (from) {
    case GivenSetting::From::CommandLine:
        return ValueSource::CommandLine;
    case GivenSetting::From::Environment:
        return ValueSource::Environment;
    case GivenSetting::From::File:
        return ValueSource::ConfigFile;
    case GivenSetting::From::Default:
        break;
    }
    return ValueSource::Default;
}

// The file cannot say where it is itself, with another data directory the policy, the people and
// the log would be gone from this very page, and whom the policy's owner keeps out would let
// himself in.
bool isFixed(const SettingRow& row)
{
    return row.name == "config" || row.name == "data-dir" || row.name == "policy-owner";
}

std::vector<std::string> wordsOf(const SettingRow& row)
{
    std::vector<std::string> words;
    if (row.form.contains('|') && row.expected.starts_with("one of "))
        for (const auto part : std::views::split(row.form, '|'))
            words.emplace_back(part.begin(), part.end());
    return words;
}

Setting settingOf(const SettingRow& row, const GivenSetting& given)
{
    const bool isElsewhere = given.from == GivenSetting::From::CommandLine ||
                             given.from == GivenSetting::From::Environment;
    return {.name = row.name,
            .tab = tabOf(row),
            .group = std::string(groupTitle(row.group)),
            .form = row.form,
            .help = row.help,
            .expected = row.expected,
            .values = given.values,
            .defaults = row.defaults,
            .defaultNote = row.defaultNote,
            .source = sourceOf(given.from),
            .sourceText = given.where,
            .words = wordsOf(row),
            .occurs =
                row.occurs == Occurs::Once ? Setting::Occurs::Once : Setting::Occurs::Repeatedly,
            .counts = row.takesEffect == TakesEffect::OnReload ? Setting::Counts::AtOnce
                                                               : Setting::Counts::AfterRestart,
            .running = Setting::Running::Same,
            .change = isElsewhere || isFixed(row) ? Setting::Change::Impossible
                                                  : Setting::Change::Possible};
}

std::string textOf(const fs::path& file)
{
    std::ifstream in(file);
    if (!in)
        throw std::system_error(errno, std::generic_category(), file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string changed(std::string text, const SettingChanges& changes)
{
    for (const auto& [name, values] : changes)
        text = withSetting(text, name, values);
    return text;
}

// What is wrong with the values of one setting; empty: nothing.
std::string faultOf(const SettingRow& row, const std::vector<std::string>& values)
{
    if (values.empty())
        return "needs a value; leave it to the default with null";
    if (row.occurs == Occurs::Once && values.size() > 1)
        return "has one value only";
    Settings scratch;
    for (const auto& value : values) {
        if (!fitsConfigLine(value))
            return '"' + value +
                   "\" cannot stand in the config file: no \"#\", no line end, no "
                   "blanks around it";
        if (row.occurs == Occurs::Repeatedly && value.find_first_of(", ") != value.npos)
            return '"' + value + "\" has a comma or a blank: give several values one by one";
        try {
            if (!row.assign(scratch, value))
                return '"' + value + "\" is not " + row.expected;
        } catch (const std::invalid_argument& problem) {
            return '"' + value + "\": " + problem.what();
        }
    }
    return {};
}

// Why the process could not listen there; empty: it can, or does.
std::string faultOfListening(const std::vector<net::Endpoint>& wanted,
                             const std::vector<net::Endpoint>& now)
{
    using admin::accounts::ListenFinding;
    using admin::accounts::ProxyListener;
    for (const auto& endpoint : wanted) {
        if (std::ranges::find(now, endpoint) != now.end())
            continue;
        const auto samePort = std::ranges::find(now, endpoint.port, &net::Endpoint::port);
        const auto ours = samePort == now.end()
                              ? ProxyListener{}
                              : ProxyListener{samePort->address.toString(), samePort->port};
        const auto finding =
            admin::accounts::testListen({endpoint.address.toString(), endpoint.port}, ours);
        if (finding.outcome == ListenFinding::Outcome::Impossible)
            return finding.detail;
    }
    return {};
}

[[noreturn]] void failFile(const fs::path& file)
{
    throw std::system_error(errno, std::generic_category(), file.string());
}

// All of the text or none of it, with the rights that the file had.
void replaceFile(const fs::path& file, const std::string& text)
{
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0)
        failFile(file);
    const fs::path fresh = file.string() + ".new";
    ::unlink(fresh.c_str());
    const int descriptor =
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        failFile(fresh);
    // Only root may give a file away; anybody else writes files of his own anyway.
    const bool isOwned =
        ::fchown(descriptor, status.st_uid, status.st_gid) == 0 || status.st_uid == ::geteuid();
    const bool isWritten =
        isOwned && ::fchmod(descriptor, status.st_mode & 07777) == 0 &&
        ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(descriptor) == 0;
    const int error = errno;
    ::close(descriptor);
    if (!isWritten || ::rename(fresh.c_str(), file.c_str()) != 0) {
        if (!isWritten)
            errno = error;
        const auto problem = std::error_code(errno, std::generic_category());
        ::unlink(fresh.c_str());
        throw std::system_error(problem, file.string());
    }
}

TestOutcome dnsOutcome(const std::string& name, const Settings& settings)
{
    try {
        std::string text;
        for (const auto& address :
             lookUpName(name, resolverOptions(settings), settings.resolveTimeout))
            text += (text.empty() ? "" : ", ") + address;
        return {TestOutcome::Result::Passed, text};
    } catch (const std::exception& problem) {
        return {TestOutcome::Result::Failed, problem.what()};
    }
}

TestOutcome sinkOutcome(const std::string& name, const Settings& settings)
{
    const auto spec = std::ranges::find(settings.auditSinks, name, &audit::sink::SinkSpec::name);
    if (spec == settings.auditSinks.end())
        return {TestOutcome::Result::Failed,
                "The settings have no sink of this name; save it first."};
    try {
        testSink(*spec, settings.nodeName, SinkLimit);
        return {TestOutcome::Result::Passed, "One test record was sent to " + spec->url + '.'};
    } catch (const std::exception& problem) {
        return {TestOutcome::Result::Failed, problem.what()};
    }
}

} // namespace

SettingView::SettingView(SettingSources sources, std::function<Settings()> running,
                         std::function<void()> reload)
    : sources_(std::move(sources)), running_(std::move(running)),
      reload_(std::move(reload)), lastSaid_{givenSettings(sources_), readSettings(sources_)}
{}

SettingView::Said SettingView::said() const
{
    const std::scoped_lock lock(remembering_);
    try {
        lastSaid_ = {givenSettings(sources_), readSettings(sources_)};
    } catch (const SettingsError&) {
        // problem() says so.
    }
    return lastSaid_;
}

std::string SettingView::problem() const
{
    try {
        static_cast<void>(readSettings(sources_));
        return {};
    } catch (const SettingsError& problem) {
        return problem.what();
    }
}

fs::path SettingView::configPath() const
{
    for (const auto& setting : said().given)
        if (setting.name == "config" && !setting.values.empty())
            return setting.values.front();
    return {};
}

std::vector<admin::settings::Tab> SettingView::tabs()
{
    std::vector<admin::settings::Tab> tabs;
    for (const auto& [id, title] : Tabs)
        tabs.push_back({id, title});
    return tabs;
}

std::vector<Setting> SettingView::read() const
{
    const auto table = settingTable();
    const auto now = said();
    const auto running = running_();
    std::vector<Setting> settings;
    for (std::size_t i = 0; i < table.size(); ++i) {
        auto setting = settingOf(table[i], now.given[i]);
        if (table[i].takesEffect == TakesEffect::OnRestart && !table[i].same(running, now.settings))
            setting.running = Setting::Running::WaitsForRestart;
        settings.push_back(std::move(setting));
    }
    return settings;
}

ConfigFile SettingView::configFile() const
{
    const auto path = configPath();
    if (path.empty())
        return {{},
                "The server was started without --config FILE: its settings come from the command "
                "line and the environment, and can only be changed there."};
    std::error_code error;
    const auto real = fs::canonical(path, error);
    if (error)
        return {path, path.string() + " cannot be read: " + error.message() + '.'};
    if (::access(real.c_str(), W_OK) != 0)
        return {path, "The server may not write " + path.string() + '.'};
    if (::access(real.parent_path().c_str(), W_OK) != 0)
        return {path, "The server may not write in the folder of " + path.string() + '.'};
    return {path, {}};
}

std::vector<SettingFault> SettingView::check(const SettingChanges& changes) const
{
    std::vector<SettingFault> faults;
    for (const auto& row : settingTable()) {
        const auto change = changes.find(row.name);
        if (change == changes.end() || !change->second)
            continue;
        if (auto fault = faultOf(row, *change->second); !fault.empty())
            faults.push_back({row.name, std::move(fault)});
    }
    if (!faults.empty())
        return faults;
    try {
        const auto next = readSettingsWithFile(sources_, changed(textOf(configPath()), changes));
        if (!changes.contains("listen"))
            return faults;
        if (auto fault = faultOfListening(next.listen, running_().listen); !fault.empty())
            faults.push_back({"listen", std::move(fault)});
    } catch (const SettingsError& problem) {
        faults.push_back({"", problem.what()});
    }
    return faults;
}

void SettingView::write(const SettingChanges& changes)
{
    const std::scoped_lock lock(writing_);
    const auto file = fs::canonical(configPath());
    replaceFile(file, changed(textOf(file), changes));
    reload_();
}

admin::settings::SettingsParts SettingView::parts()
{
    return {.tabs = tabs(),
            .read = [this] { return read(); },
            .problem = [this] { return problem(); },
            .configFile = [this] { return configFile(); },
            .check = [this](const SettingChanges& changes) { return check(changes); },
            .write = [this](const SettingChanges& changes) { write(changes); },
            .test = [this](const std::string& tab,
                           const std::string& name) -> std::optional<TestOutcome> {
                if (tab == "upstream-dns")
                    return dnsOutcome(name, said().settings);
                if (tab == "sinks")
                    return sinkOutcome(name, said().settings);
                return std::nullopt;
            }};
}

} // namespace sallyport::app
