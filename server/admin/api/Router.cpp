#include "admin/api/Router.h"

#include "admin/api/ApiRoot.h"
#include "db/DatabaseError.h"
#include "policy/PolicyError.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/URI.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace sallyport::admin::api {
namespace {

constexpr std::size_t MostRemembered = 500;
constexpr std::size_t MostRememberedBytes = 64 << 10; // of one answer
constexpr std::size_t MostKeyBytes = 200;
constexpr auto RememberedFor = std::chrono::hours(24);
constexpr auto RetryWhenBusy = std::chrono::seconds(2);

std::vector<std::string_view> segmentsOf(std::string_view path)
{
    std::vector<std::string_view> segments;
    std::size_t begin = path.starts_with('/') ? 1 : 0;
    while (begin <= path.size()) {
        const auto end = std::min(path.find('/', begin), path.size());
        segments.push_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return segments;
}

std::optional<std::string> decoded(std::string_view segment)
{
    std::string text;
    try {
        Poco::URI::decode(std::string(segment), text);
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
    return text;
}

bool isPlace(std::string_view segment)
{
    return segment.starts_with('{');
}

std::size_t placesIn(std::string_view pattern)
{
    return static_cast<std::size_t>(std::ranges::count(pattern, '{'));
}

using InPath = std::vector<std::pair<std::string, std::string>>;

std::optional<InPath> matched(std::string_view pattern, const std::vector<std::string_view>& path)
{
    const auto wanted = segmentsOf(pattern);
    if (wanted.size() != path.size())
        return std::nullopt;
    InPath values;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!isPlace(wanted[i])) {
            if (wanted[i] != path[i])
                return std::nullopt;
            continue;
        }
        auto value = decoded(path[i]);
        if (!value || value->empty())
            return std::nullopt;
        values.emplace_back(wanted[i].substr(1, wanted[i].size() - 2), std::move(*value));
    }
    return values;
}

std::string_view methodFor(std::string_view method)
{
    return method == "HEAD" ? "GET" : method;
}

void requireAccess(const Access& access, const Call& call)
{
    const auto& caller = call.caller();
    if (call.bodyBytes() && *call.bodyBytes() > access.mostBodyBytes)
        throw ApiError(ProblemKind::TooLarge, "The body may have at most " +
                                                  std::to_string(access.mostBodyBytes) +
                                                  " bytes here.");
    if (!access.least)
        return;
    if (!caller.isSignedIn())
        throw ApiError(ProblemKind::Unauthenticated,
                       "Sign in, or send a token in Authorization: Bearer.");
    if (caller.role < *access.least)
        throw ApiError(ProblemKind::Forbidden,
                       "This needs the role " + std::string(roleName(*access.least)) +
                           "; yours is " + std::string(roleName(caller.role)) + '.')
            .with("needs", '"' + std::string(roleName(*access.least)) + '"');
    if (access.confirmation == Access::Confirmation::Fresh &&
        caller.confirmed != Caller::Confirmed::Yes)
        throw ApiError(ProblemKind::ReauthRequired,
                       "Give your password again: POST /session/confirm.");
}

Answer problemAnswer(const ApiError& problem, const Call& call)
{
    Answer answer;
    answer.status = problem.status();
    answer.mediaType = "application/problem+json";
    answer.body = problem.body(std::string(ApiRoot) + call.path(), call.traceId());
    if (!problem.allowed().empty())
        answer.with("Allow", problem.allowed());
    if (const auto wait = problem.retryAfter())
        answer.with("Retry-After", std::to_string(wait->count()));
    return answer;
}

ApiError ofDatabase(const db::DatabaseError& problem)
{
    using enum db::DatabaseError::Kind;
    if (problem.kind() == Locked)
        return ApiError(ProblemKind::Busy, problem.what()).retryAfter(RetryWhenBusy);
    if (problem.kind() == Outdated)
        return ApiError(ProblemKind::Stale, problem.what());
    if (problem.kind() == Refused)
        return ApiError(ProblemKind::Conflict, problem.what());
    return ApiError(ProblemKind::Internal, problem.what());
}

Answer internalAnswer(const std::string& what, const Call& call)
{
    poco_error(Poco::Logger::get("admin"),
               call.method() + ' ' + call.path() + " failed (" + call.traceId() + "): " + what);
    return problemAnswer(
        ApiError(ProblemKind::Internal, "The server's log says more under the trace id."), call);
}

} // namespace

Router::Router(AskPolicyOwner policyOwner) : policyOwner_(std::move(policyOwner)) {}

void Router::add(std::string method, std::string pattern, Access access, Handle handle)
{
    routes_.push_back({std::move(method), std::move(pattern), access, std::move(handle)});
}

Answer Router::answer(Call& call)
{
    try {
        return dispatch(call);
    } catch (const ApiError& problem) {
        return problemAnswer(problem, call);
    } catch (const policy::PolicyError& problem) {
        return problemAnswer(ApiError({{"", "invalid", problem.what()}}), call);
    } catch (const db::DatabaseError& problem) {
        const auto error = ofDatabase(problem);
        if (error.kind() != ProblemKind::Internal)
            return problemAnswer(error, call);
        return internalAnswer(problem.what(), call);
    } catch (const Poco::Exception& problem) {
        return internalAnswer(problem.displayText(), call);
    } catch (const std::exception& problem) {
        return internalAnswer(problem.what(), call);
    }
}

const Router::Route& Router::routeFor(Call& call) const
{
    const auto path = segmentsOf(call.path());
    const Route* found = nullptr;
    std::string allowed;
    for (const auto& route : routes_) {
        auto values = matched(route.pattern, path);
        if (!values)
            continue;
        if (route.method != methodFor(call.method())) {
            (allowed += allowed.empty() ? "" : ", ") += route.method;
            continue;
        }
        if (found && placesIn(found->pattern) <= placesIn(route.pattern))
            continue;
        found = &route;
        call.setInPath(std::move(*values));
    }
    if (found)
        return *found;
    if (allowed.empty())
        throw ApiError(ProblemKind::NotFound, "The API has nothing under this path.");
    throw ApiError(ProblemKind::MethodNotAllowed, "Only " + allowed + " can be done here.")
        .allowing(allowed);
}

Answer Router::dispatch(Call& call)
{
    const auto& route = routeFor(call);
    requireAccess(route.access, call);
    if (route.access.changes == Access::Changes::ThePolicy)
        requireMayChangePolicy(policyOwner_(), call.caller());
    // Of callers who are nobody none could be told from another, and what they get may be a cookie.
    if (call.method() == "POST" && call.caller().isSignedIn() &&
        !call.field("idempotency-key").empty())
        return handleOnce(route, call);
    return route.handle(call);
}

Answer Router::handleOnce(const Route& route, Call& call)
{
    const auto given = call.field("idempotency-key");
    if (given.size() > MostKeyBytes)
        throw ApiError(ProblemKind::BadRequest, "An Idempotency-Key may have at most " +
                                                    std::to_string(MostKeyBytes) + " bytes.");
    auto key = call.caller().session + '\n' + call.path() + '\n' + std::string(given);
    if (auto before = recall(key))
        return std::move(*before);
    auto answer = route.handle(call);
    if (answer.status < 300 && !answer.stream && answer.body.size() <= MostRememberedBytes)
        remember(std::move(key), answer);
    return answer;
}

std::optional<Answer> Router::recall(const std::string& key)
{
    const std::scoped_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    while (!remembered_.empty() && remembered_.front().until < now)
        remembered_.pop_front();
    const auto found = std::ranges::find(remembered_, key, &Remembered::key);
    return found == remembered_.end() ? std::nullopt : std::optional(found->answer);
}

void Router::remember(std::string key, const Answer& answer)
{
    const std::scoped_lock lock(mutex_);
    if (remembered_.size() >= MostRemembered)
        remembered_.pop_front();
    remembered_.push_back(
        {std::move(key), std::chrono::steady_clock::now() + RememberedFor, answer});
}

} // namespace sallyport::admin::api
