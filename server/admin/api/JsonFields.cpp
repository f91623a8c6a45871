#include "admin/api/JsonFields.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <utility>

namespace sallyport::admin::api {
namespace {

// RFC 6901 section 3.
std::string pointerToken(const std::string& name)
{
    std::string token;
    for (const char c : name) {
        if (c == '~')
            token += "~0";
        else if (c == '/')
            token += "~1";
        else
            token += c;
    }
    return token;
}

std::string listed(std::span<const std::string_view> words)
{
    std::string text;
    for (const auto word : words)
        (text += text.empty() ? "" : ", ") += word;
    return text;
}

} // namespace

JsonFields::JsonFields(Poco::JSON::Object::Ptr object)
    : JsonFields(std::move(object), "", std::make_shared<std::vector<FieldError>>())
{}

JsonFields::JsonFields(Poco::JSON::Object::Ptr object, std::string pointer, Errors errors)
    : object_(std::move(object)), pointer_(std::move(pointer)), errors_(std::move(errors))
{}

bool JsonFields::has(const std::string& name) const
{
    return object_->has(name);
}

bool JsonFields::isNull(const std::string& name) const
{
    return object_->has(name) && object_->isNull(name);
}

std::string JsonFields::pointerTo(const std::string& name) const
{
    return name.empty() ? pointer_ : pointer_ + '/' + pointerToken(name);
}

void JsonFields::note(std::string pointer, std::string code, std::string detail)
{
    errors_->push_back({std::move(pointer), std::move(code), std::move(detail)});
}

void JsonFields::wrong(const std::string& name, std::string code, std::string detail)
{
    note(pointerTo(name), std::move(code), std::move(detail));
}

void JsonFields::wrongItem(const std::string& name, std::size_t item, std::string code,
                           std::string detail)
{
    note(pointerTo(name) + '/' + std::to_string(item), std::move(code), std::move(detail));
}

bool JsonFields::isThere(const std::string& name)
{
    asked_.insert(name);
    return object_->has(name) && !object_->isNull(name);
}

bool JsonFields::isRequiredThere(const std::string& name)
{
    if (isThere(name))
        return true;
    wrong(name, "required", "is required");
    return false;
}

std::optional<std::string> JsonFields::textAt(const Poco::Dynamic::Var& value,
                                              const std::string& pointer, TextSize size)
{
    if (!value.isString()) {
        note(pointer, "type", "must be a text");
        return std::nullopt;
    }
    auto text = value.extract<std::string>();
    if (text.size() < size.least) {
        note(pointer, text.empty() ? "required" : "too-short",
             text.empty() ? "must not be empty"
                          : "must have at least " + std::to_string(size.least) + " characters");
        return std::nullopt;
    }
    if (text.size() > size.most) {
        note(pointer, "too-long",
             "must have at most " + std::to_string(size.most) + " bytes, has " +
                 std::to_string(text.size()));
        return std::nullopt;
    }
    if (text.find('\0') != std::string::npos) {
        note(pointer, "invalid", "must not have a NUL in it");
        return std::nullopt;
    }
    return text;
}

std::string JsonFields::text(const std::string& name, TextSize size)
{
    if (!isRequiredThere(name))
        return {};
    return textAt(object_->get(name), pointerTo(name), size).value_or("");
}

std::optional<std::string> JsonFields::optionalText(const std::string& name, TextSize size)
{
    if (!isThere(name))
        return std::nullopt;
    return textAt(object_->get(name), pointerTo(name), size);
}

std::optional<std::int64_t> JsonFields::optionalInteger(const std::string& name, std::int64_t least,
                                                        std::int64_t most)
{
    if (!isThere(name))
        return std::nullopt;
    const auto value = object_->get(name);
    std::int64_t number = 0;
    try {
        if (!value.isInteger() || value.isBoolean())
            throw Poco::DataFormatException();
        number = value.convert<std::int64_t>();
    } catch (const Poco::Exception&) {
        wrong(name, "type", "must be a whole number");
        return std::nullopt;
    }
    if (number < least || number > most) {
        wrong(name, "range",
              "must be from " + std::to_string(least) + " to " + std::to_string(most));
        return std::nullopt;
    }
    return number;
}

std::int64_t JsonFields::integer(const std::string& name, std::int64_t least, std::int64_t most)
{
    return isRequiredThere(name) ? optionalInteger(name, least, most).value_or(least) : least;
}

std::optional<bool> JsonFields::optionalFlag(const std::string& name)
{
    if (!isThere(name))
        return std::nullopt;
    const auto value = object_->get(name);
    if (!value.isBoolean()) {
        wrong(name, "type", "must be true or false");
        return std::nullopt;
    }
    return value.convert<bool>();
}

std::optional<std::size_t> JsonFields::optionalChoice(const std::string& name,
                                                      std::span<const std::string_view> words)
{
    if (!isThere(name))
        return std::nullopt;
    const auto value = object_->get(name);
    const auto found =
        value.isString() ? std::ranges::find(words, value.extract<std::string>()) : words.end();
    if (found == words.end()) {
        wrong(name, "invalid", "must be one of: " + listed(words));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - words.begin());
}

std::size_t JsonFields::choice(const std::string& name, std::span<const std::string_view> words)
{
    return isRequiredThere(name) ? optionalChoice(name, words).value_or(0) : 0;
}

std::vector<std::string> JsonFields::texts(const std::string& name, std::size_t mostItems,
                                           TextSize each)
{
    std::vector<std::string> texts;
    if (!isThere(name))
        return texts;
    const auto array = object_->isArray(name) ? object_->getArray(name) : nullptr;
    if (!array) {
        wrong(name, "type", "must be a list of texts");
        return texts;
    }
    if (array->size() > mostItems) {
        wrong(name, "too-many", "must have at most " + std::to_string(mostItems) + " items");
        return texts;
    }
    for (std::size_t i = 0; i < array->size(); ++i)
        if (auto text = textAt(array->get(static_cast<unsigned>(i)),
                               pointerTo(name) + '/' + std::to_string(i), each))
            texts.push_back(std::move(*text));
    return texts;
}

std::optional<JsonFields> JsonFields::object(const std::string& name)
{
    if (!isThere(name))
        return std::nullopt;
    auto object = object_->isObject(name) ? object_->getObject(name) : nullptr;
    if (!object) {
        wrong(name, "type", "must be an object");
        return std::nullopt;
    }
    return JsonFields(std::move(object), pointerTo(name), errors_);
}

std::vector<JsonFields> JsonFields::objects(const std::string& name, std::size_t mostItems)
{
    std::vector<JsonFields> objects;
    if (!isThere(name))
        return objects;
    const auto array = object_->isArray(name) ? object_->getArray(name) : nullptr;
    if (!array || array->size() > mostItems) {
        wrong(name, array ? "too-many" : "type",
              array ? "must have at most " + std::to_string(mostItems) + " items"
                    : "must be a list of objects");
        return objects;
    }
    for (unsigned i = 0; i < array->size(); ++i) {
        const auto pointer = pointerTo(name) + '/' + std::to_string(i);
        if (auto object = array->isObject(i) ? array->getObject(i) : nullptr)
            objects.push_back(JsonFields(std::move(object), pointer, errors_));
        else
            note(pointer, "type", "must be an object");
    }
    return objects;
}

void JsonFields::refuseOthers()
{
    for (const auto& [name, value] : *object_)
        if (!asked_.contains(name))
            wrong(name, "unknown", "is not known here");
}

void JsonFields::throwIfWrong() const
{
    if (!errors_->empty())
        throw ApiError(*errors_);
}

} // namespace sallyport::admin::api
