#include "policy/CompiledLayer.h"

#include <bit>
#include <concepts>

namespace sallyport::policy {
namespace {

constexpr AddressKey FirstIpv4{0, 0x0000ffff00000000};
constexpr AddressKey BehindIpv4{0, 0x0001000000000000};

std::vector<const Rule*> enabledOf(const std::vector<Rule>& rules)
{
    std::vector<const Rule*> enabled;
    for (const auto& rule : rules)
        if (rule.enabled)
            enabled.push_back(&rule);
    return enabled;
}

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

// One column's conditions of all rows, as keys; `column` names it in Conditions.
template <class Key, class Written>
std::vector<RowCondition<KeyRange<Key>>> rangesOf(const std::vector<const Rule*>& rules,
                                                  std::vector<Written> Conditions::* column)
{
    std::vector<RowCondition<KeyRange<Key>>> rows(rules.size());
    for (std::size_t row = 0; row < rules.size(); ++row) {
        for (const auto& value : rules[row]->when.*column)
            addRanges(rows[row].wanted, value);
        for (const auto& value : rules[row]->except.*column)
            addRanges(rows[row].shutOut, value);
    }
    return rows;
}

template <class Value>
std::vector<RowCondition<Value>> valuesOf(const std::vector<const Rule*>& rules,
                                          std::vector<Value> Conditions::* column)
{
    std::vector<RowCondition<Value>> rows;
    rows.reserve(rules.size());
    for (const auto* rule : rules)
        rows.push_back({rule->when.*column, rule->except.*column});
    return rows;
}

template <std::predicate<const Rule&> Wanted>
KeptRows rowsThat(const std::vector<const Rule*>& rules, RowSetPool& pool, Wanted wanted)
{
    RowSet rows(rules.size());
    for (std::size_t row = 0; row < rules.size(); ++row)
        if (wanted(*rules[row]))
            rows.add(row);
    return pool.keep(rows);
}

template <class Value>
auto hasConditionOn(std::vector<Value> Conditions::* column)
{
    return [column](const Rule& rule) {
        return !(rule.when.*column).empty() || !(rule.except.*column).empty();
    };
}

Outcomes outcomeOf(Action action)
{
    return action == Action::Allow ? Outcomes::Allow : Outcomes::Deny;
}

Outcomes outcomesOf(RowWord rows, RowWord allowing)
{
    const auto allow = (rows & allowing) != 0 ? Outcomes::Allow : Outcomes::None;
    const auto deny = (rows & ~allowing) != 0 ? Outcomes::Deny : Outcomes::None;
    return allow | deny;
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

CompiledLayer::CompiledLayer(const std::vector<Rule>& rules)
    : rules_(enabledOf(rules)), client_(rangesOf<AddressKey>(rules_, &Conditions::client), pool_),
      host_(valuesOf(rules_, &Conditions::host), pool_),
      port_(rangesOf<std::uint32_t>(rules_, &Conditions::port), pool_),
      method_(valuesOf(rules_, &Conditions::method), pool_),
      protocol_(valuesOf(rules_, &Conditions::protocol), pool_),
      destination_(rangesOf<AddressKey>(rules_, &Conditions::address), pool_)
{
    conditioned_[Client] = rowsThat(rules_, pool_, hasConditionOn(&Conditions::client));
    conditioned_[Host] = rowsThat(rules_, pool_, hasConditionOn(&Conditions::host));
    conditioned_[Port] = rowsThat(rules_, pool_, hasConditionOn(&Conditions::port));
    conditioned_[Method] = rowsThat(rules_, pool_, hasConditionOn(&Conditions::method));
    conditioned_[OfProtocol] = rowsThat(rules_, pool_, hasConditionOn(&Conditions::protocol));
    conditioned_[Destination] = rowsThat(rules_, pool_, hasConditionOn(&Conditions::address));
    every_ = rowsThat(rules_, pool_, [](const Rule&) { return true; });
    none_ = rowsThat(rules_, pool_, [](const Rule&) { return false; });
    allowing_ =
        rowsThat(rules_, pool_, [](const Rule& rule) { return rule.action == Action::Allow; });
}

CompiledLayer::Choice CompiledLayer::choose(const FactKeys& facts) const
{
    Choice choice{.inPlay = {}, .waiting = conditioned_};
    choice.inPlay.fill(every_);
    const auto know = [&](Dimension dimension, KeptRows rows) {
        choice.inPlay[dimension] = rows;
        choice.waiting[dimension] = none_;
    };
    know(Client, client_.find(facts.client));
    if (facts.stage >= Stage::Request) {
        know(Host, host_.find(facts.host, facts.hostKind));
        know(Port, port_.find(facts.port));
        know(Method, method_.find(facts.method));
        know(OfProtocol, protocol_.find(facts.protocol));
    }
    if (facts.destination)
        know(Destination, destination_.find(*facts.destination));
    return choice;
}

Walk CompiledLayer::walk(const FactKeys& facts) const
{
    const auto choice = choose(facts);
    Walk walk;
    for (std::size_t word = 0; word * RowsPerWord < rules_.size(); ++word) {
        auto inPlay = every_[word];
        RowWord waiting = 0;
        for (std::size_t dimension = 0; dimension < Dimensions; ++dimension) {
            inPlay &= choice.inPlay[dimension][word];
            waiting |= choice.waiting[dimension][word];
        }
        const auto sure = inPlay & ~waiting;
        if (sure == 0) {
            walk.outcomes = walk.outcomes | outcomesOf(inPlay, allowing_[word]);
            continue;
        }
        const auto first = static_cast<std::size_t>(std::countr_zero(sure));
        const auto passed = inPlay & ((RowWord{1} << first) - 1);
        walk.sure = rules_[word * RowsPerWord + first];
        walk.outcomes =
            walk.outcomes | outcomesOf(passed, allowing_[word]) | outcomeOf(walk.sure->action);
        return walk;
    }
    return walk;
}

} // namespace sallyport::policy
