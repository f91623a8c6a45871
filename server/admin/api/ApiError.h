// ApiError: why a call is not answered as asked, as problem details (RFC 9457). Thrown by
// resources, caught at one place by the Router.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin::api {

enum class ProblemKind : std::uint8_t {
    BadRequest,           ///< 400: not even readable
    Unauthenticated,      ///< 401
    Forbidden,            ///< 403: the role may not, or a foreign origin
    ReauthRequired,       ///< 403: a fresh POST /session/confirm is wanted
    NotFound,             ///< 404
    MethodNotAllowed,     ///< 405
    Conflict,             ///< 409
    Stale,                ///< 412: If-Match names an older state
    TooLarge,             ///< 413
    UnsupportedMediaType, ///< 415
    Validation,           ///< 422: fields are named
    PreconditionRequired, ///< 428: If-Match is missing
    RateLimited,          ///< 429
    Internal,             ///< 500
    Busy,                 ///< 503
};

/// What is wrong with one field of the body (RFC 6901 pointer) or one parameter of the query
/// ("?name").
struct FieldError {
    std::string pointer; ///< "/when/host/0", "?limit"
    std::string code;    ///< "required", "too-long", "unknown", "invalid", …: for programs
    std::string detail;  ///< for people: what to do

    friend bool operator==(const FieldError&, const FieldError&) = default;
};

class ApiError : public std::exception {
public:
    /// `detail` says what the asker can do.
    ApiError(ProblemKind kind, std::string detail);
    /// Validation.
    explicit ApiError(std::vector<FieldError> errors);

    /// MethodNotAllowed: "GET, PUT".
    ApiError& allowing(std::string methods);
    ApiError& retryAfter(std::chrono::seconds time);
    /// Adds a member to the problem, for what a program goes by: {"changed_by": "a.okafor"}; `json`
    /// is JSON text.
    ApiError& with(std::string name, std::string json);

    [[nodiscard]] ProblemKind kind() const { return kind_; }
    [[nodiscard]] const std::string& detail() const { return detail_; }
    [[nodiscard]] const std::vector<FieldError>& errors() const { return errors_; }
    [[nodiscard]] const std::string& allowed() const { return allowed_; }
    [[nodiscard]] std::optional<std::chrono::seconds> retryAfter() const { return retryAfter_; }
    [[nodiscard]] unsigned status() const;
    [[nodiscard]] const char* what() const noexcept override { return detail_.c_str(); }
    /// The problem as JSON text. `instance` is the path that was asked for.
    [[nodiscard]] std::string body(std::string_view instance, std::string_view traceId) const;

private:
    ProblemKind kind_;
    std::string detail_;
    std::vector<FieldError> errors_;
    std::string allowed_;
    std::optional<std::chrono::seconds> retryAfter_;
    std::vector<std::pair<std::string, std::string>> members_;
};

} // namespace sallyport::admin::api
