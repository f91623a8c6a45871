#include "admin/lists/ReadImport.h"

#include "admin/api/ApiError.h"
#include "admin/lists/ListState.h"

#include <array>
#include <sstream>

namespace sallyport::admin::lists {
namespace {

using api::ApiError;
using api::ProblemKind;

constexpr std::size_t ReadBytes = 64 * 1024;
constexpr std::size_t RejectedKept = 1000;
constexpr std::size_t MostEntries = 5'000'000;
// A preview says how many there are: whoever applies it has seen it.
constexpr std::uint64_t MostRejected = 1'000'000;

policy::ListReading readingOf(const FileForm& form)
{
    auto reading = form.reading();
    reading.rejectedKept = RejectedKept;
    reading.maxRejected = MostRejected;
    reading.maxEntries = MostEntries;
    return reading;
}

void readAll(ReadImport& reading, const Import& import, std::istream& body, std::uint64_t mostBytes)
{
    std::array<char, ReadBytes> buffer;
    std::uint64_t bytes = 0;
    while (body.read(buffer.data(), buffer.size()) || body.gcount() > 0) {
        const auto count = static_cast<std::size_t>(body.gcount());
        bytes += count;
        if (bytes > mostBytes)
            throw ApiError(ProblemKind::TooLarge,
                           "The file may have at most " + std::to_string(mostBytes) + " bytes.");
        reading.take({buffer.data(), count});
    }
    const auto total = import.plan().totalBytes;
    if (total && *total != bytes)
        throw ApiError(ProblemKind::BadRequest,
                       "The file ended before its length; nothing has changed.");
    reading.finish();
}

} // namespace

ReadImport::ReadImport(Import& import, const std::filesystem::path& policyFile)
    : import_(import), policyFile_(policyFile), reader_(readingOf(import.plan().form))
{}

void ReadImport::take(std::string_view bytes)
{
    import_.throwIfDropped();
    reader_.take(bytes);
    bytes_ += bytes.size();
    import_.noteProgress(bytes_, reader_);
}

void ReadImport::finish()
{
    auto list = reader_.finish();
    import_.throwIfDropped();
    const OpenLists lists(policyFile_);
    const auto& name = import_.plan().list;
    const auto version = ListState::of(lists, name).version;
    std::string before;
    lists.store.read(name, [&before](std::string_view piece) { before += piece; });

    Import::Preview preview;
    preview.counts = list.counts;
    if (import_.plan().mode == ImportMode::Add) {
        preview.content = importedFrom(united(before, list.entries));
        preview.content.counts.lines = list.counts.lines;
        preview.content.counts.rejected = list.counts.rejected;
    } else {
        preview.content = std::move(list);
    }
    preview.content.counts.firstRejected.clear();
    preview.baseVersion = version.number;
    preview.difference = differenceOf(before, preview.content.entries);
    import_.setReady(std::move(preview));
}

void readImport(Import& import, const std::filesystem::path& policyFile, std::istream& body,
                std::uint64_t mostBytes)
{
    try {
        ReadImport reading(import, policyFile);
        noteRefusal(import, [&] { readAll(reading, import, body, mostBytes); });
    } catch (const policy::PolicyError& problem) {
        std::ostringstream json;
        import.json().stringify(json);
        throw ApiError({{"", "rejected", problem.what()}}).with("import", json.str());
    }
}

} // namespace sallyport::admin::lists
