// BuiltInPatterns: what profiles can look for by name, with more than a regular expression: its
// matches are checked by arithmetic and by what stands around them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy::inspection {

struct BuiltInPattern {
    std::string_view name;
    /// Regular expressions without a border in front, which would make the scanner several times
    /// slower. A match ends with what is looked for or with the one byte behind it.
    std::vector<std::string> (*expressions)();
    /// What is looked for, where it stands at the very end of the text; without the separators that
    /// it may be written with.
    std::optional<std::string> (*atEnd)(std::string_view text);
};

struct CheckedMatch {
    std::string text;       ///< as BuiltInPattern::atEnd() gives it
    std::size_t behind = 0; ///< bytes between it and the end of the scanner's match
};
/// Checks a match of one of the pattern's expressions at the end of the text.
[[nodiscard]] std::optional<CheckedMatch> checkMatch(const BuiltInPattern& pattern,
                                                     std::string_view text);

[[nodiscard]] std::span<const BuiltInPattern> builtInPatterns();
/// Null for other names.
[[nodiscard]] const BuiltInPattern* findBuiltInPattern(std::string_view name);

/// What an expression of a person's own begins with in a profile.
inline constexpr std::string_view ExpressionPrefix = "regex:";

} // namespace sallyport::policy::inspection
