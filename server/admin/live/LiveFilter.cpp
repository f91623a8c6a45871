#include "admin/live/LiveFilter.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace sallyport::admin::live {

namespace {

constexpr std::size_t MostTextBytes = 200;
constexpr std::string_view Nobody = "-";
constexpr std::string_view DefaultRow = "default";

/// Gives the value of a member, if it is there.
using Ask = std::function<std::optional<std::string>(const char* name)>;
using Complain = std::function<void(const char* name, std::string code, std::string detail)>;

std::string lowerCase(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

std::optional<policy::Protocol> protocolNamed(std::string_view name)
{
    for (std::size_t i = 0; i < policy::ProtocolCount; ++i)
        if (policy::protocolName(static_cast<policy::Protocol>(i)) == name)
            return static_cast<policy::Protocol>(i);
    return std::nullopt;
}

LiveFilter read(const Ask& ask, const Complain& complain)
{
    LiveFilter filter;
    filter.text = lowerCase(ask("q").value_or(""));
    if (filter.text.size() > MostTextBytes)
        complain("q", "too-long", "may have at most 200 bytes");
    filter.user = ask("user");
    if (filter.user == Nobody)
        filter.user = "";
    filter.host = lowerCase(ask("host").value_or(""));
    if (filter.host.starts_with("*."))
        filter.host.erase(0, 1);
    filter.rule = ask("rule").value_or("");
    if (const auto name = ask("protocol")) {
        filter.protocol = protocolNamed(*name);
        if (!filter.protocol)
            complain("protocol", "unknown",
                     "must be one of http, connect, tls, tunnelled-http, "
                     "websocket, ssh, unknown");
    }
    if (const auto text = ask("client")) {
        if (const auto network = policy::parseNetwork(*text))
            filter.client = *network;
        else
            complain("client", "invalid", network.error());
    }
    if (const auto name = ask("verdict")) {
        if (*name == "allow")
            filter.verdict = LiveSession::Verdict::Allow;
        else if (*name == "inspect")
            filter.verdict = LiveSession::Verdict::Inspect;
        else
            complain("verdict", "unknown", "must be allow or inspect");
    }
    return filter;
}

bool contains(const std::string& text, std::string_view part)
{
    return lowerCase(text).find(part) != std::string::npos;
}

bool hasText(const LiveSession& session, std::string_view part, api::UserNames names)
{
    return contains(session.host, part) ||
           (names == api::UserNames::Shown && contains(session.user, part)) ||
           contains(session.ruleName, part) || contains(session.ruleId, part) ||
           contains(policy::addressText(session.client), part) ||
           db::toText(session.id).starts_with(part);
}

bool isBelow(std::string_view host, std::string_view suffix)
{
    return host == suffix.substr(1) || host.ends_with(suffix);
}

} // namespace

bool LiveFilter::fits(const LiveSession& session) const
{
    if (user && *user != session.user)
        return false;
    if (host.starts_with('.') ? !isBelow(session.host, host)
                              : !host.empty() && host != session.host)
        return false;
    if (!rule.empty() && rule != (session.ruleId.empty() ? DefaultRow : session.ruleId))
        return false;
    if (protocol && *protocol != session.protocol)
        return false;
    if (client && !client->contains(session.client))
        return false;
    if (verdict && *verdict != session.verdict)
        return false;
    return text.empty() || hasText(session, text, names);
}

void LiveFilter::maskNames(api::UserNames asked)
{
    if (asked == api::UserNames::Masked && user)
        api::refuseMaskedNames();
    names = asked;
}

LiveFilter LiveFilter::fromQuery(const api::Call& call)
{
    std::vector<api::FieldError> errors;
    auto filter =
        read([&call](const char* name) { return call.query(name); },
             [&errors](const char* name, std::string code, std::string detail) {
                 errors.push_back({'?' + std::string(name), std::move(code), std::move(detail)});
             });
    if (!errors.empty())
        throw api::ApiError(std::move(errors));
    return filter;
}

LiveFilter LiveFilter::fromJson(api::JsonFields& fields)
{
    return read([&fields](const char* name) { return fields.optionalText(name); },
                [&fields](const char* name, std::string code, std::string detail) {
                    fields.wrong(name, std::move(code), std::move(detail));
                });
}

} // namespace sallyport::admin::live
