// PolicyDesk: where persons work on the policy: the version in force and the draft, as they stand
// now, and the changes that may be made to them.
//
// Owns the connections to policy.db. Other processes may change the file at any time: each look
// asks whether it still is as it was seen last. Every change is in the admin trail before it
// counts, and told to the open pages afterwards. Safe for several threads at once.
#pragma once

#include "admin/api/Call.h"
#include "admin/api/Notify.h"
#include "admin/api/Trail.h"
#include "admin/policy/DraftView.h"
#include "admin/policy/RuleHistory.h"
#include "db/ListStore.h"
#include "db/PolicyStore.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::admin {

class PolicyDesk {
public:
    using Version = db::PolicyStore::Version;

    struct Live {
        Version version;
        std::shared_ptr<const policy::Policy> policy; ///< null: it cannot be compiled here
        std::optional<db::PolicyStore::Confirmation> awaited;
        std::string tag;
    };
    /// A change of the draft under way.
    struct Editing {
        policy::PolicyDocument& document; ///< to be changed
        const DraftView& seen;            ///< as it is until then
        const RuleHistory& history;
        std::vector<std::string> lists; ///< names of the destination lists that there are
    };
    /// Changes the document and says what the trail is to say of it; throws to leave all as it is.
    using Edit = std::function<api::Trail::Act(Editing)>;

    struct Publication {
        std::string note;
        std::optional<std::chrono::minutes> confirmWithin;
        std::string testOverride; ///< why failing tests do not count; empty: they do
        db::PolicyStore::BaseCheck base = db::PolicyStore::BaseCheck::Require;
        enum class Persons : std::uint8_t { One, Two } persons = Persons::One;
    };

    struct Figures {
        std::vector<db::RowHits> totals; ///< since that day, or since the row's reset
        std::vector<db::PolicyStore::DayHits> days;
        std::map<std::string, db::PolicyStore::Time> resets; ///< by row
    };

    /// After how long without a hit a rule is warned of; asked now and then.
    using QuietTime = std::function<std::chrono::days()>;

    /// Has the proxy decide by the version that is the newest now; returns when it does, or will
    /// not soon.
    using TakeUp = std::function<void(std::uint32_t version)>;

    /// Opens or makes policy.db there. The trail outlives it. No functions: 30 days, and nobody who
    /// decides.
    PolicyDesk(const std::filesystem::path& dataDirectory, const api::Trail& trail,
               api::Notify notify, QuietTime quietTime = {}, TakeUp takeUp = {});

    // What there is now.
    [[nodiscard]] std::shared_ptr<const Live> live();
    [[nodiscard]] std::shared_ptr<const DraftView> draft();
    /// Throws ApiError (NotFound).
    [[nodiscard]] Version version(std::uint32_t number);
    [[nodiscard]] std::shared_ptr<const policy::Policy> compiled(const Version& version);
    [[nodiscard]] std::vector<db::PolicyStore::VersionEntry> versions();
    [[nodiscard]] Figures hitsSince(std::chrono::sys_days day);

    // Changes. All throw ApiError, PolicyError or DatabaseError and have changed nothing then.

    /// Gives the draft as it is afterwards; begins one if there is none.
    std::shared_ptr<const DraftView> edit(const api::Caller& caller, const Edit& edit);
    /// The call's If-Match is held against the draft's tag.
    void discard(const api::Call& call);
    /// As confirm() and rollBack(): the proxy decides by what is given back, and then the open
    /// pages are told.
    std::shared_ptr<const Live> publish(const api::Call& call, const Publication& publication);
    std::shared_ptr<const Live> confirm(const api::Call& call, std::uint32_t number);
    /// The call's If-Match is held against the tag of the version in force.
    std::shared_ptr<const Live> rollBack(const api::Call& call, std::uint32_t number,
                                         const std::string& note);

    /// Counts rules and default rows ("default/LAYER") from now on; the days stay. In no draft: it
    /// counts at once.
    void resetHits(const api::Caller& caller, const std::vector<std::string>& rows);

    /// What has to be looked after: rolls back what was not confirmed in time, and tells of changes
    /// that others made. To be called every second or so.
    void lookAfter();

    [[nodiscard]] const api::Notify& notify() const { return notify_; }

private:
    struct Acting;
    struct LoadedLists {
        std::vector<db::ListBinding> bindings;
        std::shared_ptr<const policy::DestinationLists> lists;
    };

    // All of these with the mutex held.
    void refresh();
    void refreshLive();
    void refreshDraft();
    void noteOutdatedRules(const DraftView& before, const DraftView& after);
    [[nodiscard]] std::vector<ListRef> listRefs(const policy::PolicyDocument& document) const;
    [[nodiscard]] std::shared_ptr<const policy::DestinationLists>
    loaded(const std::vector<db::ListBinding>& bindings);
    [[nodiscard]] std::shared_ptr<const policy::DestinationLists>
    loadedOf(const std::vector<ListRef>& refs);
    [[nodiscard]] std::shared_ptr<const policy::PolicyDocument> documentOf(std::uint32_t number);
    [[nodiscard]] std::shared_ptr<const DraftView::QuietSince> quietSince();
    void noteAuthor(const policy::PolicyDocument& document, const api::Caller& caller);
    void requirePublishable(const api::Call& call, const Publication& publication) const;
    void announce(std::string_view event, std::string_view by);
    [[nodiscard]] Poco::JSON::Object newsOf(std::string_view event, std::string_view by);

    /// Not with the mutex held: it is given up here, as compiling large lists takes seconds.
    [[nodiscard]] std::shared_ptr<const Live> inForce(std::unique_lock<std::mutex> lock,
                                                      std::string_view event, std::string_view by);

    const api::Trail& trail_;
    const api::Notify notify_;
    const QuietTime quietTime_;
    const TakeUp takeUp_;
    std::mutex mutex_;
    db::PolicyStore store_;
    db::Database listDatabase_;
    db::ListStore lists_;

    std::shared_ptr<const Live> live_;
    std::shared_ptr<const DraftView> draft_;
    std::optional<db::PolicyStore::DraftStamp> draftStamp_; ///< of draft_
    /// What the open pages know of, or have looked at themselves.
    struct Told {
        std::uint32_t version = 0;
        std::optional<db::PolicyStore::DraftStamp> draft;
    };
    Told told_;
    std::chrono::steady_clock::time_point draftUntil_; ///< days are looked at anew
    std::shared_ptr<const DraftView::QuietSince> quiet_;
    std::chrono::steady_clock::time_point quietUntil_;
    std::vector<LoadedLists> loaded_; ///< of the live version and the draft
    struct KnownDocument {
        std::uint32_t number = 0;
        std::shared_ptr<const policy::PolicyDocument> document;
    };
    std::vector<KnownDocument> documents_; ///< a few versions that are asked for again and again
    std::unordered_map<std::string, LastChange> lastChanges_; ///< by rule, of this draft
    RuleHistory history_;
    const Acting* acting_ = nullptr; ///< whose change is being committed
};

} // namespace sallyport::admin
