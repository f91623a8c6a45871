#include "admin/live/HealthResource.h"

#include "admin/api/TimeText.h"
#include "admin/live/ProcessFigures.h"

#include <Poco/JSON/Array.h>

#include <chrono>

namespace sallyport::admin::live {

namespace {

double microseconds(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double, std::micro>(time).count();
}

Poco::JSON::Array workersJson(const FigureWatch::Now& figures)
{
    Poco::JSON::Array array;
    for (std::size_t i = 0; i < figures.workers.size(); ++i) {
        const auto& worker = figures.workers[i];
        auto json = api::orderedObject();
        json.set("worker", i);
        json.set("sessions", worker.sessions);
        json.set("connections", worker.connections + worker.tunnels);
        json.set("loop_lag_us", microseconds(worker.loopLag));
        json.set("policy_version", worker.policyVersion);
        json.set("audit_queued", worker.auditBacklog);
        array.add(json);
    }
    return array;
}

Poco::JSON::Object processJson(const ProcessFigures& process, WallTime now)
{
    auto json = api::orderedObject();
    json.set("started_at", api::timeText(std::chrono::time_point_cast<std::chrono::microseconds>(
                               process.started)));
    json.set("uptime_s",
             std::chrono::duration_cast<std::chrono::seconds>(now - process.started).count());
    json.set("version", std::string(SALLYPORT_VERSION));
    json.set("resident_bytes", std::to_string(process.residentBytes));
    json.set("cpu_s", process.cpuSeconds);
    json.set("open_files", process.openFiles);
    json.set("max_files", process.mostFiles);
    json.set("threads", process.threads);
    return json;
}

} // namespace

void HealthResource::addTo(api::Router& router)
{
    router.add("GET", "/health", api::Access::from(api::Role::HelpDesk), [this](api::Call& call) {
        call.allowQuery({});
        return api::answerOf(json());
    });
}

Poco::JSON::Object HealthResource::json() const
{
    const auto report = health_.report();
    const auto& facts = report.facts;
    auto json = api::orderedObject();
    json.set("state", std::string(healthStateName(worstOf(report.checks))));
    json.set("at", api::timeText(facts.now));
    Poco::JSON::Array checks;
    for (const auto& check : report.checks)
        checks.add(jsonOf(check));
    json.set("checks", checks);
    json.set("workers", workersJson(facts.figures));
    json.set("process", processJson(facts.process, facts.now));
    auto database = api::orderedObject();
    database.set("audit_bytes", std::to_string(bytesIn(dataDirectory_ / "audit")));
    database.set("journal_bytes", std::to_string(facts.audit.journalUsed));
    database.set("free_bytes", std::to_string(facts.disk ? facts.disk->freeBytes : 0));
    database.set("days_until_full", facts.daysUntilFull ? Poco::Dynamic::Var(*facts.daysUntilFull)
                                                        : Poco::Dynamic::Var());
    json.set("database", database);
    return json;
}

api::Answer HealthResource::alive()
{
    auto json = api::orderedObject();
    json.set("status", "ok");
    json.set("version", std::string(SALLYPORT_VERSION));
    return api::answerOf(json);
}

api::Answer HealthResource::ready() const
{
    std::string reason;
    const auto audit = proxy_.audit();
    switch (proxy_.stage()) {
    case ServerStage::Starting:
        reason = "starting";
        break;
    case ServerStage::Draining:
        reason = "draining";
        break;
    case ServerStage::Serving:
        if (!proxy_.policy())
            reason = "no policy";
        else if (audit.mode == "strict" &&
                 !(audit.writerError.empty() && audit.journalError.empty()))
            reason = "audit log takes no records";
        break;
    }
    auto json = api::orderedObject();
    json.set("status", reason.empty() ? "ready" : reason);
    return api::answerOf(json, reason.empty() ? 200 : 503);
}

} // namespace sallyport::admin::live
