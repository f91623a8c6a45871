#include "admin/live/MetricsPage.h"

#include "admin/api/ApiError.h"
#include "admin/live/MetricsText.h"
#include "admin/live/ProcessFigures.h"
#include "policy/Network.h"

#include <algorithm>
#include <string_view>

namespace sallyport::admin::live {

namespace {

using Kind = MetricsText::Kind;

bool isLoopback(std::string_view address)
{
    const auto bytes = policy::parseAddress(address);
    return bytes && (policy::parseNetwork("127.0.0.0/8")->contains(*bytes) ||
                     policy::parseNetwork("::1/128")->contains(*bytes));
}

double seconds(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

void addProcess(MetricsText& text)
{
    const auto process = readProcessFigures();
    text.begin("sallyport_build_info", Kind::Gauge, "The version that runs; always 1.");
    text.value(std::uint64_t{1}, {{"version", SALLYPORT_VERSION}});
    text.gauge("sallyport_process_start_time_seconds", "When the process began, since 1970.",
               std::chrono::duration<double>(process.started.time_since_epoch()).count());
    text.begin("sallyport_process_cpu_seconds_total", Kind::Counter, "CPU time of the process.");
    text.value(process.cpuSeconds);
    text.gauge("sallyport_process_resident_memory_bytes", "Memory of the process that is in RAM.",
               static_cast<double>(process.residentBytes));
    text.gauge("sallyport_process_open_files", "Open file handles, connections included.",
               static_cast<double>(process.openFiles));
    text.gauge("sallyport_process_max_files", "How many file handles the process may have.",
               static_cast<double>(process.mostFiles));
    text.gauge("sallyport_process_threads", "Threads of the process.",
               static_cast<double>(process.threads));
}

void addRequests(MetricsText& text, const RequestFigures& all, std::span<const double> bounds)
{
    text.counter("sallyport_client_connections_total", "Connections of clients that were accepted.",
                 all.connections);
    text.counter("sallyport_client_connections_refused_total",
                 "Connections that were answered with 503 or closed: too many at once.",
                 all.turnedAway);
    text.counter("sallyport_requests_total", "Requests that were begun, whatever became of them.",
                 all.requests);
    text.begin("sallyport_request_outcomes_total", Kind::Counter,
               "Requests by what they carry and what became of them: allow, inspect, deny, error "
               "(allowed, then failed upstream), unread (the policy was not asked).");
    for (std::size_t i = 0; i < all.outcomes.size(); ++i)
        for (std::size_t j = 0; j < all.outcomes[i].size(); ++j)
            text.value(all.outcomes[i][j],
                       {{"protocol", policy::protocolName(static_cast<policy::Protocol>(i))},
                        {"verdict", OutcomeNames[j]}});
    text.begin("sallyport_session_ends_total", Kind::Counter,
               "Ends of sessions and refusals, by the close reason of their audit record.");
    for (std::size_t i = 1; i < all.ends.size(); ++i)
        text.value(all.ends[i], {{"reason", db::closeReasonName(static_cast<db::CloseReason>(i))}});
    text.begin("sallyport_bytes_total", Kind::Counter,
               "Bytes read from either side; of tunnels as they move, of other requests at their "
               "end.");
    text.value(all.bytesFromClients, {{"from", "client"}});
    text.value(all.bytesFromUpstreams, {{"from", "upstream"}});
    text.counter("sallyport_dns_queries_total", "Names that neither cache nor hosts file knew.",
                 all.namesAsked);
    text.counter("sallyport_dns_failures_total",
                 "Of these, those that no server answered; names that do not exist are answered.",
                 all.namesFailed);
    text.begin("sallyport_decision_duration_seconds", Kind::Histogram,
               "Time of one decision of the policy; every 16th is measured.");
    text.times(all.decisions, bounds, 0, 0.01);
    text.begin("sallyport_dial_duration_seconds", Kind::Histogram,
               "Time to connect to an upstream, over all its addresses, also in vain.");
    text.times(all.dials, bounds, 0.0001, 60);
    text.begin("sallyport_audit_commit_wait_seconds", Kind::Histogram,
               "Time that a session waited for its record to be on the disk; in strict mode only.");
    text.times(all.recordWaits, bounds, 0.0001, 60);
}

/// One line for each worker.
template <typename Value>
void addByWorker(MetricsText& text, const std::vector<WorkerFigures>& workers,
                 std::string_view name, std::string_view help, Value value)
{
    text.begin(name, Kind::Gauge, help);
    for (std::size_t i = 0; i < workers.size(); ++i)
        text.value(static_cast<double>(value(workers[i])), {{"worker", std::to_string(i)}});
}

void addWorkers(MetricsText& text, const std::vector<WorkerFigures>& workers,
                std::span<const double> bounds)
{
    RequestFigures all;
    std::uint64_t open = 0;
    for (const auto& worker : workers) {
        all += worker.requests;
        open += worker.sessions;
    }
    text.gauge("sallyport_sessions_open", "Sessions that have an upstream and have not ended.",
               static_cast<double>(open));
    addRequests(text, all, bounds);
    addByWorker(text, workers, "sallyport_worker_sessions", "Open sessions of a worker.",
                [](const WorkerFigures& worker) { return worker.sessions; });
    addByWorker(text, workers, "sallyport_worker_connections",
                "Connections of clients at a worker, tunnels included.",
                [](const WorkerFigures& worker) { return worker.connections + worker.tunnels; });
    addByWorker(text, workers, "sallyport_worker_loop_lag_seconds",
                "How long the question for these figures waited for a worker's turn.",
                [](const WorkerFigures& worker) { return seconds(worker.loopLag); });
    addByWorker(text, workers, "sallyport_worker_policy_version",
                "The policy that a worker decides by.",
                [](const WorkerFigures& worker) { return worker.policyVersion; });
    addByWorker(text, workers, "sallyport_worker_audit_backlog_bytes",
                "Records of a worker that are not in the audit log's store yet.",
                [](const WorkerFigures& worker) { return worker.auditBacklog; });
}

/// One line for each sink.
template <typename Value>
void addBySink(MetricsText& text, const AuditFigures& audit, std::string_view name, Kind kind,
               std::string_view help, Value value)
{
    text.begin(name, kind, help);
    for (const auto& sink : audit.sinks)
        text.value(static_cast<double>(value(sink)), {{"sink", sink.name}});
}

void addAudit(MetricsText& text, const AuditFigures& audit)
{
    text.counter("sallyport_audit_records_written_total", "Records in the audit log's store.",
                 audit.written);
    text.counter("sallyport_audit_records_lost_total",
                 "Records that will never be there: no room, in best-effort mode.", audit.lost);
    text.gauge("sallyport_audit_backlog_bytes", "Records that are not in the store yet.",
               static_cast<double>(audit.backlogBytes));
    text.gauge("sallyport_audit_journal_used_bytes", "What the workers' journals hold.",
               static_cast<double>(audit.journalUsed));
    text.gauge("sallyport_audit_journal_capacity_bytes", "What they can hold.",
               static_cast<double>(audit.journalCapacity));
    text.gauge("sallyport_audit_store_up", "1 while the store and the journals take records.",
               audit.writerError.empty() && audit.journalError.empty() ? 1 : 0);
    using Sink = AuditFigures::Sink;
    addBySink(text, audit, "sallyport_sink_records_sent_total", Kind::Counter,
              "Records sent to a sink, those sent twice counted twice.",
              [](const Sink& sink) { return sink.sent; });
    addBySink(text, audit, "sallyport_sink_records_rejected_total", Kind::Counter,
              "Records that a sink did not want.", [](const Sink& sink) { return sink.rejected; });
    addBySink(text, audit, "sallyport_sink_records_lost_total", Kind::Counter,
              "Records that were deleted by retention before they were sent.",
              [](const Sink& sink) { return sink.lostByRetention; });
    addBySink(text, audit, "sallyport_sink_failures_total", Kind::Counter,
              "Attempts to send that failed.", [](const Sink& sink) { return sink.failures; });
    addBySink(text, audit, "sallyport_sink_waiting_records", Kind::Gauge,
              "Records that are not sent yet.",
              [](const Sink& sink) { return sink.waitingRecords; });
    addBySink(text, audit, "sallyport_sink_lag_seconds", Kind::Gauge, "Age of the oldest of them.",
              [](const Sink& sink) { return sink.lag.count(); });
    addBySink(text, audit, "sallyport_sink_up", Kind::Gauge, "1 while a sink takes records.",
              [](const Sink& sink) { return sink.error.empty() ? 1 : 0; });
}

} // namespace

api::Answer MetricsPage::answer(const api::Caller& caller) const
{
    const auto openTo = openTo_ ? openTo_() : OpenTo::Loopback;
    if (!caller.isSignedIn() && openTo == OpenTo::Loopback && !isLoopback(caller.address)) {
        const api::ApiError problem(api::ProblemKind::Unauthenticated,
                                    "Send an API token, or ask from this machine.");
        api::Answer answer;
        answer.status = problem.status();
        answer.mediaType = "application/problem+json";
        answer.body = problem.body("/metrics", "");
        return answer;
    }
    api::Answer answer;
    answer.mediaType = MetricsText::MediaType;
    answer.body = text();
    return answer;
}

std::string MetricsPage::text() const
{
    MetricsText text;
    addProcess(text);
    const auto stage = proxy_.stage();
    text.gauge("sallyport_serving", "1 while clients are accepted: not starting, not draining.",
               stage == ServerStage::Serving ? 1 : 0);
    const auto workers = proxy_.workers();
    text.gauge("sallyport_workers_responding", "1 if all workers answered in time for this page.",
               workers ? 1 : 0);
    if (workers)
        addWorkers(text, *workers, proxy_.timeBounds);
    text.gauge("sallyport_loop_lag_max_seconds",
               "The longest that a worker let a question wait within the last minute.",
               seconds(watch_.now().longestLag));
    if (const auto policy = proxy_.policy())
        text.gauge("sallyport_policy_version", "The policy that was published last.",
                   static_cast<double>(policy->version()));
    addAudit(text, proxy_.audit());
    text.gauge("sallyport_live_feeds", "Pages of the admin UI that watch live.",
               static_cast<double>(feeds_()));
    return text.take();
}

} // namespace sallyport::admin::live
