// InternTable: gives equal values one small number, so that large tables can hold the number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sallyport::policy {

/// Number 0 is Value{}, always there.
template <class Value, class Hash = std::hash<Value>>
class InternTable {
public:
    std::uint32_t numberOf(const Value& value)
    {
        const auto [known, isNew] =
            numbers_.try_emplace(value, static_cast<std::uint32_t>(values_.size()));
        if (isNew)
            values_.push_back(value);
        return known->second;
    }
    [[nodiscard]] const Value& operator[](std::uint32_t number) const { return values_[number]; }

    /// The values by number, for when no more will come.
    [[nodiscard]] std::vector<Value> release() &&
    {
        values_.shrink_to_fit();
        return std::move(values_);
    }

private:
    std::vector<Value> values_{Value{}};
    std::unordered_map<Value, std::uint32_t, Hash> numbers_{{Value{}, 0}};
};

} // namespace sallyport::policy
