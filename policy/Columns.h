// Columns: one dimension of a layer compiled into a map from a fact's value to the rows it leaves
// in play.
//
// A row stays in play if its condition on this dimension holds: it has none or one of its values
// matches, and none of the values it shuts out does. A look-up neither allocates nor fails. Host
// names have their own column (HostColumn).
#pragma once

#include "policy/RowSet.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace sallyport::policy {

/// What one row says on one dimension, in the dimension's own keys.
template <class Value>
struct RowCondition {
    std::vector<Value> wanted; ///< empty: any
    std::vector<Value> shutOut;
};

/// Single values that are compared for equality; there are few of them.
template <class Value>
class ValueColumn {
public:
    ValueColumn(std::span<const RowCondition<Value>> rows, RowSetPool& pool)
        : others_(pool.keep(rowsFor(nullptr, rows)))
    {
        std::set<Value> values;
        for (const auto& row : rows) {
            values.insert(row.wanted.begin(), row.wanted.end());
            values.insert(row.shutOut.begin(), row.shutOut.end());
        }
        for (const auto& value : values)
            entries_.emplace_back(value, pool.keep(rowsFor(&value, rows)));
    }

    template <class Key>
    [[nodiscard]] KeptRows find(const Key& key) const
    {
        for (const auto& [value, rows] : entries_)
            if (value == key)
                return rows;
        return others_;
    }

private:
    // Null stands for any value that no row names.
    static RowSet rowsFor(const Value* value, std::span<const RowCondition<Value>> rows)
    {
        const auto names = [value](const std::vector<Value>& list) {
            return value != nullptr && std::ranges::find(list, *value) != list.end();
        };
        RowSet inPlay(rows.size());
        for (std::size_t row = 0; row < rows.size(); ++row)
            if ((rows[row].wanted.empty() || names(rows[row].wanted)) && !names(rows[row].shutOut))
                inPlay.add(row);
        return inPlay;
    }

    std::vector<std::pair<Value, KeptRows>> entries_;
    KeptRows others_;
};

/// From `first` up to but without `end`; to the top where there is no end.
template <class Key>
struct KeyRange {
    Key first;
    std::optional<Key> end;
};

/// Ordered keys and ranges of them, cut into disjoint ranges that are searched by halving.
template <class Key>
class RangeColumn {
public:
    using Range = KeyRange<Key>;

    RangeColumn(std::span<const RowCondition<Range>> rows, RowSetPool& pool)
    {
        std::vector<Depth> depths(rows.size());
        RowSet inPlay(rows.size());
        for (std::size_t row = 0; row < rows.size(); ++row)
            if (rows[row].wanted.empty())
                inPlay.add(row);

        // The lowest key opens the first range even if nothing starts there.
        auto edges = edgesOf(rows);
        edges.try_emplace(Key{});
        for (const auto& [key, steps] : edges) {
            for (const auto& step : steps) {
                auto& depth = depths[step.row];
                depth.wanted += step.wanted;
                depth.shutOut += step.shutOut;
                if ((rows[step.row].wanted.empty() || depth.wanted > 0) && depth.shutOut == 0)
                    inPlay.add(step.row);
                else
                    inPlay.remove(step.row);
            }
            firsts_.push_back(key);
            rows_.push_back(pool.keep(inPlay));
        }
    }

    [[nodiscard]] KeptRows find(const Key& key) const
    {
        const auto behind = std::ranges::upper_bound(firsts_, key);
        return rows_[static_cast<std::size_t>(behind - firsts_.begin()) - 1];
    }

private:
    // How many ranges of a row cover the key that is being looked at: they may overlap.
    struct Depth {
        int wanted = 0;
        int shutOut = 0;
    };
    struct Step {
        std::size_t row;
        int wanted;
        int shutOut;
    };
    using Edges = std::map<Key, std::vector<Step>>;

    static Edges edgesOf(std::span<const RowCondition<Range>> rows)
    {
        Edges edges;
        const auto note = [&edges](const std::vector<Range>& ranges, Step in, Step out) {
            for (const auto& range : ranges) {
                edges[range.first].push_back(in);
                if (range.end)
                    edges[*range.end].push_back(out);
            }
        };
        for (std::size_t row = 0; row < rows.size(); ++row) {
            note(rows[row].wanted, {row, 1, 0}, {row, -1, 0});
            note(rows[row].shutOut, {row, 0, 1}, {row, 0, -1});
        }
        return edges;
    }

    std::vector<Key> firsts_; // ascending; the first is the lowest key there is
    std::vector<KeptRows> rows_;
};

} // namespace sallyport::policy
