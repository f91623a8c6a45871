// ApiExchange: one request to the API: reads it, asks the router, sends the answer.
//
// Keeps out what a browser was made to send by another site: a foreign Origin, a change without the
// sign-in's X-CSRF-Token.
#pragma once

#include "admin/site/SiteParts.h"

#include <string>

namespace sallyport::admin::site {

/// Answers the request; `target` is its path with the query.
void answerApi(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response,
               const std::string& target, const SiteParts& parts);

/// Upgrades to the live feed, or says why not.
void answerFeed(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response,
                const SiteParts& parts);

/// Who asks, by cookie or token.
[[nodiscard]] api::Caller callerOf(const Poco::Net::HTTPServerRequest& request,
                                   const SiteParts& parts);

} // namespace sallyport::admin::site
