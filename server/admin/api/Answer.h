// Answer: what a resource answers. A value; knows no socket.
#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::admin::api {

struct Answer {
    unsigned status = 200;
    std::string mediaType = "application/json";
    std::string body;
    /// Further fields of the head: ETag, Location, Content-Disposition, Set-Cookie, …
    std::vector<std::pair<std::string, std::string>> fields;
    /// Writes the body instead, while it is made; what it throws cuts the connection.
    std::function<void(std::ostream&)> stream;

    Answer& with(std::string name, std::string value)
    {
        fields.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    /// `tag` without quotes.
    Answer& withTag(std::string_view tag) { return with("ETag", '"' + std::string(tag) + '"'); }
};

/// Keeps the order in which members are set.
[[nodiscard]] Poco::JSON::Object orderedObject();
/// On one line.
[[nodiscard]] std::string textOf(const Poco::JSON::Object& json);

[[nodiscard]] Answer answerOf(const Poco::JSON::Object& json, unsigned status = 200);
/// A JSON text that is made already.
[[nodiscard]] Answer jsonAnswer(std::string text, unsigned status = 200);
/// 201 with Location, which is a path below /api/v1: "/tokens/7".
[[nodiscard]] Answer created(std::string_view path, const Poco::JSON::Object& json);
/// 202: the job that works on it, "/jobs/ID".
[[nodiscard]] Answer accepted(std::string_view job);
[[nodiscard]] Answer noContent();

} // namespace sallyport::admin::api
