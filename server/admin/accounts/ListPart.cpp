#include "admin/accounts/ListPart.h"

#include "admin/api/Answer.h"

#include <algorithm>

namespace sallyport::admin::accounts {
namespace {

// In front of the key of the item that the page ends before, or begins behind.
constexpr char Before = 'b';
constexpr char Behind = 'a';

std::size_t positionOf(const std::vector<std::string>& keys, std::string_view key)
{
    return static_cast<std::size_t>(std::ranges::lower_bound(keys, key) - keys.begin());
}

} // namespace

Poco::JSON::Object ListPart::with(const Poco::JSON::Array& items) const
{
    auto json = api::orderedObject();
    json.set("items", items);
    json.set("next_cursor", next);
    json.set("prev_cursor", previous);
    return json;
}

ListPart partOf(const std::vector<std::string>& keys, const api::Call& call)
{
    const auto limit = call.limit();
    const auto cursor = call.query("cursor").value_or("");
    ListPart part;
    if (cursor.empty()) {
        part.end = std::min(limit, keys.size());
    } else if (cursor.front() == Behind) {
        const auto key = cursor.substr(1);
        part.begin = positionOf(keys, key);
        if (part.begin < keys.size() && keys[part.begin] == key)
            ++part.begin;
        part.end = std::min(part.begin + limit, keys.size());
    } else if (cursor.front() == Before) {
        part.end = positionOf(keys, cursor.substr(1));
        part.begin = part.end - std::min(limit, part.end);
    } else {
        throw api::ApiError({{"?cursor", "invalid", "is none that a list gave"}});
    }
    if (part.end < keys.size() && part.end > 0)
        part.next = Behind + keys[part.end - 1];
    if (part.begin > 0 && part.begin < keys.size())
        part.previous = Before + keys[part.begin];
    return part;
}

} // namespace sallyport::admin::accounts
