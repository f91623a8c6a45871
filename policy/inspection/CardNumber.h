// CardNumber: payment card numbers (ISO/IEC 7812), by issuer, length and check digit. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::policy::inspection {

/// The digits of a card number that stands at the very end of the text and not inside a longer
/// word or number: without separators, or in an issuer's groups with a space or a hyphen between.
[[nodiscard]] std::optional<std::string> cardNumberAtEnd(std::string_view text);

} // namespace sallyport::policy::inspection
