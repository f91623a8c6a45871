// Page: what a resource answers to GET, before it is sent. A value; knows no socket.
#pragma once

#include <chrono>
#include <string>

namespace sallyport::admin::site {

struct Page {
    unsigned status = 200;
    std::string mediaType;
    std::string body;
    std::chrono::seconds maxAge{0}; ///< zero: must not be stored
};

} // namespace sallyport::admin::site
