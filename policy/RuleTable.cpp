#include "policy/RuleTable.h"

#include "policy/PolicyError.h"
#include "policy/SpecialPurpose.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace sallyport::policy {
namespace {

constexpr std::size_t BlockRows = RowsInPlay::BlockWords * RowsPerWord;
/// A client that offers more subprotocols than this is taken as one that may get any.
constexpr std::size_t MaxAlternatives = 32;

constexpr AddressKey FirstIpv4{0, 0x0000ffff00000000};
constexpr AddressKey BehindIpv4{0, 0x0001000000000000};

std::optional<AddressKey> endOf(AddressKey first, unsigned prefixBits)
{
    if (prefixBits > 64) {
        first.low += std::uint64_t{1} << (128 - prefixBits);
        first.high += first.low == 0 ? 1 : 0;
    } else if (prefixBits > 0) {
        first.high += std::uint64_t{1} << (64 - prefixBits);
        first.low = 0;
    } else {
        return std::nullopt;
    }
    // All-ones plus one: there is no address behind the block.
    if (first == AddressKey{})
        return std::nullopt;
    return first;
}

void addRanges(std::vector<KeyRange<AddressKey>>& ranges, const Network& network)
{
    const auto first = keyOf(network.base);
    const auto end = endOf(first, network.prefixBits);
    const auto holdsIpv4 = first < FirstIpv4 && (!end || *end >= BehindIpv4);
    if (!holdsIpv4) {
        ranges.push_back({first, end});
        return;
    }
    ranges.push_back({first, FirstIpv4});
    if (end != BehindIpv4)
        ranges.push_back({BehindIpv4, end});
}

void addRanges(std::vector<KeyRange<std::uint32_t>>& ranges, const PortRange& ports)
{
    ranges.push_back({ports.first, std::uint32_t{ports.last} + 1});
}

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
    }
    return {};
}

template <class Rows>
std::array<ValueRows, ProtocolCount>
protocolRows(const Rows& rows, bool (*names)(Protocol, Protocol), RowListPool& pool)
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
        columns[index] = {pool.keep(wanted), pool.keep(shutOut)};
    }
    return columns;
}

} // namespace

AddressKey keyOf(const AddressBytes& address)
{
    const auto half = [&address](std::size_t from) {
        std::uint64_t number = 0;
        for (std::size_t byte = from; byte < from + 8; ++byte)
            number = number << 8 | address[byte];
        return number;
    };
    return {half(0), half(8)};
}

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

template <class Key, class Written>
std::vector<RowCondition<KeyRange<Key>>>
RuleTable::rangesOf(std::vector<Written> Conditions::*column) const
{
    std::vector<RowCondition<KeyRange<Key>>> rows;
    for (RowNumber row = 0; row < rows_.rules.size(); ++row) {
        const auto* rule = rows_.rules[row];
        if (rule == nullptr || ((rule->when.*column).empty() && (rule->except.*column).empty()))
            continue;
        auto& ranges = rows.emplace_back();
        ranges.row = row;
        for (const auto& value : rule->when.*column)
            addRanges(ranges.wanted, value);
        for (const auto& value : rule->except.*column)
            addRanges(ranges.shutOut, value);
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

std::vector<std::pair<ListNumber, ValueRows>> RuleTable::addressLists(const DestinationLists& lists,
                                                                      RowListPool& pool) const
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
        rows.emplace_back(requireList(lists, name),
                          ValueRows{pool.keep(each.wanted), pool.keep(each.shutOut)});
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
        rows.rules.resize((rows.rules.size() / BlockRows + 1) * BlockRows, nullptr);
    }
    return rows;
}

void RuleTable::noteConditions()
{
    const auto words = rows_.rules.size() / RowsPerWord;
    reporting_.resize(words);
    denying_.resize(words);
    for (auto& dimension : dimensions_) {
        dimension.open.assign(words, ~RowWord{0});
        dimension.unconditioned.assign(words, ~RowWord{0});
    }
    for (RowNumber row = 0; row < rows_.rules.size(); ++row) {
        const auto* rule = rows_.rules[row];
        if (rule == nullptr)
            continue;
        const auto word = row / RowsPerWord;
        if (rule->mode == Mode::Report)
            reporting_[word] |= bitOf(row);
        if (rule->action == Action::Deny)
            denying_[word] |= bitOf(row);
        for (std::size_t index = 0; index < DimensionCount; ++index) {
            const auto condition = conditionedOn(*rule, static_cast<Dimension>(index));
            if (!condition.wants && !condition.shutsOut)
                continue;
            auto& dimension = dimensions_[index];
            dimension.use = DimensionRows::Use::Used;
            dimension.unconditioned[word] &= ~bitOf(row);
            if (condition.wants)
                dimension.open[word] &= ~bitOf(row);
        }
    }
}

void RuleTable::noteOutcomes(const PolicyDocument& document)
{
    outcomes_.resize(rows_.rules.size());
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
    : lists_(lists), rows_(numbered(document)), validity_(validity(), pool_),
      time_(valuesOf(&Conditions::time), pool_), listener_(valuesOf(&Conditions::listener), pool_),
      client_(rangesOf<AddressKey>(&Conditions::client), pool_),
      user_(valuesOf(&Conditions::user), pool_), group_(valuesOf(&Conditions::group), pool_),
      protocol_(protocolRows(
          valuesOf(&Conditions::protocol),
          [](Protocol named, Protocol fact) { return named == fact; }, pool_)),
      tunnelled_(protocolRows(
          valuesOf(&Conditions::protocol),
          [](Protocol named, Protocol content) {
              return named == content || named == Protocol::Connect;
          },
          pool_)),
      host_(valuesOf(&Conditions::host), lists, pool_),
      port_(rangesOf<std::uint32_t>(&Conditions::port), pool_),
      method_(valuesOf(&Conditions::method), pool_), path_(valuesOf(&Conditions::path), pool_),
      query_(valuesOf(&Conditions::query), pool_),
      origin_(valuesOf(&Conditions::origin), lists, pool_),
      subprotocol_(valuesOf(&Conditions::subprotocol), pool_),
      address_(rangesOf<AddressKey>(&Conditions::address), pool_),
      addressLists_(addressLists(lists, pool_)), sni_(valuesOf(&Conditions::sni), lists, pool_),
      alpn_(valuesOf(&Conditions::alpn), pool_)
{
    noteConditions();
    noteOutcomes(document);
}

void RuleTable::lookUpProtocol(const Facts& facts, Stage stage, RowsInPlay& play) const
{
    const auto& rows = of(Dimension::Protocol);
    const auto at = [](const std::array<ValueRows, ProtocolCount>& columns, Protocol protocol) {
        return columns[static_cast<std::size_t>(protocol)];
    };
    if (facts.protocol == Protocol::Connect && !facts.firstBytes && stage < Stage::FirstBytes) {
        play.beginAlternatives(Dimension::Protocol, rows);
        play.alternative(at(tunnelled_, Protocol::Tls));
        play.alternative(at(tunnelled_, Protocol::Unknown));
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
    const auto& offered = facts.subprotocolsOffered;
    const auto open = facts.protocol == Protocol::WebSocket && !facts.subprotocol &&
                      stage < Stage::UpstreamAnswer && !offered.empty();
    if (!open) {
        play.beginKnown(Dimension::Subprotocol, rows);
        play.concern(subprotocol_.find(facts.subprotocol.value_or("")));
    } else if (offered.size() > MaxAlternatives) {
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
    play.concern(address_.find(keyOf(*facts.destination)));
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
    const auto atFirstBytes = atRequest && (facts.protocol != Protocol::Connect ||
                                            facts.firstBytes || stage >= Stage::FirstBytes);

    ask(Dimension::Validity, atAccept,
        [&] { play.concern(validity_.find(std::int64_t{facts.now.time_since_epoch().count()})); });
    ask(Dimension::Time, atAccept, [&] { time_.find(facts.now, concern); });
    ask(Dimension::Listener, atAccept, [&] { play.concern(listener_.find(facts.listener)); });
    ask(Dimension::Client, atAccept, [&] { play.concern(client_.find(keyOf(facts.client))); });
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
    ask(Dimension::Path, atRequest, [&] { play.concern(path_.find(facts.path)); });
    ask(Dimension::Query, atRequest, [&] { lookUpQuery(facts.query, play); });
    ask(Dimension::Origin, atRequest, [&] { origin_.find(HostKey(facts.origin), concern); });
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
}

bool RuleTable::hasOther(RowWord rows, std::size_t word, OutcomeNumber outcome) const
{
    for (; rows != 0; rows &= rows - 1) {
        const auto row = word * RowsPerWord + static_cast<std::size_t>(std::countr_zero(rows));
        if (outcomes_[row] != outcome)
            return true;
    }
    return false;
}

LayerAnswer RuleTable::answerOf(Layer layer, RowNumber row, const Facts& facts,
                                bool otherAnswerPossible) const
{
    if (otherAnswerPossible)
        return {};
    const auto* rule = rows_.rules[row];
    if (!isTwoWay(layer))
        return {Answer::Allow, row, rule};
    if (rule != nullptr)
        return {rule->action == Action::Deny ? Answer::Deny : Answer::Allow, row, rule};
    if (layer == Layer::Guard) {
        if (!facts.destination)
            return {};
        const auto* special = findSpecialPurpose(*facts.destination);
        return {special != nullptr ? Answer::Deny : Answer::Allow, row, nullptr};
    }
    const auto denies = (denying_[row / RowsPerWord] & bitOf(row)) != 0;
    return {denies ? Answer::Deny : Answer::Allow, row, nullptr};
}

LayerAnswer RuleTable::walk(Layer layer, const Facts& facts, RowsInPlay& play,
                            WouldHits& would) const
{
    const auto& rows = of(layer);
    if (rows.first == rows.defaultRow)
        return answerOf(layer, rows.defaultRow, facts, false);

    WouldHits passedReporting;
    RowWord passedDenying = 0;
    RowWord passedAllowing = 0;
    std::optional<OutcomeNumber> passedOutcome;
    bool mixed = false; // rows with different outcomes were passed
    const auto pass = [&](RowWord possible, RowWord certain, std::size_t word) {
        auto reporting = certain & reporting_[word];
        for (; reporting != 0; reporting &= reporting - 1)
            passedReporting.add(static_cast<RowNumber>(word * RowsPerWord) +
                                static_cast<RowNumber>(std::countr_zero(reporting)));
        possible &= ~reporting_[word];
        if (possible == 0)
            return;
        passedDenying |= possible & denying_[word];
        passedAllowing |= possible & ~denying_[word];
        if (isTwoWay(layer) || mixed)
            return;
        if (!passedOutcome)
            passedOutcome = outcomes_[word * RowsPerWord +
                                      static_cast<std::size_t>(std::countr_zero(possible))];
        mixed = hasOther(possible, word, *passedOutcome);
    };

    for (std::size_t block = rows.first / RowsPerWord;; block += RowsInPlay::BlockWords) {
        const auto standing = play.standing(block);
        for (std::size_t index = 0; index < RowsInPlay::BlockWords; ++index) {
            const auto word = block + index;
            const auto sure = standing.certain[index] & ~reporting_[word];
            if (sure == 0) {
                pass(standing.possible[index], standing.certain[index], word);
                continue;
            }
            const auto before = (sure & (~sure + 1)) - 1;
            pass(standing.possible[index] & before, standing.certain[index] & before, word);
            const auto row = static_cast<RowNumber>(word * RowsPerWord) +
                             static_cast<RowNumber>(std::countr_zero(sure));
            const auto isDenying = (denying_[word] & bitOf(row)) != 0;
            const auto isGuardDefault = layer == Layer::Guard && row == rows.defaultRow;
            bool other = false;
            if (!isTwoWay(layer))
                other = mixed || (passedOutcome && *passedOutcome != outcomes_[row]);
            else if (!isGuardDefault)
                other = (isDenying ? passedAllowing : passedDenying) != 0;
            auto answer = answerOf(layer, row, facts, other);
            if (isGuardDefault)
                if ((answer.answer == Answer::Deny && passedAllowing != 0) ||
                    (answer.answer == Answer::Allow && passedDenying != 0))
                    answer = {};
            if (answer.answer != Answer::Undecided)
                would.add(passedReporting);
            return answer;
        }
    }
}

} // namespace sallyport::policy
