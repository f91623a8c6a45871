#include "admin/audit/RecordedPolicies.h"

#include "db/ListStore.h"
#include "db/Migrations.h"

#include <algorithm>

namespace sallyport::admin::audit {

struct RecordedPolicies::Stores {
    explicit Stores(const std::filesystem::path& file)
        : listDatabase(db::Database::openOrCreate(file, db::Durability::Full)), policies(file),
          lists(listDatabase)
    {}

    db::Database listDatabase;
    db::PolicyStore policies;
    db::ListStore lists;
};

RecordedPolicies::RecordedPolicies(std::filesystem::path dataDirectory)
    : file_(std::move(dataDirectory) / db::PolicyStore::FileName)
{}

RecordedPolicies::~RecordedPolicies() = default;

RecordedPolicies::Stores& RecordedPolicies::stores()
{
    if (!stores_)
        stores_ = std::make_unique<Stores>(file_);
    return *stores_;
}

std::shared_ptr<const policy::Policy> RecordedPolicies::version(std::uint32_t number)
{
    const std::scoped_lock lock(mutex_);
    const auto known =
        std::ranges::find(compiled_, number, [](const auto& policy) { return policy->version(); });
    if (known != compiled_.end()) {
        compiled_.splice(compiled_.begin(), compiled_, known);
        return compiled_.front();
    }
    const auto recorded = stores().policies.version(number);
    compiled_.push_front(
        policy::Policy::compile(recorded.document, number, stores().lists.load(recorded.lists)));
    if (compiled_.size() > Kept)
        compiled_.pop_back();
    return compiled_.front();
}

std::vector<db::PolicyStore::VersionEntry> RecordedPolicies::versions()
{
    const std::scoped_lock lock(mutex_);
    return stores().policies.versions();
}

std::uint32_t RecordedPolicies::inForce()
{
    const std::scoped_lock lock(mutex_);
    return stores().policies.changeStamp();
}

} // namespace sallyport::admin::audit
