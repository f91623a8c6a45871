// Verdict: the policy's answer at one stage, one entry per layer.
#pragma once

#include "policy/Facts.h"
#include "policy/Rule.h"

#include <algorithm>

namespace sallyport::policy {

enum class Answer : std::uint8_t {
    Allow,
    Deny,
    Undecided, ///< a row that could still match waits for a fact; ask again at a later stage
};

/// A row of a compiled policy, or the default row of one of its layers: its place among all of them
/// (Policy::counters()).
using RowNumber = std::uint32_t;

/// `rule` is null when the layer's default row answered or the answer is Undecided; otherwise it
/// points into the Policy asked. Inspection and limits say Allow when they are decided.
struct LayerAnswer {
    Answer answer = Answer::Undecided;
    RowNumber row = 0; ///< of the row that answered; meaningless when Undecided
    const Rule* rule = nullptr;
};

/// Rows in report mode that would have answered, had they been enforced: the first ones met.
struct WouldHits {
    static constexpr std::size_t Kept = 4;
    std::array<RowNumber, Kept> rows{};
    std::uint32_t count = 0; ///< may be more than are kept

    void add(RowNumber row)
    {
        if (count < Kept)
            rows[count] = row;
        ++count;
    }
    void add(const WouldHits& others)
    {
        for (const auto row : others.kept())
            add(row);
        count += others.count - static_cast<std::uint32_t>(others.kept().size());
    }
    [[nodiscard]] std::span<const RowNumber> kept() const
    {
        return std::span(rows).first(std::min<std::size_t>(count, Kept));
    }
};

struct Verdict {
    /// Deny if guard, emergency or access denies; Allow if all three allow.
    Answer answer = Answer::Undecided;
    Stage stage = Stage::Accept; ///< the stage it was asked at
    Layer layer = Layer::Access; ///< the layer that decided: the one that denied, otherwise access
    std::array<LayerAnswer, LayerCount> layers;
    WouldHits would;

    [[nodiscard]] const LayerAnswer& of(Layer which) const
    {
        return layers[static_cast<std::size_t>(which)];
    }
    /// The deciding layer's rule; null for its default row.
    [[nodiscard]] const Rule* rule() const { return of(layer).rule; }
    /// Whether no layer waits for a fact any more.
    [[nodiscard]] bool isSettled() const
    {
        return std::ranges::none_of(
            layers, [](const LayerAnswer& each) { return each.answer == Answer::Undecided; });
    }
};

} // namespace sallyport::policy
