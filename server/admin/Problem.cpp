#include "admin/Problem.h"

#include <Poco/JSON/Object.h>

#include <sstream>

namespace sallyport::admin {

Page problem(unsigned status, std::string_view title, std::string_view detail)
{
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("type", "about:blank");
    object.set("title", std::string(title));
    object.set("status", status);
    object.set("detail", std::string(detail));
    std::ostringstream text;
    object.stringify(text);
    text << '\n';
    return {status, "application/problem+json", text.str(), {}};
}

} // namespace sallyport::admin
