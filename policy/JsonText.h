// JsonText: JSON written as a person would: indented by two, lists of short values on one line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::policy {

/// Text in quotes, with everything escaped that must be.
[[nodiscard]] std::string jsonString(std::string_view text);

/// Builds one value from the outside to the inside; every begin… has its end.
class JsonText {
public:
    enum class Layout : std::uint8_t { Indented, OneLine };

    explicit JsonText(Layout layout = Layout::Indented) : layout_(layout) {}

    void beginObject() { begin('{'); }
    void beginArray() { begin('['); }
    void endObject() { end('}'); }
    void endArray() { end(']'); }

    /// Comes before each value in an object.
    void key(std::string_view name);
    /// A value that is JSON already: `443`, `"a"`.
    void value(std::string_view json);
    void text(std::string_view text) { value(jsonString(text)); }
    /// An array of values that are JSON already: on one line if that is short, else one in each.
    void list(const std::vector<std::string>& items);

    [[nodiscard]] std::string take() && { return std::move(out_); }

private:
    void begin(char bracket);
    void end(char bracket);
    void startItem();
    void startLine();

    Layout layout_;
    std::string out_;
    std::size_t depth_ = 0;
};

} // namespace sallyport::policy
