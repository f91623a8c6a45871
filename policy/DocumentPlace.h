// DocumentPlace: where in a policy document something stands, and the reading of JSON values that
// complains with the place.
#pragma once

#include "policy/Quoted.h"
#include "policy/Rule.h"
#include "policy/StrictJson.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::policy {

/// A row, and in it a field: `access rule 3 "Chat": when.port[1]`. The document itself has neither.
///
/// Inner places point to the one around them, and nothing is spelled out before a complaint: most
/// documents have none. A place lives as long as the reading of what stands there.
class Place {
public:
    Place() = default;
    /// Positions count from 1; an empty name is not shown.
    [[nodiscard]] static Place rule(Layer layer, std::size_t position, std::string_view name);
    [[nodiscard]] static Place test(std::size_t position, std::string_view name);
    [[nodiscard]] static Place profile(std::size_t position, std::string_view name);

    [[nodiscard]] Place key(std::string_view name) const& { return {Kind::Key, this, name, 0}; }
    [[nodiscard]] Place item(std::size_t index) const& { return {Kind::Item, this, "", index}; }
    Place key(std::string_view name) const&& = delete;
    Place item(std::size_t index) const&& = delete;

    /// Throws PolicyError: the place, then the complaint.
    [[noreturn]] void fail(std::string_view complaint) const;
    /// The same about something that stands in it and should not: it is that which is pointed at.
    [[noreturn]] void failAbout(const Place& inner, std::string_view complaint) const;

private:
    enum class Kind : std::uint8_t { Document, Rule, Test, Profile, Key, Item };

    Place(Kind kind, const Place* outer, std::string_view text, std::size_t number)
        : kind_(kind), outer_(outer), text_(text), number_(number)
    {}
    [[nodiscard]] std::string row() const;
    [[nodiscard]] std::string rowKind() const;
    [[nodiscard]] std::string field() const;
    [[nodiscard]] std::string rowPointer() const;
    [[nodiscard]] std::string fieldPointer() const;

    Kind kind_ = Kind::Document;
    const Place* outer_ = nullptr;
    std::string_view text_; // the key, or the name of the row
    std::size_t number_ = 0;
    Layer layer_ = Layer::Access; // of a rule
};

/// A value as a complaint shows it: quoted text, a number, "an array", …
[[nodiscard]] std::string foundText(const JsonValue& found);

/// These throw PolicyError where the value is another than expected.
[[noreturn]] void failUnexpected(const Place& place, const JsonValue& found,
                                 std::string_view expected);
[[nodiscard]] const JsonObject& objectIn(const JsonValue& value, const Place& place);
[[nodiscard]] const JsonArray& arrayIn(const JsonValue& value, const Place& place,
                                       std::string_view expected);
[[nodiscard]] const std::string& stringIn(const JsonValue& value, const Place& place,
                                          std::string_view expected);
/// The value of a key that must be there.
[[nodiscard]] const JsonValue& requireMember(const JsonObject& object, const Place& place,
                                             std::string_view key, std::string_view expected);

/// One key of an object and how its value is taken over.
template <class Target>
struct Field {
    std::string_view key;
    void (*read)(const JsonValue&, const Place&, Target&);
};

[[noreturn]] void failUnknownKey(const Place& place, std::string_view key,
                                 std::span<const std::string_view> known);

/// Reads an object key by key; throws PolicyError for one that is not among the fields.
template <class Target, std::size_t Count>
void readFields(const JsonObject& object, const Place& place, const Field<Target> (&fields)[Count],
                Target& target)
{
    for (const auto& [key, value] : object) {
        const auto field = std::ranges::find(fields, key, &Field<Target>::key);
        if (field == std::end(fields)) {
            std::array<std::string_view, Count> known;
            std::ranges::transform(fields, known.begin(), &Field<Target>::key);
            failUnknownKey(place, key, known);
        }
        field->read(value, place.key(key), target);
    }
}

} // namespace sallyport::policy
