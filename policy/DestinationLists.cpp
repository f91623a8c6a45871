#include "policy/DestinationLists.h"

#include "policy/AddressTable.h"
#include "policy/DomainTable.h"
#include "policy/ListEntry.h"
#include "policy/PolicyError.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace sallyport::policy {

struct DestinationLists::Tables {
    std::vector<ListIdentity> identities;
    DomainTable hosts;
    AddressTable addresses;
};

struct DestinationLists::Builder::Draft {
    std::vector<ListIdentity> identities;
    DomainTable::Builder hosts;
    std::vector<AddressTable::Entry> networks;
};

DestinationLists::Builder::Builder() : draft_(std::make_unique<Draft>()) {}
DestinationLists::Builder::~Builder() = default;

void DestinationLists::Builder::begin(ListIdentity identity)
{
    if (draft_->identities.size() == MaxLists)
        throw PolicyError("a policy can refer to at most " + std::to_string(MaxLists) +
                          " destination lists");
    draft_->hosts.expect(identity.hosts);
    draft_->identities.push_back(std::move(identity));
}

void DestinationLists::Builder::add(std::string_view entry)
{
    using Reach = DomainTable::Builder::Reach;
    const auto list = static_cast<ListNumber>(draft_->identities.size() - 1);
    if (isNetworkEntry(entry)) {
        if (const auto network = parseNetwork(entry))
            draft_->networks.push_back({*network, list});
    } else if (entry.starts_with(NamesBelow)) {
        draft_->hosts.add(entry.substr(NamesBelow.size()), Reach::Below, list);
    } else {
        draft_->hosts.add(entry, Reach::Exact, list);
    }
}

std::shared_ptr<const DestinationLists> DestinationLists::Builder::build() &&
{
    auto tables = std::make_unique<Tables>();
    tables->identities = std::move(draft_->identities);
    tables->hosts = std::move(draft_->hosts).build();
    tables->addresses = AddressTable(draft_->networks);
    draft_.reset();
    return std::shared_ptr<const DestinationLists>(new DestinationLists(std::move(tables)));
}

std::shared_ptr<const DestinationLists> DestinationLists::none()
{
    return Builder().build();
}

DestinationLists::DestinationLists(std::unique_ptr<Tables> tables) : tables_(std::move(tables)) {}
DestinationLists::~DestinationLists() = default;

std::size_t DestinationLists::size() const
{
    return tables_->identities.size();
}

const ListIdentity& DestinationLists::identity(ListNumber list) const
{
    return tables_->identities.at(list);
}

std::optional<ListNumber> DestinationLists::find(std::string_view name) const
{
    const auto found = std::ranges::find(tables_->identities, name, &ListIdentity::name);
    if (found == tables_->identities.end())
        return std::nullopt;
    return static_cast<ListNumber>(found - tables_->identities.begin());
}

ListSet DestinationLists::withHost(std::string_view name) const
{
    return tables_->hosts.find(name);
}

ListSet DestinationLists::withAddress(const AddressBytes& address) const
{
    return tables_->addresses.find(address);
}

std::size_t DestinationLists::memoryBytes() const
{
    auto bytes = sizeof(*this) + sizeof(Tables) + tables_->hosts.memoryBytes() +
                 tables_->addresses.memoryBytes();
    for (const auto& identity : tables_->identities)
        bytes += sizeof(identity) + identity.name.capacity() + identity.contentHash.capacity();
    return bytes;
}

} // namespace sallyport::policy
