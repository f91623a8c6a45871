#include "app/AuditLog.h"

#include "audit/OpenJournals.h"
#include "audit/sink/StoredRecords.h"
#include "db/AuditKey.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <chrono>
#include <string>
#include <utility>

namespace sallyport::app {
namespace {

/// How long the deletion of a file waits for its record.
constexpr std::chrono::seconds RecordPatience{30};

Poco::Logger& auditLogger()
{
    return Poco::Logger::get("audit");
}

audit::AuditRetention retentionOf(const Settings& settings)
{
    audit::AuditRetention retention;
    if (settings.auditKeepDays != 0)
        retention.age = std::chrono::days(settings.auditKeepDays);
    if (settings.auditBudget != 0)
        retention.budgetBytes = settings.auditBudget;
    return retention;
}

void tell(const audit::OpenedJournals& opened)
{
    if (opened.recovered > 0) {
        poco_information_f1(auditLogger(), "%s records of an earlier run were taken over",
                            std::to_string(opened.recovered));
    }
    if (opened.unreadableBytes > 0) {
        poco_error_f1(auditLogger(), "%s bytes of records of an earlier run cannot be read",
                      std::to_string(opened.unreadableBytes));
    }
    if (opened.lostSessions > 0) {
        poco_warning_f1(
            auditLogger(),
            "%s sessions of an earlier run had no end; they are recorded as process-lost",
            std::to_string(opened.lostSessions));
    }
}

} // namespace

AuditLog::AuditLog(const Settings& settings)
    : folder_(settings.dataDirectory / db::AuditFolderName), spool_(settings.dataDirectory)
{
    openStore(settings);
    sinks_ = std::make_unique<audit::sink::SinkSet>(
        settings.auditSinks, folder_ / "sinks",
        [folder = folder_] { return std::make_unique<audit::sink::StoredRecords>(folder); });
    writer_ = std::make_unique<audit::AuditWriter>(
        *queue_, *store_, spool_,
        audit::AuditWriter::Times{.checkpoint = settings.auditCheckpoint});
    writer_->onCommitted([this](std::uint64_t lastSeq) { sinks_->onCommitted(lastSeq); });
    if (settings.auditMode != AuditMode::BestEffort)
        sync_ = std::make_unique<audit::JournalSync>(
            *queue_,
            settings.auditMode == AuditMode::Strict ? Milliseconds::zero() : settings.auditSync);
    keeper_ = std::make_unique<audit::AuditKeeper>(
        folder_, retentionOf(settings),
        [this](const db::AdminAct& act) { recordBeforeDeleting(act); });
}

AuditLog::~AuditLog()
{
    stop();
}

void AuditLog::openStore(const Settings& settings)
{
    store_ = std::make_unique<db::AuditStore>(
        folder_, db::AuditStoreOptions{.node = settings.nodeName,
                                       .fileBytes = settings.auditFileSize,
                                       .key = std::make_shared<const db::AuditKey>(
                                           db::AuditKey::openOrCreate(settings.dataDirectory))});
    auto opened = audit::openJournals(
        folder_, settings.auditMode, settings.workers, settings.auditJournal, *store_, spool_,
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
    tell(opened);
    queue_ = std::make_unique<audit::AuditQueue>(settings.auditMode, std::move(opened.journals));
}

void AuditLog::start()
{
    sinks_->start(store_->lastSeq());
    writer_->start();
    if (sync_)
        sync_->start();
    keeper_->start();
}

void AuditLog::stop()
{
    keeper_->stop(); // before the writer, which records what it deletes
    if (sync_)
        sync_->stop();
    writer_->stop();
    sinks_->stop();
}

AuditLog::Status AuditLog::status() const
{
    return {.mode = queue_->mode(),
            .writer = writer_->status(),
            .journalUsed = queue_->used(),
            .journalCapacity = queue_->capacity() * queue_->lanes(),
            .journalError = sync_ ? sync_->lastError() : std::string(),
            .sinks = sinks_->status()};
}

void AuditLog::recordBeforeDeleting(const db::AdminAct& act)
{
    writer_->record(act);
    if (!writer_->flush(RecordPatience))
        throw Poco::TimeoutException(
            "the audit log did not record in time that a file of it is to be deleted");
}

} // namespace sallyport::app
