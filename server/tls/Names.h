// Names: what people call the numbers of TLS.
#pragma once

#include <cstdint>
#include <string_view>

namespace sallyport::tls {

/// "1.3", "1.2", "1.1", "1.0", "ssl3"; empty for others.
[[nodiscard]] std::string_view versionName(std::uint16_t version);

/// The name in the IANA registry, static text; empty if unknown. Any thread.
[[nodiscard]] std::string_view cipherName(std::uint16_t suite);

} // namespace sallyport::tls
