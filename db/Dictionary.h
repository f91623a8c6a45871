// Dictionary: numbers for the names that the audit log repeats, made when a name is first seen.
//
// Remembers a bounded number of them, so that the writer seldom asks SQLite. Knows the tables dict
// and rule of one file. What it adds belongs to the record that is being made.
#pragma once

#include "db/ChainedRow.h"
#include "db/Database.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sallyport::db {

class Dictionary {
public:
    enum class Kind : std::uint8_t { Node, Listener, User, Agent, Method, Host, Word };
    static constexpr std::size_t Kinds = 7;

    /// Names remembered of each kind; beyond it that kind is forgotten and learnt again.
    static constexpr std::size_t MaxRemembered = 32'768;

    /// Both must outlive it.
    Dictionary(const Database& database, ChainedRecord& record);

    /// The number of `text`; adds it, within the caller's transaction, if it is new.
    [[nodiscard]] std::int64_t number(Kind kind, std::string_view text);
    [[nodiscard]] std::int64_t rule(std::string_view id, std::string_view name);

    /// A name of another file, which says its kind in words.
    [[nodiscard]] std::int64_t number(std::string_view kind, std::string_view text);

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

    /// A table of pairs of texts.
    struct Pairs {
        Pairs(const Database& database, ChainedTable table, ChainedRecord& record);
        [[nodiscard]] std::int64_t number(std::string_view first, std::string_view second,
                                          const ChainedRecord& record);

        Statement find;
        Statement largest;
        ChainedRow add;
        std::int64_t lastNumber = 0; // 0: not known, or none
    };

    ChainedRecord& record_;
    Pairs texts_;
    Pairs rules_;
    std::array<Numbers, Kinds> numbers_;
    Numbers ruleNumbers_; // by id and name
    std::string ruleKey_;
};

} // namespace sallyport::db
