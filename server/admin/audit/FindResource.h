// FindResource: GET /find: pages, rules, lists, people and hosts by a part of their name.
//
// Knows none of them: each source is a function handed in, asked in order until there are enough or
// the time is over.
#pragma once

#include "admin/api/Router.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::admin::audit {

struct FindItem {
    std::string kind;   ///< "page", "rule", "list", "person", "host"
    std::string label;  ///< for people
    std::string detail; ///< may be empty
    std::string route;  ///< of the UI
};

/// At most `most` of what contains `text`, without regard to case, best first, for this caller.
using FindSource = std::function<std::vector<FindItem>(const api::Caller&, std::string_view text,
                                                       std::size_t most)>;

class FindResource {
public:
    static constexpr std::size_t MostItems = 20;
    static constexpr std::size_t MostOfSource = 6;
    static constexpr std::chrono::milliseconds Budget{50};

    explicit FindResource(std::vector<FindSource> sources) : sources_(std::move(sources)) {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer find(const api::Call& call) const;

    std::vector<FindSource> sources_;
};

/// Without regard to the case of ASCII letters.
[[nodiscard]] bool isPartOf(std::string_view whole, std::string_view part);

/// The pages of the UI that the caller's role may see.
[[nodiscard]] std::vector<FindItem> findPages(const api::Caller& caller, std::string_view text,
                                              std::size_t most);

} // namespace sallyport::admin::audit
