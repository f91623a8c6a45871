#include "admin/site/PacPage.h"

namespace sallyport::admin::site {

Page pacPage(const PacMaker& makePac, std::string_view hostHeader)
{
    // Short, so that a change of the settings reaches clients soon without a request for each page.
    constexpr std::chrono::seconds Lifetime{60};
    return {200, "application/x-ns-proxy-autoconfig", makePac(hostHeader), Lifetime};
}

} // namespace sallyport::admin::site
