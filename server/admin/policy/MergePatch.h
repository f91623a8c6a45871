// MergePatch: JSON Merge Patch (RFC 7396) on texts.
#pragma once

#include <Poco/JSON/Object.h>

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin {

/// The object with the patch applied, as text; members keep their order, new ones come last.
[[nodiscard]] std::string mergePatched(std::string_view object, const Poco::JSON::Object& patch);

/// The members it touches, those of objects one by one: "name", "when.host", "when.not.port". An
/// object that is removed as a whole counts as itself.
[[nodiscard]] std::vector<std::string> fieldsPatched(const Poco::JSON::Object& patch);

} // namespace sallyport::admin
