#include "admin/audit/SessionQuery.h"

#include "admin/api/TimeText.h"
#include "admin/audit/QueryGrammar.h"
#include "policy/Ascii.h"
#include "policy/Facts.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>
#include <expected>
#include <limits>

namespace sallyport::admin::audit {
namespace {

using api::FieldError;
using Wrong = std::expected<void, std::string>;

constexpr std::size_t MostQueryBytes = 2000;
constexpr std::size_t MostValues = 200;

template <class Number>
std::optional<Number> numberIn(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && !text.empty()
               ? std::optional(number)
               : std::nullopt;
}

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

std::optional<std::uint64_t> measured(std::string_view text, std::span<const Unit> units)
{
    const auto digits = text.find_first_not_of("0123456789.");
    const auto number = numberIn<double>(text.substr(0, digits));
    const auto name = policy::inLowerCase(digits == std::string_view::npos ? std::string_view()
                                                                           : text.substr(digits));
    const auto unit = std::ranges::find(units, name, &Unit::name);
    if (!number || unit == units.end())
        return std::nullopt;
    const double value = *number * static_cast<double>(unit->factor);
    return value < 1e18 ? std::optional(static_cast<std::uint64_t>(value)) : std::nullopt;
}

template <class Value>
std::vector<std::string> namesUpTo(Value last, std::string_view (*nameOf)(Value))
{
    std::vector<std::string> names;
    for (int value = 0; value <= static_cast<int>(last); ++value)
        if (const auto name = nameOf(static_cast<Value>(value)); !name.empty())
            names.emplace_back(name);
    return names;
}

std::string listOf(const std::vector<std::string>& words)
{
    std::string list;
    for (const auto& word : words)
        list += (list.empty() ? "" : ", ") + word;
    return list;
}

Wrong notKnown(std::string_view value, std::string_view field)
{
    return std::unexpected('"' + std::string(value) + "\" is not known; there are " +
                           listOf(wordsOf(field)));
}

bool isWordOf(std::string_view value, std::string_view field)
{
    const auto words = wordsOf(field);
    return std::ranges::find(words, value) != words.end();
}

// The filter while its values are added to it, one by one.
class Builder {
public:
    // `kind` is whether sessions with the value are wanted or left out.
    Wrong add(std::string_view field, std::string_view value, QueryTerm::Kind kind)
    {
        auto& values = kind == QueryTerm::Kind::Include ? static_cast<db::SessionValues&>(filter_)
                                                        : filter_.without;
        if (++count_ > MostValues)
            return std::unexpected("there are more than " + std::to_string(MostValues) +
                                   " values; leave some out");
        if (field == "verdict")
            return addOutcome(values, value);
        if (field == "rule")
            return addText(values.rules, value);
        if (field == "user")
            return addText(values.users, value);
        if (field == "host")
            return addHost(values, value);
        if (field == "client")
            return addClient(values, value);
        if (field == "reason")
            return addWord(values.reasons, value, field);
        if (field == "protocol")
            return addWord(values.protocols, value, field);
        if (field == "port")
            return addPort(values, value);
        if (field == "version")
            return addVersion(values, value);
        return addOther(field, value, kind);
    }

    db::SessionFilter take() { return std::move(filter_); }
    db::SessionFilter& filter() { return filter_; }

private:
    static Wrong addText(std::vector<std::string>& texts, std::string_view value)
    {
        texts.emplace_back(value);
        return {};
    }
    static Wrong addWord(std::vector<std::string>& texts, std::string_view value,
                         std::string_view field)
    {
        if (!isWordOf(value, field))
            return notKnown(value, field);
        texts.emplace_back(value);
        return {};
    }
    static Wrong addOutcome(db::SessionValues& values, std::string_view value)
    {
        const auto outcome = std::ranges::find(db::AllSessionOutcomes, value, db::outcomeName);
        if (outcome == db::AllSessionOutcomes.end())
            return notKnown(value, "verdict");
        values.outcomes.push_back(*outcome);
        return {};
    }
    // "*.example.com" is how a policy says "the names below it"; here the name itself comes along.
    static Wrong addHost(db::SessionValues& values, std::string_view value)
    {
        auto host = policy::inLowerCase(value);
        if (host.starts_with("*.") && host.find('*', 1) == std::string::npos)
            host.erase(0, 1);
        if (host == ".")
            return std::unexpected("write a name, or .example.com for it and all names below it");
        values.hosts.push_back(std::move(host));
        return {};
    }
    static Wrong addClient(db::SessionValues& values, std::string_view value)
    {
        const auto network = policy::parseNetwork(value);
        if (!network)
            return std::unexpected(network.error());
        values.clients.push_back(*network);
        return {};
    }
    static Wrong addPort(db::SessionValues& values, std::string_view value)
    {
        std::string text(value);
        if (const auto dots = text.find(".."); dots != std::string::npos)
            text.replace(dots, 2, "-");
        std::optional<policy::PortRange> range = policy::parsePortRange(text);
        const auto number = numberIn<std::uint32_t>(
            text.find_first_of("<>") == 0 ? text.substr(text.find_first_not_of("<>=")) : "");
        if (number && *number <= 65535)
            range = portBound(text, static_cast<std::uint16_t>(*number));
        if (!range || range->first > range->last)
            return std::unexpected("write a port from 1 to 65535, or two of them: 8000..8100");
        values.ports.push_back(*range);
        return {};
    }
    static policy::PortRange portBound(std::string_view text, std::uint16_t port)
    {
        constexpr std::uint16_t Last = 65535;
        const auto next = static_cast<std::uint16_t>(port == Last ? Last : port + 1);
        const auto before = static_cast<std::uint16_t>(port == 0 ? 0 : port - 1);
        if (text.starts_with(">="))
            return {port, Last};
        if (text.starts_with('>'))
            return {next, Last};
        return {0, text.starts_with("<=") ? port : before};
    }
    static Wrong addVersion(db::SessionValues& values, std::string_view value)
    {
        value.remove_prefix(value.starts_with('v') ? 1 : 0);
        const auto version = numberIn<std::uint32_t>(value);
        if (!version)
            return std::unexpected("write the number of a policy version");
        values.policyVersions.push_back(*version);
        return {};
    }

    Wrong addOther(std::string_view field, std::string_view value, QueryTerm::Kind kind)
    {
        const bool excludes = kind == QueryTerm::Kind::Exclude;
        if (field.empty())
            return addBare(value, kind);
        struct Bounds {
            std::string_view field;
            db::FigureBounds& bounds;
            std::optional<std::uint64_t> (*read)(std::string_view);
        };
        const std::array<Bounds, 4> all{
            Bounds{"rx", filter_.bytesDown, byteCountIn},
            Bounds{"tx", filter_.bytesUp, byteCountIn}, Bounds{"bytes", filter_.bytes, byteCountIn},
            Bounds{"duration", filter_.durationMicroseconds, microsecondsIn}};
        const auto bounds = std::ranges::find(all, field, &Bounds::field);
        if (bounds == all.end() && field != "state")
            return std::unexpected("there is no field \"" + std::string(field) +
                                   "\"; there are verdict, rule, user, host, client, reason, "
                                   "protocol, port, version, state, rx, tx, bytes, duration");
        if (excludes)
            return std::unexpected(std::string(field) + " cannot be left out by \"-\"");
        if (field == "state")
            return setState(value);
        return narrow(bounds->bounds, value, bounds->read);
    }

    Wrong addBare(std::string_view value, QueryTerm::Kind kind)
    {
        if (kind == QueryTerm::Kind::Exclude) {
            filter_.without.hosts.push_back('*' + policy::inLowerCase(value) + '*');
            return {};
        }
        if (filter_.hostText.empty() && !db::isPattern(value))
            filter_.hostText = policy::inLowerCase(value);
        else if (db::isPattern(value))
            filter_.hosts.push_back(policy::inLowerCase(value));
        else
            return std::unexpected("only one text can be looked for in the host; write "
                                   "host:*one*two* for several");
        return {};
    }

    Wrong setState(std::string_view value)
    {
        if (value == "open")
            filter_.state = db::SessionState::Open;
        else if (value == "ended")
            filter_.state = db::SessionState::Ended;
        else if (value == "refused")
            filter_.state = db::SessionState::Refused;
        else
            return notKnown(value, "state");
        return {};
    }

    // Several terms narrow the bounds further.
    static Wrong narrow(db::FigureBounds& bounds, std::string_view value,
                        std::optional<std::uint64_t> (*read)(std::string_view))
    {
        std::optional<std::uint64_t> least;
        std::optional<std::uint64_t> most;
        const auto wrong =
            std::unexpected(std::string("write a bound: >10MiB, <=4s, or two: 1MiB..10MiB"));
        if (const auto dots = value.find(".."); dots != std::string_view::npos) {
            least = read(value.substr(0, dots));
            most = read(value.substr(dots + 2));
            if (!least || !most || *least > *most)
                return wrong;
        } else {
            const bool orEqual = value.size() > 1 && value[1] == '=';
            const bool above = value.starts_with('>');
            const bool below = value.starts_with('<');
            const auto number = read(value.substr((above || below) ? (orEqual ? 2 : 1) : 0));
            if (!number || (below && !orEqual && *number == 0))
                return wrong;
            if (!below)
                least = above && !orEqual ? *number + 1 : *number;
            if (!above)
                most = below && !orEqual ? *number - 1 : *number;
        }
        if (least)
            bounds.least = std::max(bounds.least.value_or(0), *least);
        if (most)
            bounds.most =
                std::min(bounds.most.value_or(std::numeric_limits<std::uint64_t>::max()), *most);
        return {};
    }

    db::SessionFilter filter_;
    std::size_t count_ = 0;
};

void addQuery(Builder& builder, std::string_view text, std::vector<FieldError>& errors)
{
    // The place stands in the pointer, as in a fragment of the text: "?q#at=3&length=5".
    const auto note = [&errors](std::size_t at, std::size_t length, std::string detail) {
        errors.push_back({"?q#at=" + std::to_string(at) + "&length=" + std::to_string(length),
                          "invalid", std::move(detail)});
    };
    if (text.size() > MostQueryBytes) {
        note(MostQueryBytes, text.size() - MostQueryBytes, "the query is too long");
        return;
    }
    const auto parsed = parseQuery(text);
    for (const auto& complaint : parsed.complaints)
        note(complaint.at, complaint.length, complaint.detail);
    for (const auto& term : parsed.terms)
        if (const auto added = builder.add(term.field, term.value, term.kind); !added)
            note(term.at, term.length, added.error());
}

void addTime(std::optional<db::AuditTime>& time, const std::string& name, const std::string& value,
             std::vector<FieldError>& errors)
{
    time = api::timeFrom(value);
    if (!time)
        errors.push_back({'?' + name, "invalid", "write a time as 2026-01-31T08:00:00Z"});
}

} // namespace

db::SessionFilter filterOf(const Parameters& parameters)
{
    Builder builder;
    std::vector<FieldError> errors;
    for (const auto& [name, value] : parameters) {
        if (std::ranges::find(FilterParameters, name) == FilterParameters.end())
            continue;
        if (name == "from") {
            addTime(builder.filter().period.since, name, value, errors);
        } else if (name == "to") {
            addTime(builder.filter().period.until, name, value, errors);
        } else if (name == "q") {
            addQuery(builder, value, errors);
        } else {
            const bool excludes = value.starts_with('!');
            using enum QueryTerm::Kind;
            const auto added = builder.add(name, std::string_view(value).substr(excludes ? 1 : 0),
                                           excludes ? Exclude : Include);
            if (!added)
                errors.push_back({'?' + name, "invalid", added.error()});
        }
    }
    if (!errors.empty())
        throw api::ApiError(std::move(errors));
    return builder.take();
}

Parameters parametersIn(std::string_view queryText, std::string_view pointer)
{
    try {
        Poco::URI uri;
        uri.setRawQuery(std::string(queryText));
        return uri.getQueryParameters();
    } catch (const Poco::Exception&) {
        throw api::ApiError({{std::string(pointer), "invalid", "is not the query of an address"}});
    }
}

std::vector<std::string> wordsOf(std::string_view field)
{
    if (field == "verdict")
        return {"allow", "deny", "inspect", "error"};
    if (field == "state")
        return {"open", "ended", "refused"};
    if (field == "reason")
        return namesUpTo(db::CloseReason::Internal, db::closeReasonName);
    if (field == "protocol")
        return {"http", "connect", "websocket"};
    return {};
}

std::optional<std::uint64_t> byteCountIn(std::string_view text)
{
    static constexpr std::array Units{
        Unit{"", 1},          Unit{"b", 1},          Unit{"kib", 1 << 10},
        Unit{"mib", 1 << 20}, Unit{"gib", 1 << 30},  Unit{"tib", 1ULL << 40},
        Unit{"kb", 1000},     Unit{"mb", 1'000'000}, Unit{"gb", 1'000'000'000}};
    return measured(text, Units);
}

std::optional<std::uint64_t> microsecondsIn(std::string_view text)
{
    static constexpr std::array Units{Unit{"", 1000},           Unit{"us", 1},
                                      Unit{"ms", 1000},         Unit{"s", 1'000'000},
                                      Unit{"m", 60'000'000},    Unit{"min", 60'000'000},
                                      Unit{"h", 3'600'000'000}, Unit{"d", 86'400'000'000}};
    return measured(text, Units);
}

} // namespace sallyport::admin::audit
