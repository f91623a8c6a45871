#include "app/BlockPage.h"

#include "http/ErrorPage.h"
#include "net/IpAddress.h"
#include "proxy/Failure.h"

#include <optional>
#include <utility>

namespace sallyport::app {

std::string blockPageText(const policy::Verdict& verdict, const policy::FactSheet& facts)
{
    std::optional<net::IpAddress> address;
    if (facts.destination)
        address = net::IpAddress(*facts.destination);
    auto failure = proxy::denied(verdict, facts.host, address ? &*address : nullptr);
    const auto* rule = verdict.rule();
    const http::Refusal refusal{.status = failure.status,
                                .proxyStatusError = failure.error,
                                .details = std::move(failure.details),
                                .host = facts.host,
                                .ruleName = rule ? rule->name : "default",
                                .reason = std::move(failure.reason),
                                .ruleText = rule ? rule->blockText : "",
                                .sessionId = {},
                                .proxyAuthenticate = {}};
    return http::errorPage(refusal, http::PageKind::Plain);
}

} // namespace sallyport::app
