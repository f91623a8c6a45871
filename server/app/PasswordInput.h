// PasswordInput: a new password, typed twice on a terminal that does not show it, or the first line
// of standard input.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::app {

/// `name` is whose it will be. Throws CommandRefused: nothing was typed, or twice different things.
[[nodiscard]] std::string readNewPassword(std::string_view name);

} // namespace sallyport::app
