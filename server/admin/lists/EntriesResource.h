// EntriesResource: /lists/{id}/entries and /lists/{id}/export: what a list holds, read and changed
// by hand.
#pragma once

#include "admin/api/Router.h"
#include "admin/lists/ListParts.h"

#include <string>

namespace sallyport::admin::lists {

class EntriesResource {
public:
    explicit EntriesResource(ListParts& parts) : parts_(parts) {}
    void addTo(api::Router& router);

private:
    enum class Edit : std::uint8_t { Add, Remove };

    [[nodiscard]] api::Answer page(api::Call& call);
    [[nodiscard]] api::Answer edit(api::Call& call, Edit edit);
    [[nodiscard]] api::Answer exported(api::Call& call);

    ListParts& parts_;
};

} // namespace sallyport::admin::lists
