// SessionsResource: /sessions: what is open now, and ending it.
#pragma once

#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/live/SessionBoard.h"

#include <vector>

namespace sallyport::admin::live {

class SessionsResource {
public:
    /// All outlive it.
    SessionsResource(const ProxyView& proxy, SessionBoard& board, const api::Trail& trail)
        : proxy_(proxy), board_(board), trail_(trail)
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
};

} // namespace sallyport::admin::live
