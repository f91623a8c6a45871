// runAudit: `sallyport audit` with arguments, within the test.
#pragma once

#include "app/AuditCommand.h"
#include "unit/app/CommandResult.h"

#include <string>
#include <vector>

namespace sallyport::app {

inline CommandResult runAudit(const std::vector<std::string>& arguments)
{
    return resultOf([&] { return runAuditCommand(arguments); });
}

} // namespace sallyport::app
