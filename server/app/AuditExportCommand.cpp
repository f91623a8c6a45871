#include "app/AuditExportCommand.h"

#include "app/AdminTrail.h"
#include "app/AuditLogOption.h"
#include "app/CommandLine.h"
#include "app/ExportFile.h"
#include "app/PolicySummary.h"
#include "app/RecordFilter.h"
#include "app/TimeOption.h"
#include "audit/format/Format.h"
#include "db/AuditReader.h"

#include <algorithm>
#include <iostream>
#include <limits>
#include <optional>
#include <string>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

using audit::format::Format;
using Next = db::AuditReader::Next;

constexpr std::size_t OutputBufferBytes = 64 * 1024;
constexpr std::uint64_t NoLimit = std::numeric_limits<std::uint64_t>::max();

const Format& formatOption(const CommandLine& line)
{
    const std::string name = line.has("format") ? line.text("format") : "jsonl";
    if (const Format* const known = audit::format::findFormat(name))
        return *known;
    std::string names;
    for (const Format& known : audit::format::formats())
        names.append(names.empty() ? "" : ", ").append(known.name);
    throw UsageError("--format: \"" + name + "\" is not known; there are " + names);
}

struct Wanted {
    const Format& format;
    db::AuditFilter filter;
    db::AuditPeriod period;
    std::optional<std::uint64_t> after;
    std::uint64_t limit = NoLimit;
};

Wanted wantedOf(const CommandLine& line)
{
    Wanted wanted{.format = formatOption(line),
                  .filter = filterOption(line),
                  .period = {timeOption(line, "since"), timeOption(line, "until")},
                  .after = {}};
    if (line.has("after"))
        wanted.after = longNumberIn(line.text("after"), "--after");
    if (line.has("limit"))
        wanted.limit = longNumberIn(line.text("limit"), "--limit");
    if (line.has("resume") && !line.has("output"))
        throw UsageError("--resume is for a file; name it with --output");
    if (line.has("resume") && line.has("after"))
        throw UsageError("--resume finds out by itself what --after says; leave one of them out");
    if (line.has("json") && wanted.format.name != "jsonl")
        throw UsageError("--json is --format jsonl; leave one of them out");
    return wanted;
}

class Export {
public:
    Export(const Wanted& wanted, ExportFile& file)
        : wanted_(wanted), isInPeriod_(wanted.period), file_(file)
    {
        buffer_.reserve(2 * OutputBufferBytes);
        if (wanted.format.appendHeader && file.isNew())
            wanted.format.appendHeader(buffer_);
    }

    Next take(const db::AuditRecord& record)
    {
        if (written_ == wanted_.limit)
            return Next::Stop;
        lastSeq_ = record.seq;
        if (!isInPeriod_(record) || !wanted_.format.takes(record) ||
            !wanted_.filter.matches(record))
            return Next::Continue;
        wanted_.format.append(buffer_, record);
        ++written_;
        if (buffer_.size() >= OutputBufferBytes)
            flush();
        return Next::Continue;
    }

    void finish()
    {
        flush();
        file_.finish();
    }

    [[nodiscard]] std::uint64_t written() const { return written_; }
    [[nodiscard]] std::uint64_t lastSeq() const { return lastSeq_; } ///< gone through; 0: none

private:
    void flush()
    {
        file_.write(buffer_);
        buffer_.clear();
    }

    const Wanted& wanted_;
    const InPeriod isInPeriod_;
    ExportFile& file_;
    std::string buffer_;
    std::uint64_t written_ = 0;
    std::uint64_t lastSeq_ = 0;
};

// Goes through what may be wanted: by time as far as the files tell, or behind a seq.
void goThrough(const db::AuditReader& log, const Wanted& wanted, Export& all)
{
    if (wanted.after || wanted.limit != NoLimit)
        log.forEachAfter(wanted.after.value_or(0),
                         [&](const db::AuditRecord& record) { return all.take(record); });
    else
        log.forEach(wanted.period, [&](const db::AuditRecord& record) { all.take(record); });
}

} // namespace

void addAuditExportOptions(CommandLine& line)
{
    std::string formats = "jsonl is the default.";
    for (const Format& format : audit::format::formats())
        ((formats += ' ') += format.name) += ": " + std::string(format.about) + '.';
    line.options().add_options()("format", po::value<std::string>()->value_name("FORMAT"),
                                 formats.c_str())(
        "since", po::value<std::string>()->value_name("TIME"),
        "leave out events before this time, for example 2026-01-31T08:00:00Z or 2026-01-31")(
        "until", po::value<std::string>()->value_name("TIME"),
        "leave out events at this time and later")(
        "after", po::value<std::string>()->value_name("SEQ"),
        "begin behind this seq, as an earlier export said it at its end")(
        "limit", po::value<std::string>()->value_name("N"), "end after N events")(
        "output", po::value<std::string>()->value_name("FILE"),
        "write to a new file, which nobody else can read, instead of standard output")(
        "resume", "go on behind the last whole line of the --output file, if it is there");
    addFilterOption(line);
}

int runAuditExport(CommandLine& line)
{
    Wanted wanted = wantedOf(line);
    const db::AuditReader log(requireAuditLog(line));
    recordReading(line, "audit.export");
    const std::uint64_t lastSeq = log.lastSeq();
    std::optional<ExportFile> file;
    if (line.has("output")) {
        using enum ExportFile::Begin;
        file.emplace(line.text("output"), wanted.format.name, line.has("resume") ? Resume : Anew);
        if (line.has("resume"))
            wanted.after = file->lastSeq();
    } else {
        file.emplace();
    }
    Export all(wanted, *file);
    goThrough(log, wanted, all);
    all.finish();
    // With no end given, everything up to the log's end was gone through, whatever was written.
    const bool toTheEnd = !wanted.period.until && all.written() < wanted.limit;
    const std::uint64_t reached =
        std::max({all.lastSeq(), wanted.after.value_or(0), toTheEnd ? lastSeq : 0});
    std::cerr << "sallyport audit: " << counted(all.written(), "event") << " exported, up to seq "
              << reached << "; to go on: --after " << reached << '\n';
    return exitCodeFor(log.unreadable());
}

} // namespace sallyport::app
