#include "admin/accounts/FindPeople.h"

namespace sallyport::admin::accounts {

std::vector<audit::FindItem> findPeople(const db::AccountStore& store, const api::Caller& caller,
                                        std::string_view text, std::size_t most)
{
    std::vector<audit::FindItem> found;
    if (caller.role < api::Role::Admin)
        return found;
    for (const auto& entry : store.people()) {
        const auto& person = entry.person;
        if (found.size() == most)
            break;
        if (!audit::isPartOf(person.name, text) && !audit::isPartOf(person.display, text))
            continue;
        found.push_back(
            {.kind = "person",
             .label = person.name,
             .detail = person.display.empty() ? person.role : person.display + ", " + person.role,
             .route = "/people?id=" + person.id});
    }
    return found;
}

} // namespace sallyport::admin::accounts
