#include "app/ProxyView.h"

#include "app/Settings.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>

namespace sallyport::app {

namespace {

using admin::live::LiveSession;
using admin::live::RequestFigures;
using admin::live::TimeFigures;
using admin::live::WorkerFigures;

/// How long the workers are waited for: each turn of a loop takes some milliseconds at most, and a
/// list of all sessions several of them.
constexpr std::chrono::seconds Patience{2};

/// The answers of several threads. Shared with them, so that one that comes too late finds room.
template <typename Answer>
class Answers {
public:
    explicit Answers(std::size_t expected) : expected_(expected) {}

    void add(Answer answer)
    {
        const std::scoped_lock lock(mutex_);
        answers_.push_back(std::move(answer));
        if (answers_.size() == expected_)
            complete_.notify_one();
    }
    /// Nothing: one was missing when the time was over.
    [[nodiscard]] std::optional<std::vector<Answer>> take()
    {
        std::unique_lock lock(mutex_);
        const bool all =
            complete_.wait_for(lock, Patience, [this] { return answers_.size() == expected_; });
        return all ? std::optional(std::move(answers_)) : std::nullopt;
    }

private:
    const std::size_t expected_;
    std::mutex mutex_;
    std::condition_variable complete_;
    std::vector<Answer> answers_;
};

bool anyIsOver(const std::vector<proxy::Worker*>& workers)
{
    return std::ranges::any_of(workers, &proxy::Worker::isOver);
}

LiveSession liveSession(const proxy::SessionSummary& summary)
{
    using Look = proxy::SessionSummary::Look;
    using Verdict = LiveSession::Verdict;
    LiveSession session{.id = summary.id,
                        .begun = summary.begun,
                        .user = {},
                        .client = summary.client.address.bytes(),
                        .clientPort = summary.client.port,
                        .listener = std::string(summary.listener),
                        .host = summary.host,
                        .port = summary.port,
                        .protocol = summary.protocol,
                        .form = summary.form,
                        .ruleId = summary.ruleId,
                        .ruleName = summary.ruleName,
                        .layer = summary.layer,
                        .policyVersion = summary.policyVersion,
                        .verdict = summary.look == Look::Inside ? Verdict::Inspect : Verdict::Allow,
                        .destination = {},
                        .bytesUp = summary.bytes.clientToProxy,
                        .bytesDown = summary.bytes.proxyToClient};
    if (summary.destination)
        session.destination = summary.destination->bytes();
    return session;
}

std::optional<std::vector<LiveSession>> listSessions(const std::vector<proxy::Worker*>& workers)
{
    if (anyIsOver(workers))
        return std::nullopt;
    using Summaries = std::vector<proxy::SessionSummary>;
    const auto answers = std::make_shared<Answers<Summaries>>(workers.size());
    for (auto* worker : workers)
        worker->listSessions([answers](Summaries found) { answers->add(std::move(found)); });
    const auto all = answers->take();
    if (!all)
        return std::nullopt;
    std::vector<LiveSession> sessions;
    for (const auto& ofOne : *all)
        std::ranges::transform(ofOne, std::back_inserter(sessions), liveSession);
    return sessions;
}

std::optional<std::size_t> terminate(const std::vector<proxy::Worker*>& workers,
                                     std::vector<audit::SessionId> ids)
{
    if (anyIsOver(workers))
        return std::nullopt;
    std::ranges::sort(ids);
    const auto answers = std::make_shared<Answers<std::size_t>>(workers.size());
    for (auto* worker : workers)
        worker->terminate(ids, [answers](std::size_t ended) { answers->add(ended); });
    const auto all = answers->take();
    if (!all)
        return std::nullopt;
    return std::accumulate(all->begin(), all->end(), std::size_t{0});
}

TimeFigures timeFigures(const proxy::Distribution& times)
{
    return {.counts = {times.counts().begin(), times.counts().end()},
            .sumSeconds = std::chrono::duration<double>(times.sum()).count()};
}

RequestFigures requestFigures(const proxy::WorkerCounters& counters)
{
    static_assert(proxy::OutcomeCount == admin::live::OutcomeNames.size());
    return {.connections = counters.connections,
            .turnedAway = counters.turnedAway,
            .requests = counters.requests,
            .outcomes = counters.outcomes,
            .ends = {counters.ends.begin(), counters.ends.end()},
            .bytesFromClients = counters.bytesFromClients,
            .bytesFromUpstreams = counters.bytesFromUpstreams,
            .namesAsked = counters.namesAsked,
            .namesFailed = counters.namesFailed,
            .decisions = timeFigures(counters.decisions),
            .dials = timeFigures(counters.dials),
            .recordWaits = timeFigures(counters.recordWaits)};
}

WorkerFigures workerFigures(const proxy::WorkerReport& report)
{
    return {.requests = requestFigures(report.counters),
            .sessions = report.counters.carried,
            .connections = report.connections,
            .tunnels = report.tunnels,
            .policyVersion = report.policyVersion,
            .auditBacklog = report.auditBacklog,
            .loopLag = report.waited};
}

std::optional<std::vector<WorkerFigures>> askWorkers(const std::vector<proxy::Worker*>& workers)
{
    if (anyIsOver(workers))
        return std::nullopt;
    using Numbered = std::pair<std::size_t, WorkerFigures>;
    const auto answers = std::make_shared<Answers<Numbered>>(workers.size());
    for (std::size_t i = 0; i < workers.size(); ++i)
        workers[i]->report([answers, i](const proxy::WorkerReport& report) {
            answers->add({i, workerFigures(report)});
        });
    auto all = answers->take();
    if (!all)
        return std::nullopt;
    std::ranges::sort(*all, {}, &Numbered::first);
    std::vector<WorkerFigures> figures;
    for (auto& [number, ofOne] : *all)
        figures.push_back(std::move(ofOne));
    return figures;
}

std::vector<double> timeBounds()
{
    std::vector<double> bounds;
    for (const auto bound : proxy::Distribution::Bounds)
        bounds.push_back(std::chrono::duration<double>(bound).count());
    return bounds;
}

} // namespace

admin::live::ProxyView proxyView(std::vector<proxy::Worker*> workers)
{
    admin::live::ProxyView view;
    view.sessions = [workers] { return listSessions(workers); };
    view.terminate = [workers](std::vector<audit::SessionId> ids) {
        return terminate(workers, std::move(ids));
    };
    view.workers = [workers] { return askWorkers(workers); };
    view.timeBounds = timeBounds();
    return view;
}

std::optional<admin::OpenSessionsAsked>
openSessionsUnder(const std::vector<proxy::Worker*>& workers,
                  const std::shared_ptr<const policy::Policy>& policy)
{
    using Reviewed = proxy::Worker::Reviewed;
    const auto answers = std::make_shared<Answers<Reviewed>>(workers.size());
    for (auto* worker : workers)
        worker->tryPolicy(policy, [answers](Reviewed reviewed) { answers->add(reviewed); });
    const auto all = answers->take();
    if (!all)
        return std::nullopt;
    admin::OpenSessionsAsked asked;
    for (const auto& ofOne : *all) {
        asked.open += ofOne.carried;
        asked.ended += ofOne.forbidden;
    }
    return asked;
}

std::optional<std::vector<admin::pac::PacFetch>>
pacFetches(const std::vector<proxy::Worker*>& workers)
{
    if (anyIsOver(workers))
        return std::nullopt;
    using Entries = std::vector<proxy::PacFetches::Entry>;
    const auto answers = std::make_shared<Answers<Entries>>(workers.size());
    for (auto* worker : workers)
        worker->listPacFetches([answers](Entries entries) { answers->add(std::move(entries)); });
    const auto all = answers->take();
    if (!all)
        return std::nullopt;
    std::vector<admin::pac::PacFetch> fetches;
    for (const auto& ofOne : *all)
        for (const auto& [network, count, last] : ofOne) {
            const auto known = std::ranges::find(fetches, network, &admin::pac::PacFetch::network);
            if (known == fetches.end()) {
                fetches.push_back({network, count, last});
                continue;
            }
            known->count += count;
            known->last = std::max(known->last, last);
        }
    std::ranges::sort(fetches, std::greater(), &admin::pac::PacFetch::last);
    return fetches;
}

admin::live::AuditFigures auditFigures(const AuditLog& log)
{
    const auto status = log.status();
    admin::live::AuditFigures figures{.mode = std::string(auditModeName(status.mode)),
                                      .written = status.writer.written,
                                      .lost = status.writer.lost,
                                      .backlogBytes = status.writer.backlog,
                                      .journalUsed = status.journalUsed,
                                      .journalCapacity = status.journalCapacity,
                                      .writerError = status.writer.lastError,
                                      .journalError = status.journalError,
                                      .sinks = {}};
    for (const auto& sink : status.sinks)
        figures.sinks.push_back({.name = sink.name,
                                 .sent = sink.sent,
                                 .rejected = sink.rejected,
                                 .lostByRetention = sink.lostByRetention,
                                 .failures = sink.failures,
                                 .error = sink.lastError,
                                 .waitingRecords = sink.lagRecords,
                                 .lag = sink.lag});
    return figures;
}

} // namespace sallyport::app
