// FetchFile: gets a file over HTTP or HTTPS, within limits. Knows nothing of what is in it.
//
// Certificates are checked against the system's authorities; from https it is not led to http.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sallyport::admin::lists {

struct FetchLimits {
    std::uint64_t bytes = 256ULL << 20;
    std::chrono::seconds time{300};   ///< for all of it
    std::chrono::seconds silence{20}; ///< to connect, and between two pieces
    unsigned redirects = 5;
};

/// Why there is no file, for people.
class FetchError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Gives the file to `take` in pieces; what that throws is thrown on. Throws FetchError.
void fetchFile(const std::string& url, const FetchLimits& limits,
               const std::function<void(std::string_view)>& take);

} // namespace sallyport::admin::lists
