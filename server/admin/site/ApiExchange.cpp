#include "admin/site/ApiExchange.h"

#include "admin/api/ApiError.h"
#include "admin/api/ApiRoot.h"
#include "admin/api/Call.h"
#include "admin/site/RequestOrigin.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NameValueCollection.h>
#include <Poco/URI.h>
#include <Poco/UUIDGenerator.h>

#include <algorithm>
#include <array>
#include <istream>
#include <ostream>
#include <string>
#include <utility>

namespace sallyport::admin::site {

namespace {

namespace pn = Poco::Net;
using api::ApiError;
using api::Caller;
using api::ProblemKind;

constexpr const char* CookieName = "__Host-sallyport";
constexpr std::string_view Bearer = "Bearer ";
/// What is left of a body that nobody read is thrown away up to here, so that the answer arrives
/// and the connection can go on; beyond, it is closed.
constexpr std::size_t MostThrownAway = 8 << 20;
/// The fields of the head that resources may see.
constexpr std::array ShownFields{"If-Match", "If-None-Match", "Content-Type", "Idempotency-Key",
                                 "Accept",   "User-Agent",    "Host",         "Content-Length"};

bool isUnsafe(const std::string& method)
{
    return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

bool hasBody(const pn::HTTPServerRequest& request)
{
    return request.getChunkedTransferEncoding() ||
           (request.hasContentLength() && request.getContentLength64() > 0);
}

std::string lowerCase(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

std::vector<std::pair<std::string, std::string>> queryOf(const std::string& target)
{
    std::vector<std::pair<std::string, std::string>> query;
    for (auto& [name, value] : Poco::URI(target).getQueryParameters())
        query.emplace_back(std::move(name), std::move(value));
    return query;
}

std::string newTraceId()
{
    auto id = Poco::UUIDGenerator::defaultGenerator().createRandom().toString();
    std::erase(id, '-');
    return id.substr(0, 16);
}

/// Throws ApiError for what only a foreign page would send.
void requireOwnOrigin(const pn::HTTPServerRequest& request, const Caller& caller)
{
    const auto origin = requestOrigin(request.get("Origin", ""), request.get("Sec-Fetch-Site", ""),
                                      request.get("Host", ""));
    if (origin == RequestOrigin::Foreign)
        throw ApiError(ProblemKind::Forbidden, "The request comes from a page of another origin.");
    if (caller.way != Caller::Way::Session)
        return;
    if (origin == RequestOrigin::Unsaid)
        throw ApiError(ProblemKind::Forbidden,
                       "A change with a cookie must say its Origin. Programs send a token instead: "
                       "Authorization: Bearer.");
    if (request.get("X-CSRF-Token", "") != caller.csrf)
        throw ApiError(ProblemKind::Forbidden, "X-CSRF-Token is missing or is not that of this "
                                               "sign-in: read it from GET /session.");
}

api::Call callOf(pn::HTTPServerRequest& request, const std::string& target, Caller caller,
                 std::string traceId)
{
    api::Call::Parts parts;
    parts.method = request.getMethod();
    parts.path = target.substr(0, target.find('?')).substr(api::ApiRoot.size());
    parts.query = queryOf(target);
    for (const auto* name : ShownFields)
        if (request.has(name))
            parts.fields[lowerCase(name)] = request.get(name);
    if (hasBody(request))
        parts.body = &request.stream();
    if (request.hasContentLength())
        parts.bodyBytes = static_cast<std::uint64_t>(request.getContentLength64());
    parts.caller = std::move(caller);
    parts.traceId = std::move(traceId);
    return api::Call(std::move(parts));
}

enum class Rest : std::uint8_t { Gone, TooLong };

Rest throwAwayBody(pn::HTTPServerRequest& request)
{
    if (!hasBody(request))
        return Rest::Gone;
    std::array<char, 8192> buffer{};
    std::size_t gone = 0;
    auto& body = request.stream();
    while (gone <= MostThrownAway) {
        body.read(buffer.data(), buffer.size());
        if (body.gcount() == 0)
            return Rest::Gone;
        gone += static_cast<std::size_t>(body.gcount());
    }
    return Rest::TooLong;
}

void send(const api::Answer& answer, pn::HTTPServerRequest& request,
          pn::HTTPServerResponse& response)
{
    response.setStatusAndReason(static_cast<pn::HTTPResponse::HTTPStatus>(answer.status));
    response.set("Cache-Control", "no-store");
    for (const auto& [name, value] : answer.fields)
        response.add(name, value);
    if (!answer.stream && throwAwayBody(request) == Rest::TooLong)
        response.setKeepAlive(false);
    if (answer.status == 204) {
        response.setContentLength(0);
        response.send();
        return;
    }
    response.setContentType(answer.mediaType);
    if (!answer.stream) {
        response.sendBuffer(answer.body.data(), answer.body.size());
        return;
    }
    response.setChunkedTransferEncoding(true);
    auto& out = response.send();
    if (request.getMethod() != "HEAD")
        answer.stream(out);
}

api::Answer refusal(const ApiError& problem, const std::string& target, const std::string& traceId)
{
    api::Answer answer;
    answer.status = problem.status();
    answer.mediaType = "application/problem+json";
    answer.body = problem.body(target.substr(0, target.find('?')), traceId);
    return answer;
}

} // namespace

Caller callerOf(const pn::HTTPServerRequest& request, const SiteParts& parts)
{
    api::Credentials credentials;
    credentials.address = request.clientAddress().host().toString();
    credentials.userAgent = request.get("User-Agent", "");
    const auto authorization = request.get("Authorization", "");
    if (authorization.starts_with(Bearer))
        credentials.bearer = authorization.substr(Bearer.size());
    pn::NameValueCollection cookies;
    request.getCookies(cookies);
    if (credentials.bearer.empty())
        credentials.cookie = cookies.get(CookieName, "");
    return parts.authenticate(credentials);
}

void answerApi(pn::HTTPServerRequest& request, pn::HTTPServerResponse& response,
               const std::string& target, const SiteParts& parts)
{
    const auto traceId = newTraceId();
    api::Answer answer;
    try {
        auto caller = callerOf(request, parts);
        if (isUnsafe(request.getMethod()))
            requireOwnOrigin(request, caller);
        auto call = callOf(request, target, std::move(caller), traceId);
        answer = parts.router->answer(call);
    } catch (const ApiError& problem) {
        answer = refusal(problem, target, traceId);
    } catch (const Poco::Exception& problem) {
        poco_warning_f2(Poco::Logger::get("admin"), "a request could not be read (%s): %s", traceId,
                        problem.displayText());
        answer = refusal(ApiError(ProblemKind::BadRequest, "The request could not be read."),
                         target, traceId);
    }
    send(answer, request, response);
}

void answerFeed(pn::HTTPServerRequest& request, pn::HTTPServerResponse& response,
                const SiteParts& parts)
{
    const std::string path = std::string(api::ApiRoot) + "/live";
    const auto traceId = newTraceId();
    const auto caller = callerOf(request, parts);
    const auto origin = requestOrigin(request.get("Origin", ""), request.get("Sec-Fetch-Site", ""),
                                      request.get("Host", ""));
    if (!caller.isSignedIn())
        return send(
            refusal(ApiError(ProblemKind::Unauthenticated, "Sign in first."), path, traceId),
            request, response);
    if (origin == RequestOrigin::Foreign ||
        (caller.way == Caller::Way::Session && origin == RequestOrigin::Unsaid))
        return send(refusal(ApiError(ProblemKind::Forbidden,
                                     "The request comes from a page of another origin."),
                            path, traceId),
                    request, response);
    parts.serveFeed(request, response, caller,
                    [&] { return api::standingOf(caller, parts.callerOf(caller.session)); });
}

} // namespace sallyport::admin::site
