// DocumentPlace: where in a policy document something stands, and the reading of JSON values that
// complains with the place.
#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::policy {

using JsonValue = Poco::Dynamic::Var;
using JsonObject = Poco::JSON::Object::Ptr;
using JsonArray = Poco::JSON::Array::Ptr;
using Keys = std::span<const std::string_view>;

/// A rule, and in it a field: "access rule 3 "Chat": when.port[1]". The document itself has
/// neither.
class Place {
public:
    Place() = default;
    explicit Place(std::string rule) : rule_(std::move(rule)) {}

    [[nodiscard]] Place key(std::string_view name) const
    {
        auto inner = *this;
        inner.field_ += (field_.empty() ? "" : ".") + std::string(name);
        return inner;
    }

    [[nodiscard]] Place item(std::size_t index) const
    {
        auto inner = *this;
        inner.field_ += '[' + std::to_string(index) + ']';
        return inner;
    }

    [[nodiscard]] const std::string& rule() const { return rule_; }

    /// Throws PolicyError: the place, then the complaint.
    [[noreturn]] void fail(std::string_view complaint) const;

private:
    std::string rule_;
    std::string field_;
};

[[nodiscard]] std::string quoted(std::string_view text);
/// A value as a complaint shows it: quoted text, a number, "an array", …
[[nodiscard]] std::string foundText(const JsonValue& found);

/// These throw PolicyError where the value is another than expected.
[[noreturn]] void failUnexpected(const Place& place, const JsonValue& found,
                                 std::string_view expected);
[[nodiscard]] JsonObject objectIn(const JsonValue& value, const Place& place);
[[nodiscard]] std::string stringIn(const JsonValue& value, const Place& place,
                                   std::string_view expected);
/// `later` are keys that another version of the program knows.
void checkKeys(const JsonObject& object, const Place& place, Keys known, Keys later);

} // namespace sallyport::policy
