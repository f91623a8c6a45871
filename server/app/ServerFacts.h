// ServerFacts: what the admin server's threads may know of the process: set by the main thread,
// read by any.
#pragma once

#include "admin/live/ProxyView.h"
#include "app/Settings.h"
#include "net/IpAddress.h"
#include "policy/PacFile.h"
#include "policy/Policy.h"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::app {

class ServerFacts {
public:
    using Stage = admin::live::ServerStage;

    explicit ServerFacts(Settings settings) : settings_(std::move(settings)) {}

    void setSettings(Settings settings);
    /// The one in force; `problem` says why a newer one is not, or is empty.
    void setPolicy(std::shared_ptr<const policy::Policy> policy, std::string problem);
    void setStage(Stage stage);
    void setProxies(std::vector<net::Endpoint> proxies);

    [[nodiscard]] Settings settings() const;
    [[nodiscard]] std::shared_ptr<const policy::Policy> policy() const;
    [[nodiscard]] std::string policyProblem() const;
    [[nodiscard]] Stage stage() const;
    /// Where clients connect: one at least, once the workers are made.
    [[nodiscard]] std::vector<net::Endpoint> proxies() const;
    /// Of the policy if it says one, otherwise of the settings.
    [[nodiscard]] policy::PacSettings pac() const;
    [[nodiscard]] policy::PacSettings settingsPac() const;

private:
    mutable std::mutex mutex_;
    Settings settings_;
    std::shared_ptr<const policy::Policy> policy_;
    std::string problem_;
    Stage stage_ = Stage::Starting;
    std::vector<net::Endpoint> proxies_;
};

} // namespace sallyport::app
