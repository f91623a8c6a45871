// UiFiles: the files of the web UI as they stand in the program, each also compressed.
//
// Filled by the build from admin-ui/dist; empty in a build without the UI.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sallyport::admin::site {

struct UiFile {
    std::string_view path; ///< "/index.html", "/assets/index-Bx3.js"
    std::string_view mediaType;
    std::string_view plain;
    std::string_view gzip;                                        ///< empty: not worth it
    std::string_view brotli;                                      ///< likewise
    enum class Caching : std::uint8_t { Never, Forever } caching; ///< forever: its name has a hash
    std::string_view tag;                                         ///< of its content
};

/// By path.
[[nodiscard]] std::span<const UiFile> uiFiles();

} // namespace sallyport::admin::site
