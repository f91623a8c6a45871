#include "support/ProxyProcess.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sallyport::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view HostsFile = "127.0.0.1 localhost origin.test other.test denied.test\n"
                                       "::1 six.test\n"
                                       "127.0.0.1 loop.test\n";

std::uint16_t portAtEnd(const std::string& word)
{
    return static_cast<std::uint16_t>(std::stoul(word.substr(word.rfind(':') + 1)));
}

} // namespace

std::string loopbackPolicy(const std::string& rules, const std::string& guardRows)
{
    return R"({"format": 1, "guard": [)" + guardRows +
           R"({"name": "Loopback may be reached", "action": "allow",
               "when": {"address": ["127.0.0.0/8", "::1/128"]}}],
             "access": [)" +
           rules + R"({"name": "Clients on loopback", "action": "allow",
               "when": {"client": ["127.0.0.0/8", "::1/128"]}}],
             "defaults": {"access": "deny"}})";
}

ProxyProcess::ProxyProcess(ProxySettings settings) : settings_(std::move(settings))
{
    std::filesystem::create_directory(dataDir());
    folder_.write("hosts", HostsFile);
    if (!settings_.configFile.empty())
        folder_.write("sallyport.conf", settings_.configFile);
    if (!settings_.policy.empty()) {
        const ProgramResult imported = importPolicy(settings_.policy);
        if (imported.exitCode != 0)
            throw Unexpected("the policy was not imported: " + imported.errors);
    }
    start();
}

ProxyProcess::~ProxyProcess()
{
    if (process_)
        stop();
    joinLog();
}

void ProxyProcess::start()
{
    std::vector<std::pair<std::string, std::string>> chosen{
        {"data-dir", dataDir()},         {"listen", "127.0.0.1:0"},
        {"admin-listen", "127.0.0.1:0"}, {"hosts-file", folder_.file("hosts")},
        {"dns-server", dns_.endpoint()}, {"workers", "2"},
        {"audit-journal", "2MiB"}, // quicker to make
        {"drain-timeout", "1s"},
    };
    if (!settings_.configFile.empty())
        chosen.emplace_back("config", configPath());
    std::erase_if(chosen, [this](const auto& option) {
        return ('\n' + settings_.configFile).contains('\n' + option.first + " = ") ||
               std::ranges::any_of(settings_.options,
                                   [&](const auto& own) { return own.first == option.first; });
    });
    chosen.insert(chosen.end(), settings_.options.begin(), settings_.options.end());

    std::vector<std::string> command{sallyportPath(), "serve"};
    for (const auto& [name, value] : chosen) {
        command.push_back("--" + name);
        command.push_back(value);
    }
    joinLog();
    const std::size_t from = log_.size();
    logEnded_ = false;
    process_ = std::make_unique<ChildProcess>(command, settings_.descriptorLimit);
    logReader_ =
        std::thread([this, descriptor = process_->errorDescriptor()] { readLog(descriptor); });
    awaitReady(from);
}

void ProxyProcess::readLog(int descriptor)
{
    std::array<char, 4096> buffer;
    for (;;) {
        const ssize_t count = read(descriptor, buffer.data(), buffer.size());
        const std::lock_guard lock(mutex_);
        if (count > 0)
            log_.append(buffer.data(), static_cast<std::size_t>(count));
        else
            logEnded_ = true;
        logGrew_.notify_all();
        if (count <= 0)
            return;
    }
}

void ProxyProcess::joinLog()
{
    if (logReader_.joinable())
        logReader_.join();
}

void ProxyProcess::awaitReady(std::size_t from)
{
    std::string line;
    const auto readyLine = [&] {
        const auto found = log_.find("ready proxy=", from);
        const auto end = found == std::string::npos ? found : log_.find('\n', found);
        if (end != std::string::npos)
            line = log_.substr(found, end - found);
        return !line.empty() || logEnded_;
    };
    std::unique_lock lock(mutex_);
    const bool inTime = logGrew_.wait_for(lock, 2 * Patience, readyLine);
    if (!inTime || line.empty()) {
        const std::string text = log_.substr(from);
        lock.unlock();
        process_->signal(SIGKILL);
        joinLog();
        process_.reset();
        throw Unexpected("sallyport did not become ready; its log:\n" + text);
    }
    ports_.clear();
    std::istringstream words(line);
    for (std::string word; words >> word;) {
        if (word.starts_with("proxy="))
            ports_.push_back(portAtEnd(word));
        if (word.starts_with("admin=") && word.contains(':'))
            adminPort_ = portAtEnd(word);
    }
}

void ProxyProcess::stop()
{
    process_->signal(SIGTERM);
    const auto code = process_->waitFor(2 * Patience);
    if (!code) {
        process_->signal(SIGKILL);
        ADD_FAILURE() << "sallyport did not stop; its log:\n" << log();
    }
    joinLog();
    process_.reset();
    if (code)
        judgeExit(*code);
}

void ProxyProcess::judgeExit(int code)
{
    const std::string report = sanitizerReport(log_);
    if (code != 0 || !report.empty())
        ADD_FAILURE() << "sallyport ended with " << code << "\n"
                      << report << "\nits log:\n"
                      << log_;
}

void ProxyProcess::kill9()
{
    process_->signal(SIGKILL);
    (void)process_->waitFor(Patience);
    joinLog();
    process_.reset();
}

int ProxyProcess::awaitExit()
{
    const auto code = process_->waitFor(2 * Patience);
    if (!code)
        throw Unexpected("sallyport still runs; its log:\n" + log());
    joinLog();
    process_.reset();
    const std::string report = sanitizerReport(log_);
    if (!report.empty())
        ADD_FAILURE() << report;
    return *code;
}

RawClient ProxyProcess::tunnelTo(const std::string& authority) const
{
    RawClient connection = client();
    connection.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
    const Response answer = connection.receiveResponse("CONNECT");
    if (answer.status != 200)
        throw Unexpected("no tunnel to " + authority + ":\n" + answer.head + answer.body);
    return connection;
}

Response ProxyProcess::ask(const std::string& bytes, std::string_view method) const
{
    RawClient connection = client();
    connection.send(bytes);
    return connection.receiveResponse(method);
}

ProgramResult ProxyProcess::importPolicy(const std::string& json) const
{
    return run({"policy", "import", folder_.write("policy.json", json)});
}

ProgramResult ProxyProcess::run(std::vector<std::string> arguments) const
{
    arguments.emplace_back("--data-dir");
    arguments.push_back(dataDir());
    return runSallyport(std::move(arguments));
}

std::vector<AuditRecord> ProxyProcess::records() const
{
    return records({});
}

std::vector<AuditRecord> ProxyProcess::records(const Wanted& wanted) const
{
    const ProgramResult exported = run({"audit", "export", "--format", "jsonl"});
    if (exported.exitCode != 0)
        throw Unexpected("audit export failed: " + exported.errors);
    // This very look at the log becomes an event of it.
    const bool anyKind = std::ranges::count(wanted, "event", &Wanted::value_type::first) != 0;
    std::vector<AuditRecord> found;
    std::istringstream lines(exported.output);
    for (std::string line; std::getline(lines, line);) {
        AuditRecord record = AuditRecord::parse(line);
        const bool ofSession = record["event"] != "admin" && record["event"] != "checkpoint";
        if ((anyKind || ofSession) && says(record, wanted))
            found.push_back(std::move(record));
    }
    return found;
}

AuditRecord ProxyProcess::awaitRecord(const Wanted& wanted) const
{
    const auto deadline = Clock::now() + Patience;
    for (;;) {
        auto found = records(wanted);
        if (!found.empty())
            return std::move(found.front());
        if (Clock::now() < deadline)
            continue;
        std::string message = "no record says";
        for (const auto& [name, value] : wanted)
            message += " " + name + "=" + value;
        for (const AuditRecord& record : records())
            message += "\n" + record.line();
        throw Unexpected(message);
    }
}

AuditRecord ProxyProcess::awaitEnding(const Wanted& wanted) const
{
    const auto deadline = Clock::now() + Patience;
    for (;;) {
        auto found = records(wanted);
        std::erase_if(found, [](const AuditRecord& record) {
            return record["event"] != "close" && record["event"] != "decision";
        });
        if (!found.empty())
            return std::move(found.front());
        if (Clock::now() < deadline)
            continue;
        std::string message = "no close or decision says";
        for (const auto& [name, value] : wanted)
            message += " " + name + "=" + value;
        for (const AuditRecord& record : records())
            message += "\n" + record.line();
        throw Unexpected(message);
    }
}

std::string ProxyProcess::log() const
{
    const std::lock_guard lock(mutex_);
    return log_;
}

void ProxyProcess::awaitLog(std::string_view text) const
{
    std::unique_lock lock(mutex_);
    if (!logGrew_.wait_for(lock, Patience, [&] { return log_.contains(text); }))
        throw Unexpected("the log does not say \"" + std::string(text) + "\":\n" + log_);
}

std::size_t ProxyProcess::residentKilobytes() const
{
    std::ifstream status("/proc/" + std::to_string(pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:"))
            return std::stoul(line.substr(6));
    }
    throw Unexpected("no VmRSS for the proxy");
}

std::size_t ProxyProcess::openDescriptors() const
{
    const std::filesystem::directory_iterator entries("/proc/" + std::to_string(pid()) + "/fd");
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

} // namespace sallyport::test
