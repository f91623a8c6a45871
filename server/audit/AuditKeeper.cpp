#include "audit/AuditKeeper.h"

#include "db/AuditSealing.h"
#include "db/DatabaseError.h"

#include <Poco/Logger.h>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <exception>
#include <numeric>

namespace sallyport::audit {
namespace {

constexpr int Niceness = 15;

Poco::Logger& logger()
{
    return Poco::Logger::get("audit");
}

// On Linux each thread has a niceness of its own.
void yieldToOthers()
{
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), Niceness);
}

std::uint64_t bytesOf(const std::vector<db::AuditFile>& files)
{
    return std::accumulate(files.begin(), files.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const auto& file) { return sum + file.bytes; });
}

std::string deletionJson(const db::AuditFile& file, std::string_view reason)
{
    static constexpr std::string_view Digits = "0123456789abcdef";
    std::string json = "{\"first_seq\":" + std::to_string(file.firstSeq) +
                       ",\"last_seq\":" + std::to_string(file.lastSeq) + ",\"last_link\":\"";
    for (const std::uint8_t byte : file.lastLink) {
        json += Digits[byte >> 4];
        json += Digits[byte & 15];
    }
    return json.append("\",\"reason\":\"").append(reason).append("\"}");
}

} // namespace

AuditKeeper::AuditKeeper(std::filesystem::path folder, AuditRetention retention, Record record,
                         Times times)
    : folder_(std::move(folder)), retention_(retention), record_(std::move(record)),
      times_(std::move(times))
{}

AuditKeeper::AuditKeeper(std::filesystem::path folder, AuditRetention retention, Record record)
    : AuditKeeper(std::move(folder), retention, std::move(record), Times{})
{}

AuditKeeper::~AuditKeeper()
{
    stop();
}

void AuditKeeper::start()
{
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void AuditKeeper::stop()
{
    if (!thread_.joinable())
        return;
    thread_.request_stop();
    thread_.join();
}

void AuditKeeper::wake()
{
    {
        const std::lock_guard lock(mutex_);
        signal_ = Signal::Look;
    }
    woken_.notify_all();
}

AuditKeeper::Status AuditKeeper::status() const
{
    const std::lock_guard lock(mutex_);
    return status_;
}

void AuditKeeper::run(const std::stop_token& stop)
{
    yieldToOthers();
    while (!stop.stop_requested()) {
        look(stop);
        std::unique_lock lock(mutex_);
        woken_.wait_for(lock, stop, times_.every, [this] { return signal_ == Signal::Look; });
        signal_ = Signal::None;
    }
}

void AuditKeeper::look(const std::stop_token& stop)
{
    std::string trouble;
    try {
        // What is to be deleted need not be sealed before.
        deleteOld(folder_.files());
        seal(folder_.files(), stop);
    } catch (const std::exception& error) {
        trouble = error.what();
    }
    const std::uint64_t bytes = bytesOf(folder_.files());
    for (const auto& file : folder_.unreadable())
        trouble = trouble.empty() ? file.why : trouble;
    noteError(trouble);
    const std::lock_guard lock(mutex_);
    status_.bytes = bytes;
}

void AuditKeeper::seal(const std::vector<db::AuditFile>& files, const std::stop_token& stop)
{
    for (std::size_t i = 0; i + 1 < files.size(); ++i) {
        if (stop.stop_requested())
            return;
        const std::filesystem::path& path = files[i].path;
        if (standAlone_.contains(path))
            continue;
        if (db::isAuditFileSealed(path)) {
            standAlone_.insert(path);
            continue;
        }
        if (db::sealAuditFile(path, now(), stop) != db::Sealing::Done)
            continue; // the next look tries again
        standAlone_.insert(path);
        logger().information("sealed " + path.string());
        const std::lock_guard lock(mutex_);
        ++status_.sealed;
    }
}

void AuditKeeper::deleteOld(std::vector<db::AuditFile> files)
{
    std::uint64_t bytes = bytesOf(files);
    const auto isTooOld = [&](const db::AuditFile& file) {
        return retention_.age && file.lastTime + *retention_.age < now();
    };
    const auto isTooMuch = [&] {
        return retention_.budgetBytes && bytes > *retention_.budgetBytes;
    };
    for (std::size_t i = 0; i + 1 < files.size(); ++i) {
        const db::AuditFile& file = files[i];
        // The oldest first, and none after one that stays: no gap in the middle.
        if (isTooOld(file))
            remove(file, "age");
        else if (isTooMuch())
            remove(file, "budget");
        else
            return;
        bytes -= file.bytes;
    }
}

void AuditKeeper::remove(const db::AuditFile& file, std::string_view reason)
{
    db::AdminAct act;
    act.time = now();
    act.who = "sallyport";
    act.source = "retention";
    act.action = "audit.delete";
    act.object = file.path.filename().string();
    act.after = deletionJson(file, reason);
    record_(act);
    db::removeAuditFile(file.path);
    standAlone_.erase(file.path);
    logger().information("deleted " + file.path.string() + " (" + std::string(reason) + ")");
    const std::lock_guard lock(mutex_);
    ++status_.deleted;
}

db::AuditTime AuditKeeper::now() const
{
    if (times_.now)
        return times_.now();
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void AuditKeeper::noteError(const std::string& text)
{
    const std::lock_guard lock(mutex_);
    if (!text.empty() && text != status_.lastError)
        logger().error("looking after the audit log's files, trying again: " + text);
    status_.lastError = text;
}

} // namespace sallyport::audit
