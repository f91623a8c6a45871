#include "admin/accounts/SignInSettingsResource.h"

#include "db/ContentHash.h"

namespace sallyport::admin::accounts {
namespace {

using api::Access;
using api::Answer;
using api::Call;
using Publishing = SignInOptions::Publishing;

std::string textOf(const SignInOptions::Values& values)
{
    auto json = api::orderedObject();
    json.set("two_person", values.publishing == Publishing::TwoPeople);
    json.set("idle_minutes", values.idle.count());
    json.set("absolute_hours", values.absolute.count());
    return api::textOf(json);
}

std::string tagOf(const std::string& text)
{
    constexpr std::size_t Enough = 16;
    return db::contentHash(text).substr(0, Enough);
}

} // namespace

SignInSettingsResource::SignInSettingsResource(SignInOptions& options, const api::Trail& trail)
    : options_(options), trail_(trail)
{}

void SignInSettingsResource::addTo(api::Router& router)
{
    const auto admin = Access::from(api::Role::Admin);
    router.add("GET", "/settings/sign-in", admin, [this](Call&) { return show(); });
    router.add("PATCH", "/settings/sign-in", admin.confirmed(),
               [this](Call& call) { return change(call); });
}

Answer SignInSettingsResource::show() const
{
    const auto text = textOf(options_.values());
    return std::move(api::jsonAnswer(text).withTag(tagOf(text)));
}

Answer SignInSettingsResource::change(Call& call)
{
    const auto before = options_.values();
    call.requireMatch(tagOf(textOf(before)));
    auto& body = call.json();
    auto after = before;
    if (const auto two = body.optionalFlag("two_person"))
        after.publishing = *two ? Publishing::TwoPeople : Publishing::OnePerson;
    if (const auto idle = body.optionalInteger("idle_minutes", 5, 480))
        after.idle = std::chrono::minutes(*idle);
    if (const auto absolute = body.optionalInteger("absolute_hours", 1, 24))
        after.absolute = std::chrono::hours(*absolute);
    body.refuseOthers();
    body.throwIfWrong();
    options_.change(after, [&] {
        trail_.record(call.caller(), {.action = "settings.change",
                                      .object = "sign-in",
                                      .before = textOf(before),
                                      .after = textOf(after),
                                      .note = {}});
    });
    return show();
}

} // namespace sallyport::admin::accounts
