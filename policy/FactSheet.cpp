#include "policy/FactSheet.h"

namespace sallyport::policy {

Facts FactSheet::facts() const
{
    Facts facts;
    facts.listener = listener;
    facts.client = client;
    facts.user = user;
    facts.groups = groups;
    facts.now = at;
    facts.protocol = protocol;
    facts.method = method;
    facts.host = host;
    facts.port = port;
    facts.path = path;
    facts.query = query;
    facts.origin = origin;
    facts.subprotocolsOffered = subprotocolsOffered;
    facts.destination = destination;
    if (firstBytes)
        facts.firstBytes = FirstBytes{
            .content = firstBytes->content, .sni = firstBytes->sni, .alpn = firstBytes->alpn};
    if (subprotocol)
        facts.subprotocol = *subprotocol;
    return facts;
}

} // namespace sallyport::policy
