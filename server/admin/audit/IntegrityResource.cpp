#include "admin/audit/IntegrityResource.h"

#include "admin/api/TimeText.h"
#include "db/AuditFolder.h"
#include "db/AuditKey.h"
#include "db/AuditReader.h"

namespace sallyport::admin::audit {
namespace {

using Poco::Dynamic::Var;

Var textOrNull(std::uint64_t number)
{
    return number == 0 ? Var() : Var(std::to_string(number));
}

} // namespace

std::string IntegrityResource::runningJob()
{
    const std::scoped_lock lock(mutex_);
    const auto job = job_.empty() ? std::nullopt : jobs_.find(job_);
    return job && job->getValue<std::string>("state") == "running" ? job_ : std::string();
}

Poco::JSON::Object IntegrityResource::describe()
{
    const auto check = state_.last();
    auto json = api::orderedObject();
    json.set("state", !check ? "never" : check->firstBad ? "broken" : "whole");
    json.set("at", check ? Var(api::timeText(check->at)) : Var());
    json.set("by", check ? Var(check->by) : Var());
    json.set("verified_to", check ? textOrNull(check->verifiedTo) : Var());
    json.set("records", check ? Var(std::to_string(check->records)) : Var());
    json.set("files", check ? Var(check->files) : Var());
    json.set("head_hash", check && !check->head.empty() ? Var(check->head) : Var());
    json.set("checkpoints", check ? Var(check->checkpoints) : Var());
    json.set("last_checkpoint", check ? textOrNull(check->lastCheckpoint) : Var());
    json.set("signatures_checked",
             check ? Var(check->signatures == IntegrityCheck::Signatures::Checked) : Var());
    json.set("took_ms", check ? Var(static_cast<std::int64_t>(check->took.count())) : Var());
    Var fault;
    if (check && check->firstBad) {
        auto one = api::orderedObject();
        one.set("what", check->firstBad->what);
        one.set("seq", std::to_string(check->firstBad->seq));
        one.set("file", check->firstBad->file);
        one.set("sentence", check->firstBad->sentence);
        fault = one;
    }
    json.set("first_bad", fault);
    return json;
}

api::Answer IntegrityResource::show()
{
    auto json = describe();
    const auto job = runningJob();
    json.set("running_job", job.empty() ? Var() : Var(job));
    return api::answerOf(json);
}

api::Answer IntegrityResource::verify(const api::Call& call)
{
    if (const auto job = runningJob(); !job.empty())
        throw api::ApiError(api::ProblemKind::Conflict, "A check is under way already.")
            .with("job", '"' + job + '"');
    const std::scoped_lock lock(mutex_);
    trail_.record(call.caller(), {"audit.verify", "", "", "", ""});
    job_ = jobs_.start(call.caller(), "audit-verify",
                       [this, caller = call.caller()](api::Jobs::Progress& progress) {
                           return check(caller, progress);
                       });
    return api::accepted(job_);
}

Poco::JSON::Object IntegrityResource::check(const api::Caller& caller,
                                            api::Jobs::Progress& progress)
{
    const auto folder = dataDirectory_ / db::AuditFolderName;
    const db::AuditReader log(folder);
    const auto first = log.firstSeq();
    const std::uint64_t total = first == 0 ? 0 : log.lastSeq() - first + 1;
    std::optional<db::AuditPublicKey> key;
    if (const auto file = dataDirectory_ / db::AuditPublicKeyName; std::filesystem::exists(file))
        key.emplace(file);
    db::AuditProofs proofs;
    if (key)
        proofs.keys.push_back(&*key);
    progress.set(0, total);
    proofs.onProgress = [&](std::uint64_t records) {
        progress.throwIfCancelled();
        progress.set(records, std::max(records, total));
    };
    auto found = IntegrityCheck::of(db::verifyAuditLog(folder, proofs));
    found.at = api::now();
    found.by = caller.name;
    if (key)
        found.signatures = IntegrityCheck::Signatures::Checked;
    state_.keep(found);
    auto json = describe();
    json.set("running_job", Var());
    return json;
}

void IntegrityResource::addTo(api::Router& router)
{
    router.add("GET", "/audit/integrity", api::Access::from(api::Role::HelpDesk),
               [this](const api::Call&) { return show(); });
    router.add("POST", "/audit/integrity/verify", api::Access::from(api::Role::Auditor),
               [this](const api::Call& call) { return verify(call); });
}

} // namespace sallyport::admin::audit
