#include "policy/DestinationLists.h"

#include <vector>
namespace sallyport::policy {
struct DestinationLists::Tables {
    std::vector<ListIdentity> ids;
    std::vector<std::vector<std::string>> entries;
};
struct DestinationLists::Builder::Draft {
    Tables tables;
};
DestinationLists::Builder::Builder() : draft_(std::make_unique<Draft>()) {}
DestinationLists::Builder::~Builder() = default;
void DestinationLists::Builder::begin(ListIdentity i)
{
    draft_->tables.ids.push_back(i);
    draft_->tables.entries.emplace_back();
}
void DestinationLists::Builder::add(std::string_view e)
{
    draft_->tables.entries.back().emplace_back(e);
}
std::shared_ptr<const DestinationLists> DestinationLists::Builder::build() &&
{
    return std::shared_ptr<const DestinationLists>(
        new DestinationLists(std::make_unique<Tables>(std::move(draft_->tables))));
}
DestinationLists::DestinationLists(std::unique_ptr<Tables> tables) : tables_(std::move(tables)) {}
DestinationLists::~DestinationLists() = default;
std::shared_ptr<const DestinationLists> DestinationLists::none()
{
    return std::shared_ptr<const DestinationLists>(
        new DestinationLists(std::make_unique<Tables>()));
}
std::optional<ListNumber> DestinationLists::find(std::string_view n) const
{
    for (std::size_t i = 0; i < tables_->ids.size(); ++i)
        if (tables_->ids[i].name == n)
            return static_cast<ListNumber>(i);
    return std::nullopt;
}
ListSet DestinationLists::withHost(std::string_view h) const
{
    ListSet s;
    for (std::size_t i = 0; i < tables_->ids.size(); ++i)
        for (auto& e : tables_->entries[i]) {
            if (e.find('/') != e.npos)
                continue;
            if (e == h ||
                (e.starts_with("*.") && h.size() > e.size() - 1 && h.ends_with(e.substr(1))))
                s.set(i);
        }
    return s;
}
ListSet DestinationLists::withAddress(const AddressBytes& a) const
{
    ListSet s;
    for (std::size_t i = 0; i < tables_->ids.size(); ++i)
        for (auto& e : tables_->entries[i])
            if (e.find('/') != e.npos && parseNetwork(e)->contains(a))
                s.set(i);
    return s;
}
} // namespace sallyport::policy
