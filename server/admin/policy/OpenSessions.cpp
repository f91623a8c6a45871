#include "admin/policy/OpenSessions.h"

#include "admin/api/ApiError.h"
#include "policy/CaseRun.h"
#include "policy/FactSheet.h"

#include <algorithm>
#include <chrono>

namespace sallyport::admin {
namespace {

policy::FactSheet factsOf(const live::LiveSession& session)
{
    policy::FactSheet sheet;
    sheet.listener = session.listener;
    sheet.client = session.client;
    sheet.user = session.user;
    sheet.at =
        std::chrono::time_point_cast<policy::WallTime::duration>(std::chrono::system_clock::now());
    sheet.host = session.host;
    sheet.port = session.port;
    sheet.destination = session.destination;
    switch (session.form) {
    case db::Form::Connect:
        sheet.protocol = policy::Protocol::Connect;
        sheet.method = "CONNECT";
        break;
    case db::Form::Upgrade:
        sheet.protocol = policy::Protocol::WebSocket;
        sheet.method = "GET";
        break;
    default:
        sheet.protocol = policy::Protocol::Http;
        sheet.method = "GET";
    }
    return sheet;
}

} // namespace

OpenSessionsAsked askOpenSessions(const live::ProxyView& proxy, const policy::Policy& policy)
{
    const auto sessions = proxy.sessions();
    if (!sessions)
        throw api::ApiError(api::ProblemKind::Busy, "The proxy did not say in time which sessions "
                                                    "are open. Try again.");
    OpenSessionsAsked asked;
    asked.open = sessions->size();
    asked.ended = static_cast<std::uint64_t>(
        std::ranges::count_if(*sessions, [&](const live::LiveSession& session) {
            const auto sheet = factsOf(session);
            return decideByStages(policy, sheet.facts()).answer == policy::Answer::Deny;
        }));
    return asked;
}

} // namespace sallyport::admin
