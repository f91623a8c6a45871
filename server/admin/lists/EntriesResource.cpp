#include "admin/lists/EntriesResource.h"

#include "admin/lists/EntrySet.h"
#include "admin/lists/ListActs.h"
#include "admin/lists/ListState.h"
#include "policy/ListEntry.h"

#include <ostream>

namespace sallyport::admin::lists {
namespace {

using api::Access;
using api::Answer;
using api::Call;
using api::Role;

constexpr std::size_t MostEdited = 1000;
constexpr std::size_t MostEntryBytes = 260;

// In the spelling of lists; notes those that are none.
std::vector<std::string> entriesIn(api::JsonFields& fields)
{
    std::vector<std::string> entries;
    const auto written = fields.texts("entries", MostEdited, {.least = 1, .most = MostEntryBytes});
    for (std::size_t index = 0; index < written.size(); ++index) {
        const auto read = policy::parseListEntry(written[index], policy::BareName::ThatHost);
        if (read)
            entries.insert(entries.end(), read->begin(), read->end());
        else
            fields.wrongItem("entries", index, "invalid", read.error());
    }
    if (written.empty())
        fields.wrong("entries", "required", "name at least one entry");
    return entries;
}

std::string contentOf(const OpenLists& lists, const std::string& name)
{
    std::string entries;
    lists.store.read(name, [&entries](std::string_view piece) { entries += piece; });
    return entries;
}

} // namespace

void EntriesResource::addTo(api::Router& router)
{
    constexpr const char* Entries = "/lists/{id}/entries";
    const auto editor = Access::from(Role::Editor).changingPolicy();
    router.add("GET", Entries, Access::from(Role::HelpDesk),
               [this](Call& call) { return page(call); });
    router.add("POST", Entries, editor, [this](Call& call) { return edit(call, Edit::Add); });
    router.add("DELETE", Entries, editor, [this](Call& call) { return edit(call, Edit::Remove); });
    router.add("GET", "/lists/{id}/export", Access::from(Role::HelpDesk),
               [this](Call& call) { return exported(call); });
}

Answer EntriesResource::page(Call& call)
{
    call.allowQuery({"q", "limit", "cursor"});
    const auto& name = call.inPath("id");
    const OpenLists lists(parts_.policyFile);
    static_cast<void>(ListState::of(lists, name));
    const auto part = call.query("q").value_or("");
    const auto after = call.query("cursor").value_or("");
    const auto limit = call.limit();
    // One more than asked for tells whether there is another page.
    auto entries = part.empty() ? lists.store.page(name, after, limit + 1)
                                : lists.store.search(name, part, after, limit + 1);
    Poco::Dynamic::Var next;
    if (entries.size() > limit) {
        entries.pop_back();
        next = entries.back();
    }
    Poco::JSON::Array items;
    for (const auto& entry : entries) {
        auto json = api::orderedObject();
        json.set("entry", entry);
        items.add(json);
    }
    auto json = api::orderedObject();
    json.set("items", items);
    json.set("next_cursor", next);
    json.set("prev_cursor", Poco::Dynamic::Var());
    return api::answerOf(json);
}

Answer EntriesResource::edit(Call& call, Edit edit)
{
    const auto& name = call.inPath("id");
    const std::scoped_lock lock(parts_.changing);
    OpenLists lists(parts_.policyFile);
    call.requireMatch(ListState::of(lists, name).tag());
    auto& fields = call.json();
    const auto entries = entriesIn(fields);
    const auto note = fields.optionalText("note", ChangeNote);
    fields.refuseOthers();
    fields.throwIfWrong();

    const auto before = contentOf(lists, name);
    const auto change = entrySet(entries);
    auto after = edit == Edit::Add ? united(before, change) : without(before, change);
    lists.store.import(name, importedFrom(std::move(after)),
                       {.who = call.caller().name, .source = "by hand", .note = note.value_or("")},
                       [&](const db::ListStore::Import& import) {
                           parts_.trail.record(call.caller(), importAct("list.edit", import));
                       });
    const auto state = ListState::of(lists, name);
    return api::answerOf(state.json(lists, parts_.uses.of(name))).withTag(state.tag());
}

Answer EntriesResource::exported(Call& call)
{
    const auto name = call.inPath("id");
    {
        const OpenLists lists(parts_.policyFile);
        static_cast<void>(ListState::of(lists, name));
    }
    Answer answer;
    answer.mediaType = "text/plain; charset=utf-8";
    answer.with("Content-Disposition", "attachment; filename=\"" + name + ".txt\"");
    answer.stream = [file = parts_.policyFile, name](std::ostream& out) {
        const OpenLists lists(file);
        lists.store.read(name, [&out](std::string_view piece) {
            out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
        });
    };
    return answer;
}

} // namespace sallyport::admin::lists
