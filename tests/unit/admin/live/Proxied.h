// A proxy as the pages about it see it, with whatever sessions and figures a test gives it; and
// calls of those pages.
#pragma once

#include "admin/api/Router.h"
#include "admin/live/ProxyView.h"
#include "policy/Network.h"
#include "support/TemporaryFolder.h"

#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace sallyport::admin::live {

inline api::Caller callerWith(api::Role role)
{
    return {.way = api::Caller::Way::Session,
            .account = "7",
            .name = "ann",
            .session = "s1",
            .role = role,
            .address = "127.0.0.1",
            .csrf = "c",
            .confirmed = api::Caller::Confirmed::No};
}

inline api::Answer ask(api::Router& router, const std::string& method, const std::string& path,
                       std::vector<std::pair<std::string, std::string>> query = {},
                       const std::string& body = "", api::Role role = api::Role::Admin)
{
    std::istringstream stream(body);
    api::Call call({.method = method,
                    .path = path,
                    .query = std::move(query),
                    .fields = {{"content-type", "application/json"}},
                    .body = body.empty() ? nullptr : &stream,
                    .bodyBytes = body.size(),
                    .caller = callerWith(role),
                    .traceId = "t-1"});
    return router.answer(call);
}

inline Poco::JSON::Object::Ptr jsonOf(const api::Answer& answer)
{
    return Poco::JSON::Parser().parse(answer.body).extract<Poco::JSON::Object::Ptr>();
}

class Proxied {
public:
    Proxied()
    {
        view.sessions = [this]() -> std::optional<std::vector<LiveSession>> {
            ++looks;
            if (silent)
                return std::nullopt;
            return sessions;
        };
        view.terminate = [this](std::vector<db::SessionId> ids) -> std::optional<std::size_t> {
            return std::erase_if(sessions, [&ids](const LiveSession& session) {
                return std::ranges::find(ids, session.id) != ids.end();
            });
        };
        view.workers = [this]() -> std::optional<std::vector<WorkerFigures>> {
            if (silent)
                return std::nullopt;
            return workers;
        };
        view.audit = [this] { return audit; };
        view.stage = [this] { return stage; };
        view.policy = [this] { return policy; };
        view.policyProblem = [this] { return policyProblem; };
        view.timeBounds = {0.001, 0.01, 0.1};
        view.addresses = [] { return std::vector<std::string>{"127.0.0.1:3128"}; };
    }

    LiveSession& add(std::uint8_t number, std::string host)
    {
        LiveSession session;
        session.id[15] = number;
        session.begun =
            std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()) -
            std::chrono::seconds(number);
        session.client = *policy::parseAddress("10.0.0." + std::to_string(number));
        session.clientPort = 4000;
        session.listener = "127.0.0.1:3128";
        session.host = std::move(host);
        session.port = 443;
        session.protocol = policy::Protocol::Tls;
        session.form = db::Form::Connect;
        session.policyVersion = 3;
        return sessions.emplace_back(std::move(session));
    }

    ProxyView view;
    std::vector<LiveSession> sessions;
    std::vector<WorkerFigures> workers;
    AuditFigures audit;
    ServerStage stage = ServerStage::Serving;
    std::shared_ptr<const policy::Policy> policy;
    std::string policyProblem;
    bool silent = false;
    int looks = 0;
};

} // namespace sallyport::admin::live
