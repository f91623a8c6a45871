#include "admin/audit/IntegrityState.h"

#include "admin/api/Answer.h"
#include "admin/api/TimeText.h"

#include <Poco/DigestEngine.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

#include <fstream>
#include <iterator>

namespace sallyport::admin::audit {
namespace {

Poco::JSON::Object jsonOf(const IntegrityCheck& check)
{
    auto json = api::orderedObject();
    json.set("at", api::timeText(check.at));
    json.set("by", check.by);
    json.set("verified_to", check.verifiedTo);
    json.set("records", check.records);
    json.set("files", check.files);
    json.set("head", check.head);
    json.set("checkpoints", check.checkpoints);
    json.set("last_checkpoint", check.lastCheckpoint);
    json.set("signatures_checked", check.signatures == IntegrityCheck::Signatures::Checked);
    json.set("took_ms", static_cast<std::int64_t>(check.took.count()));
    if (check.firstBad) {
        auto fault = api::orderedObject();
        fault.set("what", check.firstBad->what);
        fault.set("seq", check.firstBad->seq);
        fault.set("file", check.firstBad->file);
        fault.set("sentence", check.firstBad->sentence);
        json.set("first_bad", fault);
    }
    return json;
}

IntegrityCheck checkIn(const std::string& text)
{
    const auto json = Poco::JSON::Parser().parse(text).extract<Poco::JSON::Object::Ptr>();
    IntegrityCheck check;
    check.at = api::timeFrom(json->getValue<std::string>("at")).value_or(check.at);
    check.by = json->getValue<std::string>("by");
    check.verifiedTo = json->getValue<std::uint64_t>("verified_to");
    check.records = json->getValue<std::uint64_t>("records");
    check.files = json->getValue<std::uint64_t>("files");
    check.head = json->getValue<std::string>("head");
    check.checkpoints = json->getValue<std::uint64_t>("checkpoints");
    check.lastCheckpoint = json->getValue<std::uint64_t>("last_checkpoint");
    if (json->getValue<bool>("signatures_checked"))
        check.signatures = IntegrityCheck::Signatures::Checked;
    check.took = std::chrono::milliseconds(json->getValue<std::int64_t>("took_ms"));
    if (const auto fault = json->getObject("first_bad"))
        check.firstBad = {
            fault->getValue<std::string>("what"), fault->getValue<std::uint64_t>("seq"),
            fault->getValue<std::string>("file"), fault->getValue<std::string>("sentence")};
    return check;
}

} // namespace

IntegrityCheck IntegrityCheck::of(const db::AuditVerification& result)
{
    IntegrityCheck check;
    check.verifiedTo = result.lastSeq;
    check.records = result.records;
    check.files = result.files;
    check.head = Poco::DigestEngine::digestToHex({result.head.begin(), result.head.end()});
    check.checkpoints = result.checkpoints;
    check.lastCheckpoint = result.lastCheckpoint;
    check.took = std::chrono::duration_cast<std::chrono::milliseconds>(result.took);
    if (const auto& fault = result.firstFault)
        check.firstBad = {std::string(db::auditFaultName(fault->what)), fault->seq,
                          fault->file.filename().string(), fault->sentence};
    return check;
}

// A damaged file is as none: the next check writes it anew.
IntegrityState::IntegrityState(const std::filesystem::path& dataDirectory)
    : file_(dataDirectory / "audit-check.json")
{
    std::ifstream input(file_, std::ios::binary);
    if (!input.is_open())
        return;
    try {
        last_ = checkIn({std::istreambuf_iterator<char>(input), {}});
    } catch (const Poco::Exception&) {
        last_.reset();
    }
}

std::optional<IntegrityCheck> IntegrityState::last() const
{
    const std::scoped_lock lock(mutex_);
    return last_;
}

void IntegrityState::keep(const IntegrityCheck& check)
{
    const std::scoped_lock lock(mutex_);
    last_ = check;
    const auto beside = file_.string() + ".new";
    {
        std::ofstream output(beside, std::ios::binary | std::ios::trunc);
        output << api::textOf(jsonOf(check)) << '\n';
        if (!output.flush())
            throw Poco::WriteFileException(beside);
    }
    std::filesystem::rename(beside, file_);
}

IntegrityState::Coverage IntegrityState::coverageOf(std::uint64_t seq) const
{
    const auto check = last();
    if (!check)
        return Coverage::Unknown;
    if (check->firstBad && seq >= check->firstBad->seq)
        return Coverage::Bad;
    return seq <= check->verifiedTo ? Coverage::Good : Coverage::Unknown;
}

std::string_view coverageName(IntegrityState::Coverage coverage)
{
    switch (coverage) {
    case IntegrityState::Coverage::Good:
        return "yes";
    case IntegrityState::Coverage::Bad:
        return "no";
    case IntegrityState::Coverage::Unknown:
        return "unknown";
    }
    return "";
}

} // namespace sallyport::admin::audit
