#include "admin/policy/JsonLine.h"

#include "db/JsonText.h"

namespace sallyport::admin {

JsonLine JsonLine::continuing(std::string_view object)
{
    JsonLine line;
    line.out_ = object.substr(0, object.rfind('}'));
    return line;
}

void JsonLine::key(std::string_view name)
{
    if (out_.back() != '{')
        out_ += ',';
    db::appendJsonString(out_, name);
    out_ += ':';
}

void JsonLine::text(std::string_view name, std::string_view value)
{
    key(name);
    db::appendJsonString(out_, value);
}

void JsonLine::textOrNull(std::string_view name, std::string_view value)
{
    if (value.empty())
        null(name);
    else
        text(name, value);
}

void JsonLine::number(std::string_view name, std::uint64_t value)
{
    this->value(name, std::to_string(value));
}

void JsonLine::flag(std::string_view name, bool value)
{
    this->value(name, value ? "true" : "false");
}

void JsonLine::null(std::string_view name)
{
    value(name, "null");
}

void JsonLine::texts(std::string_view name, const std::vector<std::string>& values)
{
    key(name);
    out_ += '[';
    for (const auto& each : values) {
        if (&each != &values.front())
            out_ += ',';
        db::appendJsonString(out_, each);
    }
    out_ += ']';
}

void JsonLine::object(std::string_view name, const JsonLine& value)
{
    key(name);
    out_.append(value.out_).append("}");
}

void JsonLine::objects(std::string_view name, const std::vector<JsonLine>& values)
{
    key(name);
    out_ += '[';
    for (const auto& each : values)
        out_.append(&each == &values.front() ? "" : ",").append(each.out_).append("}");
    out_ += ']';
}

void JsonLine::value(std::string_view name, std::string_view json)
{
    key(name);
    out_ += json;
}

void JsonLine::values(std::string_view name, const std::vector<std::string>& json)
{
    key(name);
    out_ += '[';
    for (const auto& each : json)
        out_.append(&each == &json.front() ? "" : ",").append(each);
    out_ += ']';
}

} // namespace sallyport::admin
