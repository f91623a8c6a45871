// OversightOptions: who is shown what of the proxy's users and figures, and when a rule counts as
// quiet: settings that are made in the UI and kept with the accounts.
//
// Safe for several threads at once.
#pragma once

#include "admin/audit/Privacy.h"
#include "admin/live/MetricsPage.h"
#include "db/AccountStore.h"

#include <chrono>
#include <mutex>

namespace sallyport::admin::settings {

class OversightOptions {
public:
    struct Values {
        audit::PrivacySettings privacy;
        live::MetricsPage::OpenTo metrics = live::MetricsPage::OpenTo::Loopback;
        std::chrono::days quiet{30}; ///< a rule that was not hit for so long is warned of

        friend bool operator==(const Values&, const Values&) = default;
    };

    explicit OversightOptions(db::AccountStore& store);

    [[nodiscard]] Values values() const;
    /// `step` is the store's last step before it counts.
    void change(const Values& values, const db::AccountStore::BeforeCommit& step);

private:
    db::AccountStore& store_;
    mutable std::mutex mutex_;
    Values values_;
};

} // namespace sallyport::admin::settings
