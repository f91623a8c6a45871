#include "app/AuditTailCommand.h"

#include "app/AdminTrail.h"
#include "app/AuditLogOption.h"
#include "app/CommandLine.h"
#include "app/EventLine.h"
#include "app/RecordFilter.h"
#include "app/TextTable.h"
#include "db/AuditExport.h"
#include "db/AuditReader.h"
#include "db/DatabaseError.h"

#include <chrono>
#include <deque>
#include <iostream>
#include <thread>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

constexpr std::uint32_t UsualCount = 20;
constexpr std::uint32_t MostCount = 100'000;
constexpr std::chrono::milliseconds PollInterval{200};
constexpr std::size_t FirstLook = 1'000;
constexpr std::size_t LookFactor = 10;

class Tail {
public:
    explicit Tail(const CommandLine& line)
        : line_(line), filter_(filterOption(line)), width_(outputWidth()),
          count_(line.has("lines") ? line.number("lines") : UsualCount)
    {
        if (count_ > MostCount)
            throw UsageError("--lines: write a number up to " + std::to_string(MostCount) +
                             "; `sallyport audit export` has no limit");
    }

    // The last ones that match: looked for among ever more of the newest records. Gives the seq of
    // the last record there is.
    std::uint64_t printLast(const db::AuditReader& log)
    {
        const std::uint64_t end = log.lastSeq();
        const std::uint64_t all = end - std::min(end, log.firstSeq()) + (end == 0 ? 0 : 1);
        std::deque<std::string> lines;
        for (std::uint64_t look = std::max<std::uint64_t>(count_, FirstLook);; look *= LookFactor) {
            lines.clear();
            log.forEachAfter(end - std::min(end, look), [&](const db::AuditRecord& record) {
                if (record.seq > end)
                    return db::AuditReader::Next::Stop;
                keepIfWanted(lines, record);
                return db::AuditReader::Next::Continue;
            });
            if (lines.size() == count_ || look >= all)
                break;
        }
        for (const std::string& line : lines)
            std::cout << line;
        std::cout.flush();
        return end;
    }

    // Gives the seq of the last record there is. A file that is locked for a moment, as it is being
    // sealed, is read the next time.
    std::uint64_t printAfter(const db::AuditReader& log, std::uint64_t seq)
    {
        try {
            log.forEachAfter(seq, [&](const db::AuditRecord& record) {
                seq = record.seq;
                if (filter_.matches(record))
                    std::cout << textOf(record);
                return std::cout ? db::AuditReader::Next::Continue : db::AuditReader::Next::Stop;
            });
        } catch (const db::DatabaseError& error) {
            if (error.kind() != db::DatabaseError::Kind::Locked)
                throw;
        }
        std::cout.flush();
        return seq;
    }

private:
    [[nodiscard]] std::string textOf(const db::AuditRecord& record) const
    {
        std::string text;
        if (line_.has("json")) {
            db::appendJsonLine(text, record);
            return text;
        }
        text = eventLine(record);
        if (width_ != TextTable::NoLimit)
            text.resize(bytesFitting(text, width_));
        return text + '\n';
    }

    void keepIfWanted(std::deque<std::string>& lines, const db::AuditRecord& record) const
    {
        if (count_ == 0 || !filter_.matches(record))
            return;
        if (lines.size() == count_)
            lines.pop_front();
        lines.push_back(textOf(record));
    }

    const CommandLine& line_;
    const db::AuditFilter filter_;
    const std::size_t width_;
    const std::size_t count_;
};

} // namespace

void addAuditTailOptions(CommandLine& line)
{
    line.options().add_options()("lines,n", po::value<std::string>()->value_name("N"),
                                 "print the last N events; 20 is the default")(
        "follow,f", "then print the events that come, until it is ended");
    addFilterOption(line);
}

int runAuditTail(CommandLine& line)
{
    Tail tail(line);
    const db::AuditReader log(requireAuditLog(line));
    recordReading(line, "audit.tail");
    std::uint64_t seq = tail.printLast(log);
    while (line.has("follow") && std::cout) {
        std::this_thread::sleep_for(PollInterval);
        seq = tail.printAfter(log, seq);
    }
    return exitCodeFor(log.unreadable());
}

} // namespace sallyport::app
