// BlockPage: what a person reads whose request the policy denies, for the pages that show it
// beforehand.
#pragma once

#include "policy/FactSheet.h"
#include "policy/Verdict.h"

#include <string>

namespace sallyport::app {

/// As plain text; the id of the session, which there is none of, is left out.
[[nodiscard]] std::string blockPageText(const policy::Verdict& verdict,
                                        const policy::FactSheet& facts);

} // namespace sallyport::app
