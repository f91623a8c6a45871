// PresenceResource: who edits which rule of the draft right now: /policy/draft/presence. In memory
// only; who says nothing for a while is gone.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

namespace sallyport::admin {

class PresenceResource {
public:
    static constexpr std::chrono::seconds LastsFor{30};

    explicit PresenceResource(PolicyDesk& desk) : desk_(desk) {}
    void addTo(api::Router& router);

private:
    struct Presence {
        std::string session; ///< of the person, who may be there twice
        std::string who;
        std::string ruleId;
        std::chrono::system_clock::time_point until;
    };

    [[nodiscard]] api::Answer find();
    [[nodiscard]] api::Answer set(api::Call& call);
    void dropOld();
    [[nodiscard]] std::string text() const;

    PolicyDesk& desk_;
    std::mutex mutex_;
    std::vector<Presence> present_;
};

} // namespace sallyport::admin
