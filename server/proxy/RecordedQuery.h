// RecordedQuery: the query of a request as the audit log may keep it: without the values that let
// somebody in.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::proxy {

/// `query` as it came, without its "?", but with *** for the value of every parameter whose name
/// says that it is a secret: password, access_token, X-Amz-Signature, user[pwd], … Names are
/// compared without regard to case, "-", "_" and percent-encoding.
[[nodiscard]] std::string withoutSecrets(std::string_view query);

} // namespace sallyport::proxy
