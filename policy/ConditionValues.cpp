#include "policy/ConditionValues.h"

#include "policy/HostPattern.h"

#include <span>
#include <utility>

namespace sallyport::policy {
namespace {

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

Conditions together(std::span<const Conditions> singles, Dimension dimension)
{
    Conditions all;
    for (const auto& single : singles)
        eachColumn(dimension, [&](auto column) {
            (all.*column)
                .insert((all.*column).end(), (single.*column).begin(), (single.*column).end());
        });
    return all;
}

} // namespace

Conditions onlyOf(const Conditions& conditions, Dimension dimension)
{
    Conditions only;
    eachColumn(dimension, [&](auto column) { only.*column = conditions.*column; });
    return only;
}

std::vector<Conditions> singleValues(const Conditions& conditions, Dimension dimension)
{
    std::vector<Conditions> singles;
    eachColumn(dimension, [&](auto column) {
        for (const auto& value : conditions.*column)
            (singles.emplace_back().*column).push_back(value);
    });
    return singles;
}

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

// By halves: one of thousands takes a dozen questions.
std::optional<Conditions> valueThatHolds(const Conditions& conditions, Dimension dimension,
                                         const Policy& policy, const Facts& facts)
{
    const auto singles = singleValues(conditions, dimension);
    auto left = std::span(singles);
    if (left.empty() || !holds(together(left, dimension), policy, facts))
        return std::nullopt;
    while (left.size() > 1) {
        const auto half = left.first(left.size() / 2);
        left = holds(together(half, dimension), policy, facts) ? half : left.subspan(half.size());
    }
    return left.front();
}

} // namespace sallyport::policy
