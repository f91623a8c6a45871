// Quoted: what an error shows of the text that it is about.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace sallyport::policy {

[[nodiscard]] inline std::string quoted(std::string_view text)
{
    return '"' + std::string(text) + '"';
}

/// "\"TEXT\" WHAT": `what` goes on about the text, as in "is not a host name".
[[nodiscard]] inline std::unexpected<std::string> complaint(std::string_view text,
                                                            std::string_view what)
{
    return std::unexpected(quoted(text) + ' ' + std::string(what));
}

} // namespace sallyport::policy
