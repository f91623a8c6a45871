// Verdict: the policy's answer at one stage, one entry per layer.
#pragma once

#include "policy/Facts.h"
#include "policy/Rule.h"

namespace sallyport::policy {

enum class Answer : std::uint8_t {
    Allow,
    Deny,
    Undecided, ///< a row that could still match waits for a fact; ask again at a later stage
};

/// `rule` is null when the layer's default row answered or the answer is Undecided; otherwise it
/// points into the Policy asked.
struct LayerAnswer {
    Answer answer = Answer::Undecided;
    const Rule* rule = nullptr;
};

struct Verdict {
    Answer answer = Answer::Undecided; ///< Deny if any layer denies, Allow if all allow
    Stage stage = Stage::Accept;       ///< the stage it was asked at
    Layer layer = Layer::Access; ///< the layer that decided: the one that denied, otherwise access
    LayerAnswer guard;
    LayerAnswer access;

    /// The deciding layer's rule; null for its default row.
    [[nodiscard]] const Rule* rule() const
    {
        return layer == Layer::Guard ? guard.rule : access.rule;
    }
};

} // namespace sallyport::policy
