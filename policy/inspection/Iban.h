// Iban: international bank account numbers (ISO 13616), by country, length and check digits. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::policy::inspection {

/// An account number that stands at the very end of the text and not inside a longer word, without
/// its spaces; it is written without any, or with one after every four characters.
[[nodiscard]] std::optional<std::string> ibanAtEnd(std::string_view text);

} // namespace sallyport::policy::inspection
