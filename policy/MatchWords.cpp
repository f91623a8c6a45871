#include "policy/MatchWords.h"

#include "policy/ConditionValues.h"
#include "policy/HostPattern.h"
#include "policy/TimeColumn.h"

#include <optional>
#include <string_view>
#include <utility>

namespace sallyport::policy {
namespace {

// Of more values it is not looked up which one it was.
constexpr std::size_t MostValuesTried = 2000;

MatchedCondition isExactly(std::string_view what, std::string_view fact)
{
    return {.subject = "the " + std::string(what) + " is ",
            .fact = std::string(fact),
            .relation = {},
            .value = {}};
}

MatchedCondition compared(std::string_view what, std::string_view fact, std::string_view relation,
                          const std::string& value)
{
    if (value == fact)
        return isExactly(what, fact);
    return {.subject = "the " + std::string(what) + ' ',
            .fact = std::string(fact),
            .relation = std::string(relation),
            .value = value};
}

MatchedCondition inNetwork(std::string_view what, const std::string& address,
                           const std::string& network)
{
    const bool isOneAddress = network == address + "/32" || network == address + "/128";
    return compared(what, address, " is in ", isOneAddress ? address : network);
}

// `value` in one of the forms of a host pattern, or a list.
MatchedCondition fitting(std::string_view what, std::string_view fact, std::string value)
{
    if (value.starts_with(ListPrefix)) {
        auto made = compared(what, fact, " is in the list ", value.substr(ListPrefix.size()));
        made.kind = MatchedCondition::Value::NameOfAList;
        return made;
    }
    return compared(what, fact, value.starts_with("*.") ? " is below " : " fits ", value);
}

MatchedCondition has(std::string_view what, std::string value)
{
    return {
        .subject = std::string(what) + ' ', .fact = std::move(value), .relation = {}, .value = {}};
}

MatchedCondition ofProtocol(const std::string& value, const Facts& facts)
{
    return value == protocolName(facts.protocol) ? isExactly("protocol", value)
                                                 : has("the tunnel carries", value);
}

MatchedCondition ofTime(const Schedule& schedule, const Facts& facts)
{
    auto hours = scheduleText(schedule);
    if (hours.ends_with(' ' + schedule.zone)) // which the clock names
        hours.resize(hours.size() - schedule.zone.size() - 1);
    return {.subject = "it is ",
            .fact = clockText(schedule.zone, facts.now),
            .relation = ", within ",
            .value = hours};
}

MatchedCondition ofAddress(const std::string& value, const Facts& facts)
{
    const auto address = facts.destination ? addressText(*facts.destination) : "";
    return value.starts_with(ListPrefix) ? fitting("address", address, value)
                                         : inNetwork("address", address, value);
}

MatchedCondition wordsOf(Dimension dimension, const Conditions& single, const Facts& facts)
{
    const auto value = valueText(single, dimension);
    const auto request = clearRequestOf(facts);
    switch (dimension) {
    case Dimension::Time:
        return ofTime(single.time.front(), facts);
    case Dimension::Listener:
        return isExactly("listener", facts.listener);
    case Dimension::Client:
        return inNetwork("client", addressText(facts.client), value);
    case Dimension::User:
        return isExactly("user", facts.user);
    case Dimension::Group:
        return has("the user is in the group", value);
    case Dimension::Protocol:
        return ofProtocol(value, facts);
    case Dimension::Host:
        return fitting("host", facts.host, value);
    case Dimension::Port:
        return compared("port", std::to_string(facts.port), " is within ", value);
    case Dimension::Method:
        return isExactly("method", facts.method);
    case Dimension::Path:
        return compared("path", request.path, " begins with ", value);
    case Dimension::Query:
        return has("the query has the parameter", value);
    case Dimension::Origin:
        return fitting("Origin", request.origin, value);
    case Dimension::Subprotocol:
        return isExactly("subprotocol", value);
    case Dimension::Address:
        return ofAddress(value, facts);
    case Dimension::Sni:
        return fitting("SNI", facts.firstBytes ? facts.firstBytes->sni : "", value);
    case Dimension::Alpn:
        return has("the ALPN has", value);
    case Dimension::Names:
        return has("the names differ by", value);
    case Dimension::Validity:
        break;
    }
    return {};
}

std::optional<MatchedCondition> ofDimension(const Policy& policy, const Rule& rule,
                                            Dimension dimension, const Facts& facts)
{
    const auto count = singleValues(rule.when, dimension).size();
    if (count == 0)
        return std::nullopt;
    if (count > MostValuesTried)
        return has("the " + std::string(dimensionName(dimension)) + " is one of",
                   std::to_string(count) + " values");
    const auto single = valueThatHolds(rule.when, dimension, policy, facts);
    if (!single)
        return std::nullopt;
    return wordsOf(dimension, *single, facts);
}

} // namespace

std::vector<MatchedCondition> matchedConditions(const Policy& policy, const Rule& rule,
                                                const Facts& facts)
{
    std::vector<MatchedCondition> matched;
    for (std::size_t index = 0; index < DimensionCount; ++index) {
        const auto dimension = static_cast<Dimension>(index);
        if (auto condition = ofDimension(policy, rule, dimension, facts)) {
            condition->dimension = dimension;
            matched.push_back(std::move(*condition));
        }
    }
    return matched;
}

} // namespace sallyport::policy
