// JsonLine: a JSON object written member by member on one line, for answers of thousands of rows,
// where a tree of values would take several times as long.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin {

class JsonLine {
public:
    JsonLine() = default;
    /// Goes on behind the members of an object that is text already.
    [[nodiscard]] static JsonLine continuing(std::string_view object);

    void text(std::string_view name, std::string_view value);
    /// Null where it is empty.
    void textOrNull(std::string_view name, std::string_view value);
    void number(std::string_view name, std::uint64_t value);
    void flag(std::string_view name, bool value);
    void null(std::string_view name);
    void texts(std::string_view name, const std::vector<std::string>& values);
    void object(std::string_view name, const JsonLine& value);
    void objects(std::string_view name, const std::vector<JsonLine>& values);
    /// Something that is JSON text already.
    void value(std::string_view name, std::string_view json);
    /// An array of such.
    void values(std::string_view name, const std::vector<std::string>& json);

    [[nodiscard]] std::string take() && { return std::move(out_) + '}'; }
    [[nodiscard]] std::string text() const { return out_ + '}'; }

private:
    void key(std::string_view name);

    std::string out_ = "{";
};

} // namespace sallyport::admin
