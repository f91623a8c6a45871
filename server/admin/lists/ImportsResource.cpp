#include "admin/lists/ImportsResource.h"

#include "admin/lists/FetchFile.h"
#include "admin/lists/ListActs.h"
#include "admin/lists/ListState.h"
#include "admin/lists/ReadImport.h"

#include <algorithm>

namespace sallyport::admin::lists {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;
using api::Role;

constexpr std::size_t MostFileNameBytes = 200;

// One of a few words in the query; `standard` when it is not there.
template <class Named>
auto wordIn(const Call& call, std::string_view name, std::string_view standard, Named named)
{
    const auto given = call.query(name).value_or(std::string(standard));
    const auto value = named(given);
    if (!value)
        throw ApiError({{'?' + std::string(name), "unknown", "\"" + given + "\" is not known"}});
    return *value;
}

std::optional<ImportMode> modeNamed(std::string_view name)
{
    if (name == "replace")
        return ImportMode::Replace;
    return name == "add" ? std::optional(ImportMode::Add) : std::nullopt;
}

void requireOwnId(const std::string& id)
{
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-';
    };
    if (!id.empty() && (id.size() < 8 || id.size() > 64 || !std::ranges::all_of(id, fits)))
        throw ApiError({{"?import_id", "invalid", "must be 8 to 64 letters, digits and hyphens"}});
}

std::string fileNameOf(const Call& call)
{
    auto name = call.query("file").value_or("");
    if (name.size() > MostFileNameBytes)
        throw ApiError({{"?file", "too-long", "may have at most 200 bytes"}});
    return name.empty() ? "pasted" : name;
}

bool isJson(const Call& call)
{
    return call.field("content-type").starts_with("application/json");
}

} // namespace

void ImportsResource::addTo(api::Router& router)
{
    constexpr const char* All = "/lists/{id}/import";
    constexpr const char* One = "/lists/{id}/import/{import}";
    const auto editor = Access::from(Role::Editor);
    router.add("GET", All, editor, [this](Call& call) { return all(call); });
    router.add("POST", All, editor.changingPolicy().withBody(MostBytes),
               [this](Call& call) { return isJson(call) ? fetch(call) : read(call); });
    router.add("GET", One, editor,
               [this](Call& call) { return api::answerOf(importOf(call)->json()); });
    router.add("DELETE", One, editor, [this](Call& call) {
        parts_->imports.drop(importOf(call));
        return api::noContent();
    });
    router.add("GET", std::string(One) + "/rejected", editor, [this](Call& call) {
        Answer answer;
        answer.mediaType = "text/csv; charset=utf-8";
        answer.body = importOf(call)->rejectedCsv();
        answer.with("Content-Disposition", "attachment; filename=\"rejected-lines.csv\"");
        return answer;
    });
    router.add("POST", std::string(One) + "/apply", editor.changingPolicy(),
               [this](Call& call) { return apply(call); });
}

Import::Plan ImportsResource::planOf(const Call& call)
{
    call.allowQuery({"format", "column", "separator", "bare_name", "mode", "file", "import_id"});
    Import::Plan plan;
    plan.id = call.query("import_id").value_or("");
    requireOwnId(plan.id);
    plan.list = call.inPath("id");
    plan.mode = wordIn(call, "mode", "replace", modeNamed);
    plan.form.format = wordIn(call, "format", "plain", formatNamed);
    plan.form.separator = wordIn(call, "separator", "comma", separatorNamed);
    plan.form.bareName = wordIn(call, "bare_name", "host", bareNameNamed);
    plan.form.column = call.query("column").value_or("1");
    plan.source = fileNameOf(call);
    plan.who = call.caller().name;
    return plan;
}

Answer ImportsResource::read(Call& call)
{
    auto plan = planOf(call);
    static_cast<void>(ListState::of(OpenLists(parts_->policyFile), plan.list));
    if (!call.body())
        throw ApiError({{"", "required", "send the file as the body"}});
    plan.totalBytes = call.bodyBytes();
    const auto import = parts_->imports.begin(std::move(plan));
    try {
        readImport(*import, parts_->policyFile, *call.body(), MostBytes);
    } catch (const ApiError& problem) {
        // What was no list stays, so that its lines can be looked at.
        if (problem.kind() != ProblemKind::Validation)
            parts_->imports.drop(import);
        throw;
    } catch (const std::exception&) {
        parts_->imports.drop(import);
        throw;
    }
    const auto path = "/lists/" + import->plan().list + "/import/" + import->plan().id;
    return api::created(path, import->json());
}

Answer ImportsResource::fetch(Call& call)
{
    auto plan = planOf(call);
    static_cast<void>(ListState::of(OpenLists(parts_->policyFile), plan.list));
    auto& fields = call.json();
    const auto url = fields.text("url", {.least = 1, .most = 2000});
    if (!url.empty() && !isFeedUrl(url))
        fields.wrong("url", "invalid", "must be an http or https address without a password in it");
    fields.refuseOthers();
    fields.throwIfWrong();
    plan.source = url;
    const auto import = parts_->imports.begin(std::move(plan));
    const auto work = [parts = parts_, import, url](api::Jobs::Progress& progress) {
        try {
            ReadImport reading(*import, parts->policyFile);
            std::uint64_t bytes = 0;
            noteRefusal(*import, [&] {
                fetchFile(url, {}, [&](std::string_view piece) {
                    progress.throwIfCancelled();
                    reading.take(piece);
                    progress.set(bytes += piece.size(), 0);
                });
                reading.finish();
            });
        } catch (const FetchError& problem) {
            throw ApiError(ProblemKind::Conflict, problem.what());
        } catch (const policy::PolicyError& problem) {
            throw ApiError({{"", "rejected", problem.what()}});
        }
        return import->json();
    };
    try {
        return api::accepted(parts_->jobs.start(call.caller(), "list-import", work));
    } catch (const ApiError&) {
        parts_->imports.drop(import);
        throw;
    }
}

Answer ImportsResource::all(Call& call)
{
    const auto& list = call.inPath("id");
    static_cast<void>(ListState::of(OpenLists(parts_->policyFile), list));
    Poco::JSON::Array items;
    for (const auto& import : parts_->imports.of(list))
        items.add(import->json());
    auto json = api::orderedObject();
    json.set("items", items);
    return api::answerOf(json);
}

Answer ImportsResource::apply(Call& call)
{
    const auto import = importOf(call);
    const auto preview = import->preview();
    if (!preview)
        throw ApiError(ProblemKind::Conflict, "It is not ready to be applied.");
    auto& fields = call.json();
    const auto note = fields.optionalText("note", ChangeNote);
    fields.refuseOthers();
    fields.throwIfWrong();

    const std::scoped_lock lock(parts_->changing);
    OpenLists lists(parts_->policyFile);
    const auto& name = import->plan().list;
    if (ListState::of(lists, name).version.number != preview->baseVersion)
        throw ApiError(ProblemKind::Stale,
                       "The list was changed since the preview was made; import the file again.");
    lists.store.dropUnused(); // of earlier imports: what fails here has changed nothing
    lists.store.import(
        name, preview->content,
        {.who = call.caller().name, .source = import->plan().source, .note = note.value_or("")},
        [&](const db::ListStore::Import& made) {
            parts_->trail.record(call.caller(), importAct("list.import", made));
        });
    parts_->imports.drop(import);
    const auto state = ListState::of(lists, name);
    return api::answerOf(state.json(lists, parts_->uses.of(name))).withTag(state.tag());
}

std::shared_ptr<Import> ImportsResource::importOf(const Call& call)
{
    auto import = parts_->imports.find(call.inPath("id"), call.inPath("import"));
    if (!import)
        throw ApiError(ProblemKind::NotFound,
                       "There is no such import any more; previews are kept for half an hour.");
    return import;
}

} // namespace sallyport::admin::lists
