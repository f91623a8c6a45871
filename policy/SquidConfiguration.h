// SquidConfiguration: what a squid.conf says on access, read as squid 3 to 6 read it: acl lines
// with the values of their files, http_access lines, and the names of all other directives.
//
// Knows the file's grammar, not what its acls mean. Opens no files: it asks for their content.
#pragma once

#include "policy/Rule.h"

#include <cstddef>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

/// One `acl` line. Several of one name add up.
struct SquidAcl {
    std::size_t line = 0; ///< the first one, where it is continued
    std::string name;
    std::string type;
    std::vector<std::string> flags; ///< "-i"
    std::vector<std::string> values;
    std::string fault; ///< why its values are not known; empty if they are
};

struct SquidAccess {
    struct Term {
        std::string acl;
        enum class Sense : std::uint8_t { Is, IsNot } sense = Sense::Is;
    };

    std::size_t line = 0;
    std::string text; ///< the line, continued ones joined
    Action action = Action::Deny;
    std::vector<Term> terms; ///< all of them must hold
};

struct SquidDirective {
    std::size_t line = 0;
    std::string name;
};

struct SquidConfiguration {
    std::vector<SquidAcl> acls;
    std::vector<SquidAccess> access;
    std::vector<SquidDirective> others; ///< in their order
};

/// Gives the content of a file that an acl names, or why it cannot be had.
using SquidFileReader = std::function<std::expected<std::string, std::string>(const std::string&)>;

/// Throws PolicyError, naming the line, for what is no squid.conf.
[[nodiscard]] SquidConfiguration readSquidConfiguration(std::string_view text,
                                                        const SquidFileReader& readFile);

} // namespace sallyport::policy
