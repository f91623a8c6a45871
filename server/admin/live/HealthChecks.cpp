#include "admin/live/HealthChecks.h"

#include "admin/live/FigureWords.h"

#include <algorithm>

namespace sallyport::admin::live {

namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

HealthState byLimits(double value, double warnFrom, double badFrom)
{
    if (value >= badFrom)
        return HealthState::Bad;
    return value >= warnFrom ? HealthState::Warn : HealthState::Ok;
}

double share(std::uint64_t part, std::uint64_t all)
{
    return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

HealthCheck auditWriter(const HealthFacts& facts)
{
    HealthCheck check{.id = "audit-writer", .title = "Audit log"};
    check.value = bytesWords(facts.audit.backlogBytes) + " not in the store yet";
    check.threshold = "bad when records cannot be written";
    check.text = "Records reach the store as they come.";
    if (!facts.audit.writerError.empty()) {
        check.state = HealthState::Bad;
        check.text = "The store takes no records: " + facts.audit.writerError +
                     ". They wait in the journals; free space or mend the disk.";
    } else if (facts.audit.lost > 0) {
        check.state = HealthState::Warn;
        check.text = std::to_string(facts.audit.lost) +
                     " records were lost since the start for want of room; use the mode spool or "
                     "strict to lose none.";
    }
    return check;
}

HealthCheck auditJournals(const HealthFacts& facts)
{
    const auto& audit = facts.audit;
    const auto used = share(audit.journalUsed, audit.journalCapacity);
    HealthCheck check{.id = "audit-journals", .title = "Audit journals"};
    check.value = percentWords(used) + " of " + bytesWords(audit.journalCapacity);
    check.threshold = "warns at 50 %, bad at 90 %";
    check.state = byLimits(used, 0.5, 0.9);
    check.text = check.state == HealthState::Ok
                     ? "What waits for the store has room."
                     : "The store is behind: when the journals are full, clients are refused "
                       "(or records lost, in best-effort mode). Look at the disk.";
    if (!audit.journalError.empty()) {
        check.state = HealthState::Bad;
        check.text = "The disk does not take the journals: " + audit.journalError + '.';
    }
    return check;
}

HealthCheck recordChain(const HealthFacts& facts)
{
    HealthCheck check{.id = "record-chain", .title = "Record chain"};
    check.threshold = "bad when a record was changed or is missing";
    if (!facts.chain) {
        check.text = "Not verified since the start: \"Verify now\" in the audit log does it.";
        return check;
    }
    const auto age = facts.now - facts.chain->at;
    check.value = "verified " + timeWords(std::max(age, age.zero())) + " ago";
    check.text = "Every record is as it was written.";
    if (facts.chain->result == ChainState::Result::Broken) {
        check.state = HealthState::Bad;
        check.value = "broken";
        check.text = "It is broken: " + facts.chain->text + '.'; // the title is said before
    }
    return check;
}

HealthCheck sinkCheck(const AuditFigures::Sink& sink)
{
    HealthCheck check{.id = "sink:" + sink.name, .title = "Sink " + sink.name};
    check.value = sink.waitingRecords == 0 ? "up to date"
                                           : std::to_string(sink.waitingRecords) + " records, " +
                                                 timeWords(sink.lag) + " behind";
    check.threshold = "warns at 1 min, bad at 10 min";
    check.state = byLimits(static_cast<double>(sink.lag.count()), 60, 600);
    check.text = "It gets the records as they come.";
    if (!sink.error.empty()) {
        check.state = std::max(check.state, HealthState::Warn);
        check.text = "It takes no records: " + sink.error + ". They are sent again when it does.";
    } else if (check.state != HealthState::Ok) {
        check.text = "It takes records more slowly than they come.";
    }
    if (sink.lostByRetention > 0) {
        check.state = HealthState::Bad;
        check.text = std::to_string(sink.lostByRetention) +
                     " records were deleted by retention before they could be sent.";
    }
    return check;
}

HealthCheck resolver(const HealthFacts& facts)
{
    HealthCheck check{.id = "resolver", .title = "Name servers"};
    check.threshold = "warns at 20 % failures within a minute, bad at 80 %";
    check.text = "They answer.";
    constexpr std::uint64_t FewAsked = 5;
    const auto& minute = facts.figures.lastMinute;
    if (!minute || minute->sums.namesAsked == 0) {
        check.text = "No name was asked for within the last minute.";
        return check;
    }
    const auto failed = share(minute->sums.namesFailed, minute->sums.namesAsked);
    check.value =
        percentWords(failed) + " of " + std::to_string(minute->sums.namesAsked) + " failed";
    if (minute->sums.namesAsked >= FewAsked)
        check.state = byLimits(failed, 0.2, 0.8);
    if (check.state != HealthState::Ok)
        check.text = "Name servers do not answer: look at the setting dns-server and the way "
                     "there.";
    return check;
}

HealthCheck disk(const HealthFacts& facts)
{
    HealthCheck check{.id = "disk", .title = "Disk"};
    check.threshold = "warns below 10 % or 14 days, bad below 3 % or 2 days";
    if (!facts.disk) {
        check.state = HealthState::Warn;
        check.text = "The data directory's disk cannot be looked at.";
        return check;
    }
    check.value = bytesWords(facts.disk->freeBytes) + " free";
    if (facts.daysUntilFull)
        check.value += ", full in " + timeWords(std::chrono::nanoseconds(static_cast<std::int64_t>(
                                          std::min(*facts.daysUntilFull, 3650.0) * 86400e9)));
    const auto used = 1 - share(facts.disk->freeBytes, facts.disk->allBytes);
    check.state = byLimits(used, 0.9, 0.97);
    if (facts.daysUntilFull)
        check.state = std::max(check.state, byLimits(-*facts.daysUntilFull, -14, -2));
    check.text = check.state == HealthState::Ok
                     ? "There is room for the audit log."
                     : "The disk fills up: keep the audit log for a shorter time (audit-keep-days, "
                       "audit-budget) or give it more room.";
    return check;
}

HealthCheck certificate(const HealthFacts& facts)
{
    HealthCheck check{.id = "certificate", .title = "Certificate of this site"};
    check.threshold = "warns 30 days before its end, bad 7 days before";
    if (!facts.certificateExpiry) {
        check.text = "Its end is not known.";
        return check;
    }
    const auto left = *facts.certificateExpiry - facts.now;
    check.state =
        byLimits(-std::chrono::duration<double>(left).count(), -30 * 86400.0, -7 * 86400.0);
    check.value = left.count() > 0 ? "valid for " + timeWords(left) : "expired";
    check.text = check.state == HealthState::Ok ? "Browsers can trust it for long enough."
                                                : "Replace it (admin-certificate, admin-key); one "
                                                  "that the proxy made itself is made anew when "
                                                  "its file is removed before a start.";
    return check;
}

HealthCheck fileHandles(const HealthFacts& facts)
{
    const auto used = share(facts.process.openFiles, facts.process.mostFiles);
    HealthCheck check{.id = "file-handles", .title = "File handles"};
    check.value =
        std::to_string(facts.process.openFiles) + " of " + std::to_string(facts.process.mostFiles);
    check.threshold = "warns at 80 %, bad at 95 %";
    check.state = byLimits(used, 0.8, 0.95);
    check.text = check.state == HealthState::Ok
                     ? "A tunnel takes two."
                     : "Soon no client can be accepted: raise the limit of open files.";
    return check;
}

HealthCheck loopLag(const HealthFacts& facts)
{
    HealthCheck check{.id = "loop-lag", .title = "Workers' event loops"};
    check.threshold = "warns at 100 ms, bad at 1 s or without an answer";
    if (facts.figures.answer == FigureWatch::Answer::None)
        return check;
    check.value = timeWords(facts.figures.longestLag) + " at most within a minute";
    check.state = byLimits(std::chrono::duration<double>(facts.figures.longestLag).count(), 0.1, 1);
    check.text = check.state == HealthState::Ok
                     ? "They answer at once."
                     : "A worker lets connections wait: the machine is overloaded, or a worker "
                       "hangs.";
    if (facts.figures.answer == FigureWatch::Answer::Late) {
        check.state = HealthState::Bad;
        check.value = "no answer";
        check.text = "A worker did not answer within 2 s.";
    }
    return check;
}

HealthCheck policyInForce(const HealthFacts& facts)
{
    HealthCheck check{.id = "policy", .title = "Policy"};
    check.value = "v" + std::to_string(facts.policyVersion);
    check.threshold = "warns while a worker has an older one, bad when a new one cannot be read";
    const auto behind =
        std::ranges::count_if(facts.figures.workers, [&facts](const WorkerFigures& worker) {
            return worker.policyVersion != facts.policyVersion;
        });
    check.text = "All workers decide by it.";
    if (behind > 0) {
        check.state = HealthState::Warn;
        check.text = std::to_string(behind) + " of " +
                     std::to_string(facts.figures.workers.size()) +
                     " workers still decide by an older one.";
    }
    if (!facts.policyProblem.empty()) {
        check.state = HealthState::Bad;
        check.text =
            "A newer policy cannot be used, the one before stays in force: " + facts.policyProblem;
    }
    return check;
}

HealthCheck clock(const HealthFacts& facts)
{
    HealthCheck check{.id = "clock", .title = "Clock"};
    check.threshold = "warns at a jump of 2 s, bad at 60 s, for ten minutes";
    const auto jump = facts.clockJump < 0s ? -facts.clockJump : facts.clockJump;
    check.state = byLimits(static_cast<double>(jump.count()), 2, 60);
    check.value = check.state == HealthState::Ok ? "steady" : "jumped by " + timeWords(jump);
    check.text = check.state == HealthState::Ok
                     ? "It was not set while the proxy ran."
                     : "It was set: times of the audit log, schedules and sign-in codes go by it. "
                       "Look at the time service.";
    return check;
}

HealthCheck feeds(const HealthFacts& facts)
{
    HealthCheck check{.id = "feeds", .title = "Destination lists"};
    check.threshold = "warns when a list could not be fetched, or is older than twice its interval";
    check.value = facts.staleFeeds.empty()
                      ? "up to date"
                      : std::to_string(facts.staleFeeds.size()) + " not up to date";
    check.text = "Every list is as new as it should be.";
    if (!facts.staleFeeds.empty()) {
        check.state = HealthState::Warn;
        check.text = facts.staleFeeds.front().list + ": " + facts.staleFeeds.front().text;
    }
    return check;
}

} // namespace

std::string_view healthStateName(HealthState state)
{
    switch (state) {
    case HealthState::Ok:
        return "ok";
    case HealthState::Warn:
        return "warn";
    case HealthState::Bad:
        return "bad";
    }
    return "";
}

std::vector<HealthCheck> healthChecks(const HealthFacts& facts)
{
    std::vector<HealthCheck> checks{auditWriter(facts), auditJournals(facts), recordChain(facts)};
    for (const auto& sink : facts.audit.sinks)
        checks.push_back(sinkCheck(sink));
    for (const auto check :
         {resolver, disk, certificate, fileHandles, loopLag, policyInForce, clock, feeds})
        checks.push_back(check(facts));
    return checks;
}

HealthState worstOf(const std::vector<HealthCheck>& checks)
{
    auto worst = HealthState::Ok;
    for (const auto& check : checks)
        worst = std::max(worst, check.state);
    return worst;
}

} // namespace sallyport::admin::live
