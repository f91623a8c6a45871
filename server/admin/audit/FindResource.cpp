#include "admin/audit/FindResource.h"

#include "admin/audit/JsonWriter.h"
#include "policy/Ascii.h"

#include <algorithm>
#include <array>

namespace sallyport::admin::audit {
namespace {

using api::Role;

struct Page {
    std::string_view label;
    std::string_view words; ///< that it is found by as well
    std::string_view route;
    Role least;
};
constexpr std::array Pages{
    Page{"Overview", "dashboard start", "/", Role::HelpDesk},
    Page{"Live sessions", "open tunnels terminate", "/sessions", Role::HelpDesk},
    Page{"Audit log", "search history denied", "/audit", Role::HelpDesk},
    Page{"Admin events", "trail changes who", "/audit/admin", Role::Auditor},
    Page{"Exports", "csv download", "/audit/exports", Role::Auditor},
    Page{"Rules", "policy access publish draft", "/rules", Role::HelpDesk},
    Page{"Rule history", "versions roll back compare", "/rules/history", Role::HelpDesk},
    Page{"What-if", "test explain why", "/what-if", Role::HelpDesk},
    Page{"Destination lists", "hosts networks import feed", "/lists", Role::HelpDesk},
    Page{"WebSocket", "inspection profiles frames", "/websocket", Role::HelpDesk},
    Page{"PAC file", "proxy.pac wpad browser", "/pac", Role::HelpDesk},
    Page{"People and roles", "accounts users administrators", "/people", Role::Admin},
    Page{"API tokens", "bearer automation", "/tokens", Role::Admin},
    Page{"Settings", "listeners dns retention syslog", "/settings", Role::Admin},
    Page{"System health", "checks metrics support bundle", "/health", Role::HelpDesk},
    Page{"My profile", "password totp sign-ins", "/me", Role::HelpDesk}};

} // namespace

bool isPartOf(std::string_view whole, std::string_view part)
{
    return !std::ranges::search(whole, part, {}, policy::toLower, policy::toLower).empty();
}

std::vector<FindItem> findPages(const api::Caller& caller, std::string_view text, std::size_t most)
{
    std::vector<FindItem> items;
    for (const auto& page : Pages)
        if (items.size() < most && caller.role >= page.least &&
            (isPartOf(page.label, text) || isPartOf(page.words, text)))
            items.push_back({"page", std::string(page.label), "", std::string(page.route)});
    return items;
}

api::Answer FindResource::find(const api::Call& call) const
{
    const auto began = std::chrono::steady_clock::now();
    const auto elapsed = [began] { return std::chrono::steady_clock::now() - began; };
    const auto text = call.query("q").value_or("");
    if (text.empty() || text.size() > 200)
        throw api::ApiError({{"?q", "size", "write 1 to 200 characters"}});
    JsonWriter json;
    json.beginObject().key("items").beginArray();
    std::size_t given = 0;
    for (const auto& source : sources_) {
        if (elapsed() > Budget || given == MostItems)
            break;
        const auto items = source(call.caller(), text, std::min(MostOfSource, MostItems - given));
        for (const auto& item : items) {
            if (given == MostItems)
                break;
            ++given;
            json.beginObject();
            json.key("kind").text(item.kind);
            json.key("label").text(item.label);
            json.key("detail").knownText(item.detail);
            json.key("route").text(item.route);
            json.endObject();
        }
    }
    json.endArray();
    json.key("took_ms").decimal(std::chrono::duration<double, std::milli>(elapsed()).count());
    json.endObject();
    return api::jsonAnswer(json.take());
}

void FindResource::addTo(api::Router& router)
{
    router.add("GET", "/find", api::Access::from(Role::HelpDesk),
               [this](const api::Call& call) { return find(call); });
}

} // namespace sallyport::admin::audit
