#include "admin/audit/ExportResource.h"

#include "admin/api/TimeText.h"
#include "admin/audit/SessionExport.h"
#include "admin/audit/SessionQuery.h"
#include "db/AuditFolder.h"

#include <Poco/DigestEngine.h>
#include <Poco/UUIDGenerator.h>

#include <array>
#include <fstream>
#include <memory>
#include <ostream>
#include <system_error>

namespace sallyport::admin::audit {
namespace {

namespace fs = std::filesystem;
using db::AuditExportEntry;
using Poco::Dynamic::Var;

constexpr std::array<std::string_view, 4> Formats{"csv", "jsonl", "ecs", "ocsf"};
constexpr std::array<std::string_view, 2> Rows{"sessions", "events"};
constexpr std::size_t CopiedAtOnce = 64 << 10;

Var textOrNull(const std::optional<std::uint64_t>& number)
{
    return number ? Var(std::to_string(*number)) : Var();
}

Var textOrNull(const std::string& text)
{
    return text.empty() ? Var() : Var(text);
}

Poco::JSON::Object jsonOf(const AuditExportEntry& entry)
{
    auto json = api::orderedObject();
    json.set("id", entry.id);
    json.set("state", entry.state);
    json.set("format", entry.format);
    json.set("rows", entry.rows);
    json.set("filter", entry.filter);
    json.set("by", entry.by);
    json.set("created_at", api::timeText(entry.created));
    json.set("count", entry.lines ? Var(*entry.lines) : Var());
    json.set("bytes", textOrNull(entry.bytes));
    json.set("chain_seq", entry.chainSeq == 0 ? Var() : Var(std::to_string(entry.chainSeq)));
    json.set("chain_head", textOrNull(entry.chainHead));
    json.set("sha256", textOrNull(entry.sha256));
    json.set("expires_at", entry.expires ? Var(api::timeText(*entry.expires)) : Var());
    json.set("job", textOrNull(entry.job));
    json.set("note", entry.note);
    json.set("etag", entry.state);
    return json;
}

void copy(const fs::path& from, std::ostream& to)
{
    std::ifstream file(from, std::ios::binary);
    std::array<char, CopiedAtOnce> piece{};
    while (file.read(piece.data(), piece.size()) || file.gcount() > 0)
        to.write(piece.data(), file.gcount());
    if (!file.eof())
        throw std::system_error(std::make_error_code(std::errc::io_error), from.string());
}

} // namespace

ExportResource::ExportResource(fs::path dataDirectory, Privacy& privacy, api::Jobs& jobs,
                               const api::Trail& trail)
    : dataDirectory_(std::move(dataDirectory)), privacy_(privacy), jobs_(jobs), trail_(trail),
      store_(dataDirectory_)
{
    store_.failUnfinished();
}

fs::path ExportResource::fileOf(const AuditExportEntry& entry) const
{
    return dataDirectory_ / "exports" / (entry.id + '.' + entry.format);
}

void ExportResource::keep(const AuditExportEntry& entry)
{
    const std::scoped_lock lock(mutex_);
    store_.keep(entry);
}

void ExportResource::dropExpired()
{
    for (const auto& entry : store_.all())
        if (entry.expires && *entry.expires <= api::now()) {
            std::error_code ignored;
            fs::remove(fileOf(entry), ignored);
            store_.remove(entry.id);
        }
}

api::Answer ExportResource::list()
{
    Poco::JSON::Array items;
    const std::scoped_lock lock(mutex_);
    dropExpired();
    for (const auto& entry : store_.all())
        items.add(jsonOf(entry));
    auto json = api::orderedObject();
    json.set("items", items);
    json.set("next_cursor", Var());
    json.set("prev_cursor", Var());
    return api::answerOf(json);
}

api::Answer ExportResource::create(api::Call& call)
{
    auto& body = call.json();
    AuditExportEntry entry;
    entry.format = Formats[body.choice("format", Formats)];
    entry.rows = Rows[body.optionalChoice("rows", Rows).value_or(0)];
    entry.filter = body.optionalText("filter", {.least = 0, .most = 4000}).value_or("");
    entry.note = body.optionalText("note", {.least = 0, .most = 500}).value_or("");
    body.refuseOthers();
    body.throwIfWrong();
    const auto filter = filterOf(parametersIn(entry.filter, "/filter"));
    if (privacy_.namesFor(call.caller()) == UserNames::Masked)
        throw api::ApiError(api::ProblemKind::Forbidden,
                            "An export holds user names, which are masked. Reveal them first: "
                            "POST /audit/reveal.")
            .with("needs", R"("reveal")");
    entry.id = Poco::UUIDGenerator().createRandom().toString();
    entry.owner = call.caller().account;
    entry.by = call.caller().name;
    entry.state = "running";
    entry.created = api::now();
    if (const auto files = db::AuditFolder(dataDirectory_ / db::AuditFolderName).files();
        !files.empty()) {
        const auto& link = files.back().lastLink;
        entry.chainSeq = files.back().lastSeq;
        entry.chainHead = Poco::DigestEngine::digestToHex({link.begin(), link.end()});
    }
    {
        const std::scoped_lock lock(mutex_);
        dropExpired();
        if (store_.all().size() >= MostKept)
            throw api::ApiError(api::ProblemKind::Conflict,
                                "There are " + std::to_string(MostKept) +
                                    " exports. Delete some of them first.");
    }
    trail_.record(call.caller(),
                  {"audit.export", entry.id, "", api::textOf(jsonOf(entry)), entry.note});
    keep(entry);
    try {
        entry.job = jobs_.start(call.caller(), "audit-export",
                                [this, entry, filter](api::Jobs::Progress& progress) {
                                    return write(entry, filter, progress);
                                });
    } catch (const api::ApiError&) {
        const std::scoped_lock lock(mutex_);
        store_.remove(entry.id);
        throw;
    }
    return api::accepted(entry.job);
}

// Whatever happens, the entry says how it ended.
Poco::JSON::Object ExportResource::write(AuditExportEntry entry, const db::SessionFilter& filter,
                                         api::Jobs::Progress& progress)
{
    try {
        fs::create_directories(dataDirectory_ / "exports");
        fs::permissions(dataDirectory_ / "exports", fs::perms::owner_all);
        ExportedFile file(fileOf(entry));
        SessionExport exported(dataDirectory_ / db::AuditFolderName,
                               ::sallyport::audit::format::requireFormat(entry.format), file,
                               progress);
        if (entry.rows == "events")
            exported.writeEvents(filter);
        else
            exported.writeSessions(filter);
        file.finish();
        entry.state = "done";
        entry.lines = exported.lines();
        entry.bytes = file.bytes();
        entry.sha256 = file.sha256();
        entry.expires = api::now() + KeptFor;
    } catch (...) {
        entry.state = progress.isCancelled() ? "cancelled" : "failed";
        entry.expires = api::now() + KeptFor;
        keep(entry);
        throw;
    }
    keep(entry);
    return jsonOf(entry);
}

AuditExportEntry ExportResource::require(const api::Call& call)
{
    auto entry = store_.find(call.inPath("id"));
    if (!entry)
        throw api::ApiError(api::ProblemKind::NotFound,
                            "There is no such export; they are deleted after some days.");
    return *std::move(entry);
}

api::Answer ExportResource::show(const api::Call& call)
{
    const std::scoped_lock lock(mutex_);
    const auto entry = require(call);
    return std::move(api::answerOf(jsonOf(entry)).withTag(entry.state));
}

api::Answer ExportResource::download(const api::Call& call)
{
    AuditExportEntry entry;
    {
        const std::scoped_lock lock(mutex_);
        entry = require(call);
    }
    const auto file = fileOf(entry);
    if (entry.state != "done" || !fs::exists(file))
        throw api::ApiError(api::ProblemKind::Conflict,
                            "The export has no file: it is " + entry.state + '.');
    trail_.record(call.caller(), {"audit.export.download", entry.id, "", "", ""});
    api::Answer answer;
    answer.mediaType =
        std::string(::sallyport::audit::format::requireFormat(entry.format).mediaType);
    const std::string ending = entry.format == "csv" ? ".csv" : '.' + entry.format + ".jsonl";
    answer.with("Content-Disposition", "attachment; filename=\"sallyport-audit-" +
                                           api::timeText(entry.created).substr(0, 10) + '-' +
                                           entry.id.substr(0, 8) + ending + '"');
    answer.stream = [file](std::ostream& out) { copy(file, out); };
    return answer;
}

api::Answer ExportResource::remove(const api::Call& call)
{
    const std::scoped_lock lock(mutex_);
    const auto entry = require(call);
    if (entry.owner != call.caller().account && call.caller().role < api::Role::Admin)
        throw api::ApiError(api::ProblemKind::Forbidden,
                            "Only " + entry.by + " and an admin can delete it.");
    call.requireMatch(entry.state);
    if (entry.state == "running")
        throw api::ApiError(api::ProblemKind::Conflict, "It is being made. Cancel its job first.");
    trail_.record(call.caller(),
                  {"audit.export.delete", entry.id, api::textOf(jsonOf(entry)), "", ""});
    std::error_code ignored;
    fs::remove(fileOf(entry), ignored);
    store_.remove(entry.id);
    return api::noContent();
}

void ExportResource::addTo(api::Router& router)
{
    const auto auditor = api::Access::from(api::Role::Auditor);
    router.add("GET", "/audit/exports", auditor, [this](const api::Call&) { return list(); });
    router.add("POST", "/audit/exports", auditor, [this](api::Call& call) { return create(call); });
    router.add("GET", "/audit/exports/{id}", auditor,
               [this](const api::Call& call) { return show(call); });
    router.add("GET", "/audit/exports/{id}/file", auditor,
               [this](const api::Call& call) { return download(call); });
    router.add("DELETE", "/audit/exports/{id}", auditor,
               [this](const api::Call& call) { return remove(call); });
}

} // namespace sallyport::admin::audit
