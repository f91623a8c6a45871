#include "audit/OpenJournals.h"

#include "audit/EventCodec.h"
#include "audit/TakeActs.h"

#include <algorithm>
#include <ranges>
#include <string>

namespace sallyport::audit {
namespace {

constexpr std::string_view NamePrefix = "journal-";
constexpr std::size_t MostEvents = 8192;

std::filesystem::path fileOf(const std::filesystem::path& folder, std::size_t number)
{
    return folder / (std::string(NamePrefix) + std::to_string(number));
}

std::vector<std::filesystem::path> filesIn(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().filename().string().starts_with(NamePrefix))
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

void moveRecords(Journal& journal, db::AuditStore& store, db::AuditTime now, OpenedJournals& result)
{
    result.unreadableBytes += journal.recover();
    const std::uint64_t end = journal.written();
    std::uint64_t position = std::max(journal.released(), store.position(journal.id()));
    EventDecoder decoder;
    std::vector<AuditEvent> events;
    while (position < end) {
        while (position < end && events.size() < MostEvents) {
            const auto bytes = journal.read(position);
            if (bytes.empty())
                position = end;
            else if (auto event = decoder.decode(bytes))
                events.push_back(*event);
        }
        const db::JournalRecords records{
            .journal = journal.id(), .position = position, .events = events, .acts = {}};
        store.write({&records, 1}, now);
        result.recovered += events.size();
        events.clear();
        decoder.clear();
    }
    store.sync();
    journal.release(position);
}

} // namespace

OpenedJournals openJournals(const std::filesystem::path& folder, AuditMode mode, std::size_t count,
                            std::size_t bytes, db::AuditStore& store, const db::AdminSpool& spool,
                            db::AuditTime now)
{
    OpenedJournals result;
    for (const auto& file : filesIn(folder)) {
        Journal journal(file, Journal::LeastBytes);
        moveRecords(journal, store, now, result);
    }
    result.lostSessions = store.closeLostSessions(now);
    takeActs(spool, store, now);
    store.sync();
    std::vector<Journal::Id> ids;
    for (std::size_t i = 0; i < count; ++i) {
        auto& journal = result.journals.emplace_back(
            mode == AuditMode::BestEffort ? std::make_unique<Journal>(bytes)
                                          : std::make_unique<Journal>(fileOf(folder, i), bytes));
        if (mode != AuditMode::BestEffort)
            journal->restart(bytes);
        ids.push_back(journal->id());
    }
    store.keepJournals(ids);
    for (const auto& file : filesIn(folder)) {
        const bool used =
            mode != AuditMode::BestEffort &&
            std::ranges::any_of(std::views::iota(std::size_t{0}, count),
                                [&](std::size_t i) { return file == fileOf(folder, i); });
        if (!used)
            std::filesystem::remove(file);
    }
    return result;
}

} // namespace sallyport::audit
