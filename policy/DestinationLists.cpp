#include "policy/DestinationLists.h"

namespace sallyport::policy {

struct DestinationLists::Tables {};

DestinationLists::DestinationLists(std::unique_ptr<Tables> tables) : tables_(std::move(tables)) {}
DestinationLists::~DestinationLists() = default;

std::shared_ptr<const DestinationLists> DestinationLists::none()
{
    return std::shared_ptr<const DestinationLists>(new DestinationLists(std::make_unique<Tables>()));
}

} // namespace sallyport::policy
