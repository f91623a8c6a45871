#include "app/PolicyWatch.h"

#include "db/ListStore.h"

#include <Poco/Logger.h>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

namespace sallyport::app {

namespace {

/// How long a version that could not be used is left alone: its compilation may be long.
constexpr auto RetryAfter = std::chrono::seconds(5);

Poco::Logger& serverLogger()
{
    return Poco::Logger::get("server");
}

} // namespace

PolicyWatch::PolicyWatch(std::filesystem::path file)
    : file_(std::move(file)), store_(std::make_unique<db::PolicyStore>(file_)), opened_(identify())
{
    store_->ensureInitial();
    stamp_ = store_->changeStamp();
    policy_ = compileCurrent();
}

PolicyWatch::FileIdentity PolicyWatch::identify() const
{
    struct stat status {};
    if (::stat(file_.c_str(), &status) != 0)
        throw std::system_error(errno, std::generic_category(), file_.string());
    return {status.st_dev, status.st_ino};
}

std::shared_ptr<const policy::Policy> PolicyWatch::compileCurrent() const
{
    auto current = store_->current();
    auto lists = listsFor(current.lists);
    return policy::Policy::compile(std::move(current.document), current.number, std::move(lists));
}

// Those of the policy in force where they hold the same: building the tables of millions of hosts
// takes longer than all the rest.
std::shared_ptr<const policy::DestinationLists>
PolicyWatch::listsFor(std::span<const db::ListBinding> bindings) const
{
    if (bindings.empty())
        return policy::DestinationLists::none();
    if (policy_ != nullptr) {
        const auto& known = *policy_->lists();
        const auto isKnown = [&known](const db::ListBinding& binding) {
            const auto list = known.find(binding.name);
            return list && known.identity(*list).contentHash == binding.contentHash;
        };
        if (known.size() == bindings.size() && std::ranges::all_of(bindings, isKnown))
            return policy_->lists();
    }
    auto reading = db::Database::openReadOnly(file_);
    return db::ListStore(reading).load(bindings);
}

bool PolicyWatch::look()
{
    try {
        openAnewIfReplaced();
        return takeNewest();
    } catch (const std::exception& problem) {
        complain(problem.what());
        return false;
    }
}

void PolicyWatch::openAnewIfReplaced()
{
    const auto present = identify();
    if (present == opened_)
        return;
    store_ = std::make_unique<db::PolicyStore>(file_);
    opened_ = present;
    stamp_.reset();
    refusedStamp_.reset();
}

bool PolicyWatch::takeNewest()
{
    const auto stamp = store_->changeStamp();
    if (stamp == stamp_) {
        complaint_.clear();
        return false;
    }
    const auto now = std::chrono::steady_clock::now();
    if (stamp == refusedStamp_ && now < retryAt_)
        return false;
    try {
        policy_ = compileCurrent();
    } catch (const std::exception& problem) {
        refusedStamp_ = stamp;
        retryAt_ = now + RetryAfter;
        complain("policy version " + std::to_string(stamp) + ": " + problem.what());
        return false;
    }
    stamp_ = stamp;
    refusedStamp_.reset();
    complaint_.clear();
    return true;
}

void PolicyWatch::complain(const std::string& text)
{
    if (text == complaint_)
        return;
    complaint_ = text;
    poco_error_f1(serverLogger(), "the last policy stays in force: %s", text);
}

void PolicyWatch::addHits(std::span<const db::RowHits> hits)
{
    store_->addHits(hits);
}

} // namespace sallyport::app
