#include "admin/policy/PolicyApi.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <chrono>
#include <utility>

namespace sallyport::admin {
namespace {

constexpr auto LookEvery = std::chrono::seconds(1);

} // namespace

PolicyApi::PolicyApi(Surroundings surroundings)
    : desk_(surroundings.dataDirectory, surroundings.trail, std::move(surroundings.notify),
            std::move(surroundings.quietTime), std::move(surroundings.takeUp)),
      draft_(desk_), rules_(desk_), sections_(desk_), presence_(desk_),
      exceptions_(desk_, surroundings.trail, surroundings.auditFolder),
      publishing_(desk_, std::move(surroundings.twoPersons)), versions_(desk_), stats_(desk_),
      impact_(desk_, surroundings.trail, surroundings.jobs, surroundings.auditFolder,
              std::move(surroundings.askOpenSessions)),
      whatIf_(desk_, std::move(surroundings.blockPage)), tests_(desk_), profiles_(desk_),
      trials_(desk_), watch_([this](const std::stop_token& stop) { lookAfter(stop); })
{}

PolicyApi::~PolicyApi() = default;

void PolicyApi::addTo(api::Router& router)
{
    draft_.addTo(router);
    rules_.addTo(router);
    sections_.addTo(router);
    presence_.addTo(router);
    exceptions_.addTo(router);
    publishing_.addTo(router);
    versions_.addTo(router);
    stats_.addTo(router);
    impact_.addTo(router);
    whatIf_.addTo(router);
    tests_.addTo(router);
    profiles_.addTo(router);
    trials_.addTo(router);
}

// What fails now, with the file locked or the disk full, is tried again at the next look.
void PolicyApi::lookAfter(const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::string lastProblem;
    while (!stop.stop_requested()) {
        std::string problem;
        try {
            desk_.lookAfter();
        } catch (const Poco::Exception& error) {
            problem = error.displayText();
        } catch (const std::exception& error) {
            problem = error.what();
        }
        if (!problem.empty() && problem != lastProblem) {
            poco_warning(Poco::Logger::get("admin"), "looking after the policy: " + problem);
        }
        lastProblem = std::move(problem);
        std::unique_lock lock(mutex);
        stopped.wait_for(lock, stop, LookEvery, [] { return false; });
    }
}

} // namespace sallyport::admin
