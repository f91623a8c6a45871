// CsvRecord: one record of a CSV text, taken apart into its fields (RFC 4180 §2).
//
// Wider than the RFC: any separator, blanks around a quoted field. A quote inside a field without
// quotes is a fault, as it would swallow the lines behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

enum class CsvOutcome : std::uint8_t {
    Complete,
    Open,   ///< the text ends inside a quoted field
    Faulty, ///< a quote stands where none may
};

/// Takes the first record and its line end off `text`, which ends with a line or has '\n' between
/// lines, and leaves its fields in `fields`. Takes nothing unless it is complete.
[[nodiscard]] CsvOutcome takeCsvRecord(std::string_view& text, char separator,
                                       std::vector<std::string>& fields);

} // namespace sallyport::policy
