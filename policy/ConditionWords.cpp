#include "policy/ConditionWords.h"

#include "policy/HostPattern.h"
#include "policy/TimeColumn.h"
#include "policy/TimeText.h"

#include <algorithm>
#include <array>
#include <optional>
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

// A column of names, or null where the dimension has none.
std::vector<std::string> Conditions::*namesOf(Dimension dimension)
{
    switch (dimension) {
    case Dimension::Listener:
        return &Conditions::listener;
    case Dimension::User:
        return &Conditions::user;
    case Dimension::Group:
        return &Conditions::group;
    case Dimension::Host:
        return &Conditions::host;
    case Dimension::Method:
        return &Conditions::method;
    case Dimension::Path:
        return &Conditions::path;
    case Dimension::Query:
        return &Conditions::query;
    case Dimension::Origin:
        return &Conditions::origin;
    case Dimension::Subprotocol:
        return &Conditions::subprotocol;
    case Dimension::Sni:
        return &Conditions::sni;
    case Dimension::Alpn:
        return &Conditions::alpn;
    case Dimension::Names:
        return &Conditions::names;
    default:
        return nullptr;
    }
}

// Calls `use` with each column of the dimension.
template <class Use>
void eachColumn(Dimension dimension, Use use)
{
    if (const auto names = namesOf(dimension); names != nullptr)
        use(names);
    else if (dimension == Dimension::Client)
        use(&Conditions::client);
    else if (dimension == Dimension::Port)
        use(&Conditions::port);
    else if (dimension == Dimension::Protocol)
        use(&Conditions::protocol);
    else if (dimension == Dimension::Time)
        use(&Conditions::time);
    else if (dimension == Dimension::Address) {
        use(&Conditions::address);
        use(&Conditions::addressLists);
    }
}

// One value each, so that each can be put to the policy by itself.
std::vector<Conditions> singleValues(const Conditions& conditions, Dimension dimension)
{
    std::vector<Conditions> singles;
    eachColumn(dimension, [&](auto column) {
        for (const auto& value : conditions.*column)
            (singles.emplace_back().*column).push_back(value);
    });
    return singles;
}

// Of conditions with one value.
std::string valueText(const Conditions& single, Dimension dimension)
{
    if (const auto names = namesOf(dimension); names != nullptr)
        return (single.*names).front();
    if (!single.client.empty())
        return networkText(single.client.front());
    if (!single.port.empty())
        return portRangeText(single.port.front());
    if (!single.protocol.empty())
        return std::string(protocolName(single.protocol.front()));
    if (!single.time.empty())
        return scheduleText(single.time.front());
    if (!single.address.empty())
        return networkText(single.address.front());
    return std::string(ListPrefix) + single.addressLists.front();
}

Texts valueTexts(const std::vector<Conditions>& singles, Dimension dimension)
{
    return textsOf(singles,
                   [dimension](const Conditions& single) { return valueText(single, dimension); });
}

// Puts conditions to a policy of one row, so that the words rest on the look-ups of the real one.
bool holds(Conditions when, const Policy& policy, const Facts& facts)
{
    Rule rule;
    rule.when = std::move(when);
    PolicyDocument document;
    document.rows(Layer::Access).push_back(std::move(rule));
    const auto asked = Policy::compile(std::move(document), 0, policy.lists());
    const auto outcome = asked->trace(Layer::Access, facts, Stage::RunningSession).front();
    return outcome.kind == RowOutcome::Kind::Matched;
}

// The values that shut the facts out; all of them if there are too many to be tried.
std::vector<Conditions> shuttingOut(const Rule& rule, Dimension dimension, const Policy& policy,
                                    const Facts& facts)
{
    Conditions all;
    eachColumn(dimension, [&](auto column) { all.*column = rule.except.*column; });
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

// "Sunday 14:00 in Europe/Berlin"
std::string clockText(const std::string& zone, WallTime now)
{
    constexpr std::array<std::string_view, 7> Days{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};
    const auto minute = minuteOfWeek(requireZone(zone), now);
    const auto two = [](std::uint32_t number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    return std::string(Days[minute / MinutesPerDay]) + ' ' + two(minute % MinutesPerDay / 60) +
           ':' + two(minute % 60) + " in " + zone;
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
