// ListReader: a list as people have it, one entry a line, a hosts file or a column of a CSV file,
// read into the entries of a destination list.
//
// Takes the file in pieces, cut anywhere, and holds its entries, no more of its text than a line.
// What it cannot read it rejects line by line, with the reason; too much of that refuses the whole
// file.
#pragma once

#include "policy/ListEntry.h"
#include "policy/PolicyError.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sallyport::policy {

enum class ListFormat : std::uint8_t {
    Plain, ///< an entry a line
    Hosts, ///< an address and the names of that host; the address counts for nothing
    Csv,   ///< one column of records
};

struct ListReading {
    ListFormat format = ListFormat::Plain;
    BareName bareName = BareName::ThatHost;
    /// Csv: the column's number, from 1, or its name in the first record (in any case).
    std::variant<unsigned, std::string> column = 1U;
    char separator = ','; ///< Csv
    std::size_t maxEntries = 20'000'000;
    std::uint64_t maxRejected = 1000; ///< lines
    std::size_t rejectedKept = 100;   ///< of them, with their texts
};

struct RejectedLine {
    std::uint64_t line = 0; ///< from 1
    std::string reason;     ///< to be read behind the text
    std::string text;       ///< shortened, printable ASCII

    friend bool operator==(const RejectedLine&, const RejectedLine&) = default;
};

struct ImportCounts {
    std::uint64_t lines = 0;
    std::uint64_t hosts = 0;      ///< entries
    std::uint64_t networks = 0;   ///< entries
    std::uint64_t duplicates = 0; ///< entries that were there already
    std::uint64_t rejected = 0;   ///< lines
    std::vector<RejectedLine> firstRejected;

    friend bool operator==(const ImportCounts&, const ImportCounts&) = default;
};

struct ImportedList {
    std::string entries; ///< sorted by bytes, each once, '\n' behind each; see takeEntry()
    ImportCounts counts;
};

/// So many lines were rejected that the file is not what it was taken for.
class TooManyRejected : public PolicyError {
public:
    TooManyRejected(const std::string& text, ImportCounts counts)
        : PolicyError(text), counts_(std::move(counts))
    {}

    [[nodiscard]] const ImportCounts& counts() const { return counts_; }

private:
    ImportCounts counts_;
};

class ListReader {
public:
    static constexpr std::size_t MaxLineBytes = 4096;

    explicit ListReader(ListReading reading) : reading_(std::move(reading)) {}

    /// Of what was taken so far; entries are counted at the end only.
    [[nodiscard]] std::uint64_t lines() const { return counts_.lines; }
    [[nodiscard]] std::uint64_t rejected() const { return counts_.rejected; }
    [[nodiscard]] std::size_t entriesRead() const { return entryCount_; } ///< with duplicates

    /// Throws PolicyError for more entries than may be, and for a column that is not there.
    void take(std::string_view bytes);
    /// Throws TooManyRejected also where no line at all was an entry, and PolicyError as take().
    [[nodiscard]] ImportedList finish();

private:
    void keep(std::string_view piece);
    void endLine();
    void readPlain(std::string_view line);
    void readHosts(std::string_view line);
    void readCsv(std::string_view line);
    enum class CsvEnd : std::uint8_t { MoreMayCome, Here };
    void readCsvRecords(CsvEnd end);
    void readCsvFields();
    void findCsvColumn(const std::string& name);
    void readEntry(std::string_view text, std::uint64_t line);
    void reject(std::uint64_t line, std::string_view text, std::string_view reason);
    void sortEntries();

    ListReading reading_;
    ImportCounts counts_;
    std::string entries_; // as they came, '\n' behind each
    std::size_t entryCount_ = 0;
    std::uint64_t lastRejected_ = 0; // line
    std::string line_;          // of the line that is being read, no more than can be looked at
    std::size_t lineBytes_ = 0; // of it that have come
    std::string csvText_;       // whole lines that are not read yet: of a record that is open
    std::uint64_t csvLine_ = 0; // where it starts
    std::vector<std::string> csvFields_;
};

} // namespace sallyport::policy
