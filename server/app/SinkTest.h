// SinkTest: sends one record to a sink beside those that the audit log sends, to see whether the
// receiver takes it.
#pragma once

#include "audit/sink/SinkSpec.h"

#include <chrono>

namespace sallyport::app {

/// The record is an admin event of the action "sink.test" with seq 0. Throws audit::sink::SinkError
/// with the reason.
void testSink(const audit::sink::SinkSpec& spec, const std::string& node,
              std::chrono::milliseconds limit);

} // namespace sallyport::app
