// ListsResource: /lists, /lists/{id} and /lists/lookup: the destination lists and what is said of
// them.
#pragma once

#include "admin/api/Router.h"
#include "admin/lists/ListParts.h"

namespace sallyport::admin::lists {

class ListsResource {
public:
    explicit ListsResource(ListParts& parts) : parts_(parts) {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer all(api::Call& call);
    [[nodiscard]] api::Answer create(api::Call& call);
    [[nodiscard]] api::Answer one(api::Call& call);
    [[nodiscard]] api::Answer change(api::Call& call);
    [[nodiscard]] api::Answer remove(api::Call& call);
    [[nodiscard]] api::Answer versions(api::Call& call);
    [[nodiscard]] api::Answer lookUp(api::Call& call);

    ListParts& parts_;
};

} // namespace sallyport::admin::lists
