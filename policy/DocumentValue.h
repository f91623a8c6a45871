// DocumentValue: single values of a policy document that stand in more than one part of it. All
// throw PolicyError with the place.
#pragma once

#include "policy/DocumentPlace.h"
#include "policy/Rule.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::policy {

inline constexpr std::size_t MaxLineBytes = 200; // names stand in header fields of refusals
inline constexpr std::size_t MaxCommentBytes = 10'000;
inline constexpr std::size_t MaxBlockTextCharacters = 500;
inline constexpr std::size_t MaxUrlBytes = 4096;

/// The parsed value, or the parser's complaint at the place.
template <class T>
T accepted(std::expected<T, std::string> parsed, const Place& place)
{
    if (!parsed)
        place.fail(parsed.error());
    return *std::move(parsed);
}

/// One line without control characters; may be empty.
[[nodiscard]] std::string lineIn(const JsonValue& value, const Place& place,
                                 std::size_t maxBytes = MaxLineBytes);
[[nodiscard]] std::string filledLineIn(const JsonValue& value, const Place& place);
/// The "name" of a row or test.
[[nodiscard]] std::string nameIn(const JsonObject& object, const Place& place,
                                 std::string_view expected);
/// Lines and tabs.
[[nodiscard]] std::string commentIn(const JsonValue& value, const Place& place);
/// Lines.
[[nodiscard]] std::string blockTextIn(const JsonValue& value, const Place& place);
[[nodiscard]] bool flagIn(const JsonValue& value, const Place& place);
[[nodiscard]] WallTime timeIn(const JsonValue& value, const Place& place);
[[nodiscard]] std::chrono::milliseconds durationIn(const JsonValue& value, const Place& place);
/// Bytes, above 0.
[[nodiscard]] std::uint64_t sizeIn(const JsonValue& value, const Place& place);

/// RFC 9110 §9.1; one that is known is not written in lower case.
[[nodiscard]] std::string methodIn(const JsonValue& value, const Place& place);
/// RFC 6455 §4.1.
[[nodiscard]] std::string subprotocolIn(const JsonValue& value, const Place& place);
[[nodiscard]] std::string alpnIn(const JsonValue& value, const Place& place);
[[nodiscard]] NameDifference nameDifferenceIn(const JsonValue& value, const Place& place);

[[nodiscard]] SessionLimits limitsIn(const JsonValue& value, const Place& place);
/// The name of an inspection profile.
[[nodiscard]] std::string profileIn(const JsonValue& value, const Place& place);
/// One of the actions of the layer.
[[nodiscard]] Action actionIn(const JsonValue& value, const Place& place, Layer layer);
/// `"allow" or "deny"`: the actions of the layer, as complaints name them.
[[nodiscard]] std::string_view actionsOf(Layer layer);

} // namespace sallyport::policy
