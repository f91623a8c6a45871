#include "admin/audit/RequestFacts.h"

#include "admin/api/TimeText.h"
#include "policy/Network.h"
#include "policy/PathPrefix.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace sallyport::admin::audit {
namespace {

using policy::Protocol;

constexpr std::array Requests{Protocol::Http, Protocol::Connect, Protocol::WebSocket};

} // namespace

std::optional<policy::FactSheet> requestFacts(const db::AuditRecord& record)
{
    const auto client = policy::parseAddress(record.clientIp);
    const auto time = api::timeFrom(record.time);
    const auto protocol = std::ranges::find(Requests, record.protocol, policy::protocolName);
    if (!client || !time || protocol == Requests.end() || record.host.empty())
        return std::nullopt;
    policy::FactSheet sheet;
    sheet.listener = record.listener;
    sheet.client = *client;
    sheet.user = record.user;
    sheet.at = std::chrono::floor<std::chrono::seconds>(*time);
    sheet.protocol = *protocol;
    sheet.method = record.method;
    sheet.host = record.host;
    sheet.port = record.port;
    policy::normalizePath(record.path, sheet.path);
    sheet.query = record.query;
    return sheet;
}

} // namespace sallyport::admin::audit
