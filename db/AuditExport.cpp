#include "db/AuditExport.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <variant>

namespace sallyport::db {
namespace {

struct Microseconds {
    std::uint64_t count;
};
/// None or several, joined by ";".
struct Names {
    std::string_view joined;
};
/// monostate: unknown.
using Value = std::variant<std::monostate, std::string_view, std::uint64_t, Microseconds, Names>;

enum class Group : std::uint8_t { Core, Counts, End };

struct Field {
    std::string_view name;
    Group group;
    Value (*value)(const AuditRecord&);
};

Value knownText(std::string_view text)
{
    return text.empty() ? Value{} : Value{text};
}

Value knownNumber(std::uint64_t number)
{
    return number == 0 ? Value{} : Value{number};
}

Value policyVersionOf(const AuditRecord& r)
{
    return r.policyVersion ? Value{std::uint64_t{*r.policyVersion}} : Value{};
}

Value durationOf(const AuditRecord& r)
{
    const auto& duration = r.counts->durationMicroseconds;
    return duration ? Value{Microseconds{*duration}} : Value{};
}

using R = const AuditRecord&;

// Every field, in the order of the lines. Those of a group are asked of records that have the group
// only.
constexpr auto Fields = std::to_array<Field>({
    {"seq", Group::Core, [](R r) -> Value { return r.seq; }},
    {"event", Group::Core, [](R r) -> Value { return r.event; }},
    {"session_id", Group::Core, [](R r) -> Value { return r.sessionId; }},
    {"time", Group::Core, [](R r) -> Value { return r.time; }},
    {"node", Group::Core, [](R r) -> Value { return r.node; }},
    {"listener", Group::Core, [](R r) -> Value { return r.listener; }},
    {"client_ip", Group::Core, [](R r) -> Value { return r.clientIp; }},
    {"client_port", Group::Core, [](R r) -> Value { return knownNumber(r.clientPort); }},
    {"user", Group::Core, [](R r) -> Value { return r.user; }},
    {"method", Group::Core, [](R r) -> Value { return r.method; }},
    {"protocol", Group::Core, [](R r) -> Value { return r.protocol; }},
    {"form", Group::Core, [](R r) -> Value { return r.form; }},
    {"host", Group::Core, [](R r) -> Value { return r.host; }},
    {"port", Group::Core, [](R r) -> Value { return knownNumber(r.port); }},
    {"path", Group::Core, [](R r) -> Value { return r.path; }},
    {"destination_ip", Group::Core, [](R r) -> Value { return knownText(r.destinationIp); }},
    {"verdict", Group::Core, [](R r) -> Value { return knownText(r.verdict); }},
    {"stage", Group::Core, [](R r) -> Value { return knownText(r.stage); }},
    {"rule_id", Group::Core, [](R r) -> Value { return r.ruleId; }},
    {"rule_name", Group::Core, [](R r) -> Value { return r.ruleName; }},
    {"rule_layer", Group::Core, [](R r) -> Value { return knownText(r.ruleLayer); }},
    {"policy_version", Group::Core, policyVersionOf},
    {"rule_would", Group::Core, [](R r) -> Value { return Names{r.ruleWould}; }},
    {"inspection", Group::Core, [](R r) -> Value { return knownText(r.inspection); }},
    {"inspection_profile", Group::Core, [](R r) -> Value { return r.inspectionProfile; }},
    {"status", Group::Core, [](R r) -> Value { return knownNumber(r.status); }},
    {"bytes_client_to_proxy", Group::Counts, [](R r) -> Value { return r.counts->clientToProxy; }},
    {"bytes_proxy_to_upstream", Group::Counts,
     [](R r) -> Value { return r.counts->proxyToUpstream; }},
    {"bytes_upstream_to_proxy", Group::Counts,
     [](R r) -> Value { return r.counts->upstreamToProxy; }},
    {"bytes_proxy_to_client", Group::Counts, [](R r) -> Value { return r.counts->proxyToClient; }},
    {"duration_ms", Group::Counts, durationOf},
    {"close_by", Group::End, [](R r) -> Value { return r.end->by; }},
    {"close_reason", Group::End, [](R r) -> Value { return r.end->reason; }},
    {"close_timer", Group::End, [](R r) -> Value { return r.end->timer; }},
    {"error", Group::End, [](R r) -> Value { return r.end->error; }},
});

bool hasGroup(const AuditRecord& record, Group group)
{
    switch (group) {
    case Group::Core:
        return true;
    case Group::Counts:
        return record.counts.has_value();
    case Group::End:
        return record.end.has_value();
    }
    return false;
}

Value valueOf(const AuditRecord& record, const Field& field)
{
    return hasGroup(record, field.group) ? field.value(record) : Value{};
}

void appendNumber(std::string& out, std::uint64_t number)
{
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

// In milliseconds, with three decimals.
void appendDuration(std::string& out, Microseconds duration)
{
    appendNumber(out, duration.count / 1000);
    const auto fraction = static_cast<unsigned>(duration.count % 1000);
    out += '.';
    out += static_cast<char>('0' + fraction / 100);
    out += static_cast<char>('0' + fraction / 10 % 10);
    out += static_cast<char>('0' + fraction % 10);
}

// The bytes of the well-formed UTF-8 sequence (RFC 3629 §4) that `text` begins with, 0 if it begins
// with none.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) {
        return static_cast<unsigned char>(i < text.size() ? text[i] : 0);
    };
    const auto tail = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i)
            if (byte(i) < 0x80 || byte(i) > 0xbf)
                return false;
        return true;
    };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return tail(1, 2) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        // Neither overlong forms nor surrogates.
        if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f))
            return 0;
        return tail(1, 3) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        if ((lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f))
            return 0;
        return tail(1, 4) ? 4 : 0;
    }
    return 0;
}

// Appends `text` with ill-formed bytes replaced; `ascii` appends each ASCII character as the format
// wants it.
template <class AppendAscii>
void appendText(std::string& out, std::string_view text, AppendAscii ascii)
{
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 1)
            ascii(text.front());
        else if (length == 0)
            out += "\uFFFD";
        else
            out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
}

void appendJsonText(std::string& out, std::string_view text)
{
    static constexpr std::string_view Digits = "0123456789abcdef";
    out += '"';
    appendText(out, text, [&](char c) {
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            ((out += "\\u00") += Digits[static_cast<unsigned char>(c) >> 4]) += Digits[c & 15];
        else
            out += c;
    });
    out += '"';
}

void appendJsonList(std::string& out, std::string_view joined)
{
    char separator = '[';
    for (const auto name : std::views::split(joined, ';')) {
        out += separator;
        separator = ',';
        appendJsonText(out, std::string_view(name));
    }
    out += separator == '[' ? "[]" : "]";
}

void appendCsvText(std::string& out, std::string_view text)
{
    if (text.empty())
        return;
    const bool formula = std::string_view("=+-@\t\r").contains(text.front());
    const bool quoted = text.find_first_of("\",\r\n") != std::string_view::npos;
    if (quoted)
        out += '"';
    if (formula)
        out += '\'';
    appendText(out, text, [&](char c) { c == '"' ? out += "\"\"" : out += c; });
    if (quoted)
        out += '"';
}

void appendPlain(std::string& out, const Value& value)
{
    if (const auto* text = std::get_if<std::string_view>(&value))
        out += *text;
    else if (const auto* names = std::get_if<Names>(&value))
        out += names->joined;
    else if (const auto* number = std::get_if<std::uint64_t>(&value))
        appendNumber(out, *number);
    else if (const auto* duration = std::get_if<Microseconds>(&value))
        appendDuration(out, *duration);
}

} // namespace

void appendJsonLine(std::string& out, const AuditRecord& record)
{
    char separator = '{';
    for (const Field& field : Fields) {
        if (!hasGroup(record, field.group))
            continue;
        out += separator;
        separator = ',';
        ((out += '"') += field.name) += "\":";
        const Value value = field.value(record);
        if (const auto* text = std::get_if<std::string_view>(&value))
            appendJsonText(out, *text);
        else if (const auto* names = std::get_if<Names>(&value))
            appendJsonList(out, names->joined);
        else if (std::holds_alternative<std::monostate>(value))
            out += "null";
        else
            appendPlain(out, value);
    }
    out += "}\n";
}

void appendCsvHeader(std::string& out)
{
    for (const Field& field : Fields) {
        if (&field != &Fields.front())
            out += ',';
        out += field.name;
    }
    out += "\r\n";
}

void appendCsvLine(std::string& out, const AuditRecord& record)
{
    for (const Field& field : Fields) {
        if (&field != &Fields.front())
            out += ',';
        const Value value = valueOf(record, field);
        if (const auto* text = std::get_if<std::string_view>(&value))
            appendCsvText(out, *text);
        else
            appendPlain(out, value);
    }
    out += "\r\n";
}

void AuditFilter::require(std::string_view field, std::string_view value)
{
    const auto found = std::ranges::find(Fields, field, &Field::name);
    if (found == Fields.end()) {
        std::string text = "there is no field \"" + std::string(field) + "\"; the fields are";
        for (const Field& known : Fields)
            ((text += &known == &Fields.front() ? " " : ", ") += known.name);
        throw std::invalid_argument(text);
    }
    conditions_.push_back({static_cast<std::size_t>(found - Fields.begin()), std::string(value)});
}

bool AuditFilter::matches(const AuditRecord& record) const
{
    std::string text;
    return std::ranges::all_of(conditions_, [&](const Condition& condition) {
        const Value value = valueOf(record, Fields[condition.field]);
        if (const auto* names = std::get_if<Names>(&value); names && !names->joined.empty())
            return std::ranges::any_of(std::views::split(names->joined, ';'), [&](const auto name) {
                return std::string_view(name) == condition.value;
            });
        text.clear();
        appendPlain(text, value);
        return text == condition.value;
    });
}

} // namespace sallyport::db
