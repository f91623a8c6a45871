#include "http/FieldList.h"

#include <algorithm>

namespace sallyport::http {

namespace {

// Without branches, so that the compiler checks 16 bytes at a time.
bool isFieldValue(std::string_view value)
{
    std::uint8_t wrong = 0;
    for (const char c : value) {
        const auto byte = static_cast<std::uint8_t>(c);
        wrong |= static_cast<std::uint8_t>((byte < 0x20) & (byte != '\t')) | (byte == 0x7f);
    }
    return wrong == 0;
}

HeadFault faultOr(HeadFault fault, std::string_view line)
{
    return line.contains('\r') ? HeadFault::BareCrOrLf : fault;
}

} // namespace

std::optional<std::string_view> FieldList::find(KnownField known) const
{
    if (has(known))
        for (const Field field : *this)
            if (field.known == known)
                return field.value;
    return std::nullopt;
}

std::optional<std::string_view> FieldList::find(std::string_view name) const
{
    for (const Field field : *this)
        if (equalsIgnoringCase(field.name, name))
            return field.value;
    return std::nullopt;
}

std::size_t FieldList::count(KnownField known) const
{
    if (!has(known))
        return 0;
    return static_cast<std::size_t>(std::count_if(
        begin(), end(), [known](const Field& field) { return field.known == known; }));
}

std::size_t FieldList::count(std::string_view name) const
{
    return static_cast<std::size_t>(std::count_if(begin(), end(), [name](const Field& field) {
        return equalsIgnoringCase(field.name, name);
    }));
}

bool FieldList::lists(KnownField known, std::string_view token) const
{
    bool found = false;
    forEachElement(known, [&found, token](std::string_view element) {
        found = found || equalsIgnoringCase(element, token);
    });
    return found;
}

void FieldList::clear()
{
    base_ = nullptr;
    size_ = 0;
    present_ = 0;
    spilled_.clear();
}

HeadFault FieldList::appendLine(std::string_view line, const HeadLimits& limits)
{
    if (size_ >= limits.fieldCount)
        return HeadFault::TooManyFields;
    if (line.starts_with(' ') || line.starts_with('\t'))
        return HeadFault::ObsFold;
    std::size_t nameLength = 0;
    while (nameLength < line.size() && isOf(TokenCharacter, line[nameLength]))
        ++nameLength;
    if (nameLength == 0 || nameLength == line.size() || line[nameLength] != ':')
        return faultOr(HeadFault::BadFieldName, line);
    const auto name = line.substr(0, nameLength);
    const auto value = trimmed(line.substr(nameLength + 1));
    if (!isFieldValue(value))
        return faultOr(HeadFault::BadFieldValue, line);

    const auto known = knownField(name);
    const Entry entry{
        static_cast<std::uint32_t>(name.data() - base_),
        static_cast<std::uint32_t>(value.data() - base_), static_cast<std::uint32_t>(value.size()),
        static_cast<std::uint32_t>(nameLength) & 0xffffff, static_cast<std::uint8_t>(known)};
    if (size_ < InlineFields)
        inline_[size_] = entry;
    else
        spilled_.push_back(entry);
    ++size_;
    present_ |= maskOf(known);
    return HeadFault::None;
}

} // namespace sallyport::http
