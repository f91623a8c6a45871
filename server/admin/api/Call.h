// Call: one call of the API as a resource sees it: who asks, for what, with which body.
//
// Made by the one who reads the request (or by a test); knows no socket. One thread.
#pragma once

#include "admin/api/Caller.h"
#include "admin/api/JsonFields.h"

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::admin::api {

class Call {
public:
    static constexpr std::size_t MostOnPage = 500;

    struct Parts {
        std::string method; ///< "GET"
        std::string path;   ///< below the API's root, as sent: "/policy/draft/rules/7%2F"
        std::vector<std::pair<std::string, std::string>> query; ///< decoded, in their order
        /// Fields of the head by lower-case name, if they are there: if-match, content-type,
        /// idempotency-key, accept.
        std::map<std::string, std::string> fields;
        std::istream* body = nullptr;           ///< null: none
        std::optional<std::uint64_t> bodyBytes; ///< missing: not said beforehand
        Caller caller;
        std::string traceId;
    };

    explicit Call(Parts parts) : parts_(std::move(parts)) {}

    [[nodiscard]] const std::string& method() const { return parts_.method; }
    [[nodiscard]] const std::string& path() const { return parts_.path; }
    [[nodiscard]] const Caller& caller() const { return parts_.caller; }
    [[nodiscard]] const std::string& traceId() const { return parts_.traceId; }
    /// Empty if it is not there. `name` in lower case.
    [[nodiscard]] std::string_view field(const std::string& name) const;

    /// What stands in the path for "{id}" of the route, decoded.
    [[nodiscard]] const std::string& inPath(std::string_view name) const;
    void setInPath(std::vector<std::pair<std::string, std::string>> values)
    {
        inPath_ = std::move(values);
    }

    // Parameters of the query. Those that throw throw ApiError (Validation) with "?name".
    [[nodiscard]] std::optional<std::string> query(std::string_view name) const; ///< the last one
    [[nodiscard]] std::vector<std::string> queryAll(std::string_view name) const;
    /// "limit": from 1 on, at most MostOnPage.
    [[nodiscard]] std::size_t limit(std::size_t standard = 100) const;
    [[nodiscard]] std::optional<std::int64_t>
    queryInteger(std::string_view name, std::int64_t least, std::int64_t most) const;
    /// Throws if there is a parameter that is none of these.
    void allowQuery(std::initializer_list<std::string_view> names) const;

    /// The body as a JSON object of at most `mostBytes`; no body: an empty object. Throws ApiError:
    /// TooLarge, UnsupportedMediaType, BadRequest.
    [[nodiscard]] JsonFields& json(std::size_t mostBytes = 1 << 20);
    /// The body as text, likewise.
    [[nodiscard]] std::string text(std::size_t mostBytes);
    /// The body as it comes; null: none.
    [[nodiscard]] std::istream* body() { return parts_.body; }
    [[nodiscard]] std::optional<std::uint64_t> bodyBytes() const { return parts_.bodyBytes; }

    /// `tag` is the state that is there, without quotes. Throws ApiError: PreconditionRequired if
    /// the call does not say which state it goes by, Stale if it is another one.
    void requireMatch(std::string_view tag) const;

private:
    Parts parts_;
    std::vector<std::pair<std::string, std::string>> inPath_;
    std::optional<JsonFields> json_;
};

} // namespace sallyport::admin::api
