// ApiCalls: calls routes of the API as somebody of a role, without a socket, on a data directory of
// its own.
#pragma once

#include "admin/api/Jobs.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "db/PolicyStore.h"
#include "support/TemporaryFolder.h"

#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>

namespace sallyport::admin {

struct Asked {
    unsigned status = 0;
    std::string body;
    std::string tag; ///< of ETag, without quotes
    std::string location;

    [[nodiscard]] Poco::JSON::Object::Ptr json() const
    {
        return Poco::JSON::Parser().parse(body).extract<Poco::JSON::Object::Ptr>();
    }
    /// Of the first error of a validation problem.
    [[nodiscard]] std::string pointer() const
    {
        return json()->getArray("errors")->getObject(0)->getValue<std::string>("pointer");
    }
};

class ApiCalls : public testing::Test {
protected:
    struct Extra {
        std::string match{};
        std::string mediaType = "application/json";
        std::optional<std::uint64_t> bodyBytes{};
    };

    ApiCalls() { db::PolicyStore(policyFile_).ensureInitial(); }

    Asked ask(const std::string& method, const std::string& target, const std::string& body = "")
    {
        return ask(method, target, body, Extra());
    }

    /// "/lists?q=a": the query is taken as it is, without escapes.
    Asked ask(const std::string& method, const std::string& target, const std::string& body,
              const Extra& extra)
    {
        const auto question = target.find('?');
        std::vector<std::pair<std::string, std::string>> query;
        if (question != target.npos) {
            std::istringstream pairs(target.substr(question + 1));
            for (std::string pair; std::getline(pairs, pair, '&');)
                query.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
        }
        std::map<std::string, std::string> fields{{"content-type", extra.mediaType}};
        if (!extra.match.empty())
            fields["if-match"] = '"' + extra.match + '"';
        std::istringstream stream(body);
        api::Call call({.method = method,
                        .path = target.substr(0, question),
                        .query = std::move(query),
                        .fields = std::move(fields),
                        .body = body.empty() ? nullptr : &stream,
                        .bodyBytes = extra.bodyBytes ? *extra.bodyBytes : body.size(),
                        .caller = callerWith(role_),
                        .traceId = "t-1"});
        const auto answer = router_.answer(call);
        Asked asked{.status = answer.status, .body = answer.body, .tag = {}, .location = {}};
        if (answer.stream) {
            std::ostringstream out;
            answer.stream(out);
            asked.body = out.str();
        }
        for (const auto& [name, value] : answer.fields) {
            if (name == "ETag")
                asked.tag = value.substr(1, value.size() - 2);
            if (name == "Location")
                asked.location = value;
        }
        return asked;
    }

    Asked askWithMatch(const std::string& method, const std::string& target,
                       const std::string& match, const std::string& body = "")
    {
        Extra extra;
        extra.match = match;
        return ask(method, target, body, extra);
    }

    /// Of a job that has ended.
    Poco::JSON::Object::Ptr jobAfterwards(const std::string& location)
    {
        const auto id = location.substr(location.rfind('/') + 1);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (std::chrono::steady_clock::now() < deadline) {
            const auto job = jobs_.find(id);
            if (job && job->getValue<std::string>("state") != "running")
                return Poco::JSON::Parser()
                    .parse(api::textOf(*job))
                    .extract<Poco::JSON::Object::Ptr>();
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        throw std::runtime_error("the job " + id + " did not end");
    }

    /// All acts that were recorded, as they wait for the audit log.
    [[nodiscard]] std::string trailText() const
    {
        std::string text;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path()))
            if (entry.is_regular_file() &&
                entry.path().string().find("spool") != std::string::npos) {
                std::ifstream in(entry.path());
                text.append(std::istreambuf_iterator<char>(in), {});
            }
        return text;
    }

    static api::Caller callerWith(api::Role role)
    {
        return {.way = api::Caller::Way::Session,
                .account = "7",
                .name = "ann",
                .session = "s1",
                .role = role,
                .address = "127.0.0.1",
                .csrf = "c",
                .confirmed = api::Caller::Confirmed::Yes};
    }

    test::TemporaryFolder folder_;
    const std::filesystem::path policyFile_ = folder_.file("policy.db");
    api::Trail trail_{folder_.path()};
    api::Router router_;
    api::Role role_ = api::Role::Editor;
    api::Jobs jobs_;
};

} // namespace sallyport::admin
