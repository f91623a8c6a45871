// AccessToken: keys and tokens of cloud services, by the beginnings that their makers gave them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy::inspection {

/// Regular expressions that match behind a token and one byte more, or the end.
[[nodiscard]] std::vector<std::string> accessTokenExpressions();
/// A token that stands at the very end of the text and does not begin inside a longer word.
[[nodiscard]] std::optional<std::string> accessTokenAtEnd(std::string_view text);

} // namespace sallyport::policy::inspection
