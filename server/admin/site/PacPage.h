// PacPage: /proxy.pac and /wpad.dat, the file that tells browsers which requests go through the
// proxy.
#pragma once

#include "admin/site/Page.h"

#include <functional>
#include <string_view>

namespace sallyport::admin::site {

/// Makes the text of the file for the Host field it was asked with; called by several threads at
/// once.
using PacMaker = std::function<std::string(std::string_view hostHeader)>;

[[nodiscard]] Page pacPage(const PacMaker& makePac, std::string_view hostHeader);

} // namespace sallyport::admin::site
