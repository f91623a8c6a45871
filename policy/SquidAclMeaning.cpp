#include "policy/SquidAclMeaning.h"

#include "policy/HostPattern.h"

#include <algorithm>
#include <charconv>
#include <expected>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

namespace sallyport::policy {
namespace {

using Kind = SquidAclMeaning::Kind;
using Lines = std::vector<const SquidAcl*>; // of one acl
using Complaint = std::expected<void, std::string>;

constexpr unsigned AddressBits = 128;
constexpr unsigned Ipv4Prefix = 96; // of ::ffff:0:0/96

std::unexpected<std::string> complainOf(std::string_view text, std::string_view what)
{
    return std::unexpected("has \"" + std::string(text) + "\", " + std::string(what));
}

std::optional<unsigned> numberIn(std::string_view text, unsigned most)
{
    unsigned number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number > most)
        return std::nullopt;
    return number;
}

bool bitOf(const AddressBytes& address, unsigned bit)
{
    return (address[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

// The block of that length around an address.
Network blockAround(AddressBytes address, unsigned prefixBits)
{
    for (auto bit = prefixBits; bit < AddressBits; ++bit)
        address[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> bit % 8));
    return {address, static_cast<std::uint8_t>(prefixBits)};
}

AddressBytes lastOf(const Network& block)
{
    auto address = block.base;
    for (unsigned bit = block.prefixBits; bit < AddressBits; ++bit)
        address[bit / 8] |= static_cast<std::uint8_t>(0x80U >> bit % 8);
    return address;
}

std::optional<AddressBytes> next(AddressBytes address)
{
    for (auto byte = address.rbegin(); byte != address.rend(); ++byte)
        if (++*byte != 0)
            return address;
    return std::nullopt;
}

// From the first to the last address, in as few blocks as it takes.
std::vector<Network> blocksOf(const AddressBytes& first, const AddressBytes& last)
{
    std::vector<Network> blocks;
    for (auto from = std::optional(first); from && *from <= last;) {
        const auto least = isIpv4(*from) ? Ipv4Prefix : 0;
        auto block = blockAround(*from, AddressBits);
        while (block.prefixBits > least && !bitOf(*from, block.prefixBits - 1U)) {
            const auto wider = blockAround(*from, block.prefixBits - 1U);
            if (lastOf(wider) > last)
                break;
            block = wider;
        }
        blocks.push_back(block);
        from = next(lastOf(block));
    }
    return blocks;
}

// "8" or "255.0.0.0" behind an IPv4 address, "32" behind an IPv6 one.
std::optional<unsigned> prefixBits(std::string_view mask, bool isFour)
{
    const auto dotted = parseAddress(mask);
    if (!dotted) {
        const auto bits = numberIn(mask, isFour ? AddressBits - Ipv4Prefix : AddressBits);
        return bits.transform(
            [isFour](unsigned each) { return isFour ? each + Ipv4Prefix : each; });
    }
    if (!isFour || !isIpv4(*dotted))
        return std::nullopt;
    auto bits = Ipv4Prefix;
    while (bits < AddressBits && bitOf(*dotted, bits))
        ++bits;
    const auto isPrefix = blockAround(*dotted, bits).base == *dotted;
    return isPrefix ? std::optional(bits) : std::nullopt;
}

// squid lets the mask put away what is set behind it.
Complaint addAddress(std::vector<Network>& networks, std::string_view text)
{
    const auto add = [&networks](std::string_view network) {
        networks.push_back(parseNetwork(network).value());
    };
    if (text == "all" || text == "ipv4")
        add("0.0.0.0/0");
    if (text == "all" || text == "ipv6")
        add("::/0");
    if (text == "all" || text == "ipv4" || text == "ipv6")
        return {};

    const auto slash = std::min(text.find('/'), text.size());
    const auto dash = std::min(text.find('-'), text.size());
    const auto first = parseAddress(text.substr(0, std::min(slash, dash)));
    if (!first)
        return complainOf(text, "a name whose addresses squid looks up when it starts");
    if (dash != text.size()) {
        const auto last = parseAddress(text.substr(dash + 1));
        if (!last || isIpv4(*first) != isIpv4(*last) || *last < *first)
            return complainOf(text, "which is no range of addresses that can be converted");
        std::ranges::copy(blocksOf(*first, *last), std::back_inserter(networks));
        return {};
    }
    const auto bits = slash == text.size() ? std::optional(AddressBits)
                                           : prefixBits(text.substr(slash + 1), isIpv4(*first));
    if (!bits)
        return complainOf(text, "whose mask is no prefix of the address");
    networks.push_back(blockAround(*first, *bits));
    return {};
}

Complaint addAddresses(std::vector<Network>& networks, const Lines& lines)
{
    for (const auto* line : lines)
        for (const auto& value : line->values)
            if (const auto added = addAddress(networks, value); !added)
                return added;
    std::set<std::pair<AddressBytes, std::uint8_t>> seen;
    std::erase_if(networks, [&seen](const Network& network) {
        return !seen.emplace(network.base, network.prefixBits).second;
    });
    return {};
}

// "example.com" is that host, ".example.com" that and all below it.
Complaint addDomains(std::vector<std::string>& hosts, const Lines& lines)
{
    for (const auto* line : lines) {
        for (const std::string_view value : line->values) {
            const auto isWithBelow = value.starts_with('.');
            const auto host = parseHost(isWithBelow ? value.substr(1) : value);
            if (!host)
                return std::unexpected("has " + host.error());
            hosts.push_back(*host);
            if (isWithBelow)
                hosts.push_back("*." + *host);
        }
    }
    return {};
}

// Capital letters that stand for themselves: hosts are in lower case.
bool asksForCapitals(std::string_view expression)
{
    for (std::size_t index = 0; index < expression.size(); ++index) {
        if (expression[index] == '\\')
            ++index;
        else if (expression[index] >= 'A' && expression[index] <= 'Z')
            return true;
    }
    return false;
}

Complaint addExpressions(std::vector<std::string>& hosts, const Lines& lines)
{
    for (const auto* line : lines) {
        auto ignoresCase = std::ranges::find(line->flags, "-i") != line->flags.end();
        for (const auto& value : line->values) {
            if (value == "-i" || value == "+i") {
                ignoresCase = value == "-i";
                continue;
            }
            if (!ignoresCase && asksForCapitals(value))
                return complainOf(value, "which with regard to case matches no host; add -i");
            const auto pattern = parseHostPattern("regex:" + value);
            if (!pattern)
                return std::unexpected("has " + pattern.error());
            hosts.push_back(*pattern);
        }
    }
    return {};
}

Complaint addPorts(std::vector<PortRange>& ports, const Lines& lines)
{
    for (const auto* line : lines) {
        for (const std::string_view value : line->values) {
            const auto fromZero = value.starts_with("0-"); // nobody asks for port 0
            const auto range =
                parsePortRange(fromZero ? "1" + std::string(value.substr(1)) : value);
            if (!range)
                return complainOf(value, "which is no port");
            ports.push_back(*range);
        }
    }
    return {};
}

// What squid takes by HTTP is, here, http and the handshakes of WebSockets.
Complaint addProtocols(std::vector<Protocol>& protocols, const Lines& lines)
{
    for (const auto* line : lines) {
        for (const auto& value : line->values) {
            if (value != "HTTP" && value != "http")
                return complainOf(value, "a protocol of URLs that has no like here");
            protocols = {Protocol::Http, Protocol::WebSocket};
        }
    }
    return {};
}

std::optional<std::uint8_t> daysIn(std::string_view letters)
{
    constexpr std::string_view Letters = "MTWHFAS"; // from Monday on
    constexpr std::uint8_t WorkingDays = 0x1f;
    std::uint8_t days = 0;
    for (const auto letter : letters) {
        const auto day = Letters.find(letter);
        if (letter != 'D' && day == Letters.npos)
            return std::nullopt;
        days |= letter == 'D' ? WorkingDays : static_cast<std::uint8_t>(1U << day);
    }
    return days;
}

// "8:00" in minutes.
std::optional<unsigned> minutesIn(std::string_view text)
{
    const auto colon = std::min(text.find(':'), text.size());
    const auto hour = numberIn(text.substr(0, colon), 24);
    const auto minute = colon == text.size() ? std::nullopt : numberIn(text.substr(colon + 1), 59);
    if (!hour || !minute || *hour * 60 + *minute > MinutesPerDay)
        return std::nullopt;
    return *hour * 60 + *minute;
}

// squid takes the minute that the hours end with as well.
std::optional<Schedule> hoursIn(std::string_view text)
{
    const auto dash = std::min(text.find('-'), text.size());
    const auto from = minutesIn(text.substr(0, dash));
    const auto last = dash == text.size() ? std::nullopt : minutesIn(text.substr(dash + 1));
    if (!from || !last || *from > *last || *from >= MinutesPerDay)
        return std::nullopt;
    Schedule schedule;
    schedule.from = static_cast<std::uint16_t>(*from);
    schedule.to = static_cast<std::uint16_t>(std::min<unsigned>(*last + 1, MinutesPerDay));
    return schedule;
}

// Days count for the hours behind them; days with none behind them are whole ones.
Complaint addTimes(std::vector<Schedule>& times, const Lines& lines, const std::string& zone)
{
    constexpr std::uint8_t AllDays = 0x7f;
    const auto add = [&](Schedule schedule, std::uint8_t days) {
        schedule.days = days == 0 ? AllDays : days;
        schedule.zone = zone;
        times.push_back(schedule);
    };
    for (const auto* line : lines) {
        std::uint8_t days = 0;
        for (const auto& value : line->values) {
            if (value.front() < '0' || value.front() > '9') {
                const auto more = daysIn(value);
                if (!more)
                    return complainOf(value, "which is no list of days");
                days |= *more;
                continue;
            }
            const auto hours = hoursIn(value);
            if (!hours)
                return complainOf(value, "which is no time of day from earlier to later");
            add(*hours, days);
            days = 0;
        }
        if (days != 0)
            add(Schedule(), days);
    }
    return {};
}

Complaint addMethods(std::vector<std::string>& methods, const Lines& lines)
{
    const auto isLetter = [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; };
    for (const auto* line : lines) {
        for (const auto& value : line->values) {
            if (!std::ranges::all_of(value, isLetter))
                return complainOf(value, "which is no method");
            if (std::ranges::find(methods, value) == methods.end()) // CONNECT is built in
                methods.push_back(value);
        }
    }
    return {};
}

Complaint addValues(Conditions& conditions, std::string_view type, const Lines& lines,
                    const std::string& zone)
{
    if (type == "src")
        return addAddresses(conditions.client, lines);
    if (type == "dst")
        return addAddresses(conditions.address, lines);
    if (type == "dstdomain")
        return addDomains(conditions.host, lines);
    if (type == "dstdom_regex")
        return addExpressions(conditions.host, lines);
    if (type == "port")
        return addPorts(conditions.port, lines);
    if (type == "proto")
        return addProtocols(conditions.protocol, lines);
    if (type == "time")
        return addTimes(conditions.time, lines, zone);
    if (type == "method")
        return addMethods(conditions.method, lines);
    return std::unexpected("is of the type " + std::string(type) + ", which has no like here");
}

// -n says to look up no names, which is never done here.
Complaint checkLines(const Lines& lines)
{
    for (const auto* line : lines) {
        if (!line->fault.empty())
            return std::unexpected("has values that are not known: " + line->fault);
        if (line->type != lines.front()->type)
            return std::unexpected("has two types, " + lines.front()->type + " and " + line->type);
        for (const auto& flag : line->flags)
            if (flag != "-n" && flag != "-i" && flag != "+i")
                return std::unexpected("has the option " + flag + ", which has no like here");
    }
    return {};
}

bool isEverywhere(const std::vector<Network>& networks)
{
    return std::ranges::count(networks, 0, &Network::prefixBits) > 0 &&
           std::ranges::find(networks, parseNetwork("0.0.0.0/0").value()) != networks.end();
}

SquidAclMeaning meaningOf(const std::string& name, const Lines& lines, const std::string& zone)
{
    SquidAclMeaning meaning;
    const auto because = [&meaning, &name](Kind kind, const std::string& why) {
        meaning.kind = kind;
        meaning.reason = "acl " + name + ' ' + why;
        return meaning;
    };
    if (name == "manager")
        return because(Kind::Nothing, "stands for squid's own pages, which are not here");
    if (const auto checked = checkLines(lines); !checked)
        return because(Kind::NotKnown, checked.error());
    const auto added = addValues(meaning.conditions, lines.front()->type, lines, zone);
    if (!added)
        return because(Kind::NotKnown, added.error());
    if (meaning.conditions == Conditions())
        return because(Kind::Nothing, "has no values, so that it never matches");
    meaning.kind =
        isEverywhere(meaning.conditions.client) || isEverywhere(meaning.conditions.address)
            ? Kind::Everything
            : Kind::Conditions;
    return meaning;
}

// Those that squid has by itself; lines of these names add to them.
std::vector<SquidAcl> builtIn()
{
    const auto acl = [](std::string name, std::string type, std::vector<std::string> values) {
        return SquidAcl{0, std::move(name), std::move(type), {}, std::move(values), ""};
    };
    return {acl("all", "src", {"all"}),
            acl("manager", "url_regex", {}),
            acl("localhost", "src", {"127.0.0.1/32", "::1"}),
            acl("to_localhost", "dst", {"127.0.0.0/8", "0.0.0.0/32", "::1/128", "::/128"}),
            acl("to_linklocal", "dst", {"169.254.0.0/16", "fe80::/10"}),
            acl("CONNECT", "method", {"CONNECT"})};
}

} // namespace

std::map<std::string, SquidAclMeaning> meaningsOf(const std::vector<SquidAcl>& acls,
                                                  const std::string& zone)
{
    const auto own = builtIn();
    std::map<std::string, Lines> byName;
    for (const auto* each : {&own, &acls})
        for (const auto& acl : *each)
            byName[acl.name].push_back(&acl);
    std::map<std::string, SquidAclMeaning> meanings;
    for (const auto& [name, lines] : byName)
        meanings.emplace(name, meaningOf(name, lines, zone));
    return meanings;
}

} // namespace sallyport::policy
