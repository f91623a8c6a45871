#include "policy/RuleTable.h"

#include "policy/PolicyError.h"
#include "policy/SpecialPurpose.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace sallyport::policy {
namespace {

/// A client that offers more subprotocols than this is taken as one that may get any.
constexpr std::size_t MaxAlternatives = 32;

bool isTwoWay(Layer layer)
{
    return layer == Layer::Guard || layer == Layer::Emergency || layer == Layer::Access;
}

// What rows of inspection and limits answer; equal answers have equal numbers.
struct Outcome {
    Action action;
    std::string profile;
    SessionLimits limits;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome defaultOutcome(Layer layer, const Defaults& defaults)
{
    if (layer == Layer::Inspection)
        return {defaults.inspection, defaults.inspectionProfile, {}};
    return {Action::Limit, "", defaults.limits};
}

// Whether rows with this condition on the dimension have one at all, and whether they want a value.
struct Conditioned {
    bool wants = false;
    bool shutsOut = false;
};

Conditioned conditionedOn(const Rule& rule, Dimension dimension)
{
    const auto on = [&rule](auto Conditions::*column) {
        return Conditioned{!(rule.when.*column).empty(), !(rule.except.*column).empty()};
    };
    switch (dimension) {
    case Dimension::Validity:
        return {rule.starts || rule.expires, false};
    case Dimension::Time:
        return on(&Conditions::time);
    case Dimension::Listener:
        return on(&Conditions::listener);
    case Dimension::Client:
        return on(&Conditions::client);
    case Dimension::User:
        return on(&Conditions::user);
    case Dimension::Group:
        return on(&Conditions::group);
    case Dimension::Protocol:
        return on(&Conditions::protocol);
    case Dimension::Host:
        return on(&Conditions::host);
    case Dimension::Port:
        return on(&Conditions::port);
    case Dimension::Method:
        return on(&Conditions::method);
    case Dimension::Path:
        return on(&Conditions::path);
    case Dimension::Query:
        return on(&Conditions::query);
    case Dimension::Origin:
        return on(&Conditions::origin);
    case Dimension::Subprotocol:
        return on(&Conditions::subprotocol);
    case Dimension::Address: {
        const auto networks = on(&Conditions::address);
        const auto lists = on(&Conditions::addressLists);
        return {networks.wants || lists.wants, networks.shutsOut || lists.shutsOut};
    }
    case Dimension::Sni:
        return on(&Conditions::sni);
    case Dimension::Alpn:
        return on(&Conditions::alpn);
    case Dimension::Names:
        return on(&Conditions::names);
    }
    return {};
}

// How much of the traffic the widest of a row's networks may let through, from 2 to 8.
int breadthOf(const std::vector<Network>& networks)
{
    unsigned shortest = 128;
    for (const auto& network : networks) {
        // A /64 of IPv6 is about as much as a /24 of IPv4.
        const unsigned bits =
            network.prefixBits >= 96 ? network.prefixBits - 96U : network.prefixBits * 3U / 8;
        shortest = std::min(shortest, bits);
    }
    return shortest >= 24 ? 2 : shortest >= 16 ? 3 : shortest >= 12 ? 5 : shortest >= 8 ? 6 : 8;
}

// How much of the traffic a row's values on a dimension are likely to let through: a row is looked
// for where that is least. Only speed depends on it.
int breadthOn(const Rule& rule, Dimension dimension)
{
    const auto names = [](const std::vector<std::string>& values, std::string_view value) {
        return std::ranges::find(values, value) != values.end();
    };
    const auto& when = rule.when;
    switch (dimension) {
    case Dimension::Host:
    case Dimension::User:
        return 1;
    case Dimension::Client:
        return breadthOf(when.client);
    case Dimension::Address: // it is known later than the others
        return when.addressLists.empty() ? breadthOf(when.address) + 1 : 5;
    case Dimension::Path:
    case Dimension::Query:
        return 3;
    case Dimension::Sni:
    case Dimension::Origin:
    case Dimension::Subprotocol:
    case Dimension::Group:
    case Dimension::Names:
        return 4;
    case Dimension::Port: {
        const auto isCommon = std::ranges::any_of(when.port, [](const PortRange& range) {
            return (range.first <= 443 && range.last >= 443) ||
                   (range.first <= 80 && range.last >= 80);
        });
        return isCommon ? 7 : 3;
    }
    case Dimension::Method:
        return names(when.method, "GET") || names(when.method, "CONNECT") ? 8 : 4;
    case Dimension::Listener:
    case Dimension::Alpn:
    case Dimension::Time:
        return 7;
    case Dimension::Validity:
    case Dimension::Protocol:
        return 9;
    }
    return 9;
}

template <class Rows>
std::array<ValueRows, ProtocolCount>
protocolRows(const Rows& rows, bool (*names)(Protocol, Protocol), const ValueRowsMaker& maker)
{
    std::array<ValueRows, ProtocolCount> columns;
    for (std::size_t index = 0; index < ProtocolCount; ++index) {
        const auto protocol = static_cast<Protocol>(index);
        std::vector<RowNumber> wanted, shutOut;
        const auto named = [&](const std::vector<Protocol>& values) {
            return std::ranges::any_of(values,
                                       [&](Protocol value) { return names(value, protocol); });
        };
        for (const auto& each : rows) {
            if (named(each.wanted))
                wanted.push_back(each.row);
            if (named(each.shutOut))
                shutOut.push_back(each.row);
        }
        columns[index] = maker.make(wanted, shutOut);
    }
    return columns;
}

} // namespace

template <class Value>
std::vector<RowCondition<Value>> RuleTable::valuesOf(std::vector<Value> Conditions::*column) const
{
    std::vector<RowCondition<Value>> rows;
    for (RowNumber row = 0; row < rows_.rules.size(); ++row) {
        const auto* rule = rows_.rules[row];
        if (rule == nullptr || ((rule->when.*column).empty() && (rule->except.*column).empty()))
            continue;
        rows.push_back({row, rule->when.*column, rule->except.*column});
    }
    return rows;
}

std::vector<RowCondition<KeyRange<std::uint32_t>>> RuleTable::portRanges() const
{
    std::vector<RowCondition<KeyRange<std::uint32_t>>> rows;
    for (const auto& condition : valuesOf(&Conditions::port)) {
        auto& ranges = rows.emplace_back();
        ranges.row = condition.row;
        for (const auto& ports : condition.wanted)
            ranges.wanted.push_back({ports.first, std::uint32_t{ports.last} + 1});
        for (const auto& ports : condition.shutOut)
            ranges.shutOut.push_back({ports.first, std::uint32_t{ports.last} + 1});
    }
    return rows;
}

std::vector<RowCondition<KeyRange<std::int64_t>>> RuleTable::validity() const
{
    const auto seconds = [](WallTime time) {
        return std::int64_t{time.time_since_epoch().count()};
    };
    std::vector<RowCondition<KeyRange<std::int64_t>>> rows;
    for (RowNumber row = 0; row < rows_.rules.size(); ++row) {
        const auto* rule = rows_.rules[row];
        if (rule == nullptr || (!rule->starts && !rule->expires))
            continue;
        KeyRange<std::int64_t> range{rule->starts ? seconds(*rule->starts) : 0, std::nullopt};
        if (rule->expires)
            range.end = seconds(*rule->expires);
        auto& ranges = rows.emplace_back();
        ranges.row = row;
        ranges.wanted.push_back(range);
    }
    return rows;
}

std::vector<std::pair<ListNumber, ValueRows>>
RuleTable::addressLists(const DestinationLists& lists, const ValueRowsMaker& maker) const
{
    std::map<std::string, RegexGroups::Mentions> mentions;
    for (RowNumber row = 0; row < rows_.rules.size(); ++row) {
        if (rows_.rules[row] == nullptr)
            continue;
        for (const auto& name : rows_.rules[row]->when.addressLists)
            mentions[name].wanted.push_back(row);
        for (const auto& name : rows_.rules[row]->except.addressLists)
            mentions[name].shutOut.push_back(row);
    }
    std::vector<std::pair<ListNumber, ValueRows>> rows;
    for (const auto& [name, each] : mentions)
        rows.emplace_back(requireList(lists, name), maker.make(each.wanted, each.shutOut));
    return rows;
}

RuleTable::NumberedRows RuleTable::numbered(const PolicyDocument& document)
{
    NumberedRows rows;
    for (const auto layer : AllLayers) {
        auto& own = rows.layers[static_cast<std::size_t>(layer)];
        own.first = static_cast<RowNumber>(rows.rules.size());
        for (const auto& rule : document.rows(layer))
            if (rule.enabled)
                rows.rules.push_back(&rule);
        own.defaultRow = static_cast<RowNumber>(rows.rules.size());
        rows.rules.resize((rows.rules.size() / RowsPerWord + 1) * RowsPerWord, nullptr);
    }
    return rows;
}

// On which dimension each row is looked for, and what each dimension's rows have in common.
std::array<DimensionRows, DimensionCount> RuleTable::conditions()
{
    const auto words = rows_.rules.size() / RowsPerWord;
    std::array<DimensionRows, DimensionCount> dimensions;
    for (auto& dimension : dimensions) {
        dimension.open.assign(words, ~RowWord{0});
        dimension.unconditioned.assign(words, ~RowWord{0});
        dimension.found.assign(words, 0);
        dimension.foundUnresolved.assign(words, 0);
    }
    constexpr auto Resolved = static_cast<std::size_t>(Dimension::Address);
    std::array<std::vector<RowNumber>, DimensionCount> foundWhenUnknown;
    std::vector<RowNumber> always;
    for (RowNumber row = 0; row < rows_.rules.size(); ++row) {
        const auto* rule = rows_.rules[row];
        if (rule == nullptr)
            continue;
        const auto word = row / RowsPerWord;
        std::optional<std::size_t> rarest;
        std::optional<std::size_t> rarestBefore; // the address is resolved
        const auto isRarer = [rule](std::size_t index, std::optional<std::size_t> than) {
            return !than || breadthOn(*rule, static_cast<Dimension>(index)) <
                                breadthOn(*rule, static_cast<Dimension>(*than));
        };
        for (std::size_t index = 0; index < DimensionCount; ++index) {
            const auto condition = conditionedOn(*rule, static_cast<Dimension>(index));
            if (!condition.wants && !condition.shutsOut)
                continue;
            auto& dimension = dimensions[index];
            dimension.use = DimensionRows::Use::Used;
            dimension.unconditioned[word] &= ~bitOf(row);
            if (!condition.wants)
                continue;
            dimension.open[word] &= ~bitOf(row);
            if (isRarer(index, rarest))
                rarest = index;
            if (index != Resolved && isRarer(index, rarestBefore))
                rarestBefore = index;
        }
        if (!rarest) {
            always.push_back(row);
            continue;
        }
        dimensions[*rarest].found[word] |= bitOf(row);
        if (rarest == Resolved && rarestBefore)
            dimensions[*rarestBefore].foundUnresolved[word] |= bitOf(row);
        foundWhenUnknown[rarestBefore.value_or(*rarest)].push_back(row);
    }
    for (std::size_t index = 0; index < DimensionCount; ++index)
        dimensions[index].foundWhenUnknown = pool_.keep(wordsOf(foundWhenUnknown[index]));
    always_ = pool_.keep(wordsOf(always));
    return dimensions;
}

void RuleTable::noteOutcomes(const PolicyDocument& document)
{
    outcomes_.resize(rows_.rules.size());
    reporting_.resize(rows_.rules.size() / RowsPerWord);
    denying_.resize(rows_.rules.size() / RowsPerWord);
    for (RowNumber row = 0; row < rows_.rules.size(); ++row) {
        const auto* rule = rows_.rules[row];
        if (rule != nullptr && rule->mode == Mode::Report)
            reporting_[row / RowsPerWord] |= bitOf(row);
        if (rule != nullptr && rule->action == Action::Deny)
            denying_[row / RowsPerWord] |= bitOf(row);
    }
    std::vector<Outcome> known;
    const auto numberOf = [&known](Outcome outcome) {
        const auto found = std::ranges::find(known, outcome);
        const auto number = static_cast<OutcomeNumber>(found - known.begin());
        if (found == known.end())
            known.push_back(std::move(outcome));
        return number;
    };
    for (const auto layer : {Layer::Inspection, Layer::Limits}) {
        const auto& rows = of(layer);
        for (auto row = rows.first; row < rows.defaultRow; ++row)
            outcomes_[row] = numberOf(
                {rows_.rules[row]->action, rows_.rules[row]->profile, rows_.rules[row]->limits});
        outcomes_[rows.defaultRow] = numberOf(defaultOutcome(layer, document.defaults));
    }
    if (document.defaults.access == Action::Deny) {
        const auto row = defaultRow(Layer::Access);
        denying_[row / RowsPerWord] |= bitOf(row);
    }
}

RuleTable::RuleTable(const PolicyDocument& document, const DestinationLists& lists)
    : lists_(lists), rows_(numbered(document)), pool_(rows_.rules.size() / RowsPerWord),
      dimensions_(conditions()), validity_(validity(), on(Dimension::Validity)),
      time_(valuesOf(&Conditions::time), on(Dimension::Time)),
      listener_(valuesOf(&Conditions::listener), on(Dimension::Listener)),
      client_(valuesOf(&Conditions::client), on(Dimension::Client)),
      user_(valuesOf(&Conditions::user), on(Dimension::User)),
      group_(valuesOf(&Conditions::group), on(Dimension::Group)),
      protocol_(protocolRows(
          valuesOf(&Conditions::protocol),
          [](Protocol named, Protocol fact) { return named == fact; }, on(Dimension::Protocol))),
      tunnelled_(protocolRows(
          valuesOf(&Conditions::protocol),
          [](Protocol named, Protocol content) {
              return named == content || named == Protocol::Connect;
          },
          on(Dimension::Protocol))),
      host_(valuesOf(&Conditions::host), lists, on(Dimension::Host)),
      port_(portRanges(), on(Dimension::Port)),
      method_(valuesOf(&Conditions::method), on(Dimension::Method)),
      path_(valuesOf(&Conditions::path), on(Dimension::Path)),
      query_(valuesOf(&Conditions::query), on(Dimension::Query)),
      origin_(valuesOf(&Conditions::origin), lists, on(Dimension::Origin)),
      subprotocol_(valuesOf(&Conditions::subprotocol), on(Dimension::Subprotocol)),
      address_(valuesOf(&Conditions::address), on(Dimension::Address)),
      addressLists_(addressLists(lists, on(Dimension::Address))),
      sni_(valuesOf(&Conditions::sni), lists, on(Dimension::Sni)),
      alpn_(valuesOf(&Conditions::alpn), on(Dimension::Alpn)),
      names_(valuesOf(&Conditions::names), on(Dimension::Names))
{
    noteOutcomes(document);
}

void RuleTable::lookUpProtocol(const Facts& facts, Stage stage, RowsInPlay& play) const
{
    const auto& rows = of(Dimension::Protocol);
    const auto at = [](const std::array<ValueRows, ProtocolCount>& columns, Protocol protocol) {
        return columns[static_cast<std::size_t>(protocol)];
    };
    if (awaitsFirstBytes(facts, stage)) {
        play.beginAlternatives(Dimension::Protocol, rows);
        for (const auto content : AllContents)
            play.alternative(at(tunnelled_, content));
        return;
    }
    play.beginKnown(Dimension::Protocol, rows);
    if (facts.protocol == Protocol::Connect && facts.firstBytes)
        play.concern(at(tunnelled_, facts.firstBytes->content));
    else
        play.concern(at(protocol_, facts.protocol));
}

void RuleTable::lookUpSubprotocol(const Facts& facts, Stage stage, RowsInPlay& play) const
{
    const auto& rows = of(Dimension::Subprotocol);
    const auto offered = clearRequestOf(facts).subprotocolsOffered;
    const auto isUnread = awaitsFirstBytes(facts, stage);
    const auto isOpen = !facts.subprotocol && stage < Stage::UpstreamAnswer &&
                        (isUnread || (hasHandshake(facts) && !offered.empty()));
    if (!isOpen) {
        play.beginKnown(Dimension::Subprotocol, rows);
        play.concern(subprotocol_.find(facts.subprotocol.value_or("")));
    } else if (isUnread || offered.size() > MaxAlternatives) {
        play.addUnknown(Dimension::Subprotocol, rows);
    } else {
        play.beginAlternatives(Dimension::Subprotocol, rows);
        play.alternative({}); // the server may choose none
        for (const auto& subprotocol : offered)
            play.alternative(subprotocol_.find(subprotocol));
    }
}

void RuleTable::lookUpAddress(const Facts& facts, RowsInPlay& play) const
{
    const auto& rows = of(Dimension::Address);
    if (!facts.destination) {
        play.addUnknown(Dimension::Address, rows);
        return;
    }
    play.beginKnown(Dimension::Address, rows);
    play.concern(address_.find(*facts.destination));
    if (addressLists_.empty())
        return;
    const auto holding = lists_.withAddress(*facts.destination);
    for (const auto& [list, concerned] : addressLists_)
        if (holding.test(list))
            play.concern(concerned);
}

void RuleTable::lookUpQuery(std::string_view query, RowsInPlay& play) const
{
    while (!query.empty()) {
        const auto parameter = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(parameter.size() + 1, query.size()));
        play.concern(query_.find(parameter));
        if (const auto equals = parameter.find('='); equals != parameter.npos)
            play.concern(query_.find(parameter.substr(0, equals)));
    }
}

void RuleTable::lookUp(const Facts& facts, Stage stage, const HostKey& host, RowsInPlay& play) const
{
    const auto concern = [&play](const ValueRows& rows) { play.concern(rows); };
    // Once `isKnown`, what `look` concerns; waits for it before.
    const auto ask = [&](Dimension dimension, bool isKnown, auto look) {
        if (!reads(dimension))
            return;
        if (!isKnown) {
            play.addUnknown(dimension, of(dimension));
            return;
        }
        play.beginKnown(dimension, of(dimension));
        look();
    };
    const auto atAccept = true;
    const auto atRequest = stage >= Stage::Request;
    const auto atFirstBytes = atRequest && !awaitsFirstBytes(facts, stage);
    const auto request = clearRequestOf(facts);

    ask(Dimension::Validity, atAccept,
        [&] { play.concern(validity_.find(std::int64_t{facts.now.time_since_epoch().count()})); });
    ask(Dimension::Time, atAccept, [&] { time_.find(facts.now, concern); });
    ask(Dimension::Listener, atAccept, [&] { play.concern(listener_.find(facts.listener)); });
    ask(Dimension::Client, atAccept, [&] { play.concern(client_.find(facts.client)); });
    ask(Dimension::User, atAccept, [&] { play.concern(user_.find(facts.user)); });
    ask(Dimension::Group, atAccept, [&] {
        for (const auto& group : facts.groups)
            play.concern(group_.find(group));
    });
    if (reads(Dimension::Protocol)) {
        if (atRequest)
            lookUpProtocol(facts, stage, play);
        else
            play.addUnknown(Dimension::Protocol, of(Dimension::Protocol));
    }
    ask(Dimension::Host, atRequest, [&] { host_.find(host, concern); });
    ask(Dimension::Port, atRequest, [&] { play.concern(port_.find(facts.port)); });
    ask(Dimension::Method, atRequest, [&] { play.concern(method_.find(facts.method)); });
    ask(Dimension::Path, atFirstBytes, [&] { play.concern(path_.find(request.path)); });
    ask(Dimension::Query, atFirstBytes, [&] { lookUpQuery(request.query, play); });
    ask(Dimension::Origin, atFirstBytes, [&] { origin_.find(HostKey(request.origin), concern); });
    if (reads(Dimension::Subprotocol)) {
        if (atRequest)
            lookUpSubprotocol(facts, stage, play);
        else
            play.addUnknown(Dimension::Subprotocol, of(Dimension::Subprotocol));
    }
    if (reads(Dimension::Address))
        lookUpAddress(facts, play);
    ask(Dimension::Sni, atFirstBytes, [&] {
        sni_.find(HostKey(facts.firstBytes ? facts.firstBytes->sni : std::string_view()), concern);
    });
    ask(Dimension::Alpn, atFirstBytes, [&] {
        if (facts.firstBytes)
            for (const auto& protocol : facts.firstBytes->alpn)
                play.concern(alpn_.find(protocol));
    });
    ask(Dimension::Names, atFirstBytes, [&] {
        if (facts.firstBytes)
            for (const auto difference : AllNameDifferences)
                if (facts.firstBytes->differences.has(difference))
                    play.concern(names_.find(nameDifferenceName(difference)));
    });
}

LayerAnswer RuleTable::walk(Layer layer, const Facts& facts, RowsInPlay& play,
                            WouldHits& would) const
{
    const auto& rows = of(layer);
    Passed passed;
    const auto conclude = [&](RowNumber row) {
        const auto answer = answerOf(layer, row, facts, passed);
        if (answer.answer != Answer::Undecided)
            would.add(passed.reporting);
        return answer;
    };
    const auto end = (rows.defaultRow + RowsPerWord - 1) / RowsPerWord;
    for (std::size_t word = rows.first / RowsPerWord; word < end; ++word) {
        if (!play.hasCandidates(word))
            continue;
        const auto standing = play.standing(word);
        const auto sure = standing.certain & ~reporting_[word];
        const auto before = sure == 0 ? ~RowWord{0} : (sure & (~sure + 1)) - 1;
        pass(layer, standing.possible & before, standing.certain & before, word, passed);
        if (passed.allowing != 0 && passed.denying != 0 && isTwoWay(layer))
            return {}; // whatever comes behind
        if (sure != 0)
            return conclude(static_cast<RowNumber>(word * RowsPerWord) +
                            static_cast<RowNumber>(std::countr_zero(sure)));
    }
    return conclude(rows.defaultRow);
}

void RuleTable::pass(Layer layer, RowWord possible, RowWord certain, std::size_t word,
                     Passed& passed) const
{
    auto reporting = certain & reporting_[word];
    for (; reporting != 0; reporting &= reporting - 1)
        passed.reporting.add(static_cast<RowNumber>(word * RowsPerWord) +
                             static_cast<RowNumber>(std::countr_zero(reporting)));
    possible &= ~reporting_[word];
    passed.denying |= possible & denying_[word];
    passed.allowing |= possible & ~denying_[word];
    if (possible == 0 || isTwoWay(layer))
        return;
    if (!passed.outcome)
        passed.outcome =
            outcomes_[word * RowsPerWord + static_cast<std::size_t>(std::countr_zero(possible))];
    for (; possible != 0; possible &= possible - 1)
        if (outcomes_[word * RowsPerWord + static_cast<std::size_t>(std::countr_zero(possible))] !=
            *passed.outcome)
            passed.outcomes = Passed::Outcomes::Several;
}

LayerAnswer RuleTable::answerOf(Layer layer, RowNumber row, const Facts& facts,
                                const Passed& passed) const
{
    const auto* rule = rows_.rules[row];
    if (!isTwoWay(layer)) {
        const auto agree = passed.outcomes == Passed::Outcomes::One &&
                           (!passed.outcome || *passed.outcome == outcomes_[row]);
        return agree ? LayerAnswer{Answer::Allow, row, rule} : LayerAnswer{};
    }
    auto answer = (denying_[row / RowsPerWord] & bitOf(row)) != 0 ? Answer::Deny : Answer::Allow;
    if (layer == Layer::Guard && rule == nullptr) {
        if (!facts.destination)
            return {};
        if (findSpecialPurpose(*facts.destination) != nullptr)
            answer = Answer::Deny;
    }
    const auto other = answer == Answer::Deny ? passed.allowing : passed.denying;
    return other == 0 ? LayerAnswer{answer, row, rule} : LayerAnswer{};
}

} // namespace sallyport::policy
