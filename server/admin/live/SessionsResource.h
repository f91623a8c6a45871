// SessionsResource: /sessions: what is open now, and ending it.
#pragma once

#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/api/UserNames.h"
#include "admin/live/SessionBoard.h"

#include <utility>
#include <vector>

namespace sallyport::admin::live {

class SessionsResource {
public:
    /// All but the function outlive it. No function: names of users are shown.
    SessionsResource(const ProxyView& proxy, SessionBoard& board, const api::Trail& trail,
                     api::NamesFor namesFor = {})
        : proxy_(proxy), board_(board), trail_(trail), namesFor_(std::move(namesFor))
    {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer list(const api::Call& call);
    [[nodiscard]] api::Answer one(const api::Call& call);
    [[nodiscard]] api::Answer end(api::Call& call);
    [[nodiscard]] api::Answer endMany(api::Call& call);
    [[nodiscard]] api::Answer endThem(std::vector<db::SessionId> ids);

    const ProxyView& proxy_;
    SessionBoard& board_;
    const api::Trail& trail_;
    const api::NamesFor namesFor_;
};

} // namespace sallyport::admin::live
