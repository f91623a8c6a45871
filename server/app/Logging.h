// Logging: where the process's own log lines go and how they look. Not the audit log.
#pragma once

#include "app/Settings.h"

namespace sallyport::app {

/// One line per message: time in UTC, level, source, text. Throws Poco::Exception if the file
/// cannot be opened.
void startLogging(const Settings& settings);
/// For a reload.
void setLogLevel(LogLevel level);

} // namespace sallyport::app
