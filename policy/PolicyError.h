// PolicyError: what is wrong with a policy document, a list or a question to the policy, for the
// person who wrote it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::policy {

/// Names the layer, the rule (by position and name), the field and what was expected, as far as
/// there are any.
class PolicyError : public std::runtime_error {
public:
    /// RFC 6901 pointers; both empty where the error has no place in a document.
    struct Where {
        std::string row;   ///< in the document: "/access/2", "/tests/0"; empty outside of rows
        std::string field; ///< in that row, or in the document: "/when/port/1"
    };

    using std::runtime_error::runtime_error;
    PolicyError(const std::string& text, Where where, std::string complaint)
        : std::runtime_error(text), where_(std::move(where)), complaint_(std::move(complaint))
    {}

    [[nodiscard]] const Where& where() const { return where_; }
    /// The text without the place, where the error has one.
    [[nodiscard]] std::string complaint() const { return complaint_.empty() ? what() : complaint_; }

private:
    Where where_;
    std::string complaint_;
};

/// Throws the complaint fit for a terminal, whatever it quotes: control characters replaced, cut
/// after 1,000 bytes.
[[noreturn]] void failPolicy(std::string complaint);
/// The same behind the words that name a place.
[[noreturn]] void failPolicy(std::string_view placeWords, std::string complaint,
                             PolicyError::Where where);

} // namespace sallyport::policy
