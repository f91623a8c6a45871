// AuditText: what the audit log does with texts that came from outside: lists of them in one text,
// and where well-formed UTF-8 ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

/// The bytes of the well-formed UTF-8 sequence (RFC 3629 §4) that `text` begins with, 0 if it
/// begins with none.
[[nodiscard]] std::size_t utf8SequenceLength(std::string_view text);

/// Adds `text` to a list joined by ";"; a ";" or "\" inside gets a "\" before it.
void appendToList(std::string& list, std::string_view text);
/// The texts of such a list.
[[nodiscard]] std::vector<std::string> textsOfList(std::string_view list);

} // namespace sallyport::db
