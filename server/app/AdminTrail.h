// AdminTrail: tells the audit log what a person does by a command: changes, and looks at the log.
//
// No trail, no act: what cannot be recorded is refused. The records reach the log through
// db/AdminSpool, also while no server runs.
#pragma once

#include "db/AdminSpool.h"
#include "db/ListStore.h"
#include "db/PolicyStore.h"

#include <functional>
#include <string>

namespace sallyport::app {

class CommandLine;

/// Who runs this program, as the log says it: "ann (uid 1000)", "ann (uid 1000) as root" with sudo.
[[nodiscard]] std::string actor();

// All throw CommandRefused or DatabaseError if it cannot be recorded, before anything is done.

/// That somebody looks at the log, and what the line asks for; `action` is "audit.export" or the
/// like.
void recordReading(const CommandLine& line, const std::string& action);
/// A step for PolicyStore::beforeCommit().
[[nodiscard]] db::PolicyStore::BeforeCommit policyTrail(const CommandLine& line);
/// A step for ListStore::import().
[[nodiscard]] std::function<void(const db::ListStore::Import&)> listTrail(const CommandLine& line);

} // namespace sallyport::app
