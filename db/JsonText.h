// JsonText: texts that came from outside, as JSON strings (RFC 8259 §7). Pure.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::db {

/// Appends `text` in quotation marks. Bytes that are not UTF-8 become U+FFFD.
void appendJsonString(std::string& out, std::string_view text);

} // namespace sallyport::db
