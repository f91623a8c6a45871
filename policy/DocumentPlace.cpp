#include "policy/DocumentPlace.h"

#include "policy/PolicyDocument.h"

#include <algorithm>

namespace sallyport::policy {
namespace {

std::string joined(Keys keys)
{
    std::string text;
    for (const auto key : keys)
        text += (text.empty() ? "" : ", ") + quoted(key);
    return text;
}

} // namespace

void Place::fail(std::string_view complaint) const
{
    std::string text;
    for (const auto& part : {rule_, field_})
        text += part.empty() ? "" : part + ": ";
    text.append(complaint);
    // What was found is quoted as it came, and the complaint is shown on a terminal.
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    throw PolicyError(text);
}

std::string quoted(std::string_view text)
{
    return '"' + std::string(text) + '"';
}

std::string foundText(const JsonValue& found)
{
    if (found.isEmpty())
        return "null";
    if (found.isString())
        return quoted(found.extract<std::string>());
    if (found.type() == typeid(JsonObject))
        return "an object";
    if (found.type() == typeid(JsonArray))
        return "an array";
    return found.toString();
}

void failUnexpected(const Place& place, const JsonValue& found, std::string_view expected)
{
    place.fail("found " + foundText(found) + "; expected " + std::string(expected));
}

JsonObject objectIn(const JsonValue& value, const Place& place)
{
    if (value.type() != typeid(JsonObject))
        failUnexpected(place, value, "an object");
    return value.extract<JsonObject>();
}

std::string stringIn(const JsonValue& value, const Place& place, std::string_view expected)
{
    if (!value.isString())
        failUnexpected(place, value, expected);
    return value.extract<std::string>();
}

void checkKeys(const JsonObject& object, const Place& place, Keys known, Keys later)
{
    for (const auto& name : object->getNames()) {
        if (std::ranges::find(known, name) != known.end())
            continue;
        if (std::ranges::find(later, name) != later.end())
            place.key(name).fail("is not supported by this version");
        place.fail("unknown key " + quoted(name) + "; expected one of " + joined(known));
    }
}

} // namespace sallyport::policy
