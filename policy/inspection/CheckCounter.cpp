#include "policy/inspection/CheckCounter.h"

namespace sallyport::policy::inspection {

namespace {

constexpr std::string_view Prefix = "check/";

} // namespace

std::string checkCounterName(const CheckNames& names)
{
    return std::string(Prefix).append(names.profile).append("/").append(names.check);
}

std::optional<CheckNames> checkCountedUnder(std::string_view counter)
{
    if (!counter.starts_with(Prefix))
        return std::nullopt;
    counter.remove_prefix(Prefix.size());
    const auto slash = counter.find('/'); // the name of a check may have some, of a profile none
    if (slash == counter.npos)
        return std::nullopt;
    return CheckNames{counter.substr(0, slash), counter.substr(slash + 1)};
}

} // namespace sallyport::policy::inspection
