// ListStore: destination lists in policy.db, each with its versions, and what they hold.
//
// What a list holds is named by its SHA-256 and kept as sorted text in chunks, so that a million
// entries load in some tens of milliseconds. An import stages: it counts once a policy is published
// with it. Knows no file format and no rule. One thread at a time; several processes at once.
#pragma once

#include "db/Database.h"
#include "db/ListBinding.h"
#include "policy/DestinationLists.h"
#include "policy/ListReader.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

/// Where an import comes from.
struct ListOrigin {
    std::string who;
    std::string source; ///< the file
    std::string note;
};

class ListStore {
public:
    static constexpr std::size_t MaxNameLength = 64;

    struct Version {
        policy::ListIdentity identity;
        std::uint32_t number = 0;
        std::chrono::sys_time<std::chrono::microseconds> created;
        ListOrigin origin;
        std::uint64_t lines = 0;    ///< of the file
        std::uint64_t added = 0;    ///< entries, against the version before
        std::uint64_t removed = 0;  ///< entries
        std::uint64_t rejected = 0; ///< lines
    };
    enum class ImportOutcome : std::uint8_t { Changed, Unchanged };
    struct Import {
        ImportOutcome outcome = ImportOutcome::Changed;
        Version version; ///< the newest: of an unchanged list that of an earlier import
    };
    struct Finding {
        std::string list;
        std::string entry;

        friend bool operator==(const Finding&, const Finding&) = default;
    };

    /// Borrows a connection to policy.db, brought to its schema. All functions throw DatabaseError.
    explicit ListStore(Database& database) : database_(database) {}

    /// Makes what was read the newest version of the list. All or nothing; a list that holds the
    /// same already stays as it is. Throws PolicyError for a name that no list can have: they
    /// consist of lower-case letters, digits, "-", "_" and ".". `beforeCommit` is the last step:
    /// what it throws is thrown on, and nothing has changed then.
    Import import(std::string_view name, const policy::ImportedList& list, const ListOrigin& origin,
                  const std::function<void(const Import&)>& beforeCommit = {});

    [[nodiscard]] std::vector<std::string> names() const; ///< sorted
    /// Throws PolicyError where there is no such list.
    [[nodiscard]] Version newest(std::string_view name) const;
    /// Newest first; none where there is no such list.
    [[nodiscard]] std::vector<Version> versions(std::string_view name) const;

    /// The newest content of each. Throws PolicyError for the first that there is none of.
    [[nodiscard]] std::vector<ListBinding> bindingsFor(const std::set<std::string>& names) const;
    /// Numbers the lists in the order given. Throws a DatabaseError that names the list whose
    /// content is missing or damaged, PolicyError when they are more than one policy can have.
    [[nodiscard]] std::shared_ptr<const policy::DestinationLists>
    load(std::span<const ListBinding> bindings) const;

    /// At most `limit` entries of the newest version behind `after`, in their order; from the first
    /// on where that is empty. Throws PolicyError where there is no such list.
    [[nodiscard]] std::vector<std::string> page(std::string_view name, std::string_view after,
                                                std::size_t limit) const;
    /// The same of those that begin with `part`, or end with it.
    [[nodiscard]] std::vector<std::string> search(std::string_view name, std::string_view part,
                                                  std::string_view after, std::size_t limit) const;
    /// All entries of the newest version in their order, '\n' behind each, in pieces that end with
    /// an entry. Throws PolicyError where there is no such list.
    void read(std::string_view name, const std::function<void(std::string_view)>& take) const;
    /// The lists whose newest version holds a host or an address, with each entry that does. Throws
    /// PolicyError for what is neither.
    [[nodiscard]] std::vector<Finding> lookUp(std::string_view host) const;
    /// Whether the policy in force decides by the list, and with which content.
    [[nodiscard]] std::optional<std::string> contentInForce(std::string_view name) const;

    /// Forgets a list and its versions; versions of the policy keep what it held for them. Throws
    /// PolicyError where there is no such list. `beforeCommit` as of import().
    void remove(std::string_view name, const std::function<void()>& beforeCommit = {});

    /// Removes what lists held once if it is neither the newest version of one nor in any version
    /// of the policy. Gives the number of contents removed.
    std::size_t dropUnused();

private:
    [[nodiscard]] std::optional<Version> findNewest(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> findContent(std::string_view hash) const;
    [[nodiscard]] bool isIntact(std::int64_t content, std::string_view hash) const;
    void storeContent(std::string_view hash, const policy::ImportedList& list);
    void storeChunks(std::int64_t content, std::string_view entries);
    void countDifference(Version& version, std::string_view before, std::string_view entries) const;
    void storeVersion(const Version& version);

    Database& database_;
};

} // namespace sallyport::db
