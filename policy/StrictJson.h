// StrictJson: JSON text into a tree, refusing what JSON leaves open: an object that says one key
// twice, texts that are not UTF-8.
//
// Knows the outline of a policy document only as far as naming the row that a fault stands in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sallyport::policy {

inline constexpr std::size_t MaxDocumentBytes = 64ULL << 20;

struct JsonValue;
struct JsonMember;
using JsonArray = std::vector<JsonValue>;
using JsonObject = std::vector<JsonMember>; ///< in the order of the text

/// As text: "443", "0.5".
struct JsonNumber {
    std::string text;
};

/// No alternative: null.
struct JsonValue {
    std::variant<std::monostate, bool, JsonNumber, std::string, JsonArray, JsonObject> content;

    template <class T>
    [[nodiscard]] const T* as() const
    {
        return std::get_if<T>(&content);
    }
};

struct JsonMember {
    std::string key;
    JsonValue value;
};

/// Throws PolicyError.
[[nodiscard]] JsonValue parseStrictJson(std::string_view text);

/// Null where the object has no such key.
[[nodiscard]] const JsonValue* findMember(const JsonObject& object, std::string_view key);

} // namespace sallyport::policy
