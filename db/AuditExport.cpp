#include "db/AuditExport.h"

#include "db/AuditFields.h"
#include "db/AuditText.h"
#include "db/JsonText.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <variant>

namespace sallyport::db {
namespace {

void appendNumber(std::string& out, std::uint64_t number)
{
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

// With three decimals.
void appendThousandths(std::string& out, std::uint64_t count)
{
    appendNumber(out, count / 1000);
    const auto fraction = static_cast<unsigned>(count % 1000);
    out += '.';
    out += static_cast<char>('0' + fraction / 100);
    out += static_cast<char>('0' + fraction / 10 % 10);
    out += static_cast<char>('0' + fraction % 10);
}

void appendJsonList(std::string& out, const Texts& texts)
{
    char separator = '[';
    for (const std::string_view text : texts) {
        out += separator;
        separator = ',';
        appendJsonString(out, text);
    }
    out += texts.empty() ? "[]" : "]";
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
    appendWellFormed(out, text, [&](char c) { c == '"' ? out += "\"\"" : out += c; });
    if (quoted)
        out += '"';
}

// As text without quotes: of a list, its texts joined by ";".
struct AppendPlain {
    std::string& out;

    void operator()(std::monostate) const {}
    void operator()(std::string_view text) const { out += text; }
    void operator()(std::uint64_t number) const { appendNumber(out, number); }
    void operator()(bool truth) const { out += truth ? "true" : "false"; }
    void operator()(Microseconds time) const { appendThousandths(out, time.count); }
    void operator()(Milliseconds time) const { appendThousandths(out, time.count); }
    void operator()(const Texts& texts) const
    {
        std::string list;
        for (const std::string_view text : texts)
            appendToList(list, text);
        out += list;
    }
};

struct AppendJson {
    std::string& out;

    void operator()(std::monostate) const { out += "null"; }
    void operator()(std::string_view text) const { appendJsonString(out, text); }
    void operator()(const Texts& texts) const { appendJsonList(out, texts); }
    void operator()(std::uint64_t number) const { appendNumber(out, number); }
    void operator()(bool truth) const { AppendPlain{out}(truth); }
    void operator()(Microseconds time) const { appendThousandths(out, time.count); }
    void operator()(Milliseconds time) const { appendThousandths(out, time.count); }
};

struct AppendCsv {
    std::string& out;

    void operator()(std::monostate) const {}
    void operator()(std::string_view text) const { appendCsvText(out, text); }
    void operator()(std::uint64_t number) const { appendNumber(out, number); }
    void operator()(bool truth) const { AppendPlain{out}(truth); }
    void operator()(Microseconds time) const { appendThousandths(out, time.count); }
    void operator()(Milliseconds time) const { appendThousandths(out, time.count); }
    void operator()(const Texts& texts) const
    {
        std::string list;
        AppendPlain{list}(texts);
        appendCsvText(out, list);
    }
};

std::string plainText(const FieldValue& value)
{
    std::string text;
    std::visit(AppendPlain{text}, value);
    return text;
}

FieldValue valueOf(const AuditRecord& record, const AuditField& field)
{
    return field.applies(record) ? field.value(record) : FieldValue{};
}

} // namespace

void appendJsonLine(std::string& out, const AuditRecord& record)
{
    char separator = '{';
    for (const AuditField& field : auditFields()) {
        if (!field.applies(record))
            continue;
        out += separator;
        separator = ',';
        ((out += '"') += field.name) += "\":";
        std::visit(AppendJson{out}, field.value(record));
    }
    out += "}\n";
}

void appendCsvHeader(std::string& out)
{
    for (const AuditField& field : auditFields()) {
        if (&field != auditFields().data())
            out += ',';
        out += field.name;
    }
    out += "\r\n";
}

void appendCsvLine(std::string& out, const AuditRecord& record)
{
    for (const AuditField& field : auditFields()) {
        if (&field != auditFields().data())
            out += ',';
        if (field.applies(record))
            std::visit(AppendCsv{out}, field.value(record));
    }
    out += "\r\n";
}

void AuditFilter::require(std::string_view field, std::string_view value)
{
    const auto fields = auditFields();
    const auto found = std::ranges::find(fields, field, &AuditField::name);
    if (found == fields.end()) {
        std::string text = "there is no field \"" + std::string(field) + "\"; the fields are";
        for (const AuditField& known : fields)
            ((text += &known == fields.data() ? " " : ", ") += known.name);
        throw std::invalid_argument(text);
    }
    conditions_.push_back({static_cast<std::size_t>(found - fields.begin()), std::string(value)});
}

bool AuditFilter::matches(const AuditRecord& record) const
{
    return std::ranges::all_of(conditions_, [&](const Condition& condition) {
        const FieldValue value = valueOf(record, auditFields()[condition.field]);
        if (const auto* texts = std::get_if<Texts>(&value); texts && !texts->empty())
            return std::ranges::find(*texts, condition.value) != texts->end();
        return plainText(value) == condition.value;
    });
}

} // namespace sallyport::db
