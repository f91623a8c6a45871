// AuditText: what the audit log does with texts that came from outside: lists of them in one text,
// and where well-formed UTF-8 ends.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

/// The bytes of the well-formed UTF-8 sequence (RFC 3629 §4) that `text` begins with, 0 if it
/// begins with none.
[[nodiscard]] std::size_t utf8SequenceLength(std::string_view text);

/// Appends `text` with each ill-formed byte replaced by U+FFFD; `ascii(c)` appends an ASCII
/// character as the format wants it.
template <class AppendAscii>
void appendWellFormed(std::string& out, std::string_view text, AppendAscii ascii)
{
    while (!text.empty()) {
        const std::size_t length = utf8SequenceLength(text);
        if (length == 1)
            ascii(text.front());
        else if (length == 0)
            out += "\uFFFD";
        else
            out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
}

/// Adds `text` to a list joined by ";"; a ";" or "\" inside gets a "\" before it.
void appendToList(std::string& list, std::string_view text);
/// The texts of such a list.
[[nodiscard]] std::vector<std::string> textsOfList(std::string_view list);

} // namespace sallyport::db
