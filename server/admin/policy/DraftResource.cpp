#include "admin/policy/DraftResource.h"

#include "admin/policy/JsonLine.h"
#include "admin/policy/MergePatch.h"
#include "admin/policy/PolicyComplaint.h"
#include "admin/policy/PolicySide.h"
#include "admin/policy/PolicySummary.h"
#include "policy/DocumentReader.h"
#include "policy/DocumentWriter.h"

#include <utility>

namespace sallyport::admin {
namespace {

using api::Access;
using api::Answer;
using api::Call;
using api::Role;

Answer draftAnswer(const DraftView& draft)
{
    auto answer = api::jsonAnswer(draft.text());
    answer.withTag(draft.tag());
    return answer;
}

policy::PolicyDocument documentFrom(const std::string& json)
{
    try {
        return policy::PolicyDocument::parse(json);
    } catch (const policy::PolicyError& error) {
        throw documentError(error);
    }
}

std::string summaryJson(const policy::PolicyDocument& document)
{
    JsonLine json;
    json.text("summary", summary(document));
    return std::move(json).take();
}

} // namespace

Answer documentAnswer(const policy::PolicyDocument& document, const std::string& name)
{
    auto answer = api::jsonAnswer(document.toJson());
    answer.with("Content-Disposition", "attachment; filename=\"" + name + ".json\"");
    return answer;
}

void DraftResource::addTo(api::Router& router)
{
    const auto reader = Access::from(Role::HelpDesk);
    const auto editor = Access::from(Role::Editor).changingPolicy();
    router.add("GET", "/policy/draft", reader, [this](Call&) { return find(); });
    router.add("DELETE", "/policy/draft", editor, [this](Call& call) { return discard(call); });
    router.add("PATCH", "/policy/draft/defaults", editor,
               [this](Call& call) { return changeDefaults(call); });
    router.add("PUT", "/policy/draft/document", editor.withBody(MostDocumentBytes),
               [this](Call& call) { return importDocument(call); });
    router.add("GET", "/policy/document", reader,
               [this](Call& call) { return exportDocument(call); });
}

Answer DraftResource::find()
{
    return draftAnswer(*desk_.draft());
}

Answer DraftResource::discard(const Call& call)
{
    desk_.discard(call);
    return api::noContent();
}

Answer DraftResource::changeDefaults(Call& call)
{
    const auto& patch = call.json().raw();
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        call.requireMatch(editing.seen.defaultsTag());
        const auto before = policy::writeDefaults(editing.document.defaults);
        try {
            editing.document.defaults = policy::readDefaults(mergePatched(before, patch));
            static_cast<void>(policy::PolicyDocument::parse(editing.document.toJson()));
        } catch (const policy::PolicyError& error) {
            auto pointer = error.where().field;
            if (pointer.starts_with("/defaults"))
                pointer.erase(0, std::string_view("/defaults").size());
            throw api::ApiError({{std::move(pointer), "invalid", error.complaint()}});
        }
        return api::Trail::Act{"policy.defaults-edit", "draft", before,
                               policy::writeDefaults(editing.document.defaults), ""};
    });
    auto answer = api::jsonAnswer(policy::writeDefaults(draft->document().defaults));
    answer.withTag(draft->defaultsTag());
    return answer;
}

Answer DraftResource::importDocument(Call& call)
{
    const auto imported = documentFrom(call.text(MostDocumentBytes));
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        call.requireMatch(editing.seen.tag());
        editing.document = imported;
        return api::Trail::Act{"policy.draft-import", "draft", summaryJson(editing.seen.document()),
                               summaryJson(imported), ""};
    });
    return draftAnswer(*draft);
}

Answer DraftResource::exportDocument(const Call& call)
{
    call.allowQuery({"policy"});
    const auto side = policySide(desk_, call.query("policy").value_or("live"), "?policy");
    return documentAnswer(side.document, side.fileName);
}

} // namespace sallyport::admin
