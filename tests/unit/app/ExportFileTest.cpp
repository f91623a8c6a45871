#include "app/ExportFile.h"

#include "app/CommandLine.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace sallyport::app {
namespace {

using enum ExportFile::Begin;
using testing::HasSubstr;

class ExportedFile : public testing::Test {
protected:
    [[nodiscard]] std::string text() const
    {
        std::ostringstream out;
        out << std::ifstream(path_).rdbuf();
        return out.str();
    }
    void given(std::string_view text) const { folder_.write("export", text); }

    test::TemporaryFolder folder_;
    std::string path_ = folder_.file("export");
};

struct ResumeCase {
    const char* name;
    const char* format;
    std::string before;
    std::string after; // what is left of it
    std::optional<std::uint64_t> lastSeq;
};
void PrintTo(const ResumeCase& tested, std::ostream* out)
{
    *out << tested.name;
}
class ResumedExport : public ExportedFile, public testing::WithParamInterface<ResumeCase> {};

TEST_P(ResumedExport, GoesOnBehindTheLastWholeLine)
{
    given(GetParam().before);
    ExportFile file(path_, GetParam().format, Resume);
    EXPECT_EQ(file.lastSeq(), GetParam().lastSeq);
    EXPECT_EQ(file.isNew(), GetParam().after.empty());
    file.write("more\n");
    file.finish();
    EXPECT_EQ(text(), GetParam().after + "more\n");
}
INSTANTIATE_TEST_SUITE_P(
    Formats, ResumedExport,
    testing::Values(
        ResumeCase{"Whole", "jsonl", "{\"seq\":1}\n{\"seq\":25}\n", "{\"seq\":1}\n{\"seq\":25}\n",
                   25},
        ResumeCase{"Torn", "jsonl", "{\"seq\":1}\n{\"seq\":25}", "{\"seq\":1}\n", 1},
        ResumeCase{"TornFirst", "jsonl", "{\"seq\":1", "", {}},
        ResumeCase{"Empty", "jsonl", "", "", {}},
        ResumeCase{"Quote", "jsonl", "{\"seq\":1,\"path\":\"\\\"seq\\\":9\"}\n{",
                   "{\"seq\":1,\"path\":\"\\\"seq\\\":9\"}\n", 1},
        ResumeCase{"Nested", "ecs", "{\"event\":{\"kind\":\"event\",\"sequence\":12}}\n",
                   "{\"event\":{\"kind\":\"event\",\"sequence\":12}}\n", 12},
        ResumeCase{"Cef", "cef", "CEF:0|a|b| externalId=9|3|x=1 externalId=12 msg=a\\=1\n",
                   "CEF:0|a|b| externalId=9|3|x=1 externalId=12 msg=a\\=1\n", 12},
        ResumeCase{"Leef", "leef", "LEEF:2.0|a|b|c|d|x09|x=1\tseq=12\tmsg=seq=9\n",
                   "LEEF:2.0|a|b|c|d|x09|x=1\tseq=12\tmsg=seq=9\n", 12},
        ResumeCase{"Csv", "csv", "seq,event\r\n7,open\r\n8,\"clo", "seq,event\r\n7,open\r\n", 7},
        ResumeCase{"CsvHeader", "csv", "seq,event\r\n7,op", "seq,event\r\n", {}},
        ResumeCase{"CsvLineInQuotes", "csv", "seq,note\r\n7,\"a \"\"b\"\"\r\n9,c\"\r\n8,\"a\r\n",
                   "seq,note\r\n7,\"a \"\"b\"\"\r\n9,c\"\r\n", 7}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(ExportedFile, IsForItsOwnerOnly)
{
    const ExportFile file(path_, "jsonl", Anew);
    EXPECT_TRUE(file.isNew());
    EXPECT_EQ(std::filesystem::status(path_).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(ExportedFile, IsNotOverwritten)
{
    given("{\"seq\":1}\n");
    try {
        const ExportFile file(path_, "jsonl", Anew);
        ADD_FAILURE() << "it was";
    } catch (const CommandRefused& error) {
        EXPECT_THAT(error.what(), HasSubstr("--resume"));
    }
}

TEST_F(ExportedFile, OfSomethingElseStaysAsItIs)
{
    for (const char* other : {"a shopping list\n", "1,2\n{}\n"}) {
        given(other);
        EXPECT_THROW(ExportFile(path_, "jsonl", Resume), CommandRefused);
        EXPECT_THROW(ExportFile(path_, "squid", Resume), CommandRefused);
        EXPECT_EQ(text(), other);
    }
}

TEST_F(ExportedFile, IsWrittenByOneAtATime)
{
    const ExportFile file(path_, "jsonl", Anew);
    EXPECT_THROW(ExportFile(path_, "jsonl", Resume), CommandRefused);
}

TEST_F(ExportedFile, SaysThatItCannotBeMade)
{
    EXPECT_THROW(ExportFile(folder_.file("none/export"), "jsonl", Anew), CommandRefused);
}

} // namespace
} // namespace sallyport::app
