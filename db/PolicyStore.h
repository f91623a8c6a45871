// PolicyStore: the policy's versions in policy.db, one row per rule, condition value and default.
//
// A version never changes once written; publishing adds one. Knows the policy document's JSON form
// and nothing of what its rules mean. One thread at a time; several processes at once.
#pragma once

#include "db/Database.h"
#include "policy/PolicyDocument.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace sallyport::db {

class PolicyStore {
public:
    static constexpr std::string_view FileName = "policy.db";

    struct Version {
        std::uint32_t number = 0;
        std::chrono::sys_time<std::chrono::microseconds> created;
        std::string who;
        std::string note;
        policy::PolicyDocument document;
    };

    /// Opens or makes `file`. Throws DatabaseError.
    explicit PolicyStore(const std::filesystem::path& file);

    /// Writes PolicyDocument::initial() as version 1 if there is no version yet.
    void ensureInitial();
    /// The version in force. Throws DatabaseError if there is none, PolicyError if its rows make no
    /// policy.
    [[nodiscard]] Version current() const;
    /// Adds the document as a new version, in force from now on, and returns its number. All or
    /// nothing.
    std::uint32_t publish(const policy::PolicyDocument& document, std::string_view who,
                          std::string_view note);
    /// The number of the version in force, 0 if there is none: cheap enough to be asked several
    /// times a second.
    [[nodiscard]] std::uint32_t changeStamp() const;

private:
    [[nodiscard]] policy::PolicyDocument documentOf(std::uint32_t version) const;
    std::uint32_t insert(const policy::PolicyDocument& document, std::string_view who,
                         std::string_view note);
    void insertRows(std::uint32_t version, const policy::PolicyDocument& document);

    Database database_;
    mutable Statement newest_;
};

} // namespace sallyport::db
