// A list to be imported: its first byte chooses how it is read. Entries are sorted, each once, in
// their one spelling; where the file is cut makes no difference.
#include "Invariant.h"
#include "policy/ListReader.h"

#include <optional>

namespace sallyport::fuzz {

namespace {

policy::ListReading readingOf(unsigned char choice)
{
    static constexpr std::array<char, 4> Separators{',', ';', '\t', ','};
    policy::ListReading reading;
    reading.format = static_cast<policy::ListFormat>(choice % 3);
    reading.bareName = static_cast<policy::BareName>(choice >> 2 & 1);
    if ((choice >> 3 & 1) != 0)
        reading.column = "host";
    else
        reading.column = 1U + (choice >> 6 & 1);
    reading.separator = Separators[choice >> 4 & 3];
    return reading;
}

// Nothing where the file is refused.
std::optional<policy::ImportedList> readInPieces(const policy::ListReading& reading,
                                                 std::string_view text, std::size_t first,
                                                 std::size_t second)
{
    try {
        policy::ListReader reader(reading);
        reader.take(text.substr(0, first));
        reader.take(text.substr(first, second - first));
        reader.take(text.substr(second));
        return reader.finish();
    } catch (const policy::PolicyError&) {
        return std::nullopt;
    }
}

bool isPrintable(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

void checkEntries(const policy::ImportedList& list)
{
    std::uint64_t networks = 0;
    std::uint64_t count = 0;
    std::string_view before;
    for (std::string_view rest = list.entries; !rest.empty(); ++count) {
        const auto entry = policy::takeEntry(rest);
        mustHold(before < entry, "entries ascend");
        mustHold(policy::parseListEntry(entry, policy::BareName::ThatHost) ==
                     std::vector{std::string(entry)},
                 "an entry means itself");
        networks += policy::isNetworkEntry(entry) ? 1 : 0;
        before = entry;
    }
    mustHold(networks == list.counts.networks && count == networks + list.counts.hosts,
             "entries are counted");
}

void checkRejected(const policy::ImportCounts& counts)
{
    mustHold(counts.rejected <= counts.lines, "a line is rejected once");
    std::uint64_t before = 0;
    for (const auto& rejected : counts.firstRejected) {
        mustHold(rejected.line > before && rejected.line <= counts.lines, "lines ascend");
        mustHold(isPrintable(rejected.text) && !rejected.reason.empty(), "a line can be shown");
        before = rejected.line;
    }
}

} // namespace

} // namespace sallyport::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace sallyport;
    using namespace sallyport::fuzz;
    if (size == 0)
        return 0;
    const auto reading = readingOf(data[0]);
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto whole = readInPieces(reading, text, 0, 0);
    const auto cuts = cutsOf(text);
    const auto inPieces = readInPieces(reading, text, cuts[0], cuts[1]);
    mustHold(whole.has_value() == inPieces.has_value(), "a cut file is refused as the whole is");
    if (!whole)
        return 0;
    mustHold(whole->entries == inPieces->entries && whole->counts == inPieces->counts,
             "a cut file is the same list");
    checkEntries(*whole);
    checkRejected(whole->counts);
    return 0;
}
