// JsonWriter: writes one JSON text (RFC 8259) member by member, without a tree in between: a page
// of the log has thousands of members.
//
// Texts may come from outside: bytes that are not UTF-8 become U+FFFD.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::admin::audit {

class JsonWriter {
public:
    JsonWriter& beginObject() { return open('{'); }
    JsonWriter& endObject() { return close('}'); }
    JsonWriter& beginArray() { return open('['); }
    JsonWriter& endArray() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& text(std::string_view value);
    JsonWriter& number(std::integral auto value) { return raw(std::to_string(value)); }
    /// At most three digits behind the point.
    JsonWriter& decimal(double value);
    JsonWriter& flag(std::same_as<bool> auto value) { return raw(value ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }
    /// JSON text that is made already.
    JsonWriter& raw(std::string_view json);

    /// null for the empty text.
    JsonWriter& knownText(std::string_view value) { return value.empty() ? null() : text(value); }
    /// As a text, because it may pass 2^53; null where it is not known.
    JsonWriter& big(const std::optional<std::uint64_t>& value)
    {
        return value ? text(std::to_string(*value)) : null();
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string out_;
    bool first_ = true; // of what is open
};

} // namespace sallyport::admin::audit
