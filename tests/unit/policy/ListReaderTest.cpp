#include "policy/ListReader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

ImportedList readIn(const ListReading& reading, std::string_view text)
{
    ListReader reader(reading);
    reader.take(text);
    return reader.finish();
}

ListReading formatOf(ListFormat format)
{
    ListReading reading;
    reading.format = format;
    return reading;
}

ListReading csvColumn(std::variant<unsigned, std::string> column, char separator = ',')
{
    auto reading = formatOf(ListFormat::Csv);
    reading.column = std::move(column);
    reading.separator = separator;
    return reading;
}

// As "line N: reason", for those who read the test.
std::vector<std::string> rejectedIn(const ImportedList& list)
{
    std::vector<std::string> lines;
    for (const auto& rejected : list.counts.firstRejected)
        lines.push_back(std::to_string(rejected.line) + ": " + rejected.text + ' ' +
                        rejected.reason);
    return lines;
}

template <class Error, class Use>
std::string errorOf(Use use)
{
    try {
        use();
    } catch (const Error& error) {
        return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
}

struct ReadCase {
    const char* name;
    ListReading reading;
    std::string text;
    std::string entries;
    std::uint64_t lines;
};

class ListFile : public testing::TestWithParam<ReadCase> {};

TEST_P(ListFile, IsReadIntoSortedEntries)
{
    const auto list = readIn(GetParam().reading, GetParam().text);
    EXPECT_EQ(list.entries, GetParam().entries);
    EXPECT_EQ(list.counts.lines, GetParam().lines);
    EXPECT_THAT(rejectedIn(list), IsEmpty());
}

TEST_P(ListFile, IsReadTheSameWhereverItIsCut)
{
    const auto& [name, reading, text, entries, lines] = GetParam();
    const auto whole = readIn(reading, text);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        ListReader reader(reading);
        reader.take(std::string_view(text).substr(0, cut));
        reader.take(std::string_view(text).substr(cut));
        const auto list = reader.finish();
        EXPECT_EQ(list.entries, whole.entries) << "cut at " << cut;
        EXPECT_EQ(list.counts, whole.counts) << "cut at " << cut;
    }
}

ListReading subdomains()
{
    ListReading reading;
    reading.bareName = BareName::WithNamesBelow;
    return reading;
}

INSTANTIATE_TEST_SUITE_P(
    Formats, ListFile,
    testing::Values(
        ReadCase{"Nothing", {}, "", "", 0},
        ReadCase{"Plain", {}, "b.example\na.example\n", "a.example\nb.example\n", 2},
        ReadCase{"LastLineWithoutEnd", {}, "b.example\na.example", "a.example\nb.example\n", 2},
        ReadCase{"CrLf", {}, "b.example\r\na.example\r\n", "a.example\nb.example\n", 2},
        ReadCase{"ByteOrderMark",
                 {},
                 "\xef\xbb\xbf"
                 "a.example\n",
                 "a.example\n",
                 1},
        ReadCase{"CommentsAndBlankLines",
                 {},
                 "# what it is\n;; and this\n\n \t\r\n a.example # bad\nb.example;;x\nc.example#\n",
                 "a.example\nb.example\nc.example\n",
                 7},
        ReadCase{"CommentThatIsNoUtf8", {}, "# f\xfcr alle\na.example\n", "a.example\n", 2},
        ReadCase{"EachOnce", {}, "a.example\nA.example.\na.example\n", "a.example\n", 3},
        ReadCase{"HostsAndNetworks",
                 {},
                 "a.example\n.b.example\n10.0.0.0/8\n192.0.2.7\n2001:db8::/32\n",
                 "*.b.example\n10.0.0.0/8\n192.0.2.7/32\n2001:db8::/32\na.example\nb.example\n",
                 5},
        ReadCase{"BareNamesWithTheNamesBelow", subdomains(), "a.example\n*.b.example\n",
                 "*.a.example\n*.b.example\na.example\n", 2},
        ReadCase{"HostsFile", formatOf(ListFormat::Hosts),
                 "127.0.0.1 localhost localhost.localdomain\n::1 ip6-localhost\n"
                 "fe80::1%lo0 localhost\n0.0.0.0 0.0.0.0\n"
                 "0.0.0.0\tads.example  www.ads.example # two\n:: bad.example\n",
                 "ads.example\nbad.example\nwww.ads.example\n", 6},
        ReadCase{"CsvByNumber", csvColumn(2U), "1,a.example\n2,\"b.example\"\n",
                 "a.example\nb.example\n", 2},
        ReadCase{"CsvByName", csvColumn("Host"), "# made today\nid, host \n1,a.example\n",
                 "a.example\n", 3},
        ReadCase{"CsvWithSemicolons", csvColumn(3U, ';'), "1;x;a.example\n;;b.example\n",
                 "a.example\nb.example\n", 2},
        ReadCase{"CsvWithTabs", csvColumn(2U, '\t'), "1\ta.example\n2\t b.example \n",
                 "a.example\nb.example\n", 2},
        ReadCase{"CsvBlanksAroundQuotes", csvColumn(2U), "\"1\", \"a.example\" , \"x\"\r\n",
                 "a.example\n", 1},
        ReadCase{"CsvSeparatorsAndLinesInQuotes", csvColumn(2U),
                 "\"say \"\"a, b\"\"\n\n# and c\",a.example\n2,b.example\n",
                 "a.example\nb.example\n", 4}),
    [](const auto& info) { return info.param.name; });

struct RejectCase {
    const char* name;
    ListReading reading;
    std::string text;
    std::vector<std::string> rejected;
};

class ListLine : public testing::TestWithParam<RejectCase> {};

TEST_P(ListLine, IsRejectedWithItsNumberAndTheReason)
{
    const auto list = readIn(GetParam().reading, GetParam().text);
    EXPECT_THAT(rejectedIn(list), testing::ElementsAreArray(GetParam().rejected));
    EXPECT_EQ(list.counts.rejected, GetParam().rejected.size());
    EXPECT_EQ(list.entries, "good.example\n");
}

INSTANTIATE_TEST_SUITE_P(
    Faults, ListLine,
    testing::Values(
        RejectCase{"TwoWords",
                   {},
                   "good.example\n0.0.0.0 ads.example\n",
                   {"2: 0.0.0.0 ads.example is more than one word; the format for a hosts file is "
                    "\"hosts\""}},
        RejectCase{"Nul",
                   {},
                   std::string("good.example\nb\0d\n", 17),
                   {R"(2: b\x00d has a NUL byte; is this a text file?)"}},
        RejectCase{"CutUtf8", {}, "b\xc3\ngood.example\n", {R"(1: b\xC3 is not UTF-8 text)"}},
        RejectCase{
            "OverlongUtf8", {}, "b\xc0\xaf\ngood.example\n", {R"(1: b\xC0\xAF is not UTF-8 text)"}},
        RejectCase{"Utf16",
                   {},
                   std::string("\xff\xfe"
                               "a\0\n\0",
                               6) +
                       "\ngood.example\n",
                   {R"(1: \xFF\xFEa\x00 has a NUL byte; is this a text file?)",
                    R"(2: \x00 has a NUL byte; is this a text file?)"}},
        RejectCase{"TooLong",
                   {},
                   std::string(4097, 'a') + "\ngood.example\n",
                   {"1: " + std::string(60, 'a') + "... is longer than 4096 bytes"}},
        RejectCase{"MuchTooLong",
                   {},
                   "good.example\n" + std::string(100'000, 'a'),
                   {"2: " + std::string(60, 'a') + "... is longer than 4096 bytes"}},
        RejectCase{"HostsWithoutAddress",
                   formatOf(ListFormat::Hosts),
                   "bad.example\n0.0.0.0 good.example\n0.0.0.0\n",
                   {"1: bad.example does not begin with an IP address",
                    "3: 0.0.0.0 has no name behind the address"}},
        RejectCase{"HostsWithBadNames",
                   formatOf(ListFormat::Hosts),
                   "0.0.0.0 b..example good.example c..example\n",
                   {"1: b..example is not a host name: each part between dots must have 1 to 63 "
                    "characters"}},
        RejectCase{"CsvColumnMissing",
                   csvColumn(2U),
                   "one\n1,good.example\ntwo, \n",
                   {"1: one has no column 2", "3: two has nothing in its column 2"}},
        RejectCase{"CsvQuoteNeverClosed",
                   csvColumn(2U),
                   "\"a,b\n1,good.example\n",
                   {"1: \"a,b has a quote that is not closed"}},
        RejectCase{"CsvQuoteNeverClosedInALongFile",
                   csvColumn(2U),
                   "\"a,b\n" + std::string(5000, '\n') + "1,good.example\n",
                   {"1: \"a,b has a quote that is not closed"}},
        RejectCase{"CsvQuoteInsideAField",
                   csvColumn(2U),
                   "5\" disk,x\n1,good.example\n",
                   {"1: 5\" disk,x has a quote in a wrong place"}},
        RejectCase{"CsvTextBehindAQuote",
                   csvColumn(2U),
                   "\"a\"b,x\n1,good.example\n",
                   {"1: \"a\"b,x has a quote in a wrong place"}},
        RejectCase{"CsvTooLongInsideAQuote",
                   csvColumn(2U),
                   "\"a\n1,good.example\n" + std::string(4097, 'b') + "\n",
                   {"1: \"a has a quote that is not closed",
                    "3: " + std::string(60, 'b') + "... is longer than 4096 bytes"}}),
    [](const auto& info) { return info.param.name; });

TEST(ListReader, TakesLinesOf4096BytesWithoutTheirEnd)
{
    const auto comment = '#' + std::string(ListReader::MaxLineBytes - 1, 'x');
    const auto list = readIn({}, comment + "\r\n" + comment + "\n" + comment);
    EXPECT_EQ(list.counts.lines, 3U);
    EXPECT_EQ(list.counts.rejected, 0U);
}

TEST(ListReader, CountsHostsNetworksAndDuplicates)
{
    const auto list = readIn({}, ".a.example\n*.a.example\n10.0.0.0/8\nb.example\nb.example\n");
    EXPECT_EQ(list.counts.hosts, 3U);
    EXPECT_EQ(list.counts.networks, 1U);
    EXPECT_EQ(list.counts.duplicates, 2U);
}

TEST(ListReader, KeepsTheFirstHundredOfTheRejectedLines)
{
    std::string text = "good.example\n";
    for (int line = 0; line < 500; ++line)
        text += "not good\n";
    const auto list = readIn({}, text);
    EXPECT_EQ(list.counts.rejected, 500U);
    ASSERT_THAT(list.counts.firstRejected, SizeIs(ListReading().rejectedKept));
    EXPECT_EQ(list.counts.firstRejected.back().line, 101U);
}

TEST(ListReader, RefusesAFileWithTooManyRejectedLines)
{
    ListReading reading;
    reading.maxRejected = 2;
    const std::string two = "good.example\n!\n!\n";
    EXPECT_EQ(readIn(reading, two).counts.rejected, 2U);
    try {
        static_cast<void>(readIn(reading, two + "!\n"));
        FAIL() << "nothing was thrown";
    } catch (const TooManyRejected& error) {
        EXPECT_THAT(error.what(), AllOf(StartsWith("3 of 4 lines were rejected, more than the 2"),
                                        HasSubstr("line 2: \"!\" is not a host name")));
        EXPECT_EQ(error.counts().rejected, 3U);
        EXPECT_THAT(error.counts().firstRejected, SizeIs(3));
    }
}

TEST(ListReader, RefusesAFileWithoutAnyEntryButRejectedLines)
{
    EXPECT_THAT(errorOf<TooManyRejected>([] { static_cast<void>(readIn({}, "<html>\n")); }),
                StartsWith("1 of 1 lines were rejected, and no other has an entry"));
}

TEST(ListReader, RefusesMoreEntriesThanMayBe)
{
    ListReading reading;
    reading.maxEntries = 2;
    EXPECT_EQ(readIn(reading, "a.example\nb.example\n").counts.hosts, 2U);
    EXPECT_THAT(errorOf<PolicyError>(
                    [&] { static_cast<void>(readIn(reading, ".a.example\nb.example\n")); }),
                StartsWith("line 2 is more than the 2 entries"));
}

TEST(ListReader, SaysWhichColumnsThereAre)
{
    EXPECT_THAT(errorOf<PolicyError>([] {
                    static_cast<void>(readIn(csvColumn("host"), "id,\"na\x1bme\"\n1,a.example\n"));
                }),
                AllOf(HasSubstr("no column \"host\""), HasSubstr(R"("id", "na\x1Bme")")));
    EXPECT_THAT(
        errorOf<PolicyError>([] { static_cast<void>(readIn(csvColumn("host"), "# nothing\n")); }),
        HasSubstr("no line with the names of the columns"));
}

} // namespace
} // namespace sallyport::policy
