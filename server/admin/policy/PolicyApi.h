// PolicyApi: everything of the API under /policy and /ws-rules, put together.
#pragma once

#include "admin/api/Jobs.h"
#include "admin/api/Notify.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/policy/DraftResource.h"
#include "admin/policy/ExceptionResource.h"
#include "admin/policy/ImpactResource.h"
#include "admin/policy/PolicyDesk.h"
#include "admin/policy/PolicyTestResource.h"
#include "admin/policy/PresenceResource.h"
#include "admin/policy/PublishResource.h"
#include "admin/policy/RuleResource.h"
#include "admin/policy/SectionResource.h"
#include "admin/policy/StatsResource.h"
#include "admin/policy/VersionResource.h"
#include "admin/policy/WhatIfResource.h"
#include "admin/policy/WsProfileResource.h"
#include "admin/policy/WsTrialResource.h"

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace sallyport::admin {

class PolicyApi {
public:
    /// Trail and jobs outlive the PolicyApi. Functions may be empty.
    struct Surroundings {
        std::filesystem::path dataDirectory;
        std::filesystem::path auditFolder;
        const api::Trail& trail;
        api::Jobs& jobs;
        api::Notify notify;
        PublishResource::TwoPersons twoPersons;
        WhatIfResource::BlockPage blockPage;
        ImpactResource::AskOpenSessions askOpenSessions;
        PolicyDesk::QuietTime quietTime = {};
        PolicyDesk::TakeUp takeUp = {};
    };

    /// Opens or makes policy.db, and begins to look after it with a thread of its own.
    explicit PolicyApi(Surroundings surroundings);
    ~PolicyApi();
    PolicyApi(const PolicyApi&) = delete;
    PolicyApi& operator=(const PolicyApi&) = delete;

    void addTo(api::Router& router);
    [[nodiscard]] PolicyDesk& desk() { return desk_; }

private:
    void lookAfter(const std::stop_token& stop);

    PolicyDesk desk_;
    DraftResource draft_;
    RuleResource rules_;
    SectionResource sections_;
    PresenceResource presence_;
    ExceptionResource exceptions_;
    PublishResource publishing_;
    VersionResource versions_;
    StatsResource stats_;
    ImpactResource impact_;
    WhatIfResource whatIf_;
    PolicyTestResource tests_;
    WsProfileResource profiles_;
    WsTrialResource trials_;
    std::jthread watch_; ///< the last: ends before what it uses
};

} // namespace sallyport::admin
