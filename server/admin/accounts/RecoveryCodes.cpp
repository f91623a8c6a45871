#include "admin/accounts/RecoveryCodes.h"

#include "admin/accounts/Secrets.h"
#include "db/ContentHash.h"

namespace sallyport::admin::accounts {

RecoveryCodes RecoveryCodes::make()
{
    constexpr std::size_t GroupSize = 4;
    RecoveryCodes made;
    for (std::size_t i = 0; i < Count; ++i) {
        const auto letters = newId("");
        std::string code;
        for (std::size_t at = 0; at < letters.size(); at += GroupSize)
            (code += code.empty() ? "" : "-") += letters.substr(at, GroupSize);
        made.hashes.push_back(recoveryHash(code));
        made.codes.push_back(std::move(code));
    }
    return made;
}

std::string recoveryHash(std::string_view typed)
{
    std::string letters;
    for (const char c : typed) {
        if (c >= 'A' && c <= 'Z')
            letters += static_cast<char>(c - 'A' + 'a');
        else if (c != '-' && c != ' ')
            letters += c;
    }
    return db::contentHash(letters);
}

} // namespace sallyport::admin::accounts
