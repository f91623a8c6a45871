// DraftChanges: what a draft changed against the version it was begun on, rule by rule.
//
// Works on the documents' values, so that it costs little for a thousand rules; the fields of a
// changed rule are named as PolicyDifference names them. Pure.
#pragma once

#include "policy/PolicyDocument.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::admin {

struct RuleChange {
    enum class Origin : std::uint8_t { Kept, New } origin = Origin::Kept;
    enum class Place : std::uint8_t { Same, Moved } place = Place::Same;
    std::size_t was = 0;             ///< its number in the base version, 0 for a new one
    std::vector<std::string> fields; ///< that differ: "name", "when.host", "when.not.port"
};

struct RemovedRule {
    policy::Layer layer = policy::Layer::Access;
    std::string id;
    std::string name;
    std::size_t was = 0;
};

struct DraftChanges {
    std::unordered_map<std::string, RuleChange> rules; ///< by id, those that changed only
    std::vector<RemovedRule> removed;
    std::vector<std::string> others; ///< "defaults.access", "profile Chat", "test Chat"

    [[nodiscard]] std::size_t count() const
    {
        return rules.size() + removed.size() + others.size();
    }
};

/// A rule is known by its id; as few as possible are said to be moved.
[[nodiscard]] DraftChanges changesBetween(const policy::PolicyDocument& base,
                                          const policy::PolicyDocument& draft);
/// Of two states of one rule.
[[nodiscard]] std::vector<std::string> fieldsChanged(const policy::Rule& before,
                                                     const policy::Rule& after);

} // namespace sallyport::admin
