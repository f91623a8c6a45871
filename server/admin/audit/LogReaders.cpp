#include "admin/audit/LogReaders.h"

#include "db/AuditFolder.h"

#include <algorithm>
#include <type_traits>

namespace sallyport::admin::audit {
namespace {

constexpr auto LookEvery = std::chrono::seconds(1);
constexpr auto KeptFor = std::chrono::minutes(5);

} // namespace

LogReaders::LogReaders(std::filesystem::path folder)
    : folder_(std::move(folder)), closer_([this](const std::stop_token& stop) { closeOld(stop); })
{}

LogReaders::~LogReaders() = default;

template <class Reader>
std::unique_ptr<Reader> LogReaders::open()
{
    if constexpr (std::is_same_v<Reader, db::AuditReader>) {
        return std::make_unique<Reader>(folder_);
    } else {
        std::shared_ptr<db::AuditMemory> memory;
        {
            const std::scoped_lock lock(mutex_);
            memory = memory_.lock();
            if (!memory) {
                memory = std::make_shared<db::AuditMemory>();
                memory_ = memory;
            }
        }
        return std::make_unique<Reader>(folder_, std::move(memory));
    }
}

template <class Reader>
LogReaders::Loan<Reader> LogReaders::lend(Shelf<Reader>& shelf)
{
    {
        const std::scoped_lock lock(mutex_);
        if (lent_ == MostAtOnce)
            throw api::ApiError(api::ProblemKind::Busy,
                                "Others are looking at the log. Try again in a moment.")
                .retryAfter(std::chrono::seconds(1));
        ++lent_;
        if (!shelf.empty()) {
            auto reader = std::move(shelf.back().reader);
            shelf.pop_back();
            return {*this, std::move(reader)};
        }
    }
    try {
        return {*this, open<Reader>()};
    } catch (...) {
        const std::scoped_lock lock(mutex_);
        --lent_;
        throw;
    }
}

template LogReaders::Loan<db::AuditSearch> LogReaders::lend(Shelf<db::AuditSearch>&);
template LogReaders::Loan<db::AuditFigures> LogReaders::lend(Shelf<db::AuditFigures>&);
template LogReaders::Loan<db::AuditReader> LogReaders::lend(Shelf<db::AuditReader>&);

template <class Reader>
void LogReaders::put(Shelf<Reader>& shelf, std::unique_ptr<Reader> reader)
{
    auto newest = newestFile();
    const std::scoped_lock lock(mutex_);
    --lent_;
    if (shelf.size() < MostWaiting)
        shelf.push_back({std::move(reader), Clock::now()});
    newest_ = std::move(newest);
    changed_.notify_all();
}

template void LogReaders::put(Shelf<db::AuditSearch>&, std::unique_ptr<db::AuditSearch>);
template void LogReaders::put(Shelf<db::AuditFigures>&, std::unique_ptr<db::AuditFigures>);
template void LogReaders::put(Shelf<db::AuditReader>&, std::unique_ptr<db::AuditReader>);

bool LogReaders::isEmpty() const
{
    return searches_.empty() && figures_.empty() && readers_.empty();
}

std::filesystem::path LogReaders::newestFile() const
{
    const auto files = db::auditFilePaths(folder_);
    return files.empty() ? std::filesystem::path() : files.back();
}

void LogReaders::closeOld(const std::stop_token& stop)
{
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        changed_.wait(lock, stop, [this] { return !isEmpty(); });
        changed_.wait_for(lock, stop, LookEvery, [] { return false; });
        lock.unlock();
        const auto newest = newestFile();
        lock.lock();
        const auto now = Clock::now();
        const auto isOld = [&](const auto& waiting) {
            return newest != newest_ || now - waiting.since > KeptFor;
        };
        std::erase_if(searches_, isOld);
        std::erase_if(figures_, isOld);
        std::erase_if(readers_, isOld);
    }
}

} // namespace sallyport::admin::audit
