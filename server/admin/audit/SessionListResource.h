// SessionListResource: GET /audit/sessions: the sessions of the log as pages, newest first.
#pragma once

#include "admin/api/Router.h"
#include "admin/audit/LogReaders.h"
#include "admin/audit/Privacy.h"
#include "admin/audit/Views.h"

#include <string_view>

namespace sallyport::admin::audit {

/// The filter of a call, whose `q` may not name users while their names are masked. Throws
/// ApiError.
[[nodiscard]] db::SessionFilter filterOf(const api::Call& call, UserNames names);
/// Of the page that a call is for; empty: it names none.
[[nodiscard]] std::string viewOf(const api::Call& call, std::string_view kind);

class SessionListResource {
public:
    SessionListResource(LogReaders& readers, Views& views, Privacy& privacy)
        : readers_(readers), views_(views), privacy_(privacy)
    {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer list(const api::Call& call);

    LogReaders& readers_;
    Views& views_;
    Privacy& privacy_;
};

} // namespace sallyport::admin::audit
