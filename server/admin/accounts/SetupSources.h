// SetupSources: what set-up needs of the rest of the process, as functions that it hands in.
#pragma once

#include "admin/api/Caller.h"
#include "admin/api/PolicyOwner.h"

#include <cstdint>
#include <functional>
#include <string>

namespace sallyport::admin::accounts {

/// Where clients connect to the proxy.
struct ProxyListener {
    std::string address; ///< an IP address
    std::uint16_t port = 0;

    friend bool operator==(const ProxyListener&, const ProxyListener&) = default;
};

struct SetupSources {
    /// Puts the first policy in force; `kind` is "keep", "watch", "deny_all" or "import";
    /// `document` comes from the person. Throws policy::PolicyError for one that cannot be.
    std::function<void(const api::Caller&, const std::string& kind, const std::string& document)>
        applyStartingPolicy;
    /// Where the proxy listens now.
    std::function<ProxyListener()> listener;
    /// Whether it can be changed from here.
    std::function<bool()> mayChangeListener = [] { return false; };
    /// Why the proxy cannot listen there; empty: it can.
    std::function<std::string(const ProxyListener&)> faultOfListener;
    /// Lets it listen there instead, from a moment later on.
    std::function<void(const api::Caller&, const ProxyListener&)> changeListener;
    std::function<std::string()> pacUrl;
    /// Of another than people, the only first policy to be chosen is the one there is.
    api::AskPolicyOwner policyOwner = api::ownedByPeople;
};

} // namespace sallyport::admin::accounts
