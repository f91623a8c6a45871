// AuditLog: an audit log in a data directory of a test, written through AuditStore.
#pragma once

#include "db/AuditStore.h"
#include "unit/db/SampleEvents.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace sallyport::test {

class AuditLog {
public:
    explicit AuditLog(std::filesystem::path dataFolder)
        : data_(std::move(dataFolder)),
          key_(std::make_shared<const db::AuditKey>(db::AuditKey::openOrCreate(data_)))
    {
        open();
    }

    void open()
    {
        store_.reset();
        store_.emplace(folder(), db::AuditStoreOptions{.node = "node-1",
                                                       .fileBytes = fileBytes,
                                                       .durability = db::Durability::Normal,
                                                       .key = key_});
    }
    void close() { store_.reset(); }

    std::size_t write(std::span<const db::AuditEvent> events, db::AuditTime now = sampleTime(2))
    {
        const db::JournalRecords records{.events = events, .acts = {}};
        return store_->write({&records, 1}, now);
    }
    std::size_t write(std::initializer_list<db::AuditEvent> events,
                      db::AuditTime now = sampleTime(2))
    {
        return write(std::span(events.begin(), events.size()), now);
    }
    void act(const db::AdminAct& act, db::AuditTime now = sampleTime(2))
    {
        const db::JournalRecords records{.events = {}, .acts = {&act, 1}};
        store_->write({&records, 1}, now);
    }

    [[nodiscard]] db::AuditStore& store() { return *store_; }
    [[nodiscard]] const db::AuditStore& store() const { return *store_; }
    [[nodiscard]] std::filesystem::path folder() const { return data_ / "audit"; }
    [[nodiscard]] const std::filesystem::path& dataFolder() const { return data_; }
    [[nodiscard]] const db::AuditKey& key() const { return *key_; }

    std::uint64_t fileBytes = db::AuditStoreOptions::DefaultFileBytes; ///< for the next open()

private:
    std::filesystem::path data_;
    std::shared_ptr<const db::AuditKey> key_;
    std::optional<db::AuditStore> store_;
};

} // namespace sallyport::test
