// DraftResource: the draft as a whole: /policy/draft, its defaults, and the policy as one file.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"

namespace sallyport::admin {

class DraftResource {
public:
    static constexpr std::uint64_t MostDocumentBytes = 32 << 20;

    explicit DraftResource(PolicyDesk& desk) : desk_(desk) {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer find();
    [[nodiscard]] api::Answer discard(const api::Call& call);
    [[nodiscard]] api::Answer changeDefaults(api::Call& call);
    [[nodiscard]] api::Answer importDocument(api::Call& call);
    [[nodiscard]] api::Answer exportDocument(const api::Call& call);

    PolicyDesk& desk_;
};

/// A whole policy as a file to be saved.
[[nodiscard]] api::Answer documentAnswer(const policy::PolicyDocument& document,
                                         const std::string& name);

} // namespace sallyport::admin
