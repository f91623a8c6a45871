#include "admin/policy/PolicySide.h"

#include "policy/PolicyError.h"

#include <charconv>
#include <utility>

namespace sallyport::admin {
namespace {

std::uint32_t numberIn(const std::string& name, const std::string& pointer)
{
    std::uint32_t number = 0;
    const auto* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data(), end, number);
    if (name.empty() || error != std::errc() || stop != end)
        throw api::ApiError(
            {{pointer, "invalid", "must be \"live\", \"draft\" or the number of a version"}});
    return number;
}

PolicySide sideOfVersion(PolicyDesk::Version version)
{
    const auto number = std::to_string(version.number);
    auto side = sideOf(std::move(version));
    return {std::move(side.name),
            "policy-v" + number,
            std::move(side.document),
            std::move(side.lists),
            nullptr,
            ""};
}

} // namespace

PolicySide policySide(PolicyDesk& desk, const std::string& name, const std::string& pointer)
{
    if (name == "draft") {
        const auto draft = desk.draft();
        return {"the draft", "policy-draft", draft->document(), std::nullopt, nullptr, ""};
    }
    if (name == "live")
        return sideOfVersion(desk.live()->version);
    return sideOfVersion(desk.version(numberIn(name, pointer)));
}

PolicySide compiledSide(PolicyDesk& desk, const std::string& name, const std::string& pointer)
{
    if (name == "draft") {
        const auto draft = desk.draft();
        if (!draft->compiled().policy)
            throw api::ApiError(api::ProblemKind::Conflict, draft->compiled().problem);
        return {"the draft",  "policy-draft",           draft->document(),
                std::nullopt, draft->compiled().policy, ""};
    }
    const auto live = desk.live();
    auto side = policySide(desk, name, pointer);
    if (name == "live") {
        side.policy = live->policy;
    } else {
        try {
            side.policy = desk.compiled(desk.version(numberIn(name, pointer)));
        } catch (const policy::PolicyError& error) {
            side.problem = error.what();
        }
    }
    if (!side.policy)
        throw api::ApiError(api::ProblemKind::Conflict,
                            "This policy cannot be compiled here: " + side.problem);
    return side;
}

} // namespace sallyport::admin
