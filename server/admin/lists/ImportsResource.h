// ImportsResource: /lists/{id}/import: files that become a list's content in two steps: read and
// looked at, then applied.
#pragma once

#include "admin/api/Router.h"
#include "admin/lists/ListParts.h"

#include <memory>

namespace sallyport::admin::lists {

class ImportsResource {
public:
    static constexpr std::uint64_t MostBytes = 256ULL << 20;

    explicit ImportsResource(std::shared_ptr<ListParts> parts) : parts_(std::move(parts)) {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer read(api::Call& call);
    [[nodiscard]] api::Answer fetch(api::Call& call);
    [[nodiscard]] api::Answer all(api::Call& call);
    [[nodiscard]] api::Answer apply(api::Call& call);
    [[nodiscard]] std::shared_ptr<Import> importOf(const api::Call& call);
    [[nodiscard]] static Import::Plan planOf(const api::Call& call);

    const std::shared_ptr<ListParts> parts_; ///< also of the jobs that it started
};

} // namespace sallyport::admin::lists
