#include "app/SettingTable.h"

#include "app/SettingValue.h"
#include "audit/Journal.h"
#include "policy/PacFile.h"

#include <Poco/Environment.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <stdexcept>
#include <thread>
#include <type_traits>

namespace sallyport::app {

namespace {

using namespace std::chrono_literals;
using enum SettingGroup;
using enum TakesEffect;

constexpr Milliseconds AnHour = 1h;
constexpr Milliseconds AYear = 8760h;

/// Whether a limit may be switched off, which is the value zero.
enum class Never : std::uint8_t { Refused, Allowed };

template <auto Member>
SettingRow row(std::string name, SettingGroup group, TakesEffect takesEffect)
{
    SettingRow result{};
    result.name = std::move(name);
    result.group = group;
    result.takesEffect = takesEffect;
    result.occurs = Occurs::Once;
    result.copy = [](const Settings& from, Settings& to) { to.*Member = from.*Member; };
    result.same = [](const Settings& left, const Settings& right) {
        return left.*Member == right.*Member;
    };
    return result;
}

template <auto Member>
SettingRow duration(std::string name, SettingGroup group, std::string defaultText,
                    Milliseconds least, Milliseconds most, std::string help,
                    Never never = Never::Refused)
{
    auto result = row<Member>(std::move(name), group, OnReload);
    result.form = "DURATION";
    result.defaults = {std::move(defaultText)};
    result.help = std::move(help);
    result.expected = "a duration from " + durationText(least) + " to " + durationText(most) +
                      (never == Never::Allowed ? ", or never" : "") +
                      "; write 500ms, 10s, 5m, 24h or 1h30m";
    result.assign = [least, most, never](Settings& settings, std::string_view text) {
        const bool isNever = text == "never" || text == "0";
        if (never == Never::Allowed && isNever) {
            settings.*Member = Milliseconds::zero();
            return true;
        }
        const auto value = parseDuration(text);
        if (!value || *value < least || *value > most)
            return false;
        settings.*Member = *value;
        return true;
    };
    return result;
}

template <auto Member>
SettingRow size(std::string name, SettingGroup group, TakesEffect takesEffect,
                std::string defaultText, std::uint64_t least, std::uint64_t most, std::string help)
{
    auto result = row<Member>(std::move(name), group, takesEffect);
    result.form = "SIZE";
    result.defaults = {std::move(defaultText)};
    result.help = std::move(help);
    result.expected =
        "a size from " + sizeText(least) + " to " + sizeText(most) + "; write bytes, 32KiB or 1MiB";
    result.assign = [least, most](Settings& settings, std::string_view text) {
        const auto value = parseSize(text);
        if (!value || *value < least || *value > most)
            return false;
        settings.*Member = *value;
        return true;
    };
    return result;
}

template <auto Member>
SettingRow number(std::string name, SettingGroup group, TakesEffect takesEffect,
                  std::uint64_t defaultNumber, std::uint64_t least, std::uint64_t most,
                  std::string help)
{
    auto result = row<Member>(std::move(name), group, takesEffect);
    result.form = "N";
    result.defaults = {std::to_string(defaultNumber)};
    result.help = std::move(help);
    result.expected = "a number from " + std::to_string(least) + " to " + std::to_string(most);
    result.assign = [least, most](Settings& settings, std::string_view text) {
        const auto value = parseNumber(text);
        if (!value || *value < least || *value > most)
            return false;
        using Value = std::remove_reference_t<decltype(settings.*Member)>;
        settings.*Member = static_cast<Value>(*value);
        return true;
    };
    return result;
}

SettingRow onRestart(SettingRow row)
{
    row.takesEffect = OnRestart;
    return row;
}

template <auto Member>
SettingRow path(std::string name, SettingGroup group, std::string defaultText, std::string help)
{
    auto result = row<Member>(std::move(name), group, OnRestart);
    result.form = "PATH";
    if (!defaultText.empty())
        result.defaults = {std::move(defaultText)};
    result.help = std::move(help);
    result.expected = "a path";
    result.assign = [](Settings& settings, std::string_view text) {
        settings.*Member = text;
        return !text.empty();
    };
    return result;
}

/// One of the names that `nameOf` gives for the values from the first to `last`.
template <auto Member, class Enumeration>
SettingRow choice(std::string name, SettingGroup group, TakesEffect takesEffect,
                  Enumeration defaultValue, Enumeration last,
                  std::string_view (*nameOf)(Enumeration), std::string help)
{
    auto result = row<Member>(std::move(name), group, takesEffect);
    result.defaults = {std::string(nameOf(defaultValue))};
    result.help = std::move(help);
    result.expected = "one of ";
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        const auto word = nameOf(static_cast<Enumeration>(i));
        result.form.append(i == 0 ? "" : "|").append(word);
        result.expected.append(i == 0 ? "" : ", ").append(word);
    }
    result.assign = [last, nameOf](Settings& settings, std::string_view text) {
        for (int i = 0; i <= static_cast<int>(last); ++i)
            if (nameOf(static_cast<Enumeration>(i)) == text) {
                settings.*Member = static_cast<Enumeration>(i);
                return true;
            }
        return false;
    };
    return result;
}

std::optional<net::Endpoint> parseListenAddress(std::string_view text)
{
    // The unspecified IPv6 address takes both families; 0.0.0.0 stays IPv4 alone.
    if (text.starts_with("*:"))
        return net::Endpoint::parse("[::]" + std::string(text.substr(1)));
    return net::Endpoint::parse(text);
}

std::optional<net::Endpoint> parseDnsServer(std::string_view text)
{
    constexpr std::uint16_t DnsPort = 53;
    if (const auto address = net::IpAddress::parse(text))
        return net::Endpoint{*address, DnsPort};
    if (text.starts_with('[') && text.ends_with(']')) {
        const auto address = net::IpAddress::parse(text.substr(1, text.size() - 2));
        return address ? std::optional(net::Endpoint{*address, DnsPort}) : std::nullopt;
    }
    const auto endpoint = net::Endpoint::parse(text);
    return endpoint && endpoint->port != 0 ? endpoint : std::nullopt;
}

bool isProxyAddress(std::string_view text)
{
    const auto endpoint = net::Endpoint::parse(text);
    if (endpoint)
        return endpoint->port != 0;
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return false;
    const auto port = parseNumber(text.substr(colon + 1));
    return isHostName(text.substr(0, colon)) && port && *port >= 1 && *port <= 65535;
}

/// Asks the one who will use it, so that the PAC file can always be made.
bool isDirectEntry(std::string_view text)
{
    try {
        (void)policy::writePac(
            {.proxy = "proxy.example:3128", .directSuffixes = {std::string(text)}});
        return true;
    } catch (const std::invalid_argument&) {
        return false;
    }
}

SettingRow listenRow()
{
    auto result = row<&Settings::listen>("listen", Listen, OnReload);
    result.form = "HOST:PORT";
    result.defaults = {"127.0.0.1:3128"};
    result.help =
        "where clients reach the proxy; HOST is an IPv4 address, an [IPv6 address] or * for all";
    result.expected =
        "HOST:PORT with an IPv4 address, an [IPv6 address] or * and a port up to 65535";
    result.occurs = Occurs::Repeatedly;
    result.assign = [](Settings& settings, std::string_view text) {
        const auto endpoint = parseListenAddress(text);
        if (endpoint)
            settings.listen.push_back(*endpoint);
        return endpoint.has_value();
    };
    return result;
}

SettingRow adminListenRow()
{
    auto result = row<&Settings::adminListen>("admin-listen", Listen, OnRestart);
    result.form = "HOST:PORT|off";
    result.defaults = {"127.0.0.1:3129"};
    result.help = "where the admin API and web UI are served, over HTTPS";
    result.expected =
        "off, or HOST:PORT with an IPv4 address, an [IPv6 address] or * and a port up to 65535";
    result.assign = [](Settings& settings, std::string_view text) {
        settings.adminListen = parseListenAddress(text);
        return settings.adminListen || text == "off";
    };
    return result;
}

SettingRow workersRow()
{
    constexpr unsigned MostWorkers = 256;
    const unsigned cores = std::clamp(std::thread::hardware_concurrency(), 1U, MostWorkers);
    auto result = number<&Settings::workers>("workers", Listen, OnRestart, cores, 1, MostWorkers,
                                             "threads that carry traffic");
    result.defaultNote = "number of cores";
    return result;
}

SettingRow nodeNameRow()
{
    auto result = row<&Settings::nodeName>("node-name", Listen, OnRestart);
    const auto hostName = Poco::Environment::nodeName();
    result.form = "NAME";
    result.defaults = {isToken(hostName) ? hostName : "sallyport"};
    result.defaultNote = "the host's name";
    result.help = "this proxy's name in Via fields, in refusals and in the audit log; by seeing it "
                  "again the proxy finds loops";
    result.expected = "a name of letters, digits and !#$%&'*+-.^_`|~";
    result.assign = [](Settings& settings, std::string_view text) {
        settings.nodeName = text;
        return isToken(text);
    };
    return result;
}

SettingRow revokeAfterRow()
{
    auto result = row<&Settings::revokeAfter>("revoke-after", Time, OnReload);
    result.form = "DURATION";
    result.defaults = {"0s"};
    result.help = "how long sessions live on that a newly published policy forbids; never: to "
                  "their own end";
    result.expected = "a duration from 0ms to " + durationText(AYear) +
                      ", or never; write 500ms, 10s, 5m, 24h or 1h30m";
    result.assign = [](Settings& settings, std::string_view text) {
        const auto value = text == "never" ? std::nullopt : parseDuration(text);
        if (text != "never" && (!value || *value > AYear))
            return false;
        settings.revokeAfter = value;
        return true;
    };
    return result;
}

SettingRow dnsServerRow()
{
    auto result = row<&Settings::dnsServers>("dns-server", Names, OnRestart);
    result.form = "HOST[:PORT]";
    result.defaultNote = "those of /etc/resolv.conf";
    result.help = "name server to ask, by its IP address";
    result.expected = "an IPv4 address or an [IPv6 address], with or without :PORT";
    result.occurs = Occurs::Repeatedly;
    result.assign = [](Settings& settings, std::string_view text) {
        const auto server = parseDnsServer(text);
        if (server)
            settings.dnsServers.push_back(*server);
        return server.has_value();
    };
    return result;
}

SettingRow pacProxyRow()
{
    auto result = row<&Settings::pacProxy>("pac-proxy", Pac, OnReload);
    result.form = "HOST:PORT";
    result.defaultNote = "the address the file was asked on";
    result.help =
        "the proxy that the PAC file names; set it when clients reach the proxy by another name";
    result.expected = "HOST:PORT with a host name, an IPv4 address or an [IPv6 address]";
    result.assign = [](Settings& settings, std::string_view text) {
        settings.pacProxy = text;
        return isProxyAddress(text);
    };
    return result;
}

SettingRow pacDirectRow()
{
    auto result = row<&Settings::pacDirect>("pac-direct", Pac, OnReload);
    result.form = "SUFFIX";
    result.defaultNote = "none";
    result.help = "what clients reach without the proxy: .corp.example (with all names below it), "
                  "wiki.example (that host alone), 10.0.0.0/8 (addresses typed in); plain host "
                  "names always are";
    result.expected =
        "a domain such as .corp.example, a host name or an IPv4 network such as 10.0.0.0/8";
    result.occurs = Occurs::Repeatedly;
    result.assign = [](Settings& settings, std::string_view text) {
        settings.pacDirect.emplace_back(text);
        return isDirectEntry(text);
    };
    return result;
}

SettingRow auditSinkRow()
{
    auto result = row<&Settings::auditSinks>("audit-sink", Audit, OnRestart);
    result.form = "NAME=URL";
    result.defaultNote = "none";
    result.help =
        "where records are sent besides: file:/PATH, syslog+udp|tcp|tls://HOST:PORT, "
        "hec+http|https://HOST:PORT, elastic+http|https://HOST:PORT/INDEX, http|https://HOST/PATH; "
        "options behind ?, with & between: format, from=begin, token-file, ca, name, cert, key, "
        "facility";
    result.expected = "NAME=URL";
    result.occurs = Occurs::Repeatedly;
    result.assign = [](Settings& settings, std::string_view text) {
        auto spec = audit::sink::parseSinkSpec(text);
        const auto isNamesake = [&](const auto& other) { return other.name == spec.name; };
        if (std::ranges::any_of(settings.auditSinks, isNamesake))
            throw std::invalid_argument("another sink has this name");
        settings.auditSinks.push_back(std::move(spec));
        return true;
    };
    return result;
}

std::vector<SettingRow> makeTable()
{
    using S = Settings;
    constexpr auto NoLimit = std::numeric_limits<std::uint32_t>::max();
    return {
        path<&S::dataDirectory>("data-dir", Listen, std::string(DefaultDataDirectory),
                                "directory of policy and audit log; made when missing"),
        path<&S::configFile>(
            "config", Listen, "",
            "file of further settings: lines \"option = value\", comments behind #"),
        listenRow(),
        adminListenRow(),
        path<&S::adminCertificate>("admin-certificate", Listen, "",
                                   "PEM file with the certificate of the admin server and its "
                                   "chain; without it the server makes one for itself"),
        path<&S::adminKey>("admin-key", Listen, "", "PEM file with the key of that certificate"),
        workersRow(),
        nodeNameRow(),
        number<&S::maxConnections>(
            "max-connections", Listen, OnRestart, 0, 0, NoLimit,
            "client connections at one time; 0: as many as the descriptor limit allows"),

        duration<&S::headTimeout>(
            "head-timeout", Time, "10s", 10ms, AnHour,
            "how long a request head may take from its first byte to its last; then 408"),
        duration<&S::connectTimeout>(
            "connect-timeout", Time, "10s", 10ms, AnHour,
            "how long to try to reach the origin, over all its addresses; then 504"),
        duration<&S::responseTimeout>("response-timeout", Time, "60s", 10ms, AYear,
                                      "how long to wait for the origin's response head; then 504"),
        duration<&S::keepAliveTimeout>(
            "keep-alive-timeout", Time, "60s", 10ms, AYear,
            "how long a client connection may wait for its next request; then it is closed"),
        duration<&S::bodyTimeout>("body-timeout", Time, "60s", 10ms, AYear,
                                  "how long a body, or the side that receives it, may stand still; "
                                  "then 408 or the connection is closed"),
        duration<&S::firstBytesTime>(
            "first-bytes-time", Time, "1s", 10ms, AnHour,
            "how long the rest of a tunnel's first bytes is waited for when no rule asks for "
            "them; then it counts as protocol unknown. If a rule asks, head-timeout counts, and "
            "the tunnel is reset"),
        duration<&S::tunnelIdle>(
            "tunnel-idle", Time, "24h", 10ms, AYear,
            "how long a tunnel or WebSocket may be silent in both directions; then it is closed",
            Never::Allowed),
        duration<&S::drainTimeout>("drain-timeout", Time, "30s", 0ms, AYear,
                                   "how long tunnels may live on after SIGTERM"),
        revokeAfterRow(),
        duration<&S::tcpKeepalive>(
            "tcp-keepalive", Time, "60s", 1s, AnHour,
            "silence after which TCP probes whether the peer is still there, on both sides",
            Never::Allowed),
        duration<&S::happyEyeballsDelay>("happy-eyeballs-delay", Time, "250ms", 10ms, 10s,
                                         "how long to wait before an origin's next address is "
                                         "tried beside the last one (RFC 8305)"),

        dnsServerRow(),
        path<&S::hostsFile>("hosts-file", Names, "/etc/hosts",
                            "names that are known without asking a server"),
        duration<&S::resolveTimeout>("resolve-timeout", Names, "5s", 10ms, AnHour,
                                     "how long to wait for the answer about a name; then 504"),
        duration<&S::dnsCacheMax>("dns-cache-max", Names, "1h", 0ms, 24h,
                                  "longest time that an answer is kept, whatever its TTL"),
        duration<&S::dnsNegativeTtl>("dns-negative-ttl", Names, "10s", 0ms, AnHour,
                                     "how long it is believed that a name does not exist"),

        size<&S::maxHeadBytes>(
            "max-head-size", Size, OnRestart, "32KiB", 1024, 1 << 20,
            "largest head; a larger request gets 431, a larger response becomes 502"),
        size<&S::maxTargetBytes>("max-target-size", Size, OnReload, "8KiB", 256, 1 << 20,
                                 "longest request target; a longer one gets 414"),
        number<&S::maxFields>("max-fields", Size, OnReload, 200, 10, 10'000,
                              "most header fields in a head; more get 431, in a response 502"),
        size<&S::firstBytes>("first-bytes-size", Size, OnRestart, "16KiB", 1024, 64 * 1024,
                             "how much of what a tunnel's client says first is looked at; a larger "
                             "TLS ClientHello or request head counts as protocol unknown"),
        size<&S::inflateMemory>("inflate-memory", Size, OnRestart, "64MiB", 0,
                                std::size_t{64} << 30,
                                "memory for looking into compressed WebSocket messages, about "
                                "40 KiB for each direction of a session; those beyond it are not "
                                "inspectable"),

        number<&S::originConnectionsPerHost>(
            "origin-connections-per-host", Origin, OnReload, 16, 0, 10'000,
            "idle connections kept for the next request to the same origin, per worker; 0: none"),
        duration<&S::originIdle>("origin-idle", Origin, "30s", 10ms, AnHour,
                                 "how long such a connection is kept"),

        choice<&S::policyOwner>(
            "policy-owner", Policy, OnReload, PolicyOwner::People, PolicyOwner::File,
            admin::api::policyOwnerName,
            "who changes the policy, its draft and the lists over the admin API. people: all whose "
            "role lets them, in the browser too; api: programs with a token alone; file: nobody, "
            "but the command line does"),

        choice<&S::auditMode>(
            "audit-mode", Audit, OnRestart, AuditMode::Spool, AuditMode::BestEffort, auditModeName,
            "what is promised of the log. strict: no session starts before its record is on the "
            "disk; spool: records outlive the process at once and reach the disk within "
            "audit-sync, "
            "new sessions are refused with 503 when the journal is full; best-effort: records wait "
            "in "
            "memory, sessions go on, records that find no room are lost and counted"),
        onRestart(duration<&S::auditSync>("audit-sync", Audit, "20ms", 1ms, 10s,
                                          "in spool mode how often records are brought to the "
                                          "disk: the most that a loss of power "
                                          "costs")),
        size<&S::auditJournal>("audit-journal", Audit, OnRestart, "32MiB",
                               audit::Journal::LeastBytes, std::size_t{4} << 30,
                               "room for records on their way to the store, per worker; taken from "
                               "the disk at the start"),
        size<&S::auditFileSize>(
            "audit-file-size", Audit, OnRestart, "512MiB", 1 << 20, std::size_t{64} << 30,
            "a day's records go on in another file when one is larger than this"),
        number<&S::auditKeepDays>("audit-keep-days", Audit, OnRestart, 90, 0, 36'500,
                                  "files whose last record is older are deleted; 0: none"),
        size<&S::auditBudget>(
            "audit-budget", Audit, OnRestart, "0", 0, std::size_t{1} << 50,
            "the oldest files are deleted while all together are larger than this; "
            "0: none"),
        onRestart(duration<&S::auditCheckpoint>(
            "audit-checkpoint", Audit, "5m", 1s, 24h,
            "how often the state of the hash chain is signed and told to the sinks")),
        choice<&S::auditQuery>(
            "audit-query", Audit, OnReload, AuditQuery::Off, AuditQuery::On, auditQueryName,
            "whether records tell the query of a request's address; the values of parameters named "
            "like secrets (password, token, key, …) are replaced by ***"),
        duration<&S::auditUpdate>(
            "audit-update", Audit, "5m", 10ms, AYear,
            "how often the counters of a session that goes on moving bytes are recorded",
            Never::Allowed),
        auditSinkRow(),

        pacProxyRow(),
        pacDirectRow(),

        choice<&S::logLevel>("log-level", Logging, OnReload, LogLevel::Information, LogLevel::Debug,
                             logLevelName, "how much the process says about itself"),
        path<&S::logFile>("log-file", Logging, "-", "where it says it; - is standard error"),
    };
}

} // namespace

std::span<const SettingRow> settingTable()
{
    static const auto table = makeTable();
    return table;
}

std::string environmentName(const SettingRow& row)
{
    std::string name = "SALLYPORT_";
    for (const char c : row.name)
        name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

std::string_view groupTitle(SettingGroup group)
{
    switch (group) {
    case Listen:
        return "Where to listen, and the process";
    case Time:
        return "Time limits";
    case Names:
        return "Name resolution";
    case Size:
        return "Size limits";
    case Origin:
        return "Connections to origins";
    case SettingGroup::Policy:
        return "Policy";
    case Audit:
        return "Audit log";
    case Pac:
        return "PAC file";
    case Logging:
        return "Logging";
    }
    return "";
}

} // namespace sallyport::app
