#include "admin/api/Role.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::admin::api {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 4> Names{{
    {Role::HelpDesk, "help-desk"},
    {Role::Auditor, "auditor"},
    {Role::Editor, "editor"},
    {Role::Admin, "admin"},
}};

constexpr std::pair<std::string_view, Role> Permissions[] = {
    {"read", Role::HelpDesk},
    {"what-if", Role::HelpDesk},
    {"audit.headers", Role::Auditor},
    {"audit.admin", Role::Auditor},
    {"audit.export", Role::Auditor},
    {"audit.verify", Role::Auditor},
    {"policy.edit", Role::Editor},
    {"policy.publish", Role::Editor},
    {"sessions.terminate", Role::Editor},
    {"lists.edit", Role::Editor},
    {"pac.edit", Role::Editor},
    {"people.edit", Role::Admin},
    {"tokens.edit", Role::Admin},
    {"settings.edit", Role::Admin},
};

} // namespace

std::string_view roleName(Role role)
{
    return std::ranges::find(Names, role, &std::pair<Role, std::string_view>::first)->second;
}

std::optional<Role> roleNamed(std::string_view name)
{
    const auto found = std::ranges::find(Names, name, &std::pair<Role, std::string_view>::second);
    return found == Names.end() ? std::nullopt : std::optional(found->first);
}

std::vector<std::string_view> permissionsOf(Role role)
{
    std::vector<std::string_view> permissions;
    for (const auto& [permission, least] : Permissions)
        if (role >= least)
            permissions.push_back(permission);
    return permissions;
}

} // namespace sallyport::admin::api
