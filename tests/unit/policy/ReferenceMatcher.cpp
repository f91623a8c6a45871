#include "ReferenceMatcher.h"

#include "policy/SpecialPurpose.h"

#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <memory>
#include <optional>

namespace sallyport::policy {
namespace {

using Match = ReferenceMatcher::Match;

std::string canonicalHost(std::string_view host)
{
    const auto literal = parseAddress(host);
    return literal ? addressText(*literal) : std::string(host);
}

std::string lower(std::string_view text)
{
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), [](unsigned char c) {
        return static_cast<char>(c < 0x80 ? std::tolower(c) : c);
    });
    return lowered;
}

// Minutes since Monday 00:00 on the zone's clock. Knows two zones, the second as central Europe has
// had it since 1996: summer time from the last Sunday of March to that of October, 01:00 UTC.
int clockOf(const std::string& zone, WallTime now)
{
    using namespace std::chrono;
    if (zone != "UTC") {
        const auto year = year_month_day(floor<days>(now)).year();
        const auto begin = sys_days(year / March / Sunday[last]) + hours(1);
        const auto end = sys_days(year / October / Sunday[last]) + hours(1);
        now += now >= begin && now < end ? hours(2) : hours(1);
    }
    const auto day = floor<days>(now);
    const int daysSinceMonday = static_cast<int>(weekday(day).iso_encoding()) - 1;
    return daysSinceMonday * 1440 + static_cast<int>(floor<minutes>(now - day).count());
}

bool isWithin(const Schedule& schedule, WallTime now)
{
    const int clock = clockOf(schedule.zone, now);
    const int minute = clock % 1440;
    const int today = clock / 1440;
    const int yesterday = (today + 6) % 7;
    const auto on = [&](int day) { return (schedule.days >> day & 1) != 0; };
    if (schedule.to > schedule.from)
        return on(today) && minute >= schedule.from && minute < schedule.to;
    return (on(today) && minute >= schedule.from) || (on(yesterday) && minute < schedule.to);
}

bool queryHas(std::string_view query, const std::string& wanted)
{
    for (std::size_t start = 0; start <= query.size();) {
        const auto end = std::min(query.find('&', start), query.size());
        const auto parameter = query.substr(start, end - start);
        if (!parameter.empty() &&
            (parameter == wanted || parameter.substr(0, parameter.find('=')) == wanted))
            return true;
        start = end + 1;
    }
    return false;
}

// A condition on one column for a fact that is known.
template <class Value>
Match known(const std::vector<Value>& wanted, const std::vector<Value>& shutOut,
            const std::function<bool(const Value&)>& suits)
{
    const auto holds = (wanted.empty() || std::ranges::any_of(wanted, suits)) &&
                       std::ranges::none_of(shutOut, suits);
    return holds ? Match::Yes : Match::No;
}

template <class Value>
Match unknown(const std::vector<Value>& wanted, const std::vector<Value>& shutOut)
{
    return wanted.empty() && shutOut.empty() ? Match::Yes : Match::Unknown;
}

// One of these will be the answer.
Match oneOf(const std::vector<Match>& alternatives)
{
    const auto all = [&](Match match) {
        return std::ranges::all_of(alternatives, [&](Match each) { return each == match; });
    };
    if (all(Match::Yes))
        return Match::Yes;
    return all(Match::No) ? Match::No : Match::Unknown;
}

bool isTwoWay(Layer layer)
{
    return layer < Layer::Inspection;
}

bool saysTheSame(const Rule& one, const Rule& other)
{
    return one.action == other.action && one.profile == other.profile && one.limits == other.limits;
}

} // namespace

bool ReferenceMatcher::listHoldsHost(const std::string& list, std::string_view host) const
{
    return std::ranges::any_of(lists_.at(list), [&](const std::string& entry) {
        return !entry.contains('/') && hostMatches(entry, host);
    });
}

bool ReferenceMatcher::listHoldsAddress(const std::string& list, const AddressBytes& address) const
{
    return std::ranges::any_of(lists_.at(list), [&](const std::string& entry) {
        return entry.contains('/') && parseNetwork(entry).value().contains(address);
    });
}

bool ReferenceMatcher::hostMatches(const std::string& pattern, std::string_view host) const
{
    const auto literal = parseAddress(host);
    if (pattern.starts_with("list:")) {
        const auto name = pattern.substr(5);
        return literal ? listHoldsAddress(name, *literal) : listHoldsHost(name, host);
    }
    if (pattern.starts_with("regex:")) {
        static std::map<std::string, std::unique_ptr<RE2>> expressions; // slow to make
        auto& expression = expressions[pattern];
        if (!expression)
            expression = std::make_unique<RE2>("(?i)" + pattern.substr(6));
        return RE2::PartialMatch(canonicalHost(host), *expression);
    }
    if (!pattern.starts_with("*."))
        return pattern == canonicalHost(host);
    const auto ending = std::string_view(pattern).substr(1);
    return !literal && host.size() > ending.size() && host.ends_with(ending);
}

Match ReferenceMatcher::match(const Rule& rule, const Facts& facts, Stage stage) const
{
    const auto& when = rule.when;
    const auto& except = rule.except;
    const bool isRequestKnown = stage != Stage::Accept;
    const bool isTunnel = facts.protocol == Protocol::Connect;
    const bool isContentOpen = isTunnel && !facts.firstBytes && stage < Stage::FirstBytes;

    const auto column = [&](auto Conditions::*values, bool isKnown, auto suits) {
        using Value = std::remove_cvref_t<decltype(*(when.*values).begin())>;
        return isKnown ? known<Value>(when.*values, except.*values, suits)
                       : unknown(when.*values, except.*values);
    };
    const auto text = [](std::string_view fact) {
        return [fact](const std::string& value) { return value == fact; };
    };
    const auto foldedText = [](std::string_view fact) {
        return [fact](const std::string& value) { return lower(value) == lower(fact); };
    };
    const auto host = [this](std::string_view fact) {
        return [this, fact](const std::string& value) { return hostMatches(value, fact); };
    };
    const auto protocolWith = [&](std::optional<Protocol> content) {
        return column(&Conditions::protocol, true, [&, content](const Protocol& value) {
            return value == facts.protocol || value == content;
        });
    };
    const auto subprotocolIs = [&](std::string_view fact) {
        return column(&Conditions::subprotocol, true, text(fact));
    };

    std::vector<Match> all;
    const bool isValid =
        (!rule.starts || *rule.starts <= facts.now) && (!rule.expires || facts.now < *rule.expires);
    all.push_back(isValid ? Match::Yes : Match::No);
    all.push_back(column(&Conditions::time, true,
                         [&](const Schedule& schedule) { return isWithin(schedule, facts.now); }));
    all.push_back(column(&Conditions::listener, true, text(facts.listener)));
    all.push_back(column(&Conditions::client, true,
                         [&](const Network& network) { return network.contains(facts.client); }));
    all.push_back(column(&Conditions::user, true, foldedText(facts.user)));
    all.push_back(column(&Conditions::group, true, [&](const std::string& value) {
        return std::ranges::any_of(
            facts.groups, [&](const std::string& group) { return lower(group) == lower(value); });
    }));
    if (!isRequestKnown)
        all.push_back(unknown(when.protocol, except.protocol));
    else if (isContentOpen)
        all.push_back(oneOf({protocolWith(Protocol::Tls), protocolWith(Protocol::WebSocket),
                             protocolWith(Protocol::TunnelledHttp), protocolWith(Protocol::Ssh),
                             protocolWith(Protocol::Unknown)}));
    else if (isTunnel && facts.firstBytes)
        all.push_back(protocolWith(facts.firstBytes->content));
    else
        all.push_back(protocolWith(std::nullopt));
    all.push_back(column(&Conditions::host, isRequestKnown, host(facts.host)));
    all.push_back(column(&Conditions::port, isRequestKnown, [&](const PortRange& range) {
        return range.first <= facts.port && facts.port <= range.last;
    }));
    all.push_back(column(&Conditions::method, isRequestKnown, text(facts.method)));
    const FirstBytes nothingSeen;
    const auto& seen = facts.firstBytes ? *facts.firstBytes : nothingSeen;
    const bool areFirstBytesKnown = isRequestKnown && !isContentOpen;
    const auto path = isTunnel ? seen.path : facts.path;
    const auto query = isTunnel ? seen.query : facts.query;
    all.push_back(column(&Conditions::path, areFirstBytesKnown,
                         [&](const std::string& prefix) { return path.starts_with(prefix); }));
    all.push_back(column(&Conditions::query, areFirstBytesKnown,
                         [&](const std::string& value) { return queryHas(query, value); }));
    all.push_back(column(&Conditions::origin, areFirstBytesKnown,
                         host(isTunnel ? seen.origin : facts.origin)));
    const bool isWebSocket =
        facts.protocol == Protocol::WebSocket || (isTunnel && seen.content == Protocol::WebSocket);
    if (isRequestKnown && (facts.subprotocol || stage >= Stage::UpstreamAnswer)) {
        all.push_back(subprotocolIs(facts.subprotocol.value_or("")));
    } else if (!areFirstBytesKnown) {
        all.push_back(unknown(when.subprotocol, except.subprotocol));
    } else if (!isWebSocket) {
        all.push_back(subprotocolIs(""));
    } else {
        std::vector<Match> choices{subprotocolIs("")};
        for (const auto& offered : isTunnel ? seen.subprotocolsOffered : facts.subprotocolsOffered)
            choices.push_back(subprotocolIs(offered));
        all.push_back(oneOf(choices));
    }

    const bool wantsAddress = !when.address.empty() || !when.addressLists.empty();
    const bool shutsAddress = !except.address.empty() || !except.addressLists.empty();
    if (!facts.destination) {
        all.push_back(wantsAddress || shutsAddress ? Match::Unknown : Match::Yes);
    } else {
        const auto& address = *facts.destination;
        const auto isIn = [&](const Conditions& conditions) {
            return std::ranges::any_of(
                       conditions.address,
                       [&](const Network& network) { return network.contains(address); }) ||
                   std::ranges::any_of(conditions.addressLists, [&](const std::string& list) {
                       return listHoldsAddress(list, address);
                   });
        };
        all.push_back((!wantsAddress || isIn(when)) && !isIn(except) ? Match::Yes : Match::No);
    }

    all.push_back(column(&Conditions::sni, areFirstBytesKnown, host(seen.sni)));
    all.push_back(column(&Conditions::alpn, areFirstBytesKnown, [&](const std::string& value) {
        return std::ranges::find(seen.alpn, value) != seen.alpn.end();
    }));
    const std::map<std::string, NameDifference> differences{
        {"sni-differs", NameDifference::SniDiffers},
        {"sni-missing", NameDifference::SniMissing},
        {"host-differs", NameDifference::HostDiffers},
        {"certificate-differs", NameDifference::CertificateDiffers}};
    all.push_back(column(&Conditions::names, areFirstBytesKnown, [&](const std::string& value) {
        return seen.differences.has(differences.at(value));
    }));

    if (std::ranges::find(all, Match::No) != all.end())
        return Match::No;
    return std::ranges::find(all, Match::Unknown) != all.end() ? Match::Unknown : Match::Yes;
}

Verdict ReferenceMatcher::decide(const Facts& facts, Stage stage) const
{
    Verdict verdict;
    verdict.stage = stage;
    for (const auto layer : AllLayers) {
        // What the layer's default row says; two rules where it may say either.
        std::vector<Rule> defaults(1);
        auto& byDefault = defaults.front();
        switch (layer) {
        case Layer::Guard:
            byDefault.action = Action::Allow;
            if (!facts.destination) {
                defaults.push_back(byDefault);
                defaults.back().action = Action::Deny;
            } else if (findSpecialPurpose(*facts.destination) != nullptr) {
                byDefault.action = Action::Deny;
            }
            break;
        case Layer::Emergency:
            byDefault.action = Action::Allow;
            break;
        case Layer::Access:
            byDefault.action = document_.defaults.access;
            break;
        case Layer::Inspection:
            byDefault.action = document_.defaults.inspection;
            byDefault.profile = document_.defaults.inspectionProfile;
            break;
        case Layer::Limits:
            byDefault.action = Action::Limit;
            byDefault.limits = document_.defaults.limits;
            break;
        }

        std::vector<const Rule*> possible;
        const Rule* sure = nullptr;
        std::uint32_t reported = 0;
        for (const auto& rule : document_.rows(layer)) {
            const auto standing = rule.enabled ? match(rule, facts, stage) : Match::No;
            if (standing == Match::No)
                continue;
            if (rule.mode == Mode::Report) {
                reported += standing == Match::Yes ? 1 : 0;
                continue;
            }
            possible.push_back(&rule);
            if (standing == Match::Yes) {
                sure = &rule;
                break;
            }
        }
        if (sure == nullptr)
            for (const auto& rule : defaults)
                possible.push_back(&rule);
        const bool agree = std::ranges::all_of(
            possible, [&](const Rule* rule) { return saysTheSame(*rule, *possible.back()); });
        if (!agree)
            continue;
        auto& answer = verdict.layers[static_cast<std::size_t>(layer)];
        answer.rule = sure;
        answer.answer = isTwoWay(layer) && possible.back()->action == Action::Deny ? Answer::Deny
                                                                                   : Answer::Allow;
        verdict.would.count += reported;
    }

    const auto says = [&](Layer layer, Answer answer) {
        return verdict.of(layer).answer == answer;
    };
    for (const auto layer : {Layer::Access, Layer::Emergency, Layer::Guard})
        if (says(layer, Answer::Deny)) {
            verdict.answer = Answer::Deny;
            verdict.layer = layer;
        }
    if (says(Layer::Guard, Answer::Allow) && says(Layer::Emergency, Answer::Allow) &&
        says(Layer::Access, Answer::Allow))
        verdict.answer = Answer::Allow;
    return verdict;
}

} // namespace sallyport::policy
