// DraftView: the draft as it stands at one moment, with all that is worked out from it: what it
// changed, what is odd about it, what its tests say, and the policy that it would be.
//
// Immutable to those who look; what costs time is worked out when it is first asked for. Safe for
// several threads. Without a draft it shows the policy in force as a draft that changed nothing.
#pragma once

#include "admin/policy/DraftChanges.h"
#include "admin/policy/TestRun.h"
#include "db/PolicyStore.h"
#include "policy/DestinationLists.h"
#include "policy/Policy.h"
#include "policy/PolicyAnalysis.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::admin {

/// A destination list that rules refer to.
struct ListRef {
    std::string name;
    std::optional<std::uint64_t> entries; ///< missing: there is no such list
    std::string contentHash;

    friend bool operator==(const ListRef&, const ListRef&) = default;
};

/// Who changed a rule of the draft last.
struct LastChange {
    std::string who;
    std::chrono::sys_time<std::chrono::microseconds> when;
};

class DraftView {
public:
    /// Once the rules have been looked at for the first time as many days ago.
    struct QuietSince {
        std::chrono::days days{};
        std::set<std::string> hit; ///< ids of rules that were hit since
        std::set<std::string> old; ///< ids of rules that were in force then
    };
    struct Parts {
        std::optional<db::PolicyStore::Draft> draft;
        std::uint32_t liveVersion = 0;
        policy::PolicyDocument document; ///< of the draft, otherwise of the version in force
        std::shared_ptr<const policy::PolicyDocument> base;
        std::vector<db::PolicyStore::Author> authors;
        std::vector<ListRef> lists;
        std::shared_ptr<const policy::DestinationLists> loaded;  ///< those that there are
        std::unordered_map<std::string, LastChange> lastChanges; ///< by id, as far as known
        std::shared_ptr<const QuietSince> quiet;
    };
    struct Row {
        const policy::Rule* rule = nullptr; ///< of document()
        std::size_t number = 0;             ///< in its layer, from 1
        std::string json;                   ///< as the document writes it
        std::string tag;
    };
    struct Section {
        std::string name;
        std::size_t rules = 0;
        std::string tag; ///< of its name and which rules it has in which order
    };
    struct Warning {
        std::string kind;
        policy::Severity severity = policy::Severity::Note;
        policy::Layer layer = policy::Layer::Access;
        std::string ruleId;
        std::string otherId;
        std::string text;
    };
    /// What the draft would be. Without a policy the problem says why.
    struct Compiled {
        std::shared_ptr<const policy::Policy> policy;
        std::string problem;
    };

    explicit DraftView(Parts parts);
    DraftView(const DraftView&) = delete;
    DraftView& operator=(const DraftView&) = delete;

    [[nodiscard]] bool exists() const { return parts_.draft.has_value(); }
    /// Of all that is published with it: document, base and content of lists.
    [[nodiscard]] const std::string& tag() const { return tag_; }
    [[nodiscard]] const policy::PolicyDocument& document() const { return parts_.document; }
    [[nodiscard]] const Parts& parts() const { return parts_; }
    [[nodiscard]] std::uint32_t baseVersion() const;

    [[nodiscard]] const std::vector<Row>& rows(policy::Layer layer) const
    {
        return rows_[static_cast<std::size_t>(layer)];
    }
    [[nodiscard]] const Row* find(const std::string& ruleId) const;
    [[nodiscard]] std::vector<Section> sections(policy::Layer layer) const;
    [[nodiscard]] std::string defaultsTag() const;
    [[nodiscard]] const DraftChanges& changes() const { return changes_; }
    /// Of a rule that the draft changed; falls back on who changed the draft.
    [[nodiscard]] std::optional<LastChange> lastChange(const std::string& ruleId) const;
    [[nodiscard]] std::vector<ListRef> listsOf(const policy::Rule& rule) const;

    [[nodiscard]] const Compiled& compiled() const;
    [[nodiscard]] const std::vector<Warning>& warnings() const;
    /// Null while it cannot be compiled.
    [[nodiscard]] const TestRun* tests() const;
    /// One rule as the API shows it.
    [[nodiscard]] std::string rowText(const Row& row) const;
    /// All of it as the API shows it.
    [[nodiscard]] const std::string& text() const;

private:
    void addFindings(std::vector<Warning>& warnings) const;
    void addBroadRules(std::vector<Warning>& warnings) const;
    void addDates(std::vector<Warning>& warnings) const;
    [[nodiscard]] std::string makeText() const;

    Parts parts_;
    std::array<std::vector<Row>, policy::LayerCount> rows_;
    std::unordered_map<std::string, const Row*> byId_;
    DraftChanges changes_;
    std::string tag_;

    mutable std::once_flag compiledOnce_, warnedOnce_, testedOnce_, writtenOnce_;
    mutable Compiled compiled_;
    mutable std::vector<Warning> warnings_;
    mutable std::optional<TestRun> tests_;
    mutable std::string text_;
};

/// What an ETag says: enough of a SHA-256 to tell states apart.
[[nodiscard]] std::string tagOf(std::string_view state);

} // namespace sallyport::admin
