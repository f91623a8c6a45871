#include "admin/settings/OversightResource.h"

#include "admin/api/EntityTag.h"

#include <array>
#include <string_view>

namespace sallyport::admin::settings {
namespace {

using api::Access;
using api::Answer;
using api::Call;
using audit::UserNames;
using Details = audit::PrivacySettings::Details;
using OpenTo = live::MetricsPage::OpenTo;

/// By OpenTo.
constexpr std::array<std::string_view, 2> MetricsReaders{"signed-in", "everybody"};

std::string textOf(const OversightOptions::Values& values)
{
    auto json = api::orderedObject();
    json.set("mask_users", values.privacy.users == UserNames::Masked);
    json.set("record_details", values.privacy.details == Details::Recorded);
    json.set("metrics", std::string(MetricsReaders[static_cast<std::size_t>(values.metrics)]));
    json.set("quiet_days", values.quiet.count());
    return api::textOf(json);
}

} // namespace

void OversightResource::addTo(api::Router& router)
{
    const auto admin = Access::from(api::Role::Admin);
    router.add("GET", "/settings/oversight", admin, [this](Call&) { return show(); });
    router.add("PATCH", "/settings/oversight", admin.confirmed(),
               [this](Call& call) { return change(call); });
}

Answer OversightResource::show() const
{
    const auto text = textOf(options_.values());
    return std::move(api::jsonAnswer(text).withTag(api::entityTagOf(text)));
}

Answer OversightResource::change(Call& call)
{
    const std::scoped_lock lock(changing_);
    const auto before = options_.values();
    call.requireMatch(api::entityTagOf(textOf(before)));
    auto& body = call.json();
    auto after = before;
    if (const auto mask = body.optionalFlag("mask_users"))
        after.privacy.users = *mask ? UserNames::Masked : UserNames::Shown;
    if (const auto details = body.optionalFlag("record_details"))
        after.privacy.details = *details ? Details::Recorded : Details::NotRecorded;
    if (const auto readers = body.optionalChoice("metrics", MetricsReaders))
        after.metrics = static_cast<OpenTo>(*readers);
    if (const auto days = body.optionalInteger("quiet_days", 1, 365))
        after.quiet = std::chrono::days(*days);
    body.refuseOthers();
    body.throwIfWrong();
    options_.change(after, [&] {
        trail_.record(call.caller(), {.action = "settings.change",
                                      .object = "oversight",
                                      .before = textOf(before),
                                      .after = textOf(after),
                                      .note = {}});
    });
    return show();
}

} // namespace sallyport::admin::settings
