// ContentPolicy: the Content-Security-Policy of what the site serves.
#pragma once

#include "admin/site/UiFiles.h"

#include <string>

namespace sallyport::admin::site {

/// Of everything but a file that has its own.
[[nodiscard]] std::string contentPolicy();

/// The frame in which PAC files are tried gets a policy of its own: an origin that is nobody's, no
/// network, the one script that stands in it, and workers that it makes itself.
[[nodiscard]] std::string contentPolicyOf(const UiFile& file);

} // namespace sallyport::admin::site
