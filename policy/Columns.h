// Columns: one dimension of a policy compiled into a map from a fact's value to the rows that want
// it and the rows that shut it out.
//
// A row is in play on a dimension if it wants no value or one of the fact's, and shuts out none of
// them; rows that want no value are known to the RuleTable. A look-up neither allocates nor fails.
// Host names, paths and times have columns of their own.
#pragma once

#include "policy/RowList.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sallyport::policy {

/// What one row says on one dimension, in the dimension's own keys.
template <class Value>
struct RowCondition {
    RowNumber row = 0;
    std::vector<Value> wanted; ///< empty: any
    std::vector<Value> shutOut;
};

struct ExactText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const
    {
        return std::hash<std::string_view>()(text);
    }
    bool operator()(std::string_view one, std::string_view other) const { return one == other; }
};

/// Without regard to the case of ASCII letters.
struct FoldedText {
    using is_transparent = void;
    static constexpr char fold(char c)
    {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    std::size_t operator()(std::string_view text) const
    {
        std::uint64_t hash = 0xcbf29ce484222325;
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(fold(c))) * 0x100000001b3;
        return static_cast<std::size_t>(hash ^ (hash >> 32));
    }
    bool operator()(std::string_view one, std::string_view other) const
    {
        return std::ranges::equal(one, other, {}, fold, fold);
    }
};

/// Texts that are compared as a whole.
template <class Comparison>
class TextColumn {
public:
    TextColumn(std::span<const RowCondition<std::string>> rows, const ValueRowsMaker& maker)
    {
        struct Mentions {
            std::vector<RowNumber> wanted, shutOut;
        };
        std::unordered_map<std::string, Mentions, Comparison, Comparison> texts;
        for (const auto& each : rows) {
            for (const auto& text : each.wanted)
                texts[text].wanted.push_back(each.row);
            for (const auto& text : each.shutOut)
                texts[text].shutOut.push_back(each.row);
        }
        for (const auto& [text, mentions] : texts)
            entries_.emplace(text, maker.make(mentions.wanted, mentions.shutOut));
    }

    [[nodiscard]] ValueRows find(std::string_view text) const
    {
        const auto found = entries_.find(text);
        return found == entries_.end() ? ValueRows{} : found->second;
    }

private:
    std::unordered_map<std::string, ValueRows, Comparison, Comparison> entries_;
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

    RangeColumn(std::span<const RowCondition<Range>> rows, const ValueRowsMaker& maker)
    {
        Sweep wanted, shutOut;
        for (const auto& [key, steps] : edgesOf(rows)) {
            for (const auto& step : steps)
                (step.side == Side::Wanted ? wanted : shutOut).take(step);
            firsts_.push_back(key);
            rows_.push_back(maker.make(wanted.rows(), shutOut.rows()));
        }
    }

    [[nodiscard]] ValueRows find(const Key& key) const { return rows_[placeOf(key)]; }
    /// The ranges by their places, from 0.
    [[nodiscard]] std::span<const Key> firsts() const { return firsts_; }
    [[nodiscard]] ValueRows at(std::size_t place) const { return rows_[place]; }
    [[nodiscard]] std::size_t placeOf(const Key& key) const
    {
        const auto behind = std::ranges::upper_bound(firsts_, key);
        return static_cast<std::size_t>(behind - firsts_.begin()) - 1;
    }

private:
    enum class Side : std::uint8_t { Wanted, ShutOut };
    struct Step {
        RowNumber row;
        Side side;
        int change; ///< of the number of the row's ranges that cover the key
    };
    using Edges = std::map<Key, std::vector<Step>>;

    // The rows that cover the key that is being looked at.
    class Sweep {
    public:
        void take(const Step& step)
        {
            auto& depth = depths_[step.row]; // a row's ranges may overlap
            depth += step.change;
            if (depth > 0) {
                words_[step.row / RowsPerWord] |= bitOf(step.row);
            } else if (const auto word = words_.find(step.row / RowsPerWord);
                       word != words_.end() && (word->second &= ~bitOf(step.row)) == 0) {
                words_.erase(word);
            }
        }

        [[nodiscard]] const RowWords& rows() const { return words_; }

    private:
        std::unordered_map<RowNumber, int> depths_;
        RowWords words_;
    };

    static Edges edgesOf(std::span<const RowCondition<Range>> rows)
    {
        Edges edges;
        edges.try_emplace(
            Key{}); // the lowest key opens the first range even if nothing starts there
        const auto note = [&edges](const std::vector<Range>& ranges, RowNumber row, Side side) {
            for (const auto& range : ranges) {
                edges[range.first].push_back({row, side, 1});
                if (range.end)
                    edges[*range.end].push_back({row, side, -1});
            }
        };
        for (const auto& each : rows) {
            note(each.wanted, each.row, Side::Wanted);
            note(each.shutOut, each.row, Side::ShutOut);
        }
        return edges;
    }

    std::vector<Key> firsts_; // ascending; the first is the lowest key there is
    std::vector<ValueRows> rows_;
};

} // namespace sallyport::policy
