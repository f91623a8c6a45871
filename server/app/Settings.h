// Settings: everything that can be set from outside, as one immutable value, and how it is read.
//
// Command line before environment before --config file before default; every row of the table
// (SettingTable.h) may stand in each. Knows the text forms; the parts of the process receive the
// pieces they need, never this struct.
#pragma once

#include "admin/api/PolicyOwner.h"
#include "audit/AuditMode.h"
#include "audit/sink/SinkSpec.h"
#include "net/IpAddress.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::app {

inline constexpr std::string_view DefaultDataDirectory = "sallyport-data";

using admin::api::PolicyOwner;
using audit::AuditMode;
enum class AuditQuery : std::uint8_t { Off, On };
enum class LogLevel : std::uint8_t { Error, Warning, Information, Debug };

using Milliseconds = std::chrono::milliseconds;

/// What each member means is said once, in the table's help. Defaults are the table's too: a
/// Settings made by hand is empty, readSettings({}) gives the defaults.
struct Settings {
    // Where to listen.
    std::filesystem::path dataDirectory;
    std::filesystem::path configFile;  ///< empty: none
    std::vector<net::Endpoint> listen; ///< `*` is the unspecified IPv6 address: both families
    std::optional<net::Endpoint> adminListen;
    std::filesystem::path adminCertificate; ///< empty: one that the server makes for itself
    std::filesystem::path adminKey;
    unsigned workers = 0;
    std::string nodeName;
    std::size_t maxConnections = 0; ///< 0: as many as the descriptor limit allows

    // Time limits.
    Milliseconds headTimeout{};
    Milliseconds connectTimeout{};
    Milliseconds responseTimeout{};
    Milliseconds keepAliveTimeout{};
    Milliseconds bodyTimeout{};
    Milliseconds firstBytesTime{};
    Milliseconds tunnelIdle{}; ///< zero: never
    Milliseconds drainTimeout{};
    std::optional<Milliseconds> revokeAfter; ///< missing: never
    Milliseconds tcpKeepalive{};             ///< zero: no probes
    Milliseconds happyEyeballsDelay{};

    // Names.
    std::vector<net::Endpoint> dnsServers; ///< empty: those of /etc/resolv.conf
    std::filesystem::path hostsFile;       ///< empty: none
    Milliseconds resolveTimeout{};
    Milliseconds dnsCacheMax{};
    Milliseconds dnsNegativeTtl{};

    // Size limits.
    std::size_t maxHeadBytes = 0;
    std::size_t maxTargetBytes = 0;
    std::size_t maxFields = 0;
    std::size_t firstBytes = 0;
    std::size_t inflateMemory = 0; ///< of all workers together

    // Connections to origins.
    std::size_t originConnectionsPerHost = 0; ///< idle ones kept; 0: none
    Milliseconds originIdle{};

    // Policy.
    PolicyOwner policyOwner = PolicyOwner::People;

    // Audit.
    AuditMode auditMode = AuditMode::Spool;
    Milliseconds auditSync{};
    std::size_t auditJournal = 0; ///< of each worker
    std::size_t auditFileSize = 0;
    unsigned auditKeepDays = 0;  ///< 0: for ever
    std::size_t auditBudget = 0; ///< 0: no limit
    Milliseconds auditCheckpoint{};
    AuditQuery auditQuery = AuditQuery::Off;
    Milliseconds auditUpdate{}; ///< zero: never
    std::vector<audit::sink::SinkSpec> auditSinks;

    // PAC.
    std::string pacProxy;               ///< HOST:PORT; empty: the address the file was asked on
    std::vector<std::string> pacDirect; ///< in the forms of policy::PacSettings::directSuffixes

    // Logging.
    LogLevel logLevel = LogLevel::Information;
    std::filesystem::path logFile; ///< "-": stderr
};

/// One line per thing that is wrong, each with the place it stands at.
class SettingsError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What settings are read from. Kept by the process so that it can read them again.
struct SettingSources {
    std::vector<std::string> arguments;   ///< those behind the sub-command
    std::vector<std::string> environment; ///< "NAME=value"

    /// With the environment of this process.
    [[nodiscard]] static SettingSources ofProcess(std::span<const std::string> arguments);
};

/// The text that --help or --print-config among the arguments asks for, otherwise nothing. Bad
/// arguments beside it do not matter.
[[nodiscard]] std::optional<std::string> textAskedFor(std::span<const std::string> arguments);

/// Throws SettingsError.
[[nodiscard]] Settings readSettings(const SettingSources&);

/// What the sources say of one setting.
struct GivenSetting {
    enum class From : std::uint8_t { CommandLine, Environment, File, Default };

    std::string name;
    From from = From::Default;
    std::string where;               ///< "environment SALLYPORT_WORKERS"; empty: the default
    std::vector<std::string> values; ///< as written; of a default as the table has them
};

/// Of each setting of the table, in its order. Throws SettingsError.
[[nodiscard]] std::vector<GivenSetting> givenSettings(const SettingSources&);

/// As readSettings(), with `text` in place of what the config file says now. Throws SettingsError.
[[nodiscard]] Settings readSettingsWithFile(const SettingSources&, const std::string& text);

struct ReloadedSettings {
    Settings settings; ///< the new values of those that can change in a running process
    std::vector<std::string> changed; ///< names of those that did change
    std::vector<std::string>
        needRestart; ///< names of those that were changed but keep the old value until then
};

/// Reads the sources again. Throws SettingsError; nothing has changed then.
[[nodiscard]] ReloadedSettings reloadSettings(const Settings& current, const SettingSources&);

/// "strict", "spool", "best-effort".
[[nodiscard]] std::string_view auditModeName(AuditMode);
/// "off", "on".
[[nodiscard]] std::string_view auditQueryName(AuditQuery);
/// "error", "warning", "information", "debug".
[[nodiscard]] std::string_view logLevelName(LogLevel);

} // namespace sallyport::app
