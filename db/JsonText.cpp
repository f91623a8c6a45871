#include "db/JsonText.h"

#include "db/AuditText.h"

#include <algorithm>

namespace sallyport::db {

namespace {

constexpr bool isPlain(char c)
{
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

std::size_t plainLength(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::find_if_not(text, isPlain) - text.begin());
}

void appendEscaped(std::string& out, char c)
{
    static constexpr std::string_view Digits = "0123456789abcdef";
    if (c == '"' || c == '\\')
        (out += '\\') += c;
    else if (c == '\n')
        out += "\\n";
    else
        ((out += "\\u00") += Digits[static_cast<unsigned char>(c) >> 4]) += Digits[c & 15];
}

} // namespace

void appendJsonString(std::string& out, std::string_view text)
{
    out += '"';
    for (;;) {
        // Nearly all texts are plain from end to end.
        const std::size_t plain = plainLength(text);
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty())
            break;
        const std::size_t length = std::max<std::size_t>(utf8SequenceLength(text), 1);
        appendWellFormed(out, text.substr(0, length), [&](char c) { appendEscaped(out, c); });
        text.remove_prefix(length);
    }
    out += '"';
}

} // namespace sallyport::db
