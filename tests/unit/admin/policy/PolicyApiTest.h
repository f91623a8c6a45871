// PolicyApiTest: the policy's API on a data directory of its own, called as persons would.
#pragma once

#include "admin/policy/PolicyApi.h"
#include "support/TemporaryFolder.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::admin {

class PolicyApiTest : public testing::Test {
protected:
    using Json = Poco::JSON::Object::Ptr;

    struct Reply {
        api::Answer answer;

        [[nodiscard]] unsigned status() const { return answer.status; }
        [[nodiscard]] const std::string& body() const { return answer.body; }
        [[nodiscard]] Json json() const
        {
            return Poco::JSON::Parser().parse(answer.body).extract<Json>();
        }
        [[nodiscard]] std::string text(const std::string& member) const
        {
            return json()->getValue<std::string>(member);
        }
        [[nodiscard]] std::string field(const std::string& name) const
        {
            for (const auto& [key, value] : answer.fields)
                if (key == name)
                    return value;
            return "";
        }
        /// In quotes, as If-Match wants it.
        [[nodiscard]] std::string tag() const { return field("ETag"); }
        /// Pointer and code of the first field that is wrong.
        [[nodiscard]] std::string firstError() const
        {
            const auto first = json()->getArray("errors")->getObject(0);
            return first->getValue<std::string>("pointer");
        }
    };

    static api::Caller person(const std::string& name, api::Role role)
    {
        return {.way = api::Caller::Way::Session,
                .account = "id-" + name,
                .name = name,
                .session = "session-" + name,
                .role = role,
                .address = "127.0.0.1",
                .csrf = "c",
                .confirmed = api::Caller::Confirmed::No};
    }

    PolicyApiTest() : PolicyApiTest("") {}
    /// Begins with this document as version 1 instead of the initial one.
    explicit PolicyApiTest(const std::string& document)
    {
        if (!document.empty())
            db::PolicyStore(std::filesystem::path(folder_.file("policy.db")))
                .publish(policy::PolicyDocument::parse(document), "setup", "first");
        open();
    }

    void open()
    {
        api_.reset();
        router_ = std::make_unique<api::Router>();
        api_ = std::make_unique<PolicyApi>(PolicyApi::Surroundings{
            .dataDirectory = folder_.path(),
            .auditFolder = folder_.file("audit"),
            .trail = trail_,
            .jobs = jobs_,
            .notify =
                [this](std::string_view channel, const Poco::JSON::Object& data) {
                    const std::scoped_lock lock(toldMutex_);
                    told_.push_back(std::string(channel) + ' ' + api::textOf(data));
                },
            .twoPersons = [this] { return twoPersons_; },
            .blockPage = [](const policy::Verdict&,
                            const policy::FactSheet& facts) { return "No way to " + facts.host; },
            .askOpenSessions =
                [](const std::shared_ptr<const policy::Policy>&) {
                    return OpenSessionsAsked{.open = 5, .ended = 2};
                },
            .takeUp =
                [this](std::uint32_t version) {
                    const std::scoped_lock lock(toldMutex_);
                    told_.push_back("taken up " + std::to_string(version));
                }});
        api_->addTo(*router_);
    }

    Reply ask(const std::string& method, const std::string& path, const std::string& body = "",
              const std::string& ifMatch = "")
    {
        std::istringstream stream(body);
        std::map<std::string, std::string> fields{{"content-type", "application/json"}};
        if (!ifMatch.empty())
            fields.emplace("if-match", ifMatch);
        std::vector<std::pair<std::string, std::string>> query;
        const auto question = path.find('?');
        if (question != std::string::npos) {
            std::istringstream parts(path.substr(question + 1));
            for (std::string part; std::getline(parts, part, '&');)
                query.emplace_back(part.substr(0, part.find('=')), part.substr(part.find('=') + 1));
        }
        api::Call call({.method = method,
                        .path = path.substr(0, question),
                        .query = std::move(query),
                        .fields = std::move(fields),
                        .body = body.empty() ? nullptr : &stream,
                        .bodyBytes = body.size(),
                        .caller = caller_,
                        .traceId = "t-1"});
        return {router_->answer(call)};
    }

    /// Adds an access rule and gives its id.
    std::string addRule(const std::string& fields, const std::string& place = "")
    {
        const auto reply = ask("POST", "/policy/draft/rules",
                               R"({"layer": "access", "rule": {)" + fields + '}' +
                                   (place.empty() ? "" : R"(, "place": )" + place) + '}');
        EXPECT_EQ(reply.status(), 201U) << reply.body();
        return reply.status() == 201 ? reply.text("id") : "";
    }
    Reply rule(const std::string& id) { return ask("GET", "/policy/draft/rules/" + id); }
    std::vector<std::string> names(const std::string& layer = "access")
    {
        std::vector<std::string> names;
        const auto rows = ask("GET", "/policy/draft").json()->getObject("layers")->getArray(layer);
        for (std::size_t index = 0; index < rows->size(); ++index)
            names.push_back(
                rows->getObject(static_cast<unsigned>(index))->getValue<std::string>("name"));
        return names;
    }
    Reply publish(const std::string& more = "")
    {
        return ask("POST", "/policy/publish", R"({"note": "why")" + more + '}',
                   ask("GET", "/policy/draft").tag());
    }
    /// All that was told to the pages and to the proxy, line by line.
    std::string told()
    {
        const std::scoped_lock lock(toldMutex_);
        std::string all;
        for (const auto& each : told_)
            all += each + '\n';
        return all;
    }
    /// The whole spool of the admin trail.
    [[nodiscard]] std::string trail() const
    {
        std::ifstream file(folder_.file("admin.spool"));
        return {std::istreambuf_iterator<char>(file), {}};
    }

    test::TemporaryFolder folder_;
    api::Trail trail_{folder_.path()};
    api::Jobs jobs_;
    bool twoPersons_ = false;
    api::Caller caller_ = person("ann", api::Role::Editor);
    std::mutex toldMutex_;
    std::vector<std::string> told_;
    std::unique_ptr<api::Router> router_;
    std::unique_ptr<PolicyApi> api_;
};

} // namespace sallyport::admin
