#include "admin/lists/Imports.h"

#include "admin/api/ApiError.h"
#include "admin/api/TimeText.h"

#include <Poco/UUIDGenerator.h>

#include <algorithm>

namespace sallyport::admin::lists {
namespace {

using api::ApiError;
using api::ProblemKind;

constexpr std::size_t RejectedShown = 20; // the file has those that are kept

const char* stateName(Import::State state)
{
    switch (state) {
    case Import::State::Reading:
        return "reading";
    case Import::State::Ready:
        return "ready";
    case Import::State::Refused:
        return "refused";
    }
    return "";
}

Poco::JSON::Array textsJson(const std::vector<std::string>& texts)
{
    Poco::JSON::Array json;
    for (const auto& text : texts)
        json.add(text);
    return json;
}

Poco::JSON::Array rejectedJson(const policy::ImportCounts& counts)
{
    Poco::JSON::Array lines;
    for (const auto& rejected : counts.firstRejected) {
        if (lines.size() == RejectedShown)
            break;
        auto json = api::orderedObject();
        json.set("line", rejected.line);
        json.set("text", rejected.text);
        json.set("reason", rejected.reason);
        lines.add(json);
    }
    return lines;
}

std::string csvField(std::string_view text)
{
    std::string field = "\"";
    // A spreadsheet must not take what others wrote for a formula.
    if (!text.empty() && std::string_view("=+-@").contains(text.front()))
        field += '\'';
    for (const char c : text)
        field.append(c == '"' ? "\"\"" : std::string(1, c));
    return field + '"';
}

} // namespace

void Import::noteProgress(std::uint64_t bytes, const policy::ListReader& reader)
{
    bytes_ = bytes;
    lines_ = reader.lines();
    rejected_ = reader.rejected();
    entries_ = reader.entriesRead();
}

void Import::throwIfDropped() const
{
    if (dropped_)
        throw ApiError(ProblemKind::Conflict, "The import was cancelled; nothing has changed.");
}

void Import::setReady(Preview preview)
{
    const std::scoped_lock lock(mutex_);
    counts_ = preview.counts;
    preview_ = std::make_shared<const Preview>(std::move(preview));
    state_ = State::Ready;
    ended_ = std::chrono::system_clock::now();
}

void Import::setRefused(std::string why, policy::ImportCounts counts)
{
    const std::scoped_lock lock(mutex_);
    counts_ = std::move(counts);
    problem_ = std::move(why);
    state_ = State::Refused;
    ended_ = std::chrono::system_clock::now();
}

Import::State Import::state() const
{
    const std::scoped_lock lock(mutex_);
    return state_;
}

std::shared_ptr<const Import::Preview> Import::preview() const
{
    const std::scoped_lock lock(mutex_);
    return preview_;
}

Poco::JSON::Object Import::json() const
{
    const std::scoped_lock lock(mutex_);
    const bool isReading = state_ == State::Reading;
    auto json = api::orderedObject();
    json.set("id", plan_.id);
    json.set("list", plan_.list);
    json.set("state", std::string(stateName(state_)));
    json.set("mode", std::string(plan_.mode == ImportMode::Replace ? "replace" : "add"));
    json.set("format", std::string(formatName(plan_.form.format)));
    json.set("source", plan_.source);
    json.set("by", plan_.who);
    json.set("started_at", api::timeText(started_));
    json.set("bytes", bytes_.load());
    json.set("total_bytes",
             plan_.totalBytes ? Poco::Dynamic::Var(*plan_.totalBytes) : Poco::Dynamic::Var());
    json.set("lines", isReading ? lines_.load() : counts_.lines);
    json.set("entries", isReading ? entries_.load() : counts_.hosts + counts_.networks);
    json.set("duplicates", counts_.duplicates);
    json.set("rejected", isReading ? rejected_.load() : counts_.rejected);
    json.set("first_rejected", rejectedJson(counts_));
    const auto difference = preview_ ? preview_->difference : EntryDifference();
    json.set("base_version", preview_ ? preview_->baseVersion : 0);
    json.set("adds", difference.added);
    json.set("removes", difference.removed);
    json.set("sample_adds", textsJson(difference.firstAdded));
    json.set("sample_removes", textsJson(difference.firstRemoved));
    json.set("expires_at", isReading
                               ? Poco::Dynamic::Var()
                               : Poco::Dynamic::Var(api::timeText(ended_ + Imports::KeptFor)));
    json.set("problem", problem_);
    return json;
}

std::string Import::rejectedCsv() const
{
    const std::scoped_lock lock(mutex_);
    std::string csv = "line,text,reason\r\n";
    for (const auto& rejected : counts_.firstRejected)
        csv.append(std::to_string(rejected.line))
            .append(",")
            .append(csvField(rejected.text))
            .append(",")
            .append(csvField(rejected.reason))
            .append("\r\n");
    return csv;
}

std::shared_ptr<Import> Imports::begin(Import::Plan plan)
{
    const std::scoped_lock lock(mutex_);
    dropOld();
    if (plan.id.empty())
        plan.id = Poco::UUIDGenerator().createRandom().toString();
    if (std::ranges::any_of(imports_, [&](const auto& each) { return each->plan_.id == plan.id; }))
        throw ApiError(ProblemKind::Conflict, "There is an import of this id already.");
    const auto isReading = [](const auto& each) { return each->state() == Import::State::Reading; };
    if (std::ranges::count_if(imports_, isReading) >= std::ptrdiff_t(MostReading))
        throw ApiError(ProblemKind::Busy, "Other imports are being read; try again soon.")
            .retryAfter(std::chrono::seconds(10));
    if (imports_.size() >= MostKept)
        imports_.erase(std::ranges::find_if_not(imports_, isReading));
    return imports_.emplace_back(std::make_shared<Import>(std::move(plan)));
}

std::shared_ptr<Import> Imports::find(const std::string& list, const std::string& id)
{
    const std::scoped_lock lock(mutex_);
    dropOld();
    const auto found = std::ranges::find_if(imports_, [&](const auto& each) {
        return each->plan_.id == id && each->plan_.list == list;
    });
    return found == imports_.end() ? nullptr : *found;
}

std::vector<std::shared_ptr<Import>> Imports::of(const std::string& list)
{
    const std::scoped_lock lock(mutex_);
    dropOld();
    std::vector<std::shared_ptr<Import>> found;
    for (const auto& import : imports_)
        if (import->plan_.list == list)
            found.insert(found.begin(), import);
    return found;
}

void Imports::drop(const std::shared_ptr<Import>& import)
{
    const std::scoped_lock lock(mutex_);
    import->drop();
    imports_.remove(import);
}

void Imports::dropAll(const std::string& list)
{
    const std::scoped_lock lock(mutex_);
    for (const auto& import : imports_)
        if (import->plan_.list == list)
            import->drop();
    std::erase_if(imports_, [&](const auto& each) { return each->plan_.list == list; });
}

void Imports::dropOld()
{
    const auto oldest = std::chrono::system_clock::now() - KeptFor;
    std::erase_if(imports_, [oldest](const auto& each) {
        const std::scoped_lock lock(each->mutex_);
        return each->state_ != Import::State::Reading && each->ended_ < oldest;
    });
}

} // namespace sallyport::admin::lists
