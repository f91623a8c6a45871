#include "admin/settings/OversightOptions.h"

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace sallyport::admin::settings {
namespace {

using Details = audit::PrivacySettings::Details;
using OpenTo = live::MetricsPage::OpenTo;

constexpr const char* MaskUsers = "mask_users";
constexpr const char* RecordDetails = "record_details";
constexpr const char* MetricsOpen = "metrics_open";
constexpr const char* QuietDays = "quiet_days";

std::string flagText(bool flag)
{
    return flag ? "1" : "0";
}

} // namespace

OversightOptions::OversightOptions(db::AccountStore& store) : store_(store)
{
    if (store.setting(MaskUsers) == "1")
        values_.privacy.users = audit::UserNames::Masked;
    if (store.setting(RecordDetails) == "1")
        values_.privacy.details = Details::Recorded;
    if (store.setting(MetricsOpen) == "1")
        values_.metrics = OpenTo::Everybody;
    if (const auto text = store.setting(QuietDays)) {
        int days = 0;
        if (std::from_chars(text->data(), text->data() + text->size(), days).ec == std::errc())
            values_.quiet = std::chrono::days(days);
    }
}

OversightOptions::Values OversightOptions::values() const
{
    const std::scoped_lock lock(mutex_);
    return values_;
}

void OversightOptions::change(const Values& values, const db::AccountStore::BeforeCommit& step)
{
    const std::array<std::pair<std::string, std::string>, 4> texts{{
        {MaskUsers, flagText(values.privacy.users == audit::UserNames::Masked)},
        {RecordDetails, flagText(values.privacy.details == Details::Recorded)},
        {MetricsOpen, flagText(values.metrics == OpenTo::Everybody)},
        {QuietDays, std::to_string(values.quiet.count())},
    }};
    store_.changeSettings(texts, step);
    const std::scoped_lock lock(mutex_);
    values_ = values;
}

} // namespace sallyport::admin::settings
