#include "app/SinkTest.h"

#include "admin/api/TimeText.h"
#include "audit/sink/Transport.h"

#include <array>

namespace sallyport::app {

void testSink(const audit::sink::SinkSpec& spec, const std::string& node,
              std::chrono::milliseconds limit)
{
    const auto now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    const std::string time = admin::api::timeText(now);
    db::AdminAct act{.time = now,
                     .who = "sallyport",
                     .source = "settings",
                     .action = "sink.test",
                     .object = spec.name,
                     .before = {},
                     .after = {},
                     .note = "a test; it is not in the audit log"};
    db::AuditRecord record;
    record.event = "admin";
    record.time = time;
    record.node = node;
    record.admin = &act;
    if (!spec.format->takes(record))
        throw audit::sink::SinkError(
            "its format cannot say an admin event, so that it has no test");
    const std::array records{audit::sink::outgoingOf(record, spec.format->append)};
    const audit::sink::Wait wait{.stop = {}, .deadline = std::chrono::steady_clock::now() + limit};
    const auto transport = audit::sink::makeTransport(spec);
    if (transport->send(records, wait) != 0)
        throw audit::sink::SinkError("the receiver does not want the record");
}

} // namespace sallyport::app
