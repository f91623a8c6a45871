#include "admin/lists/ListUses.h"

namespace sallyport::admin::lists {
namespace {

template <class Note>
void forEachUse(const policy::PolicyDocument& document, Note note)
{
    for (const auto& rules : document.layers)
        for (const auto& rule : rules)
            for (const auto& list : policy::listsUsedBy(rule))
                note(list, rule);
}

} // namespace

std::shared_ptr<const ListUses::ByList> ListUses::now()
{
    const std::scoped_lock lock(mutex_);
    const auto version = store_.changeStamp();
    const auto draft = store_.draftStamp();
    if (!uses_ || version != version_ || draft != draft_) {
        uses_ = readAgain();
        version_ = version;
        draft_ = draft;
    }
    return uses_;
}

ListUse ListUses::of(std::string_view list)
{
    const auto uses = now();
    const auto found = uses->find(list);
    return found == uses->end() ? ListUse() : found->second;
}

std::shared_ptr<const ListUses::ByList> ListUses::readAgain() const
{
    auto uses = std::make_shared<ByList>();
    if (store_.changeStamp() == 0)
        return uses;
    const auto live = store_.current().document;
    forEachUse(live,
               [&uses](const std::string& list, const policy::Rule&) { ++(*uses)[list].live; });
    const auto draft = store_.draft();
    forEachUse(draft ? draft->document : live,
               [&uses](const std::string& list, const policy::Rule& rule) {
                   (*uses)[list].draft.push_back({rule.id, rule.name, rule.layer});
               });
    return uses;
}

} // namespace sallyport::admin::lists
