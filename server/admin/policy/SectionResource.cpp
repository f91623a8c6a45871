#include "admin/policy/SectionResource.h"

#include "admin/policy/JsonLine.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sallyport::admin {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;
using policy::Layer;
using policy::Rule;

constexpr api::TextSize SectionName{.least = 1, .most = 200};

Layer layerIn(const Call& call)
{
    const auto layer =
        std::ranges::find(policy::AllLayers, call.inPath("layer"), policy::layerName);
    if (layer == policy::AllLayers.end())
        throw ApiError(ProblemKind::NotFound, "There is no such layer.");
    return *layer;
}

DraftView::Section requireSection(const DraftView& draft, Layer layer, const std::string& name)
{
    const auto sections = draft.sections(layer);
    const auto found = std::ranges::find(sections, name, &DraftView::Section::name);
    if (found == sections.end())
        throw ApiError(ProblemKind::NotFound, "No rule of this layer is in such a section.");
    return *found;
}

void rename(const std::string& from, const std::string& to, std::vector<Rule>& rows)
{
    for (auto& rule : rows)
        if (rule.section == from)
            rule.section = to;
}

std::string nameJson(const std::string& name)
{
    JsonLine json;
    json.text("section", name);
    return std::move(json).take();
}

std::string objectText(const std::string& name, Layer layer)
{
    return "section \"" + name + "\" (" + std::string(policy::layerName(layer)) + ')';
}

Answer sectionAnswer(const DraftView& draft, Layer layer, const std::string& name)
{
    const auto section = requireSection(draft, layer, name);
    JsonLine json;
    json.text("name", section.name);
    json.number("rules", section.rules);
    json.text("etag", section.tag);
    auto answer = api::jsonAnswer(std::move(json).take());
    answer.withTag(section.tag);
    return answer;
}

enum class Side : std::uint8_t { Before, After };

// Takes the section out and puts it, in its order, next to the rules of the other one.
void moveNextTo(const std::string& name, const std::string& other, Side side,
                std::vector<Rule>& rows)
{
    const auto isMoved = [&](const Rule& rule) { return rule.section == name; };
    std::vector<Rule> moved;
    std::ranges::copy_if(rows, std::back_inserter(moved), isMoved);
    std::erase_if(rows, isMoved);
    auto place = std::ranges::find(rows, other, &Rule::section);
    if (side == Side::After) {
        const auto last = std::ranges::find(rows.rbegin(), rows.rend(), other, &Rule::section);
        place = last.base();
    }
    rows.insert(place, moved.begin(), moved.end());
}

} // namespace

void SectionResource::addTo(api::Router& router)
{
    const std::string one = "/policy/draft/sections/{layer}/{section}";
    const auto editor = Access::from(api::Role::Editor).changingPolicy();
    router.add("PATCH", one, editor, [this](Call& call) { return rename(call); });
    router.add("DELETE", one, editor, [this](Call& call) { return dissolve(call); });
    router.add("POST", one + "/move", editor, [this](Call& call) { return move(call); });
}

Answer SectionResource::rename(Call& call)
{
    const auto layer = layerIn(call);
    const auto& from = call.inPath("section");
    auto& body = call.json();
    const auto to = body.text("name", SectionName);
    body.refuseOthers();
    body.throwIfWrong();
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        call.requireMatch(requireSection(editing.seen, layer, from).tag);
        admin::rename(from, to, editing.document.rows(layer));
        return api::Trail::Act{"policy.section-rename", objectText(from, layer), nameJson(from),
                               nameJson(to), ""};
    });
    return sectionAnswer(*draft, layer, to);
}

Answer SectionResource::dissolve(Call& call)
{
    const auto layer = layerIn(call);
    const auto& name = call.inPath("section");
    desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        call.requireMatch(requireSection(editing.seen, layer, name).tag);
        admin::rename(name, "", editing.document.rows(layer));
        return api::Trail::Act{"policy.section-dissolve", objectText(name, layer), nameJson(name),
                               "", ""};
    });
    return api::noContent();
}

Answer SectionResource::move(Call& call)
{
    const auto layer = layerIn(call);
    const auto& name = call.inPath("section");
    auto& body = call.json();
    const auto before = body.optionalText("before", SectionName);
    const auto after = body.optionalText("after", SectionName);
    if (before.has_value() == after.has_value())
        body.wrong("", "invalid", "say either before or after");
    body.refuseOthers();
    body.throwIfWrong();
    const auto& other = before ? *before : *after;
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        static_cast<void>(requireSection(editing.seen, layer, name));
        const auto sections = editing.seen.sections(layer);
        if (other == name ||
            std::ranges::find(sections, other, &DraftView::Section::name) == sections.end())
            throw ApiError(
                {{before ? "/before" : "/after", "unknown", "is no other section of this layer"}});
        moveNextTo(name, other, before ? Side::Before : Side::After, editing.document.rows(layer));
        JsonLine json;
        json.text(before ? "before" : "after", other);
        return api::Trail::Act{"policy.section-move", objectText(name, layer), "",
                               std::move(json).take(), ""};
    });
    return sectionAnswer(*draft, layer, name);
}

} // namespace sallyport::admin
