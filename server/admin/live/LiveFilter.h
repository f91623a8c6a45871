// LiveFilter: which live sessions somebody wants to see or end.
#pragma once

#include "admin/api/Call.h"
#include "admin/api/JsonFields.h"
#include "admin/api/UserNames.h"
#include "admin/live/ProxyView.h"
#include "policy/Network.h"

#include <optional>
#include <string>

namespace sallyport::admin::live {

/// What is empty asks nothing.
struct LiveFilter {
    std::string text;                ///< lower case: part of id, user, host, client or rule
    std::optional<std::string> user; ///< "": nobody
    std::string host;                ///< ".example.com": that name and all below it
    std::string rule;                ///< id; "default"
    std::optional<policy::Protocol> protocol;
    std::optional<policy::Network> client;
    std::optional<LiveSession::Verdict> verdict;

    /// Masked: `text` is not looked for in them.
    api::UserNames names = api::UserNames::Shown;

    [[nodiscard]] bool fits(const LiveSession& session) const;
    /// Throws ApiError (Forbidden) where it asks for a user and names are masked.
    void maskNames(api::UserNames names);

    /// Throws ApiError (Validation) that names the parameter.
    [[nodiscard]] static LiveFilter fromQuery(const api::Call& call);
    /// Notes what is wrong with the members; ignores others.
    [[nodiscard]] static LiveFilter fromJson(api::JsonFields& fields);
};

} // namespace sallyport::admin::live
