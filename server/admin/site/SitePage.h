// SitePage: which file of the web UI answers a path, and in which encoding. Pure.
#pragma once

#include "admin/site/UiFiles.h"

#include <string_view>

namespace sallyport::admin::site {

struct SitePage {
    const UiFile* file = nullptr; ///< null: there is none
    std::string_view content;
    std::string_view encoding; ///< "br", "gzip" or empty
};

/// A path that does not look like a file's gives index.html: it is a page of the UI.
[[nodiscard]] SitePage sitePage(std::span<const UiFile> files, std::string_view path,
                                std::string_view acceptEncoding);

} // namespace sallyport::admin::site
