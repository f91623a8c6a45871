#include "admin/api/ApiError.h"

#include "policy/JsonText.h"

#include <utility>

namespace sallyport::admin::api {
namespace {

struct KindRow {
    ProblemKind kind;
    unsigned status;
    std::string_view slug;
    std::string_view title;
};

constexpr KindRow Kinds[] = {
    {ProblemKind::BadRequest, 400, "bad-request", "Bad request"},
    {ProblemKind::Unauthenticated, 401, "unauthenticated", "Not signed in"},
    {ProblemKind::Forbidden, 403, "forbidden", "Not permitted"},
    {ProblemKind::ReauthRequired, 403, "reauth-required", "Confirm that it is you"},
    {ProblemKind::NotFound, 404, "not-found", "Not found"},
    {ProblemKind::MethodNotAllowed, 405, "method-not-allowed", "Method not allowed"},
    {ProblemKind::Conflict, 409, "conflict", "Conflict"},
    {ProblemKind::Stale, 412, "stale", "Changed by somebody else"},
    {ProblemKind::TooLarge, 413, "too-large", "Too large"},
    {ProblemKind::UnsupportedMediaType, 415, "unsupported-media-type", "Unsupported media type"},
    {ProblemKind::Validation, 422, "validation", "Some fields need another value"},
    {ProblemKind::PreconditionRequired, 428, "precondition-required", "If-Match is missing"},
    {ProblemKind::RateLimited, 429, "rate-limited", "Too many attempts"},
    {ProblemKind::Internal, 500, "internal", "The server failed"},
    {ProblemKind::Busy, 503, "busy", "Busy"},
};

const KindRow& rowOf(ProblemKind kind)
{
    return Kinds[static_cast<std::size_t>(kind)];
}

std::string summaryOf(const std::vector<FieldError>& errors)
{
    std::string text;
    for (const auto& error : errors)
        (text += text.empty() ? "" : " ") += error.pointer + ": " + error.detail + '.';
    return text;
}

} // namespace

ApiError::ApiError(ProblemKind kind, std::string detail) : kind_(kind), detail_(std::move(detail))
{}

ApiError::ApiError(std::vector<FieldError> errors)
    : kind_(ProblemKind::Validation), detail_(summaryOf(errors)), errors_(std::move(errors))
{}

ApiError& ApiError::allowing(std::string methods)
{
    allowed_ = std::move(methods);
    return *this;
}

ApiError& ApiError::retryAfter(std::chrono::seconds time)
{
    retryAfter_ = time;
    return *this;
}

ApiError& ApiError::with(std::string name, std::string json)
{
    members_.emplace_back(std::move(name), std::move(json));
    return *this;
}

unsigned ApiError::status() const
{
    return rowOf(kind_).status;
}

std::string ApiError::body(std::string_view instance, std::string_view traceId) const
{
    const auto& row = rowOf(kind_);
    policy::JsonText json;
    json.beginObject();
    json.key("type");
    json.text("/problems/" + std::string(row.slug));
    json.key("title");
    json.text(row.title);
    json.key("status");
    json.value(std::to_string(row.status));
    json.key("detail");
    json.text(detail_);
    json.key("instance");
    json.text(instance);
    json.key("trace_id");
    json.text(traceId);
    for (const auto& [name, value] : members_) {
        json.key(name);
        json.value(value);
    }
    if (!errors_.empty()) {
        json.key("errors");
        json.beginArray();
        for (const auto& error : errors_) {
            json.beginObject();
            json.key("pointer");
            json.text(error.pointer);
            json.key("code");
            json.text(error.code);
            json.key("detail");
            json.text(error.detail);
            json.endObject();
        }
        json.endArray();
    }
    json.endObject();
    return std::move(json).take();
}

} // namespace sallyport::admin::api
