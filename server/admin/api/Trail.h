// Trail: tells the audit log what a person does through the API: changes, and looks at the log.
//
// No trail, no act: what cannot be recorded is refused. Safe for several threads at once.
#pragma once

#include "admin/api/Call.h"
#include "db/AdminSpool.h"

#include <filesystem>
#include <string>

namespace sallyport::admin::api {

class Trail {
public:
    explicit Trail(const std::filesystem::path& dataDirectory) : spool_(dataDirectory) {}

    struct Act {
        std::string action; ///< "policy.publish", "token.create", …
        std::string object; ///< what it was done to, or empty
        std::string before; ///< JSON text, or empty
        std::string after;  ///< JSON text, or empty
        std::string note;   ///< for people: ticket, reason
    };
    /// On the disk when it returns; call it before the act. Throws db::DatabaseError.
    void record(const Caller& caller, Act act) const;

private:
    db::AdminSpool spool_;
};

} // namespace sallyport::admin::api
