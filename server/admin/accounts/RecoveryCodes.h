// RecoveryCodes: what somebody types who has lost the authenticator; each works once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin::accounts {

/// Codes to be shown once, and what is kept of them.
struct RecoveryCodes {
    std::vector<std::string> codes; ///< "abcd-efgh-ijkl-mnop": 80 bits each, so a fast hash will do
    std::vector<std::string> hashes; ///< in the same order

    static constexpr std::size_t Count = 8;
    [[nodiscard]] static RecoveryCodes make();
};

/// Of a code as a person types it: with or without hyphens, spaces and capitals.
[[nodiscard]] std::string recoveryHash(std::string_view typed);

} // namespace sallyport::admin::accounts
