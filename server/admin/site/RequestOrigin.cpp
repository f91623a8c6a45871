#include "admin/site/RequestOrigin.h"

#include <string>

namespace sallyport::admin::site {

RequestOrigin requestOrigin(std::string_view origin, std::string_view fetchSite,
                            std::string_view host)
{
    if (!origin.empty() && origin != "https://" + std::string(host))
        return RequestOrigin::Foreign;
    // "none": typed by the user.
    if (!fetchSite.empty() && fetchSite != "same-origin" && fetchSite != "none")
        return RequestOrigin::Foreign;
    return origin.empty() && fetchSite.empty() ? RequestOrigin::Unsaid : RequestOrigin::Own;
}

} // namespace sallyport::admin::site
