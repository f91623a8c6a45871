// SquidConversion: the http_access lines of a squid.conf as the access layer of a policy.
//
// Each line becomes one row in its place; what cannot be converted becomes a disabled row that
// holds the line as its comment, so that the order stays visible. Nothing is left out without a
// word.
#pragma once

#include "policy/PolicyDocument.h"
#include "policy/SquidConfiguration.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sallyport::policy {

/// A destination list that is better kept beside the policy: an acl with very many names.
struct ConvertedList {
    std::string name;
    std::string acl;
    std::vector<std::string> entries; ///< "a.example", "*.a.example"
};

struct SquidConversion {
    /// An http_access line that has no row, or a disabled one.
    struct LineLeft {
        std::size_t line = 0;
        std::string text;
        std::string reason;
    };
    /// Another directive, with its lines.
    struct DirectiveLeft {
        std::string name;
        std::vector<std::size_t> lines;
    };

    PolicyDocument document;
    std::vector<ConvertedList> lists;
    std::vector<LineLeft> notConverted;
    std::vector<LineLeft> withoutEffect; ///< lines that never match anything here
    std::vector<DirectiveLeft> others;   ///< by name
    std::vector<std::string> notes;      ///< what works differently: sentences without a full stop

    /// Whether the rows decide as all of the file's http_access lines would.
    [[nodiscard]] bool isComplete() const;
};

struct SquidConversionSettings {
    std::string zone; ///< whose clock the hours of time acls mean; empty: UTC, which is noted
    std::size_t inlineNames = 1000; ///< a dstdomain acl with more of them becomes a list
};

/// Throws PolicyError for what is no squid.conf.
[[nodiscard]] SquidConversion convertSquid(const SquidConfiguration& configuration,
                                           const SquidConversionSettings& settings);

} // namespace sallyport::policy
