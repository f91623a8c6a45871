// AuditDesk: the API's pages about the audit log over a real log in a folder of a test.
#pragma once

#include "admin/audit/AuditPages.h"
#include "db/PolicyStore.h"
#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"

#include <Poco/JSON/Parser.h>
#include <Poco/URI.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>

namespace sallyport::test {

class AuditDesk : public testing::Test {
protected:
    using Json = Poco::JSON::Object::Ptr;
    using Role = admin::api::Role;

    AuditDesk()
    {
        std::filesystem::create_directories(data() / "audit");
        log_ = std::make_unique<AuditLog>(data());
        db::PolicyStore(data() / db::PolicyStore::FileName).ensureInitial();
        serve();
    }

    [[nodiscard]] std::filesystem::path data() const { return folder_.path(); }
    void serve(admin::audit::AuditPagesSettings settings = {})
    {
        settings.dataDirectory = data();
        router_ = std::make_unique<admin::api::Router>();
        pages_ = std::make_unique<admin::audit::AuditPages>(std::move(settings), jobs_, trail_);
        pages_->addTo(*router_);
        jobs_.addTo(*router_);
    }

    admin::api::Answer ask(const std::string& method, const std::string& target,
                           const std::string& body = "",
                           std::map<std::string, std::string> fields = {})
    {
        const Poco::URI uri(target);
        std::istringstream stream(body);
        if (!body.empty())
            fields.emplace("content-type", "application/json");
        admin::api::Call call(
            {.method = method,
             .path = uri.getRawQuery().empty() ? target : target.substr(0, target.find('?')),
             .query = uri.getQueryParameters(),
             .fields = std::move(fields),
             .body = body.empty() ? nullptr : &stream,
             .bodyBytes = body.size(),
             .caller = caller_,
             .traceId = "t-1"});
        return router_->answer(call);
    }
    /// The answer, which must be of this status, as JSON.
    Json json(const std::string& method, const std::string& target, unsigned status = 200,
              const std::string& body = "", std::map<std::string, std::string> fields = {})
    {
        const auto answer = ask(method, target, body, std::move(fields));
        EXPECT_EQ(answer.status, status) << target << '\n' << answer.body;
        return Poco::JSON::Parser().parse(answer.body).extract<Json>();
    }
    Json get(const std::string& target, unsigned status = 200)
    {
        return json("GET", target, status);
    }

    const TemporaryFolder folder_;
    std::unique_ptr<AuditLog> log_;
    admin::api::Trail trail_{data()};
    admin::api::Jobs jobs_;
    admin::api::Caller caller_{.way = admin::api::Caller::Way::Session,
                               .account = "7",
                               .name = "ann",
                               .session = "s1",
                               .role = Role::Auditor,
                               .address = "127.0.0.1",
                               .csrf = "c"};
    std::unique_ptr<admin::api::Router> router_;
    std::unique_ptr<admin::audit::AuditPages> pages_;
};

} // namespace sallyport::test
