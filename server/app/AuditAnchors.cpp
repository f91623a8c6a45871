#include "app/AuditAnchors.h"

#include "app/CommandLine.h"

#include <charconv>
#include <fstream>
#include <string>

namespace sallyport::app {
namespace {

// What stands before the seq and the head in a line that tells of a checkpoint.
struct Marks {
    std::string_view checkpoint; // only lines with this do
    std::string_view seq;
    std::string_view head;
};
constexpr Marks Formats[] = {
    {"\"event\":\"checkpoint\"", "\"seq\":", "\"checkpoint_head\":\""},           // jsonl
    {"\"event\":\"checkpoint\"", "\"sequence\":", "\"checkpoint\":{\"head\":\""}, // ecs, ocsf
    {"|audit-checkpoint|", " externalId=", " cs1="},                              // cef
    {"|audit-checkpoint|", "\tseq=", "\thead="},                                  // leef
};

std::optional<std::string_view> behind(std::string_view line, std::string_view mark)
{
    const std::size_t found = line.rfind(mark);
    if (found == std::string_view::npos)
        return std::nullopt;
    return line.substr(found + mark.size());
}

std::optional<db::AuditAnchor> anchorOf(std::string_view seq, std::string_view head)
{
    db::AuditAnchor anchor;
    if (std::from_chars(seq.begin(), seq.end(), anchor.seq).ec != std::errc() ||
        head.size() < 2 * anchor.head.size())
        return std::nullopt;
    for (std::size_t i = 0; i < anchor.head.size(); ++i) {
        const char* const begin = head.data() + 2 * i;
        if (std::from_chars(begin, begin + 2, anchor.head[i], 16).ptr != begin + 2)
            return std::nullopt;
    }
    return anchor;
}

} // namespace

std::optional<db::AuditAnchor> anchorIn(std::string_view line)
{
    for (const Marks& marks : Formats) {
        if (!line.contains(marks.checkpoint))
            continue;
        const auto seq = behind(line, marks.seq);
        const auto head = behind(line, marks.head);
        if (seq && head)
            return anchorOf(*seq, *head);
    }
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos)
        return std::nullopt;
    return anchorOf(line.substr(0, space), line.substr(space + 1));
}

std::vector<db::AuditAnchor> readAnchors(const std::filesystem::path& file)
{
    std::ifstream input(file, std::ios::binary);
    if (!input.is_open() || std::filesystem::is_directory(file))
        throw CommandRefused(file.string() +
                             ": cannot be read; check the name and that this user may read it");
    std::vector<db::AuditAnchor> anchors;
    std::string line;
    while (std::getline(input, line))
        if (const auto anchor = anchorIn(line))
            anchors.push_back(*anchor);
    if (input.bad())
        throw CommandRefused(file.string() + ": reading failed");
    if (anchors.empty())
        throw CommandRefused(file.string() + ": no checkpoint is in it; name a file that a sink "
                                             "wrote, or lines of a seq and its head");
    return anchors;
}

} // namespace sallyport::app
