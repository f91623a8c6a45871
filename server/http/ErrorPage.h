// ErrorPage: the body of a refusal, for a person. Everything that came from outside is escaped.
#pragma once

#include "http/AcceptField.h"
#include "http/Refusal.h"

#include <string>

namespace sallyport::http {

/// UTF-8. The page loads nothing and runs nothing.
[[nodiscard]] std::string errorPage(const Refusal&, PageKind);

} // namespace sallyport::http
