#include "app/ConvertCommand.h"

#include "app/CommandLine.h"
#include "policy/PolicyDocument.h"
#include "support/TemporaryFolder.h"
#include "unit/app/CommandResult.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::app {
namespace {

using policy::Layer;
using testing::AllOf;
using testing::HasSubstr;

std::string textOf(const std::filesystem::path& file)
{
    std::ifstream input(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(input), {}};
}

class ConvertCommand : public testing::Test {
protected:
    static CommandResult run(std::vector<std::string> arguments)
    {
        CommandLine line("sallyport policy convert", "", OneFile);
        line.options().add_options()("json", "");
        addConvertOptions(line);
        arguments.insert(arguments.begin(), {"--from", "squid"});
        line.parse(arguments);
        return resultOf([&] { return runConvert(line); });
    }

    test::TemporaryFolder folder_;
};

TEST_F(ConvertCommand, PrintsTheDocumentAndReportsBesideIt)
{
    static_cast<void>(folder_.write("bad.txt", ".bad.example\n"));
    const auto file = folder_.write("squid.conf", "acl bad dstdomain \"bad.txt\"\n"
                                                  "http_access deny bad\n"
                                                  "http_access allow localhost\n"
                                                  "http_port 3128\n"
                                                  "http_access deny all\n");
    const auto result = run({file});
    EXPECT_EQ(result.exitCode, ExitDone);
    const auto document = policy::PolicyDocument::parse(result.out);
    ASSERT_EQ(document.rows(Layer::Access).size(), 3U);
    EXPECT_THAT(document.rows(Layer::Access)[0].when.host,
                testing::ElementsAre("bad.example", "*.bad.example"));
    EXPECT_THAT(result.error,
                AllOf(HasSubstr("3 http_access lines, 3 of them rules now, otherwise deny."),
                      HasSubstr("not converted: http_port (line 4)")));
}

TEST_F(ConvertCommand, IsFoundWantingWhereALineIsLeft)
{
    const auto file = folder_.write("squid.conf", "acl staff proxy_auth REQUIRED\n"
                                                  "http_access allow staff\n");
    const auto result = run({file, "--output", folder_.file("p.json")});
    EXPECT_EQ(result.exitCode, ExitRefused);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.error, HasSubstr("line 2 is not converted: http_access allow staff\n"
                                        "    acl staff is of the type proxy_auth"));
    const auto document = policy::PolicyDocument::parse(textOf(folder_.file("p.json")));
    EXPECT_FALSE(document.rows(Layer::Access).front().enabled);
}

TEST_F(ConvertCommand, WritesListsBesideTheDocumentUnlessToldWhere)
{
    std::string names;
    for (int number = 0; number < 1001; ++number)
        names += "n" + std::to_string(number) + ".example\n";
    static_cast<void>(folder_.write("many.txt", names));
    const auto file = folder_.write("squid.conf", "acl sites dstdomain \"many.txt\"\n"
                                                  "http_access deny sites\n");
    const auto beside = run({file, "--output", folder_.file("p.json")});
    EXPECT_EQ(beside.exitCode, ExitDone);
    EXPECT_THAT(textOf(folder_.file("sites.txt")), HasSubstr("n1000.example\n"));
    EXPECT_THAT(beside.error,
                HasSubstr("sallyport list import sites " + folder_.file("sites.txt")));
    EXPECT_EQ(run({file, "--output", folder_.file("p.json")}).exitCode, ExitDone); // once more

    const auto elsewhere = run({file, "--lists", folder_.file("lists"), "--json"});
    EXPECT_THAT(textOf(folder_.file("lists") + "/sites.txt"),
                HasSubstr("\nn0.example\nn1.example\n"));
    const auto report =
        Poco::JSON::Parser().parse(elsewhere.error).extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(report->getArray("lists")->getObject(0)->getValue<int>("entries"), 1001);
    EXPECT_TRUE(report->getValue<bool>("complete"));
}

TEST_F(ConvertCommand, DoesNotWriteOverAFileOfSquids)
{
    std::string names;
    for (int number = 0; number < 1001; ++number)
        names += "n" + std::to_string(number) + ".example\n";
    static_cast<void>(folder_.write("many.txt", names));
    const auto file = folder_.write("squid.conf", "acl many dstdomain \"many.txt\"\n"
                                                  "http_access deny many\n");
    EXPECT_THROW(run({file, "--output", folder_.file("p.json")}), CommandRefused);
    EXPECT_EQ(textOf(folder_.file("many.txt")), names);
}

TEST_F(ConvertCommand, RefusesWhatItCannotReadOrDo)
{
    const auto file = folder_.write("squid.conf", "http_access permit all\n");
    try {
        run({file});
        ADD_FAILURE();
    } catch (const CommandRefused& error) {
        EXPECT_THAT(error.what(), HasSubstr("squid.conf: line 1 has http_access without"));
    }
    EXPECT_THROW(run({folder_.file("none")}), CommandRefused);
    EXPECT_THROW(run({file, "--zone", "Nowhere/Else"}), UsageError);
    CommandLine line("sallyport policy convert", "", OneFile);
    addConvertOptions(line);
    line.parse(std::vector<std::string>{"--from", "nginx", file});
    EXPECT_THROW(static_cast<void>(runConvert(line)), UsageError);
}

} // namespace
} // namespace sallyport::app
