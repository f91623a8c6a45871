// StrictJson: JSON text into a tree, refusing what JSON leaves open: an object that says one key
// twice.
//
// Knows the outline of a policy document only as far as naming the rule that a repeated key stands
// in.
#pragma once

#include <Poco/Dynamic/Var.h>

#include <string_view>

namespace sallyport::policy {

/// Objects keep the order of their keys. Throws PolicyError.
[[nodiscard]] Poco::Dynamic::Var parseStrictJson(std::string_view text);

} // namespace sallyport::policy
