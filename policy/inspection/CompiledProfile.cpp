#include "policy/inspection/CompiledProfile.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace sallyport::policy::inspection {

CompiledProfile::CompiledProfile(InspectionProfile profile) : profile_(std::move(profile))
{
    for (std::size_t check = 0; check < profile_.checks.size(); ++check)
        std::visit(
            [&]<class Looked>(const Looked& condition) {
                std::get<std::vector<CheckFor<Looked>>>(checks_).emplace_back(&condition, check);
            },
            profile_.checks[check].condition);
    if (!checksFor<Patterns>().empty())
        patterns_ = std::make_unique<const PatternSet>(profile_);
}

bool CompiledProfile::needsContent() const
{
    const auto seesUtf8 = [](const CheckFor<BrokenFrames>& each) {
        const auto& faults = each.condition->faults;
        return faults.empty() || std::ranges::count(faults, FrameFault::BadUtf8) != 0;
    };
    return patterns_ || !checksFor<LargeMessage>().empty() || !checksFor<ManyBytes>().empty() ||
           std::ranges::any_of(checksFor<BrokenFrames>(), seesUtf8);
}

bool CompiledProfile::scans(Direction direction, MessageKind kind) const
{
    return std::ranges::any_of(checksFor<Patterns>(), [&](const CheckFor<Patterns>& each) {
        return concerns(profile_.checks[each.check], direction) && concerns(*each.condition, kind);
    });
}

bool concerns(const Check& check, Direction direction)
{
    return !check.direction || *check.direction == direction;
}

bool concerns(const Patterns& patterns, MessageKind kind)
{
    return kind == MessageKind::Text ? patterns.inText : patterns.inBinary;
}

} // namespace sallyport::policy::inspection
