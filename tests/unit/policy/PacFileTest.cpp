#include "policy/PacFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace sallyport::policy {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PacFile, SendsEverythingElseToTheProxy)
{
    const auto script = writePac({.proxy = "proxy.corp.example:3128", .directSuffixes = {}});
    EXPECT_THAT(script, HasSubstr("function FindProxyForURL(url, host) {"));
    EXPECT_THAT(script, testing::EndsWith("  return \"PROXY proxy.corp.example:3128\";\n}\n"));
}

TEST(PacFile, IsDirectForPlainHostNames)
{
    const auto script = writePac({.proxy = "p:1", .directSuffixes = {}});
    EXPECT_THAT(script, HasSubstr(R"js(name.indexOf(".") < 0 && name.indexOf(":") < 0)js"));
}

TEST(PacFile, TestsSuffixesHostsAndNetworks)
{
    const auto script = writePac(
        {.proxy = "p:1",
         .directSuffixes = {".Corp.example", "wiki.example.", "10.0.0.0/8", "192.0.2.7", "::1"}});
    EXPECT_THAT(script, HasSubstr(R"js(  if (name === "corp.example" || )js"
                                  R"js(endsWith(name, ".corp.example")) return "DIRECT";)js"));
    EXPECT_THAT(script, HasSubstr(R"js(  if (name === "wiki.example") return "DIRECT";)js"));
    EXPECT_THAT(script, HasSubstr(R"js(  if (isIpv4 && isInNet(name, "10.0.0.0", "255.0.0.0")) )js"
                                  R"js(return "DIRECT";)js"));
    EXPECT_THAT(script, HasSubstr(R"js(  if (name === "192.0.2.7") return "DIRECT";)js"));
    EXPECT_THAT(script, HasSubstr(R"js(  if (name === "::1") return "DIRECT";)js"));
}

TEST(PacFile, WritesMasksOfEveryLength)
{
    const auto script = writePac(
        {.proxy = "p:1", .directSuffixes = {"0.0.0.0/0", "172.16.0.0/12", "192.0.2.7/32"}});
    EXPECT_THAT(script, HasSubstr(R"(isInNet(name, "0.0.0.0", "0.0.0.0"))"));
    EXPECT_THAT(script, HasSubstr(R"(isInNet(name, "172.16.0.0", "255.240.0.0"))"));
    EXPECT_THAT(script, HasSubstr(R"(isInNet(name, "192.0.2.7", "255.255.255.255"))"));
}

TEST(PacFile, NeverLooksANameUp)
{
    const auto script =
        writePac({.proxy = "p:1", .directSuffixes = {".corp.example", "10.0.0.0/8"}});
    for (const auto* lookUp : {"dnsResolve", "isResolvable", "dnsDomainIs", "myIpAddress"})
        EXPECT_THAT(script, Not(HasSubstr(lookUp)));
}

TEST(PacFile, EscapesTheProxyAsAString)
{
    const auto script = writePac({.proxy = "a\"\\\n</script>\xe2\x80\xa8:1", .directSuffixes = {}});
    EXPECT_THAT(script, HasSubstr(R"("PROXY a\x22\x5c\x0a\x3c/script\x3e\xe2\x80\xa8:1")"));
}

TEST(PacFile, IsTheScriptWrittenByHandWhereThereIsOne)
{
    const std::string script = "function FindProxyForURL(url, host) { return \"DIRECT\"; }";
    EXPECT_EQ(writePac({.proxy = "p:1", .directSuffixes = {".corp.example"}, .script = script}),
              script);
}

class PacEntryFault : public testing::TestWithParam<std::string> {};

TEST_P(PacEntryFault, IsRefusedByName)
{
    try {
        static_cast<void>(writePac({.proxy = "p:1", .directSuffixes = {GetParam()}}));
        FAIL() << "accepted";
    } catch (const std::invalid_argument& problem) {
        EXPECT_THAT(problem.what(), testing::StartsWith("PAC: \"" + GetParam() + "\" is "));
    }
}

INSTANTIATE_TEST_SUITE_P(Faults, PacEntryFault,
                         testing::Values("", ".", "*", "*.corp.example", "..corp", "a b.example",
                                         "\") + evil(", "10.0.0.1/8", "10.0.0.0/33", "fc00::/7",
                                         ".0.0.1", "http://corp.example"));

} // namespace
} // namespace sallyport::policy
