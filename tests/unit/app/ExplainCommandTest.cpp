#include "app/ExplainCommand.h"

#include "app/CommandLine.h"
#include "db/PolicyStore.h"
#include "support/TemporaryFolder.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace sallyport::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ExplainCommand : public testing::Test {
protected:
    static std::string outputOf(std::vector<std::string> arguments)
    {
        CommandLine line("sallyport policy explain", "", OptionalFile);
        line.options().add_options()("json", "");
        addExplainOptions(line);
        line.parse(arguments);
        testing::internal::CaptureStdout();
        try {
            EXPECT_EQ(runExplain(line), ExitDone);
        } catch (...) {
            static_cast<void>(testing::internal::GetCapturedStdout());
            throw;
        }
        return testing::internal::GetCapturedStdout();
    }

    // Of the rules in a file.
    [[nodiscard]] std::string explained(const std::string& access,
                                        std::vector<std::string> arguments) const
    {
        arguments.push_back(
            folder_.write("p.json", R"({"format": 1, "access": [)" + access + "]}"));
        return outputOf(std::move(arguments));
    }

    // Of the policy in force, the draft or a version.
    [[nodiscard]] std::string explainedHere(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--data-dir", folder_.path(), "--url",
                                           "http://www.example/", "--address", "20.1.2.3"});
        return outputOf(std::move(arguments));
    }

    test::TemporaryFolder folder_;
};

struct FactCase {
    const char* name;
    std::vector<std::string> options;
    const char* conditions; // of the one rule that allows
    bool matches;

    friend void PrintTo(const FactCase& each, std::ostream* out) { *out << each.name; }
};

class ExplainOption : public ExplainCommand, public testing::WithParamInterface<FactCase> {};

TEST_P(ExplainOption, BecomesAFact)
{
    const auto& [name, options, conditions, matches] = GetParam();
    auto arguments = options;
    arguments.insert(arguments.end(), {"--address", "20.1.2.3"});
    const auto output = explained(
        R"({"name": "It", "action": "allow", "when": )" + std::string(conditions) + "}", arguments);
    EXPECT_THAT(output, StartsWith(matches ? "Allowed" : "Denied"));
}

const std::vector<std::string> Web{"--url", "http://www.example/a?b=1"};
const std::vector<std::string> Tunnel{"--url", "https://www.example/"};
const std::vector<std::string> Chat{"--url", "ws://www.example/chat"};

std::vector<std::string> operator+(std::vector<std::string> options,
                                   const std::vector<std::string>& more)
{
    options.insert(options.end(), more.begin(), more.end());
    return options;
}

INSTANTIATE_TEST_SUITE_P(
    Options, ExplainOption,
    testing::Values(
        FactCase{"Loopback", Web, R"({"client": ["127.0.0.1"]})", true},
        FactCase{"Client", Web + std::vector<std::string>{"--client", "10.1.2.3"},
                 R"({"client": ["10.0.0.0/8"]})", true},
        FactCase{"User", Web + std::vector<std::string>{"--user", "ann"}, R"({"user": ["ann"]})",
                 true},
        FactCase{"NoUser", Web, R"({"user": ["ann"]})", false},
        FactCase{"SecondGroup", Web + std::vector<std::string>{"--group", "a", "--group", "b"},
                 R"({"group": ["b"]})", true},
        FactCase{"Method", Web + std::vector<std::string>{"--method", "POST"},
                 R"({"method": ["POST"]})", true},
        FactCase{"At", Web + std::vector<std::string>{"--at", "2026-11-29T13:00:00Z"},
                 R"({"time": ["sun 13:00-13:01"]})", true},
        FactCase{"Address", Web, R"({"address": ["20.1.2.3"]})", true},
        FactCase{"Listener", Web + std::vector<std::string>{"--listener", "10.0.0.1:3128"},
                 R"({"listener": ["10.0.0.1:3128"]})", true},
        FactCase{"SniOfTheUrl", Tunnel, R"({"sni": ["www.example"]})", true},
        FactCase{"Sni", Tunnel + std::vector<std::string>{"--sni", "other.example"},
                 R"({"sni": ["www.example"]})", false},
        FactCase{"Alpn", Tunnel + std::vector<std::string>{"--alpn", "xmpp"},
                 R"({"alpn": ["xmpp"]})", true},
        FactCase{"SniMakesItTls",
                 {"--url", "www.example:443", "--sni", "www.example"},
                 R"({"protocol": ["tls"]})",
                 true},
        FactCase{"Subprotocol", Chat + std::vector<std::string>{"--subprotocol", "mqtt"},
                 R"({"subprotocol": ["mqtt"]})", true},
        FactCase{"Origin", Chat + std::vector<std::string>{"--origin", "App.example"},
                 R"({"origin": ["app.example"]})", true},
        FactCase{"Content", Tunnel + std::vector<std::string>{"--content", "ssh"},
                 R"({"protocol": ["ssh"]})", true},
        FactCase{"ContentHasNoSni", Tunnel + std::vector<std::string>{"--content", "unknown"},
                 R"({"sni": ["www.example"]})", false},
        FactCase{"WebSocketInATunnel",
                 {"--url", "www.example:80", "--content", "websocket"},
                 R"({"protocol": ["websocket"], "path": ["/"]})",
                 true},
        FactCase{"PathInATunnel",
                 {"--url", "www.example:80", "--content", "tunnelled-http", "--path", "/a?b=1"},
                 R"({"path": ["/a"], "query": ["b=1"]})",
                 true},
        FactCase{"OriginInATunnel",
                 {"--url", "www.example:80", "--content", "websocket", "--origin", "App.example"},
                 R"({"origin": ["app.example"]})",
                 true},
        FactCase{"SubprotocolInATunnel",
                 {"--url", "www.example:80", "--content", "websocket", "--subprotocol", "mqtt"},
                 R"({"subprotocol": ["mqtt"]})",
                 true},
        FactCase{"Names",
                 Tunnel +
                     std::vector<std::string>{"--names", "host-differs", "--names", "sni-differs"},
                 R"({"names": ["sni-differs"]})", true},
        FactCase{"NoNames", Tunnel, R"({"names": ["sni-differs"]})", false}),
    [](const auto& info) { return info.param.name; });

TEST_F(ExplainCommand, RefusesWhatCannotBeAFactNamingTheOption)
{
    const std::vector<std::pair<std::vector<std::string>, const char*>> cases{
        {{}, "--url is missing"},
        {{"--url", "ftp://x.example/"}, "--url: "},
        {Web + std::vector<std::string>{"--client", "ann"}, "--client: "},
        {Web + std::vector<std::string>{"--address", "x"}, "--address: "},
        {Web + std::vector<std::string>{"--at", "noon"}, "--at: "},
        {Web + std::vector<std::string>{"--sni", "x.example"}, "are for tunnels: "},
        {Web + std::vector<std::string>{"--names", "sni-differs"}, "are for tunnels: "},
        {Tunnel + std::vector<std::string>{"--names", "sni"}, "--names: \"sni\" is none of"},
        {Tunnel + std::vector<std::string>{"--content", "http"}, "--content: \"http\" is none of"},
        {Tunnel + std::vector<std::string>{"--content", "ssh", "--sni", "x"}, "--sni and --alpn"},
        {Tunnel + std::vector<std::string>{"--path", "/a"}, "--path is for tunnels"},
        {Tunnel + std::vector<std::string>{"--content", "websocket", "--path", "a"}, "--path: "},
        {Tunnel + std::vector<std::string>{"--subprotocol", "mqtt"}, "--subprotocol and --origin"},
        {Chat + std::vector<std::string>{"--origin", "*.x.example"}, "--origin: "},
        {Web + std::vector<std::string>{"--draft", "--version", "1"}, "exclude each other"},
        {Web + std::vector<std::string>{"--version", "new"}, "--version: "},
    };
    for (const auto& [arguments, complaint] : cases) {
        try {
            outputOf(arguments + std::vector<std::string>{"--data-dir", folder_.path()});
            ADD_FAILURE() << complaint;
        } catch (const UsageError& error) {
            EXPECT_THAT(error.what(), HasSubstr(complaint));
        }
    }
}

TEST_F(ExplainCommand, SaysThatAnAddressStaysUnknown)
{
    const auto output = explained(R"({"name": "All", "action": "allow"})",
                                  Web + std::vector<std::string>{"--no-resolve"});
    EXPECT_THAT(output, StartsWith("Undecided: the address is not known yet"));
    EXPECT_THAT(output, HasSubstr("Note: www.example was not looked up"));
}

TEST_F(ExplainCommand, AsksTheVersionOrTheDraftItIsTold)
{
    const auto documentWith = [](const std::string& name) {
        return policy::PolicyDocument::parse(R"({"format": 1, "access": [{"name": ")" + name +
                                             R"(", "action": "allow"}]})");
    };
    {
        db::PolicyStore store(std::filesystem::path(folder_.path()) / db::PolicyStore::FileName);
        store.publish(documentWith("First"), "ann", "");
        store.publish(documentWith("Second"), "ann", "");
        store.saveDraft(documentWith("Third"), "ann");
    }
    EXPECT_THAT(explainedHere({}), HasSubstr("rule 1 \"Second\""));
    EXPECT_THAT(explainedHere({"--version", "1"}), HasSubstr("rule 1 \"First\""));
    EXPECT_THAT(explainedHere({"--draft"}), HasSubstr("rule 1 \"Third\""));
}

TEST_F(ExplainCommand, PrintsJson)
{
    const auto output =
        explained(R"({"name": "All", "action": "allow"})",
                  Web + std::vector<std::string>{"--address", "20.1.2.3", "--json"});
    const auto object = Poco::JSON::Parser().parse(output).extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(object->getValue<std::string>("verdict"), "allow");
    EXPECT_EQ(object->getValue<std::string>("stage"), "resolved-address");
    EXPECT_EQ(object->getObject("layers")->getObject("access")->getValue<std::string>("rule_name"),
              "All");
    EXPECT_EQ(object->getArray("trace")->size(), 5U);
    EXPECT_EQ(object->getValue<std::string>("address"), "20.1.2.3");
    EXPECT_EQ(object->getValue<std::string>("note"), "");
}

} // namespace
} // namespace sallyport::app
