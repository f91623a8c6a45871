#include "admin/policy/PolicyDesk.h"

#include "admin/api/Answer.h"
#include "admin/policy/PolicyActs.h"
#include "db/DatabaseError.h"
#include "db/Migrations.h"
#include "policy/PolicyError.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <ranges>
#include <utility>

namespace sallyport::admin {
namespace {

using api::ApiError;
using api::ProblemKind;
using db::PolicyStore;

constexpr auto DraftLooksFresh = std::chrono::seconds(60);
constexpr auto UsualQuietTime = std::chrono::days(30);
constexpr std::size_t MostLoadedLists = 3;
constexpr std::size_t MostDocuments = 4;
constexpr int MostTries = 5; // while another process changes the draft, too

const char* const Server = "sallyport"; // who acts when nobody does

db::Database openFor(const std::filesystem::path& file)
{
    auto database = db::Database::openOrCreate(file, db::Durability::Full);
    db::migrate(database, db::policySchema());
    return database;
}

std::string liveTag(const PolicyStore::Version& version,
                    const std::optional<PolicyStore::Confirmation>& awaited)
{
    return 'v' + std::to_string(version.number) + '-' + version.documentHash.substr(0, 8) +
           (awaited ? "-awaiting" : "");
}

std::string testsJson(const TestRun& run)
{
    std::string json = "[";
    for (const auto& result : run.results) {
        if (!hasFailed(result))
            continue;
        auto one = api::orderedObject();
        one.set("name", result.policyCase->name);
        one.set("text", resultLine(result));
        json.append(json.size() == 1 ? "" : ",").append(api::textOf(one));
    }
    return json + ']';
}

} // namespace

struct PolicyDesk::Acting {
    const api::Caller& caller;
    std::optional<api::Trail::Act> act; // missing: as PolicyActs says it
};

PolicyDesk::PolicyDesk(const std::filesystem::path& dataDirectory, const api::Trail& trail,
                       api::Notify notify, QuietTime quietTime, TakeUp takeUp)
    : trail_(trail), notify_(std::move(notify)), quietTime_(std::move(quietTime)),
      takeUp_(std::move(takeUp)), store_(dataDirectory / PolicyStore::FileName),
      listDatabase_(openFor(dataDirectory / PolicyStore::FileName)), lists_(listDatabase_)
{
    store_.ensureInitial();
    told_ = {store_.changeStamp(), store_.draftStamp()};
    store_.beforeCommit([this](const PolicyStore& store, PolicyStore::Change change) {
        trail_.record(acting_->caller, acting_->act ? *acting_->act : policyAct(store, change));
    });
}

std::shared_ptr<const PolicyDesk::Live> PolicyDesk::live()
{
    const std::scoped_lock lock(mutex_);
    refreshLive();
    return live_;
}

std::shared_ptr<const DraftView> PolicyDesk::draft()
{
    const std::scoped_lock lock(mutex_);
    refresh();
    return draft_;
}

PolicyDesk::Version PolicyDesk::version(std::uint32_t number)
{
    const std::scoped_lock lock(mutex_);
    if (number == 0 || number > store_.changeStamp())
        throw ApiError(ProblemKind::NotFound,
                       "There is no policy version " + std::to_string(number) + '.');
    return store_.version(number);
}

std::shared_ptr<const policy::Policy> PolicyDesk::compiled(const Version& version)
{
    const std::scoped_lock lock(mutex_);
    return policy::Policy::compile(version.document, version.number, loaded(version.lists));
}

std::vector<PolicyStore::VersionEntry> PolicyDesk::versions()
{
    const std::scoped_lock lock(mutex_);
    return store_.versions();
}

PolicyDesk::Figures PolicyDesk::hitsSince(std::chrono::sys_days day)
{
    const std::scoped_lock lock(mutex_);
    return {store_.hitsShownSince(day), store_.hitsByDay(day), store_.hitResets()};
}

void PolicyDesk::resetHits(const api::Caller& caller, const std::vector<std::string>& rows)
{
    const std::scoped_lock lock(mutex_);
    auto before = api::orderedObject();
    for (const auto& hits : store_.hitsShownSince({}))
        if (std::ranges::find(rows, hits.row) != rows.end())
            before.set(hits.row, hits.hits);
    auto names = rows.front();
    for (const auto& row : rows | std::views::drop(1))
        names += ", " + row;
    store_.resetHits(
        rows,
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()),
        [&] {
            trail_.record(caller, {.action = "policy.reset-hits",
                                   .object = names,
                                   .before = api::textOf(before),
                                   .after = {},
                                   .note = {}});
        });
}

void PolicyDesk::refresh()
{
    refreshLive();
    refreshDraft();
}

void PolicyDesk::refreshLive()
{
    const auto number = store_.changeStamp();
    auto awaited = store_.confirmation();
    if (live_ && live_->version.number == number && live_->awaited == awaited)
        return;
    auto live = std::make_shared<Live>();
    if (live_ && live_->version.number == number) {
        live->version = live_->version;
        live->policy = live_->policy;
    } else {
        live->version = store_.current();
        try {
            live->policy = policy::Policy::compile(live->version.document, number,
                                                   loaded(live->version.lists));
        } catch (const policy::PolicyError& error) {
            poco_warning(Poco::Logger::get("admin"),
                         "policy version " + std::to_string(number) + ": " + error.what());
        }
    }
    live->awaited = std::move(awaited);
    live->tag = liveTag(live->version, live->awaited);
    live_ = std::move(live);
}

void PolicyDesk::refreshDraft()
{
    const auto stamp = store_.draftStamp();
    const bool isSame = draft_ && stamp == draftStamp_ &&
                        draft_->parts().liveVersion == live_->version.number &&
                        std::chrono::steady_clock::now() < draftUntil_;
    if (isSame && listRefs(draft_->document()) == draft_->parts().lists)
        return;
    DraftView::Parts parts;
    parts.draft = stamp ? store_.draft() : std::nullopt;
    parts.liveVersion = live_->version.number;
    parts.document = parts.draft ? parts.draft->document : live_->version.document;
    if (parts.draft) {
        parts.base = documentOf(parts.draft->baseVersion);
        parts.authors = store_.draftAuthors();
        parts.lastChanges = lastChanges_;
    } else {
        lastChanges_.clear();
    }
    parts.lists = listRefs(parts.document);
    parts.loaded = loadedOf(parts.lists);
    parts.quiet = quietSince();
    const auto before = draft_;
    draft_ = std::make_shared<const DraftView>(std::move(parts));
    draftStamp_ = stamp;
    draftUntil_ = std::chrono::steady_clock::now() + DraftLooksFresh;
    if (before)
        noteOutdatedRules(*before, *draft_);
}

void PolicyDesk::noteOutdatedRules(const DraftView& before, const DraftView& after)
{
    for (const auto layer : policy::AllLayers) {
        for (const auto& row : before.rows(layer)) {
            const auto* now = after.find(row.rule->id);
            if (now == nullptr || now->tag != row.tag)
                history_.add(row.tag, *row.rule);
        }
    }
}

std::vector<ListRef> PolicyDesk::listRefs(const policy::PolicyDocument& document) const
{
    std::vector<ListRef> refs;
    for (const auto& name : document.listsUsed()) {
        auto& ref = refs.emplace_back(ListRef{name, std::nullopt, ""});
        try {
            const auto newest = lists_.newest(name);
            ref.entries = newest.identity.hosts + newest.identity.networks;
            ref.contentHash = newest.identity.contentHash;
        } catch (const policy::PolicyError&) {
            continue; // there is none, which is what the entry says
        }
    }
    return refs;
}

std::shared_ptr<const policy::DestinationLists>
PolicyDesk::loadedOf(const std::vector<ListRef>& refs)
{
    std::vector<db::ListBinding> bindings;
    for (const auto& ref : refs)
        if (ref.entries)
            bindings.push_back({ref.name, ref.contentHash});
    return loaded(bindings);
}

std::shared_ptr<const policy::DestinationLists>
PolicyDesk::loaded(const std::vector<db::ListBinding>& bindings)
{
    if (bindings.empty())
        return policy::DestinationLists::none();
    const auto known = std::ranges::find(loaded_, bindings, &LoadedLists::bindings);
    if (known != loaded_.end())
        return known->lists;
    auto lists = lists_.load(bindings);
    if (loaded_.size() == MostLoadedLists)
        loaded_.erase(loaded_.begin());
    return loaded_.emplace_back(LoadedLists{bindings, std::move(lists)}).lists;
}

std::shared_ptr<const policy::PolicyDocument> PolicyDesk::documentOf(std::uint32_t number)
{
    const auto known = std::ranges::find(documents_, number, &KnownDocument::number);
    if (known != documents_.end())
        return known->document;
    auto document = std::make_shared<const policy::PolicyDocument>(store_.version(number).document);
    if (documents_.size() == MostDocuments)
        documents_.erase(documents_.begin());
    return documents_.emplace_back(KnownDocument{number, std::move(document)}).document;
}

// Reading a month of hits costs more than all else that an edit does.
std::shared_ptr<const DraftView::QuietSince> PolicyDesk::quietSince()
{
    const auto time = quietTime_ ? quietTime_() : UsualQuietTime;
    if (quiet_ && quiet_->days == time && std::chrono::steady_clock::now() < quietUntil_)
        return quiet_;
    const auto now = std::chrono::system_clock::now();
    const auto made = std::make_shared<DraftView::QuietSince>();
    auto& quiet = *made;
    quiet_ = made;
    quietUntil_ = std::chrono::steady_clock::now() + DraftLooksFresh;
    quiet.days = time;
    const auto versions = store_.versions();
    const auto old = std::ranges::find_if(
        versions, [&](const auto& version) { return version.created <= now - time; });
    if (old == versions.end())
        return quiet_;
    for (const auto& rows : documentOf(old->number)->layers)
        for (const auto& rule : rows)
            quiet.old.insert(rule.id);
    // By what was counted, whatever of it was reset.
    for (const auto& hits : store_.hitsByDay(std::chrono::floor<std::chrono::days>(now - time)))
        if (hits.hits + hits.wouldHits != 0)
            quiet.hit.insert(hits.row);
    return quiet_;
}

std::shared_ptr<const DraftView> PolicyDesk::edit(const api::Caller& caller, const Edit& edit)
{
    const std::scoped_lock lock(mutex_);
    for (int tries = 1;; ++tries) {
        refresh();
        auto document = draft_->document();
        const Acting acting{caller, edit({document, *draft_, history_, lists_.names()})};
        if (document == draft_->document())
            return draft_;
        acting_ = &acting;
        try {
            store_.changeDraft(document, {caller.name, caller.account}, draftStamp_);
            noteAuthor(document, caller);
            break;
        } catch (const db::DatabaseError& error) {
            if (error.kind() != db::DatabaseError::Kind::Outdated || tries == MostTries)
                throw;
        }
    }
    refresh();
    announce("draft", caller.name);
    return draft_;
}

void PolicyDesk::noteAuthor(const policy::PolicyDocument& document, const api::Caller& caller)
{
    const LastChange change{caller.name, std::chrono::time_point_cast<std::chrono::microseconds>(
                                             std::chrono::system_clock::now())};
    for (const auto& rules : document.layers)
        for (const auto& rule : rules)
            if (const auto* was = draft_->find(rule.id); !was || *was->rule != rule)
                lastChanges_.insert_or_assign(rule.id, change);
}

void PolicyDesk::discard(const api::Call& call)
{
    const std::scoped_lock lock(mutex_);
    refresh();
    call.requireMatch(draft_->tag());
    if (!draft_->exists())
        return;
    const Acting acting{call.caller(), std::nullopt};
    acting_ = &acting;
    store_.discardDraft(draftStamp_);
    refresh();
    announce("draft", call.caller().name);
}

void PolicyDesk::requirePublishable(const api::Call& call, const Publication& publication) const
{
    call.requireMatch(draft_->tag());
    if (!draft_->exists())
        throw ApiError(ProblemKind::Conflict, "There is no draft, so nothing to publish.");
    const auto isAuthor = [&](const PolicyStore::Author& author) {
        return author.who == call.caller().name ||
               (!author.account.empty() && author.account == call.caller().account);
    };
    if (publication.persons == Publication::Persons::Two &&
        std::ranges::any_of(draft_->parts().authors, isAuthor))
        throw ApiError(ProblemKind::Forbidden, "Two persons are needed to publish, and you changed "
                                               "this draft: ask somebody else to publish it.");
    if (publication.base == PolicyStore::BaseCheck::Require &&
        draft_->baseVersion() != draft_->parts().liveVersion)
        throw ApiError(ProblemKind::Conflict,
                       "Version " + std::to_string(draft_->parts().liveVersion) +
                           " is in force by now, but the draft was begun on version " +
                           std::to_string(draft_->baseVersion()) +
                           ". Publishing it would undo what changed since.")
            .with("live_version", std::to_string(draft_->parts().liveVersion));
    if (!draft_->compiled().policy)
        throw ApiError({{"", "invalid", draft_->compiled().problem}});
    const auto& run = *draft_->tests();
    if (run.failures() == 0)
        return;
    if (publication.testOverride.empty())
        throw ApiError(ProblemKind::Conflict, failuresText(run))
            .with("tests_failed", testsJson(run));
    if (call.caller().role < api::Role::Admin)
        throw ApiError(ProblemKind::Forbidden,
                       "Only an admin may publish although tests fail. " + failuresText(run))
            .with("needs", "\"admin\"");
}

std::shared_ptr<const PolicyDesk::Live> PolicyDesk::publish(const api::Call& call,
                                                            const Publication& publication)
{
    std::unique_lock lock(mutex_);
    refresh();
    requirePublishable(call, publication);
    const auto& caller = call.caller();
    const auto reason = draft_->tests()->failures() == 0 ? "" : publication.testOverride;
    std::optional<PolicyStore::Time> confirmBy;
    if (publication.confirmWithin)
        confirmBy = std::chrono::time_point_cast<std::chrono::microseconds>(
            std::chrono::system_clock::now() + *publication.confirmWithin);
    const Acting acting{caller, std::nullopt};
    acting_ = &acting;
    store_.publishDraft(*draft_->parts().draft, publication.base, caller.name, publication.note,
                        reason, confirmBy);
    refresh();
    return inForce(std::move(lock), "published", caller.name);
}

std::shared_ptr<const PolicyDesk::Live> PolicyDesk::confirm(const api::Call& call,
                                                            std::uint32_t number)
{
    const std::scoped_lock lock(mutex_);
    const Acting acting{call.caller(), std::nullopt};
    acting_ = &acting;
    store_.confirm(number);
    refresh();
    announce("confirmed", call.caller().name);
    return live_;
}

std::shared_ptr<const PolicyDesk::Live>
PolicyDesk::rollBack(const api::Call& call, std::uint32_t number, const std::string& note)
{
    std::unique_lock lock(mutex_);
    refreshLive();
    call.requireMatch(live_->tag);
    if (number == 0 || number > live_->version.number)
        throw ApiError({{"/to_version", "unknown", "is not a version that there is"}});
    const Acting acting{call.caller(), std::nullopt};
    acting_ = &acting;
    store_.rollBack(number, call.caller().name, note);
    refresh();
    return inForce(std::move(lock), "rolled-back", call.caller().name);
}

void PolicyDesk::lookAfter()
{
    std::unique_lock lock(mutex_);
    const auto awaited = store_.confirmation();
    if (awaited && awaited->deadline <= std::chrono::system_clock::now()) {
        api::Caller caller;
        caller.name = Server;
        const Acting acting{caller, std::nullopt};
        acting_ = &acting;
        store_.rollBack(awaited->backTo, Server,
                        "version " + std::to_string(awaited->version) + " of " + awaited->who +
                            " was not confirmed in time");
        refresh();
        static_cast<void>(inForce(std::move(lock), "rolled-back", Server));
        return;
    }
    const Told now{store_.changeStamp(), store_.draftStamp()};
    const bool hasNewVersion = now.version != told_.version;
    if (!hasNewVersion && now.draft == told_.draft)
        return;
    refresh();
    if (hasNewVersion)
        static_cast<void>(inForce(std::move(lock), "published", live_->version.who));
    else
        announce("draft", draft_->exists() ? draft_->parts().draft->who : "");
}

// Told, and answered, when it is so: who acts on it finds the proxy deciding by it.
std::shared_ptr<const PolicyDesk::Live>
PolicyDesk::inForce(std::unique_lock<std::mutex> lock, std::string_view event, std::string_view by)
{
    const auto live = live_;
    const auto news = newsOf(event, by);
    lock.unlock();
    if (takeUp_)
        takeUp_(live->version.number);
    if (notify_)
        notify_("policy", news);
    return live;
}

void PolicyDesk::announce(std::string_view event, std::string_view by)
{
    const auto news = newsOf(event, by);
    if (notify_)
        notify_("policy", news);
}

Poco::JSON::Object PolicyDesk::newsOf(std::string_view event, std::string_view by)
{
    told_ = Told{live_->version.number, draftStamp_};
    auto data = api::orderedObject();
    data.set("event", std::string(event));
    data.set("etag", draft_->tag());
    data.set("by", std::string(by));
    data.set("version", live_->version.number);
    return data;
}

} // namespace sallyport::admin
