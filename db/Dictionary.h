// Dictionary: numbers for the names that the audit log repeats, made when a name is first seen.
//
// Remembers a bounded number of them, so that the writer seldom asks SQLite. Knows the tables dict
// and rule.
#pragma once

#include "db/Database.h"
#include "policy/Policy.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sallyport::db {

class Dictionary {
public:
    enum class Kind : std::uint8_t { Node, Listener, User, Method, Host, Word };

    /// Names remembered of each kind; beyond it that kind is forgotten and learnt again.
    static constexpr std::size_t MaxRemembered = 32'768;

    explicit Dictionary(Database& database);

    /// The number of `text`; adds it, within the caller's transaction, if it is new.
    [[nodiscard]] std::int64_t number(Kind kind, std::string_view text);
    /// The number of `rule`, a rule of `policy`.
    [[nodiscard]] std::int64_t number(const policy::Rule& rule,
                                      const std::shared_ptr<const policy::Policy>& policy);

    /// To be called when the transaction that may have added names was rolled back.
    void forget();

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>{}(text);
        }
    };
    using Numbers = std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>>;

    [[nodiscard]] std::int64_t stored(Statement& find, Statement& add, std::string_view first,
                                      std::string_view second);

    Database& database_;
    Statement findText_;
    Statement addText_;
    Statement findRule_;
    Statement addRule_;
    std::array<Numbers, 6> numbers_;
    // Rules are remembered by address while the snapshot they belong to is kept alive here.
    std::shared_ptr<const policy::Policy> policy_;
    std::unordered_map<const policy::Rule*, std::int64_t> ruleNumbers_;
};

} // namespace sallyport::db
