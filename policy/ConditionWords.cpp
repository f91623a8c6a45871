#include "policy/ConditionWords.h"

#include "policy/ConditionValues.h"
#include "policy/TimeColumn.h"
#include "policy/TimeText.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace sallyport::policy {
namespace {

constexpr std::size_t ValuesShown = 4;
// Of more values that are shut out it is not looked up which one it was.
constexpr std::size_t ValuesTried = 200;

using Texts = std::vector<std::string>;

std::string joined(std::span<const std::string> texts)
{
    std::string all;
    for (const auto& text : texts)
        all += (all.empty() ? "" : ", ") + text;
    return all;
}

// "a, b, c, d and 12 more"
std::string shortened(const Texts& values)
{
    const auto shown = std::min(values.size(), ValuesShown);
    auto text = joined(std::span(values).first(shown));
    if (shown < values.size())
        text += " and " + std::to_string(values.size() - shown) + " more";
    return text;
}

// How a dimension's fact is named, and what is said between it and the values that are wanted.
struct Wording {
    std::string fact;
    std::string_view isNot = " is not ";
    std::string_view isNone = " is none of ";
};

Wording named(std::string_view what, std::string_view value)
{
    return {std::string(what) + ' ' + std::string(value)};
}

// For a fact that a session may not have.
Wording namedOrMissing(std::string_view what, std::string_view value)
{
    if (!value.empty())
        return named(what, value);
    return {"there is no " + std::string(what), ", it would have to be ",
            ", it would have to be one of "};
}

std::string protocolText(const Facts& facts)
{
    std::string text(protocolName(facts.protocol));
    if (facts.firstBytes)
        text += " (" + std::string(protocolName(facts.firstBytes->content)) + " inside)";
    return text;
}

std::string alpnText(const Facts& facts)
{
    return facts.firstBytes ? joined(facts.firstBytes->alpn) : "";
}

std::string namesText(const Facts& facts)
{
    Texts names;
    for (const auto difference : AllNameDifferences)
        if (facts.firstBytes && facts.firstBytes->differences.has(difference))
            names.emplace_back(nameDifferenceName(difference));
    return joined(names);
}

Wording wordingOf(Dimension dimension, const Facts& facts)
{
    const auto request = clearRequestOf(facts);
    switch (dimension) {
    case Dimension::Listener:
        return named("listener", facts.listener);
    case Dimension::Client:
        return {"client " + addressText(facts.client), " is not in ", " is in none of "};
    case Dimension::User:
        return namedOrMissing("user", facts.user);
    case Dimension::Group:
        return {"the user", " is not in the group ", " is in none of the groups "};
    case Dimension::Protocol:
        return named("protocol", protocolText(facts));
    case Dimension::Host:
        return named("host", facts.host);
    case Dimension::Port:
        return named("port", std::to_string(facts.port));
    case Dimension::Method:
        return named("method", facts.method);
    case Dimension::Path:
        if (request.path.empty())
            return {"the tunnel shows no path", ", it would have to begin with ",
                    ", it would have to begin with one of "};
        return {"path " + std::string(request.path), " does not begin with ",
                " begins with none of "};
    case Dimension::Query:
        return {request.query.empty() ? "the query" : "query " + std::string(request.query),
                " has no parameter ", " has none of the parameters "};
    case Dimension::Origin:
        return namedOrMissing("Origin", request.origin);
    case Dimension::Subprotocol:
        return namedOrMissing("subprotocol", facts.subprotocol.value_or(""));
    case Dimension::Address:
        return {facts.destination ? "address " + addressText(*facts.destination) : "the address",
                " is not in ", " is in none of "};
    case Dimension::Sni:
        return namedOrMissing("SNI", facts.firstBytes ? facts.firstBytes->sni : "");
    case Dimension::Alpn:
        if (const auto offered = alpnText(facts); !offered.empty())
            return {"ALPN " + offered, " has not ", " has none of "};
        return namedOrMissing("ALPN", "");
    case Dimension::Names:
        if (const auto names = namesText(facts); !names.empty())
            return named("difference of names", names);
        return {"no names differ", ", it would have to be ", ", it would have to be one of "};
    case Dimension::Validity:
    case Dimension::Time:
        break;
    }
    return {};
}

template <class Values, class ToText>
Texts textsOf(const Values& values, ToText toText)
{
    Texts texts;
    for (const auto& value : values)
        texts.emplace_back(toText(value));
    return texts;
}

Texts valueTexts(const std::vector<Conditions>& singles, Dimension dimension)
{
    return textsOf(singles,
                   [dimension](const Conditions& single) { return valueText(single, dimension); });
}

// The values that shut the facts out; all of them if there are too many to be tried.
std::vector<Conditions> shuttingOut(const Rule& rule, Dimension dimension, const Policy& policy,
                                    const Facts& facts)
{
    const auto all = onlyOf(rule.except, dimension);
    if (all == Conditions() || !holds(all, policy, facts))
        return {};
    auto singles = singleValues(all, dimension);
    if (singles.size() <= ValuesTried)
        std::erase_if(singles,
                      [&](const Conditions& single) { return !holds(single, policy, facts); });
    return singles;
}

std::string validityText(const Rule& rule, WallTime now)
{
    if (rule.expires && *rule.expires <= now)
        return "expired on " + timeText(*rule.expires);
    return "starts on " + timeText(rule.starts.value_or(now));
}

std::string timeFailure(const Rule& rule, const Policy& policy, const Facts& facts)
{
    const auto shutOut = shuttingOut(rule, Dimension::Time, policy, facts);
    const auto& schedules = shutOut.empty() ? rule.when.time : shutOut.front().time;
    const auto& zone = schedules.front().zone;
    auto values = shutOut.empty()
                      ? textsOf(schedules, [](const Schedule& each) { return scheduleText(each); })
                      : valueTexts(shutOut, Dimension::Time);
    for (auto& value : values) // the zone has been named
        if (value.ends_with(' ' + zone))
            value.resize(value.size() - zone.size() - 1);
    return "it is " + clockText(zone, facts.now) +
           (shutOut.empty() ? ", outside " : ", which \"not\" shuts out: ") + shortened(values);
}

} // namespace

std::string failureText(const Policy& policy, const Rule& rule, Dimension dimension,
                        const Facts& facts)
{
    if (dimension == Dimension::Validity)
        return validityText(rule, facts.now);
    if (dimension == Dimension::Time)
        return timeFailure(rule, policy, facts);
    const auto wording = wordingOf(dimension, facts);
    const auto wanted = valueTexts(singleValues(rule.when, dimension), dimension);
    auto shutOut = shuttingOut(rule, dimension, policy, facts);
    if (wanted.empty() && shutOut.empty()) // each by one of the values that the fact can become
        shutOut = singleValues(rule.except, dimension);
    if (!shutOut.empty())
        return wording.fact +
               " is shut out by \"not\": " + shortened(valueTexts(shutOut, dimension));
    return wording.fact + std::string(wanted.size() == 1 ? wording.isNot : wording.isNone) +
           shortened(wanted);
}

std::string unknownText(Dimension dimension)
{
    switch (dimension) {
    case Dimension::Protocol:
        return "what is in the tunnel is not known yet";
    case Dimension::Sni:
        return "the SNI is not known yet";
    case Dimension::Alpn:
        return "the ALPN is not known yet";
    case Dimension::Names:
        return "whether names differ is not known yet";
    default:
        return "the " + std::string(dimensionName(dimension)) + " is not known yet";
    }
}

} // namespace sallyport::policy
