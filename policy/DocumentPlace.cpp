#include "policy/DocumentPlace.h"

#include "policy/PolicyError.h"

namespace sallyport::policy {

Place Place::rule(Layer layer, std::size_t position, std::string_view name)
{
    Place place(Kind::Rule, nullptr, name, position);
    place.layer_ = layer;
    return place;
}

Place Place::test(std::size_t position, std::string_view name)
{
    return {Kind::Test, nullptr, name, position};
}

Place Place::profile(std::size_t position, std::string_view name)
{
    return {Kind::Profile, nullptr, name, position};
}

std::string Place::rowKind() const
{
    switch (kind_) {
    case Kind::Test:
        return "test";
    case Kind::Profile:
        return "profile";
    default:
        return std::string(layerName(layer_)) + " rule";
    }
}

std::string Place::row() const
{
    if (outer_ != nullptr)
        return outer_->row();
    if (kind_ == Kind::Document)
        return "";
    return rowKind() + ' ' + std::to_string(number_) + (text_.empty() ? "" : ' ' + quoted(text_)) +
           ": ";
}

std::string Place::field() const
{
    if (outer_ == nullptr)
        return "";
    auto text = outer_->field();
    if (kind_ == Kind::Item)
        return text + '[' + std::to_string(number_) + ']';
    return text + (text.empty() ? "" : ".") + std::string(text_);
}

std::string Place::rowPointer() const
{
    if (outer_ != nullptr)
        return outer_->rowPointer();
    const auto index = std::to_string(number_ == 0 ? 0 : number_ - 1);
    switch (kind_) {
    case Kind::Rule:
        return '/' + std::string(layerName(layer_)) + '/' + index;
    case Kind::Test:
        return "/tests/" + index;
    case Kind::Profile:
        return "/profiles/" + index;
    default:
        return "";
    }
}

std::string Place::fieldPointer() const // RFC 6901 §3
{
    if (outer_ == nullptr)
        return "";
    auto text = outer_->fieldPointer() + '/';
    if (kind_ == Kind::Item)
        return text + std::to_string(number_);
    for (const char c : text_)
        text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return text;
}

void Place::fail(std::string_view complaint) const
{
    failAbout(*this, complaint);
}

void Place::failAbout(const Place& inner, std::string_view complaint) const
{
    const auto inRow = field();
    failPolicy(row() + inRow + (inRow.empty() ? "" : ": "), std::string(complaint),
               {inner.rowPointer(), inner.fieldPointer()});
}

std::string foundText(const JsonValue& found)
{
    if (const auto* text = found.as<std::string>())
        return quoted(*text);
    if (const auto* number = found.as<JsonNumber>())
        return number->text;
    if (const auto* flag = found.as<bool>())
        return *flag ? "true" : "false";
    if (found.as<JsonObject>() != nullptr)
        return "an object";
    return found.as<JsonArray>() != nullptr ? "an array" : "null";
}

void failUnexpected(const Place& place, const JsonValue& found, std::string_view expected)
{
    place.fail("found " + foundText(found) + "; expected " + std::string(expected));
}

const JsonObject& objectIn(const JsonValue& value, const Place& place)
{
    const auto* object = value.as<JsonObject>();
    if (object == nullptr)
        failUnexpected(place, value, "an object");
    return *object;
}

const JsonArray& arrayIn(const JsonValue& value, const Place& place, std::string_view expected)
{
    const auto* array = value.as<JsonArray>();
    if (array == nullptr)
        failUnexpected(place, value, expected);
    return *array;
}

const std::string& stringIn(const JsonValue& value, const Place& place, std::string_view expected)
{
    const auto* text = value.as<std::string>();
    if (text == nullptr)
        failUnexpected(place, value, expected);
    return *text;
}

const JsonValue& requireMember(const JsonObject& object, const Place& place, std::string_view key,
                               std::string_view expected)
{
    const auto* value = findMember(object, key);
    if (value == nullptr)
        place.key(key).fail("is missing; expected " + std::string(expected));
    return *value;
}

void failUnknownKey(const Place& place, std::string_view key,
                    std::span<const std::string_view> known)
{
    std::string expected;
    for (const auto name : known)
        expected += (expected.empty() ? "" : ", ") + quoted(name);
    const auto unknown = place.key(key);
    place.failAbout(unknown, "unknown key " + quoted(key) + "; expected one of " + expected);
}

} // namespace sallyport::policy
