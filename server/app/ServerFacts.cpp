#include "app/ServerFacts.h"

#include "app/ProxyPieces.h"

namespace sallyport::app {

void ServerFacts::setSettings(Settings settings)
{
    const std::scoped_lock lock(mutex_);
    settings_ = std::move(settings);
}

void ServerFacts::setPolicy(std::shared_ptr<const policy::Policy> policy, std::string problem)
{
    const std::scoped_lock lock(mutex_);
    policy_.swap(policy); // the old one is freed by its last owner, not under the lock
    problem_ = std::move(problem);
}

void ServerFacts::setStage(Stage stage)
{
    const std::scoped_lock lock(mutex_);
    stage_ = stage;
}

void ServerFacts::setProxies(std::vector<net::Endpoint> proxies)
{
    const std::scoped_lock lock(mutex_);
    proxies_ = std::move(proxies);
}

Settings ServerFacts::settings() const
{
    const std::scoped_lock lock(mutex_);
    return settings_;
}

std::shared_ptr<const policy::Policy> ServerFacts::policy() const
{
    const std::scoped_lock lock(mutex_);
    return policy_;
}

std::string ServerFacts::policyProblem() const
{
    const std::scoped_lock lock(mutex_);
    return problem_;
}

ServerFacts::Stage ServerFacts::stage() const
{
    const std::scoped_lock lock(mutex_);
    return stage_;
}

std::vector<net::Endpoint> ServerFacts::proxies() const
{
    const std::scoped_lock lock(mutex_);
    return proxies_;
}

policy::PacSettings ServerFacts::pac() const
{
    const auto inForce = policy();
    return inForce && inForce->document().pac ? *inForce->document().pac : settingsPac();
}

policy::PacSettings ServerFacts::settingsPac() const
{
    return proxyOptions(settings()).pac;
}

} // namespace sallyport::app
