#include "policy/DimensionCut.h"

#include "policy/Ascii.h"
#include "policy/HostPattern.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace sallyport::policy {
namespace {

using Rows = std::span<const Rule* const>;

// From `first` up to but without `end`; to the top where there is no end.
template <class Key>
struct KeySpan {
    Key first;
    std::optional<Key> end;
};

template <class Key>
struct Values {
    std::vector<KeySpan<Key>> spans;
    std::vector<std::string> marks;

    [[nodiscard]] bool isEmpty() const { return spans.empty() && marks.empty(); }
};

template <class Key>
struct Condition {
    Values<Key> wanted;
    Values<Key> shutOut;

    [[nodiscard]] bool isNone() const { return wanted.isEmpty() && shutOut.isEmpty(); }
};

/// Whether the fact may stay unknown for good, which suits no condition.
enum class Unknown : std::uint8_t { Never, Possible };

template <class Key>
class Cutter {
public:
    Cutter(Key lowest, const std::vector<Condition<Key>>& rows, Unknown unknown)
    {
        std::set<Key> edges{lowest};
        for (const auto& row : rows) {
            note(row.wanted, edges);
            note(row.shutOut, edges);
        }
        firsts_.assign(edges.begin(), edges.end());
        last_ = static_cast<Cell>(firsts_.size()) - 1;
        known_ = CellSet({{0, last_}});
        everything_ = unknown == Unknown::Possible ? CellSet({{0, last_ + 1}}) : known_;
    }

    [[nodiscard]] const CellSet& everything() const { return everything_; }

    [[nodiscard]] Region regionOf(const Condition<Key>& condition) const
    {
        if (condition.isNone())
            return Region(everything_);
        Region region(known_.without(cellsOf(condition.shutOut)));
        region.forbid(marksOf(condition.shutOut));
        if (!condition.wanted.isEmpty())
            region.demand({cellsOf(condition.wanted), marksOf(condition.wanted)});
        return region;
    }

private:
    void note(const Values<Key>& values, std::set<Key>& edges)
    {
        for (const auto& span : values.spans) {
            edges.insert(span.first);
            if (span.end)
                edges.insert(*span.end);
        }
        for (const auto& mark : values.marks)
            marks_.try_emplace(mark, static_cast<Mark>(marks_.size()));
    }

    [[nodiscard]] Cell cellAt(const Key& first) const
    {
        return static_cast<Cell>(std::ranges::lower_bound(firsts_, first) - firsts_.begin());
    }

    [[nodiscard]] CellSet cellsOf(const Values<Key>& values) const
    {
        std::vector<CellRun> runs;
        for (const auto& span : values.spans)
            if (!span.end || span.first < *span.end)
                runs.push_back({cellAt(span.first), span.end ? cellAt(*span.end) - 1 : last_});
        return CellSet(std::move(runs));
    }

    [[nodiscard]] MarkSet marksOf(const Values<Key>& values) const
    {
        std::set<Mark> marks;
        for (const auto& mark : values.marks)
            marks.insert(marks_.at(mark));
        return {marks.begin(), marks.end()};
    }

    std::vector<Key> firsts_; // of each cell
    Cell last_ = 0;
    CellSet known_, everything_;
    std::map<std::string, Mark> marks_;
};

template <class Key>
void cut(std::vector<DimensionCut>& cuts, Dimension dimension, Key lowest,
         const std::vector<Condition<Key>>& rows, Unknown unknown = Unknown::Never)
{
    if (std::ranges::all_of(rows, &Condition<Key>::isNone))
        return;
    const Cutter<Key> cutter(std::move(lowest), rows, unknown);
    auto& made = cuts.emplace_back();
    made.dimension = dimension;
    made.everything = cutter.everything();
    made.regions.reserve(rows.size());
    for (const auto& row : rows)
        made.regions.push_back(cutter.regionOf(row));
}

template <class Key, class Written>
std::vector<Condition<Key>> conditionsOn(Rows rows, std::vector<Written> Conditions::*column,
                                         void (*add)(Values<Key>&, const Written&))
{
    std::vector<Condition<Key>> conditions(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (const auto& value : rows[row]->when.*column)
            add(conditions[row].wanted, value);
        for (const auto& value : rows[row]->except.*column)
            add(conditions[row].shutOut, value);
    }
    return conditions;
}

void addText(Values<std::string>& values, const std::string& text)
{
    values.spans.push_back({text, text + '\0'});
}

void addFolded(Values<std::string>& values, const std::string& text)
{
    addText(values, inLowerCase(text));
}

// Facts of which a session has any number: each value is a mark.
void addMark(Values<int>& values, const std::string& text)
{
    values.marks.push_back(text);
}

void addFoldedMark(Values<int>& values, const std::string& text)
{
    values.marks.push_back(inLowerCase(text));
}

// Labels from the last to the first, each closed by '\1': a name's key stands right before those of
// all names below it. '\2' comes after it and before any label.
std::string nameKey(std::string_view name)
{
    std::string key;
    for (auto end = name.size();;) {
        const auto dot = name.substr(0, end).rfind('.');
        const auto start = dot == name.npos ? 0 : dot + 1;
        key.append(name.substr(start, end - start)) += '\1';
        if (dot == name.npos)
            return key;
        end = dot;
    }
}

void addHost(Values<std::string>& values, const std::string& pattern)
{
    if (pattern.starts_with(ListPrefix) || pattern.starts_with(RegexPrefix)) {
        values.marks.push_back(pattern);
    } else if (pattern.starts_with("*.")) {
        const auto key = nameKey(std::string_view(pattern).substr(2));
        values.spans.push_back({key + '\2', key + '\xff'});
    } else if (parseAddress(pattern)) {
        addText(values, '\1' + pattern); // stands before all names, below none of them
    } else {
        const auto key = nameKey(pattern);
        values.spans.push_back({key, key + '\2'});
    }
}

void addPathPrefix(Values<std::string>& values, const std::string& prefix)
{
    auto end = prefix;
    while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff)
        end.pop_back();
    if (end.empty()) {
        values.spans.push_back({prefix, std::nullopt});
        return;
    }
    end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
    values.spans.push_back({prefix, std::move(end)});
}

void addPorts(Values<std::uint32_t>& values, const PortRange& ports)
{
    constexpr std::uint16_t Highest = 65535;
    KeySpan<std::uint32_t> span{ports.first, std::nullopt};
    if (ports.last < Highest)
        span.end = ports.last + 1U;
    values.spans.push_back(span);
}

// The address behind a block; none behind the last one.
std::optional<AddressBytes> behind(const Network& network)
{
    auto address = network.base;
    if (network.prefixBits == 0)
        return std::nullopt;
    auto step = 1U << (7 - (network.prefixBits - 1) % 8);
    for (auto byte = static_cast<std::size_t>(network.prefixBits - 1) / 8 + 1; byte-- > 0;) {
        const auto sum = address[byte] + step;
        address[byte] = static_cast<std::uint8_t>(sum);
        if (sum <= 0xff)
            return address;
        step = 1;
    }
    return std::nullopt;
}

void addNetwork(Values<AddressBytes>& values, const Network& network)
{
    static const auto Ipv4 = parseNetwork("0.0.0.0/0").value();
    const auto end = behind(network);
    const auto isAroundIpv4 = network.prefixBits < Ipv4.prefixBits && network.base <= Ipv4.base &&
                              (!end || Ipv4.base < *end);
    if (!isAroundIpv4) {
        values.spans.push_back({network.base, end});
        return;
    }
    values.spans.push_back({network.base, Ipv4.base});
    values.spans.push_back({behind(Ipv4).value(), end});
}

std::vector<Condition<AddressBytes>> addressConditions(Rows rows)
{
    auto conditions = conditionsOn(rows, &Conditions::address, addNetwork);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        conditions[row].wanted.marks = rows[row]->when.addressLists;
        conditions[row].shutOut.marks = rows[row]->except.addressLists;
    }
    return conditions;
}

// A tunnel is `connect` and what is found in it.
enum ProtocolFact : int {
    Http,
    WebSocket,
    WebSocketTunnel,
    TlsTunnel,
    HttpTunnel,
    SshTunnel,
    UnknownTunnel,
    UnreadTunnel
};

void addProtocol(Values<int>& values, const Protocol& protocol)
{
    const auto add = [&values](ProtocolFact first, ProtocolFact last) {
        values.spans.push_back(
            {first, last == UnreadTunnel ? std::nullopt : std::optional(last + 1)});
    };
    switch (protocol) {
    case Protocol::Http:
        return add(Http, Http);
    case Protocol::WebSocket:
        return add(WebSocket, WebSocketTunnel);
    case Protocol::Tls:
        return add(TlsTunnel, TlsTunnel);
    case Protocol::TunnelledHttp:
        return add(HttpTunnel, HttpTunnel);
    case Protocol::Ssh:
        return add(SshTunnel, SshTunnel);
    case Protocol::Unknown:
        return add(UnknownTunnel, UnknownTunnel);
    case Protocol::Connect:
        return add(WebSocketTunnel, UnreadTunnel);
    }
}

// "a" is every parameter named so: also those that rows name with their value.
std::vector<Condition<int>> queryConditions(Rows rows)
{
    auto conditions = conditionsOn(rows, &Conditions::query, addMark);
    std::set<std::string> parameters;
    const auto each = [&conditions](auto use) {
        for (auto& condition : conditions) {
            use(condition.wanted.marks);
            use(condition.shutOut.marks);
        }
    };
    each([&](const std::vector<std::string>& marks) {
        parameters.insert(marks.begin(), marks.end());
    });
    each([&](std::vector<std::string>& marks) {
        std::vector<std::string> withValue;
        for (const auto& name : marks)
            for (auto next = parameters.lower_bound(name + '=');
                 next != parameters.end() && next->starts_with(name + '='); ++next)
                withValue.push_back(*next);
        marks.insert(marks.end(), withValue.begin(), withValue.end());
    });
    return conditions;
}

std::vector<Condition<std::int64_t>> validityConditions(Rows rows, WallTime now)
{
    const auto seconds = [](WallTime time) {
        return std::int64_t{time.time_since_epoch().count()};
    };
    std::vector<Condition<std::int64_t>> conditions(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto& rule = *rows[row];
        if (!rule.starts && !rule.expires)
            continue;
        KeySpan<std::int64_t> span{seconds(std::max(rule.starts.value_or(now), now)), std::nullopt};
        if (rule.expires)
            span.end = std::max(seconds(*rule.expires), span.first);
        conditions[row].wanted.spans.push_back(span);
    }
    return conditions;
}

void addSchedule(Values<std::uint32_t>& values, const Schedule& schedule)
{
    constexpr std::uint32_t Week = 7 * MinutesPerDay;
    const auto length = schedule.to > schedule.from ? schedule.to - schedule.from
                                                    : schedule.to + MinutesPerDay - schedule.from;
    const auto add = [&values](std::uint32_t first, std::uint32_t end) {
        values.spans.push_back({first, end < Week ? std::optional(end) : std::nullopt});
    };
    for (std::uint32_t day = 0; day < 7; ++day) {
        if ((schedule.days >> day & 1) == 0)
            continue;
        const auto first = (day * MinutesPerDay + schedule.from) % Week;
        const auto end = first + static_cast<std::uint32_t>(length);
        add(first, end);
        if (end > Week)
            add(0, end - Week);
    }
}

std::set<std::string> zonesOf(const Rule& rule)
{
    std::set<std::string> zones;
    for (const auto* conditions : {&rule.when, &rule.except})
        for (const auto& schedule : conditions->time)
            zones.insert(schedule.zone);
    return zones;
}

// All that a row says on time as one text.
std::string hoursText(const Rule& rule)
{
    std::string text;
    for (const auto& schedule : rule.when.time)
        text += scheduleText(schedule) + '\n';
    text += "not\n";
    for (const auto& schedule : rule.except.time)
        text += scheduleText(schedule) + '\n';
    return text;
}

void cutTime(std::vector<DimensionCut>& cuts, Rows rows)
{
    std::map<std::string, std::vector<Condition<std::uint32_t>>> byZone;
    std::vector<Condition<int>> ofSeveral(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto zones = zonesOf(*rows[row]);
        if (zones.size() > 1)
            ofSeveral[row].wanted.marks.push_back(hoursText(*rows[row]));
        if (zones.size() != 1)
            continue;
        auto& conditions = byZone[*zones.begin()];
        conditions.resize(rows.size());
        for (const auto& schedule : rows[row]->when.time)
            addSchedule(conditions[row].wanted, schedule);
        for (const auto& schedule : rows[row]->except.time)
            addSchedule(conditions[row].shutOut, schedule);
    }
    for (const auto& [zone, conditions] : byZone)
        cut<std::uint32_t>(cuts, Dimension::Time, 0, conditions);
    cut<int>(cuts, Dimension::Time, 0, ofSeveral);
}

} // namespace

std::vector<DimensionCut> cutDimensions(Rows rows, WallTime now)
{
    std::vector<DimensionCut> cuts;
    const auto texts = [&](Dimension dimension, std::vector<std::string> Conditions::*column,
                           void (*add)(Values<std::string>&, const std::string&)) {
        cut<std::string>(cuts, dimension, "", conditionsOn(rows, column, add));
    };
    const auto marks = [&](Dimension dimension, std::vector<std::string> Conditions::*column,
                           void (*add)(Values<int>&, const std::string&)) {
        cut<int>(cuts, dimension, 0, conditionsOn(rows, column, add));
    };
    cut<std::int64_t>(cuts, Dimension::Validity, now.time_since_epoch().count(),
                      validityConditions(rows, now));
    cutTime(cuts, rows);
    texts(Dimension::Listener, &Conditions::listener, addText);
    cut(cuts, Dimension::Client, AddressBytes{},
        conditionsOn(rows, &Conditions::client, addNetwork));
    texts(Dimension::User, &Conditions::user, addFolded);
    marks(Dimension::Group, &Conditions::group, addFoldedMark);
    cut<int>(cuts, Dimension::Protocol, Http,
             conditionsOn(rows, &Conditions::protocol, addProtocol));
    texts(Dimension::Host, &Conditions::host, addHost);
    cut<std::uint32_t>(cuts, Dimension::Port, 1, conditionsOn(rows, &Conditions::port, addPorts));
    texts(Dimension::Method, &Conditions::method, addText);
    texts(Dimension::Path, &Conditions::path, addPathPrefix);
    cut<int>(cuts, Dimension::Query, 0, queryConditions(rows));
    texts(Dimension::Origin, &Conditions::origin, addHost);
    texts(Dimension::Subprotocol, &Conditions::subprotocol, addText);
    cut(cuts, Dimension::Address, AddressBytes{}, addressConditions(rows), Unknown::Possible);
    texts(Dimension::Sni, &Conditions::sni, addHost);
    marks(Dimension::Alpn, &Conditions::alpn, addMark);
    marks(Dimension::Names, &Conditions::names, addMark);
    return cuts;
}

} // namespace sallyport::policy
