// ConfigText: changes settings in the text of a config file and leaves all else in it as it is:
// comments, order, blank lines. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::app {

/// Puts `values` in place of the lines that say this setting, or takes those out. Where there was
/// none, the lines come behind a comment that shows it ("# name = …"), or at the end.
[[nodiscard]] std::string withSetting(std::string_view text, std::string_view name,
                                      const std::optional<std::vector<std::string>>& values);

/// Whether a line of the file gives the value back as it is.
[[nodiscard]] bool fitsConfigLine(std::string_view value);

} // namespace sallyport::app
