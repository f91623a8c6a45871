#include "admin/audit/JsonWriter.h"

#include "db/JsonText.h"

#include <array>
#include <charconv>
#include <cmath>

namespace sallyport::admin::audit {

void JsonWriter::separate()
{
    if (!first_)
        out_ += ',';
    first_ = false;
}

JsonWriter& JsonWriter::open(char bracket)
{
    separate();
    out_ += bracket;
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket)
{
    out_ += bracket;
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name)
{
    separate();
    db::appendJsonString(out_, name);
    out_ += ':';
    first_ = true; // its value needs no comma
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value)
{
    separate();
    db::appendJsonString(out_, value);
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json)
{
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::decimal(double value)
{
    std::array<char, 40> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), std::round(value * 1000) / 1000).ptr;
    return raw({text.data(), end});
}

} // namespace sallyport::admin::audit
