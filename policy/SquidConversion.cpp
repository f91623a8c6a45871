#include "policy/SquidConversion.h"

#include "policy/Ascii.h"
#include "policy/HostPattern.h"
#include "policy/SquidAclMeaning.h"

#include <Poco/UUIDGenerator.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sallyport::policy {
namespace {

using Kind = SquidAclMeaning::Kind;
using Sense = SquidAccess::Term::Sense;

constexpr std::string_view NamesBelow = "*.";

// What two values of a column have in common; nothing if they have nothing. A value of one acl is
// within one of the other, or apart from it, but for ranges of ports.
std::optional<Network> common(const Network& one, const Network& other)
{
    const auto isIn = [](const Network& inner, const Network& outer) {
        return inner.prefixBits >= outer.prefixBits && outer.contains(inner.base);
    };
    if (isIn(one, other))
        return one;
    return isIn(other, one) ? std::optional(other) : std::nullopt;
}

std::optional<PortRange> common(const PortRange& one, const PortRange& other)
{
    const PortRange both{std::max(one.first, other.first), std::min(one.last, other.last)};
    return both.first <= both.last ? std::optional(both) : std::nullopt;
}

std::optional<Protocol> common(Protocol one, Protocol other)
{
    return one == other ? std::optional(one) : std::nullopt;
}

// Of methods and hosts.
std::optional<std::string> common(const std::string& one, const std::string& other)
{
    const auto isIn = [](std::string_view inner, std::string_view outer) {
        return outer.starts_with(NamesBelow) && inner.size() >= outer.size() &&
               inner.ends_with(outer.substr(1));
    };
    if (one == other || isIn(one, other))
        return one;
    return isIn(other, one) ? std::optional(other) : std::nullopt;
}

bool hasOpaque(const std::vector<std::string>& hosts)
{
    return std::ranges::any_of(hosts, [](std::string_view host) {
        return host.starts_with(ListPrefix) || host.starts_with(RegexPrefix);
    });
}

// Puts the acls of one http_access line together into the conditions of a rule.
class LineConditions {
public:
    void want(const Conditions& conditions)
    {
        join(&Conditions::client, conditions);
        join(&Conditions::address, conditions);
        join(&Conditions::port, conditions);
        join(&Conditions::protocol, conditions);
        join(&Conditions::method, conditions);
        const auto bothHosts = !when_.host.empty() && !conditions.host.empty();
        if (bothHosts && (hasOpaque(when_.host) || hasOpaque(conditions.host)))
            fault_ = "asks for two acls of hosts at once, one of them a list or an expression";
        else
            join(&Conditions::host, conditions);
        if (!when_.time.empty() && !conditions.time.empty())
            fault_ = "asks for two acls of times at once";
        else
            join<Schedule>(&Conditions::time, conditions);
    }

    void shutOut(const Conditions& conditions)
    {
        add(&Conditions::client, conditions);
        add(&Conditions::address, conditions);
        add(&Conditions::host, conditions);
        add(&Conditions::port, conditions);
        add(&Conditions::protocol, conditions);
        add(&Conditions::method, conditions);
        add(&Conditions::time, conditions);
    }

    [[nodiscard]] const std::string& fault() const { return fault_; }
    [[nodiscard]] bool neverHolds() const { return neverHolds_; }
    [[nodiscard]] Conditions takeWhen() { return std::move(when_); }
    [[nodiscard]] Conditions takeExcept() { return std::move(except_); }

private:
    template <class Value>
    void join(std::vector<Value> Conditions::*column, const Conditions& conditions)
    {
        auto& wanted = when_.*column;
        const auto& more = conditions.*column;
        if (wanted.empty() || more.empty()) {
            wanted.insert(wanted.end(), more.begin(), more.end());
            return;
        }
        if constexpr (!std::is_same_v<Value, Schedule>) {
            std::vector<Value> both;
            for (const auto& one : wanted)
                for (const auto& other : more)
                    if (const auto value = common(one, other);
                        value && std::ranges::find(both, *value) == both.end())
                        both.push_back(*value);
            neverHolds_ = neverHolds_ || both.empty();
            wanted = std::move(both);
        }
    }

    template <class Value>
    void add(std::vector<Value> Conditions::*column, const Conditions& conditions)
    {
        auto& values = except_.*column;
        values.insert(values.end(), (conditions.*column).begin(), (conditions.*column).end());
    }

    Conditions when_, except_;
    std::string fault_;
    bool neverHolds_ = false;
};

class Converter {
public:
    Converter(const SquidConfiguration& configuration, const SquidConversionSettings& settings)
        : configuration_(configuration), settings_(settings),
          meanings_(meaningsOf(configuration.acls, settings.zone.empty() ? "UTC" : settings.zone))
    {
        for (auto& [name, meaning] : meanings_)
            if (meaning.conditions.host.size() > settings.inlineNames &&
                !hasOpaque(meaning.conditions.host))
                moveToList(name, meaning.conditions.host);
    }

    SquidConversion convert() &&
    {
        for (const auto& access : configuration_.access)
            addRow(access);
        setDefault();
        noteOthers();
        noteDifferences();
        const auto used = made_.document.listsUsed();
        std::erase_if(made_.lists,
                      [&used](const ConvertedList& list) { return !used.contains(list.name); });
        return std::move(made_);
    }

private:
    void moveToList(const std::string& acl, std::vector<std::string>& hosts)
    {
        static constexpr std::string_view Allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
        constexpr std::size_t Longest = 48;
        auto name = inLowerCase(acl.substr(0, Longest));
        std::ranges::replace_if(
            name, [](char c) { return !Allowed.contains(c); }, '-');
        const auto isTaken = [this](const std::string& wanted) {
            return std::ranges::find(made_.lists, wanted, &ConvertedList::name) !=
                   made_.lists.end();
        };
        auto unique = name;
        for (std::size_t number = 2; isTaken(unique); ++number)
            unique = name + '-' + std::to_string(number);
        made_.lists.push_back({unique, acl, std::move(hosts)});
        hosts = {std::string(ListPrefix) + unique};
    }

    // What becomes of a line: a rule with conditions, or one that is disabled for a reason.
    struct Outcome {
        Kind kind = Kind::Conditions;
        std::string reason;
    };

    Outcome gather(const SquidAccess& access, LineConditions& conditions) const
    {
        Outcome outcome;
        // All acls must hold: where one never does, it does not matter what the others mean.
        const auto worsen = [&outcome](Kind kind, const std::string& reason) {
            if (outcome.kind == Kind::Conditions || kind == Kind::Nothing)
                outcome = {kind, reason};
        };
        for (const auto& [acl, sense] : access.terms) {
            const auto found = meanings_.find(acl);
            if (found == meanings_.end()) {
                worsen(Kind::NotKnown, "there is no acl " + acl);
                continue;
            }
            const auto& meaning = found->second;
            const auto nothing = sense == Sense::Is ? Kind::Nothing : Kind::Everything;
            if (meaning.kind == Kind::NotKnown)
                worsen(Kind::NotKnown, meaning.reason);
            else if (meaning.kind == nothing)
                worsen(Kind::Nothing, sense == Sense::Is ? meaning.reason
                                                         : "acl " + acl + " shuts out everything");
            else if (meaning.kind == Kind::Conditions && sense == Sense::Is)
                conditions.want(meaning.conditions);
            else if (meaning.kind == Kind::Conditions)
                conditions.shutOut(meaning.conditions);
        }
        if (!conditions.fault().empty())
            worsen(Kind::NotKnown, conditions.fault());
        if (conditions.neverHolds())
            worsen(Kind::Nothing, "its acls have nothing in common");
        if (access.terms.empty())
            worsen(Kind::Nothing, "names no acl, so that squid ignores it");
        return outcome;
    }

    void addRow(const SquidAccess& access)
    {
        LineConditions conditions;
        const auto outcome = gather(access, conditions);
        Rule rule;
        rule.id = Poco::UUIDGenerator().createRandom().toString();
        rule.name = "squid line " + std::to_string(access.line);
        rule.action = access.action;
        rule.comment = access.text;
        if (outcome.kind == Kind::Conditions) {
            rule.when = conditions.takeWhen();
            rule.except = conditions.takeExcept();
        } else {
            rule.enabled = false;
            rule.comment += " -- " +
                            std::string(outcome.kind == Kind::NotKnown ? "not converted: "
                                                                       : "never matches here: ") +
                            outcome.reason;
            auto& left = outcome.kind == Kind::NotKnown ? made_.notConverted : made_.withoutEffect;
            left.push_back({access.line, access.text, outcome.reason});
        }
        made_.document.rows(Layer::Access).push_back(std::move(rule));
    }

    // squid does the opposite of what its last line says. Where that line is for everything, the
    // default row is never asked, and its saying the same is less of a surprise.
    void setDefault()
    {
        auto& defaults = made_.document.defaults;
        defaults.access = Action::Deny;
        if (configuration_.access.empty())
            return;
        const auto& last = made_.document.rows(Layer::Access).back();
        const auto isForEverything =
            last.enabled && last.when == Conditions() && last.except == Conditions();
        const auto opposite = last.action == Action::Deny ? Action::Allow : Action::Deny;
        defaults.access = isForEverything ? last.action : opposite;
    }

    void noteOthers()
    {
        std::map<std::string, std::vector<std::size_t>> lines;
        for (const auto& [line, name] : configuration_.others) {
            lines[name].push_back(line);
            // They can hold http_access lines, or say when they count.
            if (name == "include" || name == "if" || name == "else" || name == "endif")
                made_.notConverted.push_back({line, name, "it is not followed"});
        }
        for (auto& [name, each] : lines)
            made_.others.push_back({name, std::move(each)});
    }

    void noteDifferences()
    {
        bool byAddress = false;
        bool byTime = false;
        bool byHost = false;
        for (const auto& rule : made_.document.rows(Layer::Access)) {
            for (const auto* conditions : {&rule.when, &rule.except}) {
                byAddress = byAddress || !conditions->address.empty();
                byTime = byTime || !conditions->time.empty();
                byHost = byHost || !conditions->host.empty();
            }
        }
        auto& notes = made_.notes;
        notes.emplace_back(
            "the guard refuses private and other special-purpose destinations, which squid does "
            "not; what clients are to reach there needs guard rules");
        if (byAddress)
            notes.emplace_back("squid compares dst with all addresses of a host, Sallyport with "
                               "the one that it dials");
        if (byHost)
            notes.emplace_back("where a URL has an address instead of a name, squid looks up its "
                               "name for dstdomain and dstdom_regex; Sallyport does not");
        if (byTime && settings_.zone.empty())
            notes.emplace_back("the hours of time acls are taken to be UTC; name the time zone of "
                               "squid's machine with --zone");
    }

    const SquidConfiguration& configuration_;
    const SquidConversionSettings& settings_;
    std::map<std::string, SquidAclMeaning> meanings_;
    SquidConversion made_;
};

} // namespace

bool SquidConversion::isComplete() const
{
    return notConverted.empty();
}

SquidConversion convertSquid(const SquidConfiguration& configuration,
                             const SquidConversionSettings& settings)
{
    return Converter(configuration, settings).convert();
}

} // namespace sallyport::policy
