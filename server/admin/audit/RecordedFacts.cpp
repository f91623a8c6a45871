#include "admin/audit/RecordedFacts.h"

#include "admin/audit/RequestFacts.h"
#include "policy/Network.h"
#include "policy/PathPrefix.h"

#include <algorithm>
#include <array>

namespace sallyport::admin::audit {
namespace {

using policy::Protocol;

} // namespace

void RecordedFacts::add(const db::AuditRecord& record)
{
    if (record.found)
        return;
    if (!sheet_)
        sheet_ = requestFacts(record);
    if (!sheet_)
        return;
    if (!sheet_->destination)
        sheet_->destination = policy::parseAddress(record.destinationIp);
    if (!sheet_->destination)
        sheet_->destination = policy::parseAddress(record.host);
    if (record.contents)
        addContents(*record.contents);
}

void RecordedFacts::addContents(const db::TunnelContents& contents)
{
    if (contents.content && sheet_->protocol == Protocol::Connect) {
        auto& opening = sheet_->beginWith(*contents.content);
        opening.differences = contents.differences;
        if (contents.tls) {
            opening.sni = contents.tls->sni;
            opening.alpn = contents.tls->alpnOffered;
        }
        if (contents.webSocket)
            policy::normalizePath(contents.webSocket->path, opening.path);
    }
    if (!contents.webSocket)
        return;
    if (const auto handshake = sheet_->handshake()) {
        handshake->origin = contents.webSocket->origin;
        handshake->subprotocolsOffered = contents.webSocket->subprotocolsOffered;
    }
    if (contents.webSocket->status == 101)
        sheet_->subprotocol = contents.webSocket->subprotocol;
}

std::vector<std::string> RecordedFacts::notKept(const policy::Policy& policy) const
{
    using enum policy::Dimension;
    std::vector<std::string> names;
    if (policy.reads(Group))
        names.emplace_back("groups of the user");
    if (!sheet_)
        return names;
    if (policy.reads(Query) && sheet_->query.empty())
        names.emplace_back("query");
    if (!sheet_->destination && policy.reads(Address))
        names.emplace_back("address of the host");
    const bool looksInside = policy.reads(Sni) || policy.reads(Alpn) || policy.reads(Names);
    if (looksInside && sheet_->protocol == Protocol::Connect && !sheet_->firstBytes)
        names.emplace_back("first bytes of the tunnel");
    return names;
}

} // namespace sallyport::admin::audit
