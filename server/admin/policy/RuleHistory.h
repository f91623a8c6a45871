// RuleHistory: earlier states of the draft's rules by their tags, so that somebody who changes an
// older state can be told whether it is about the same fields. In memory only; the oldest are
// forgotten.
#pragma once

#include "policy/Rule.h"

#include <deque>
#include <string>
#include <unordered_map>

namespace sallyport::admin {

class RuleHistory {
public:
    static constexpr std::size_t MostStates = 2000;

    void add(const std::string& tag, const policy::Rule& rule)
    {
        if (!states_.emplace(tag, rule).second)
            return;
        order_.push_back(tag);
        if (order_.size() <= MostStates)
            return;
        states_.erase(order_.front());
        order_.pop_front();
    }
    /// Null: it is not known.
    [[nodiscard]] const policy::Rule* find(const std::string& tag) const
    {
        const auto found = states_.find(tag);
        return found == states_.end() ? nullptr : &found->second;
    }

private:
    std::unordered_map<std::string, policy::Rule> states_;
    std::deque<std::string> order_; ///< oldest first
};

} // namespace sallyport::admin
