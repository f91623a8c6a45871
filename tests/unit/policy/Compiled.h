// Compiled: policies and addresses from the text that a test writes them in.
#pragma once

#include "policy/Network.h"
#include "policy/Policy.h"

#include <memory>
#include <string>
#include <string_view>

namespace sallyport::policy {

inline constexpr auto AllowAll = R"("access": [{"name": "All", "action": "allow"}])";

/// Of the members of a document behind "format"; throws PolicyError.
inline std::shared_ptr<const Policy> policyOf(std::string_view layers)
{
    return Policy::compile(PolicyDocument::parse(R"({"format": 1, )" + std::string(layers) + "}"),
                           1);
}

inline AddressBytes address(std::string_view text)
{
    return parseAddress(text).value();
}

} // namespace sallyport::policy
