#include "policy/ListReader.h"

#include "policy/CsvRecord.h"
#include "policy/Network.h"

#include <Poco/NumberFormatter.h>
#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <array>
#include <span>

namespace sallyport::policy {
namespace {

constexpr std::string_view Blanks = " \t\r\v\f";
constexpr std::string_view ByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t ShownBytes = 60;

// What a system's own hosts file says of itself; none of it is a destination.
constexpr std::array<std::string_view, 11> HostsOfTheSystem = {
    "localhost",     "localhost.localdomain", "local",        "broadcasthost",
    "ip6-localhost", "ip6-loopback",          "ip6-localnet", "ip6-mcastprefix",
    "ip6-allnodes",  "ip6-allrouters",        "ip6-allhosts",
};

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(Blanks);
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(Blanks) - first + 1);
}

std::string_view withoutComment(std::string_view line)
{
    return trimmed(line.substr(0, std::min(line.find('#'), line.find(";;"))));
}

std::string_view takeWord(std::string_view& text)
{
    const auto end = std::min(text.find_first_of(Blanks), text.size());
    const auto word = text.substr(0, end);
    text = trimmed(text.substr(end));
    return word;
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equalInAnyCase(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool isUtf8(std::string_view text)
{
    const auto isAscii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    for (auto at = std::ranges::find_if_not(text, isAscii); at != text.end();
         at = std::find_if_not(at, text.end(), isAscii)) {
        const auto lead = static_cast<unsigned char>(*at);
        const auto length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (text.end() - at < length ||
            !Poco::UTF8Encoding::isLegal(reinterpret_cast<const unsigned char*>(&*at), length))
            return false;
        at += length;
    }
    return true;
}

// Why bytes are no text; empty if they are.
std::string_view faultOfBytes(std::string_view text)
{
    if (text.contains('\0'))
        return "has a NUL byte; is this a text file?";
    return isUtf8(text) ? "" : "is not UTF-8 text";
}

// Lists come from elsewhere; what is shown of them must do nothing to a terminal.
std::string shown(std::string_view text)
{
    std::string printable;
    for (const auto c : text.substr(0, ShownBytes)) {
        if (c >= ' ' && c <= '~')
            printable += c;
        else
            (printable += "\\x") += Poco::NumberFormatter::formatHex(
                static_cast<unsigned>(static_cast<unsigned char>(c)), 2);
    }
    return text.size() > ShownBytes ? printable + "..." : printable;
}

std::string namesOf(std::span<const std::string> columns)
{
    constexpr std::size_t Named = 20;
    std::string names;
    for (const auto& column : columns.first(std::min(columns.size(), Named)))
        names += (names.empty() ? "\"" : ", \"") + shown(trimmed(column)) + '"';
    return columns.size() > Named ? names + ", ..." : names;
}

std::string refusal(const ImportCounts& counts, std::uint64_t maxRejected)
{
    const auto& first = counts.firstRejected.front();
    const auto none = counts.hosts + counts.networks == 0;
    return std::to_string(counts.rejected) + " of " + std::to_string(counts.lines) +
           " lines were rejected, " +
           (none ? "and no other has an entry"
                 : "more than the " + std::to_string(maxRejected) + " that may be") +
           ", so nothing was imported; the first is line " + std::to_string(first.line) + ": \"" +
           first.text + "\" " + first.reason;
}

} // namespace

void ListReader::take(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        keep(bytes.substr(0, end));
        if (end == bytes.npos)
            return;
        endLine();
        bytes.remove_prefix(end + 1);
    }
}

ImportedList ListReader::finish()
{
    if (lineBytes_ != 0)
        endLine();
    readCsvRecords(CsvEnd::Here);
    if (reading_.format == ListFormat::Csv && std::holds_alternative<std::string>(reading_.column))
        throw PolicyError("there is no line with the names of the columns");
    sortEntries();
    if (counts_.rejected > reading_.maxRejected || (counts_.rejected != 0 && entries_.empty()))
        throw TooManyRejected(refusal(counts_, reading_.maxRejected), counts_);
    return {std::move(entries_), std::move(counts_)};
}

// One byte more than a line may have, for its CR.
void ListReader::keep(std::string_view piece)
{
    line_ += piece.substr(0, MaxLineBytes + 1 - line_.size());
    lineBytes_ += piece.size();
}

void ListReader::endLine()
{
    ++counts_.lines;
    std::string_view line = line_;
    if (counts_.lines == 1 && line.starts_with(ByteOrderMark))
        line.remove_prefix(ByteOrderMark.size());
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (lineBytes_ > line_.size() || line.size() > MaxLineBytes) {
        readCsvRecords(CsvEnd::Here);
        reject(counts_.lines, line, "is longer than " + std::to_string(MaxLineBytes) + " bytes");
    } else {
        switch (reading_.format) {
        case ListFormat::Plain:
            readPlain(line);
            break;
        case ListFormat::Hosts:
            readHosts(line);
            break;
        case ListFormat::Csv:
            readCsv(line);
            break;
        }
    }
    line_.clear();
    lineBytes_ = 0;
}

void ListReader::readPlain(std::string_view line)
{
    const auto text = withoutComment(line);
    if (text.empty())
        return;
    if (text.find_first_of(Blanks) != text.npos && faultOfBytes(text).empty())
        reject(counts_.lines, text,
               "is more than one word; the format for a hosts file is \"hosts\"");
    else
        readEntry(text, counts_.lines);
}

void ListReader::readHosts(std::string_view line)
{
    const auto text = withoutComment(line);
    if (text.empty())
        return;
    if (const auto fault = faultOfBytes(text); !fault.empty())
        return reject(counts_.lines, text, fault);
    auto names = text;
    const auto address = takeWord(names);
    if (!parseAddress(address.substr(0, address.find('%'))))
        return reject(counts_.lines, text, "does not begin with an IP address");
    if (names.empty())
        return reject(counts_.lines, text, "has no name behind the address");
    while (!names.empty()) {
        const auto name = takeWord(names);
        const auto isIt = [name](std::string_view known) { return equalInAnyCase(known, name); };
        // "0.0.0.0 0.0.0.0" stands in many block lists as well.
        if (name != address && std::ranges::none_of(HostsOfTheSystem, isIt))
            readEntry(name, counts_.lines);
    }
}

void ListReader::readCsv(std::string_view line)
{
    if (csvText_.empty())
        csvLine_ = counts_.lines;
    (csvText_ += line) += '\n';
    readCsvRecords(CsvEnd::MoreMayCome);
}

// A record that turns out wrong costs its first line only: the others are looked at again, as a
// quote too many must not take the lines behind it along.
void ListReader::readCsvRecords(CsvEnd end)
{
    std::string_view rest = csvText_;
    while (!rest.empty()) {
        const auto firstLine = rest.substr(0, rest.find('\n'));
        const auto before = rest;
        if (trimmed(firstLine).empty() || firstLine.starts_with('#')) {
            rest.remove_prefix(firstLine.size() + 1);
        } else if (const auto outcome = takeCsvRecord(rest, reading_.separator, csvFields_);
                   outcome == CsvOutcome::Complete) {
            readCsvFields();
        } else {
            const auto isOpen = outcome == CsvOutcome::Open;
            if (isOpen && end == CsvEnd::MoreMayCome && rest.size() <= MaxLineBytes)
                break;
            reject(csvLine_, firstLine,
                   isOpen ? "has a quote that is not closed" : "has a quote in a wrong place");
            rest.remove_prefix(firstLine.size() + 1);
        }
        csvLine_ += static_cast<std::uint64_t>(
            std::ranges::count(before.substr(0, before.size() - rest.size()), '\n'));
    }
    csvText_.erase(0, csvText_.size() - rest.size());
}

void ListReader::readCsvFields()
{
    if (const auto* name = std::get_if<std::string>(&reading_.column))
        return findCsvColumn(*name);
    const auto column = std::get<unsigned>(reading_.column);
    if (column == 0 || column > csvFields_.size())
        return reject(csvLine_, csvFields_.front(), "has no column " + std::to_string(column));
    const auto text = trimmed(csvFields_[column - 1]);
    if (text.empty())
        return reject(csvLine_, csvFields_.front(),
                      "has nothing in its column " + std::to_string(column));
    readEntry(text, csvLine_);
}

void ListReader::findCsvColumn(const std::string& name)
{
    const auto found = std::ranges::find_if(csvFields_, [&name](const std::string& field) {
        return equalInAnyCase(trimmed(field), name);
    });
    if (found == csvFields_.end()) {
        throw PolicyError("line " + std::to_string(csvLine_) + " has no column \"" + shown(name) +
                          "\"; its " + std::to_string(csvFields_.size()) + " columns are " +
                          namesOf(csvFields_));
    }
    reading_.column = static_cast<unsigned>(found - csvFields_.begin()) + 1;
}

void ListReader::readEntry(std::string_view text, std::uint64_t line)
{
    if (const auto fault = faultOfBytes(text); !fault.empty())
        return reject(line, text, fault);
    const auto read = parseListEntry(text, reading_.bareName);
    if (!read)
        return reject(line, text, read.error());
    for (const auto& entry : *read)
        (entries_ += entry) += '\n';
    entryCount_ += read->size();
    if (entryCount_ > reading_.maxEntries)
        throw PolicyError("line " + std::to_string(line) + " is more than the " +
                          std::to_string(reading_.maxEntries) +
                          " entries that a list can have; divide it into several lists");
}

void ListReader::reject(std::uint64_t line, std::string_view text, std::string_view reason)
{
    if (line == lastRejected_)
        return;
    lastRejected_ = line;
    ++counts_.rejected;
    if (counts_.firstRejected.size() < reading_.rejectedKept)
        counts_.firstRejected.push_back({line, std::string(reason), shown(text)});
}

void ListReader::sortEntries()
{
    std::vector<std::string_view> sorted;
    sorted.reserve(entryCount_);
    for (std::string_view rest = entries_; !rest.empty();)
        sorted.push_back(takeEntry(rest));
    if (!std::ranges::is_sorted(sorted))
        std::ranges::sort(sorted);
    const auto repeated = std::ranges::unique(sorted);
    counts_.duplicates = repeated.size();
    sorted.erase(repeated.begin(), repeated.end());

    std::string joined;
    joined.reserve(entries_.size());
    for (const auto entry : sorted) {
        (joined += entry) += '\n';
        ++(isNetworkEntry(entry) ? counts_.networks : counts_.hosts);
    }
    entries_ = std::move(joined);
}

} // namespace sallyport::policy
