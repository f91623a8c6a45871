#include "db/AuditCandidates.h"

#include "db/AuditMemory.h"

#include <algorithm>
#include <string>
#include <utility>

namespace sallyport::db {
namespace {

// Names that are looked up in an index each; more, and reading all sessions is no slower.
constexpr std::size_t MostSources = 32;
// How far two plans are compared.
constexpr std::int64_t Compared = 1000;
// To look each of so many up takes less time than to go through the blocks of a large file.
constexpr std::int64_t Few = 200;

std::vector<std::uint8_t> storedAddress(const policy::AddressBytes& address)
{
    const auto from = policy::isIpv4(address) ? address.begin() + 12 : address.begin();
    return {from, address.end()};
}

std::vector<std::uint8_t> lastAddressOf(const policy::Network& network)
{
    policy::AddressBytes last = network.base;
    for (std::size_t bit = network.prefixBits; bit < 8 * last.size(); ++bit)
        last[bit / 8] |= static_cast<std::uint8_t>(0x80 >> bit % 8);
    return storedAddress(last);
}

// The addresses of the file that are in the network; missing: there are more than `most`, or too
// many of the other family between them.
std::optional<std::vector<std::vector<std::uint8_t>>>
addressesIn(OpenAuditFile& file, const policy::Network& network, std::size_t most)
{
    const auto last = lastAddressOf(network);
    std::vector<std::vector<std::uint8_t>> found;
    Statement& next = file.prepared("SELECT client_ip FROM session WHERE client_ip >= ?1 "
                                    "ORDER BY client_ip LIMIT 1");
    auto at = storedAddress(network.base);
    for (std::size_t looks = 0; looks < 4 * MostSources; ++looks) {
        next.reset();
        next.bind(1, at);
        const auto here = next.step() ? next.blob(0) : std::span<const std::uint8_t>();
        at.assign(here.begin(), here.end());
        next.reset();
        if (at.empty() || at > last)
            return found;
        if (isIn(network, at)) {
            if (found.size() == most)
                return std::nullopt;
            found.push_back(at);
        }
        at.push_back(0); // the least that comes behind it
    }
    return std::nullopt;
}

} // namespace

AuditCandidates::AuditCandidates(OpenAuditFiles& open, const std::vector<AuditFile>& files,
                                 std::size_t file, OpenAuditFile& opened, AuditFileFilter& inFile,
                                 const SessionFilter& filter, SeqRange range,
                                 SearchPage::Order order, const AuditSearch::Stop& stop)
    : open_(open), files_(files), index_(file), file_(opened), inFile_(inFile), filter_(filter),
      range_(range), order_(order), stop_(stop)
{
    choosePlan();
    if (!areFew() && useBlocks())
        plan_.reset();
    if (plan_)
        for (Source& source : *plan_)
            source.advance();
    const std::string select =
        std::string("SELECT ").append(AuditFileFilter::Columns).append(" FROM session WHERE ");
    const bool isOneByOne = plan_ || blocks_;
    rows_ = file_.database().prepare(
        isOneByOne ? select + "seq = ?1" : ordered(select + "seq >= ?1 AND seq <= ?2", "seq"));
    if (!isOneByOne) {
        rows_->bind(1, range_.first);
        rows_->bind(2, range_.last);
    }
}

// By how many rows each gives, as far as we look.
void AuditCandidates::choosePlan()
{
    auto found = plans();
    if (found.empty())
        return;
    std::vector<std::int64_t> counts(found.size(), 0);
    for (std::size_t i = 0; i < found.size(); ++i)
        for (Source& source : found[i]) {
            while (counts[i] < Compared && source.rows.step())
                ++counts[i];
            source.rows.reset();
        }
    const auto least = std::ranges::min_element(counts) - counts.begin();
    // There are never many that are open.
    few_ = counts[static_cast<std::size_t>(least)] < Few || filter_.state == SessionState::Open;
    plan_ = std::move(found[static_cast<std::size_t>(least)]);
}

bool AuditCandidates::useBlocks()
{
    SessionBlocks blocks(open_, file_);
    if (!inFile_.asksForMoreThanTime() || !blocks.exist())
        return false;
    const bool isNewest = index_ + 1 == files_.size();
    blocks_.emplace(
        Blocks{blocks, SessionBlockFilter(file_, inFile_, filter_,
                                          isNewest ? SessionBlockFilter::OpenSessions::StandHere
                                                   : SessionBlockFilter::OpenSessions::GoOn)});
    blocks_->number =
        blocks.blockOf(order_ == SearchPage::Order::NewestFirst ? range_.last : range_.first);
    return true;
}

const Statement* AuditCandidates::next()
{
    if (blocks_)
        return nextOfBlocks();
    if (plan_)
        return nextOfPlan();
    return rows_->step() ? &*rows_ : nullptr;
}

const Statement* AuditCandidates::nextOfPlan()
{
    for (;;) {
        std::int64_t first = 0;
        for (const Source& source : *plan_)
            if (source.seq != 0 && (first == 0 || isBefore(source.seq, first)))
                first = source.seq;
        if (first == 0)
            return nullptr;
        for (Source& source : *plan_)
            while (source.seq == first)
                source.advance();
        rows_->reset();
        rows_->bind(1, first);
        if (rows_->step())
            return &*rows_;
    }
}

const Statement* AuditCandidates::nextOfBlocks()
{
    for (;;) {
        while (blocks_->at < blocks_->seqs.size()) {
            rows_->reset();
            rows_->bind(1, blocks_->seqs[blocks_->at++]);
            if (rows_->step())
                return &*rows_;
        }
        if (!readBlock())
            return nullptr;
    }
}

// False: there is no other, or it was stopped.
bool AuditCandidates::readBlock()
{
    const bool newestFirst = order_ == SearchPage::Order::NewestFirst;
    Blocks& blocks = *blocks_;
    const std::int64_t number = blocks.number;
    if (number < blocks.all.blockOf(range_.first) || number > blocks.all.blockOf(range_.last))
        return false;
    const SeqRange records = blocks.all.range(number);
    // Where nothing was found for long, nobody else asks.
    const bool stopped = blocks.looked && blocks.seqs.empty() && stop_ && stop_();
    if (stopped || blocks.all.open(blocks.block, number, stop_) == SessionBlocks::Opened::Stopped) {
        stoppedAt_ = newestFirst ? std::min(records.last, range_.last) + 1
                                 : std::max(records.first, range_.first) - 1;
        return false;
    }
    blocks.looked = true;
    blocks.number += newestFirst ? -1 : 1;
    blocks.at = 0;
    blocks.seqs.clear();
    const auto matches = blocks.filter.matches(blocks.block, range_);
    for (std::size_t i = 0; i < matches.size(); ++i)
        if (matches[i] == SessionBlockFilter::Yes ||
            (matches[i] == SessionBlockFilter::Follow && mayMatch(blocks.block.seq(i))))
            blocks.seqs.push_back(blocks.block.seq(i));
    if (newestFirst)
        std::ranges::reverse(blocks.seqs);
    return true;
}

// Of a session that went on in later files.
bool AuditCandidates::mayMatch(std::int64_t session)
{
    const auto course = open_.memory().carried.follow(open_, files_, index_, session, stop_);
    return !course || standingMatches(filter_, course->standing());
}

std::vector<AuditCandidates::Plan> AuditCandidates::plans()
{
    std::vector<Plan> plans;
    if (filter_.state == SessionState::Open) {
        if (auto plan = openSessions())
            plans.push_back(std::move(*plan));
        return plans;
    }
    if (!file_.isSealed())
        return plans;
    addHosts(plans);
    addClients(plans);
    addUsers(plans);
    addRules(plans);
    addReasons(plans);
    // Files with blocks have no index of verdicts.
    if (!SessionBlocks(open_, file_).exist())
        addVerdicts(plans);
    addOutcomes(plans);
    return plans;
}

std::string AuditCandidates::ordered(std::string_view select, std::string_view column) const
{
    std::string query(select);
    query.append(" ORDER BY ").append(column);
    return order_ == SearchPage::Order::NewestFirst ? query + " DESC" : query;
}

std::string AuditCandidates::inRange(std::string_view select) const
{
    return ordered(std::string(select) + " AND seq >= ?2 AND seq <= ?3", "seq");
}

AuditCandidates::Source AuditCandidates::sourceOf(const std::string& query, std::int64_t number)
{
    Source source{file_.database().prepare(query), nullptr, 0};
    source.rows.bind(1, number);
    source.rows.bind(2, range_.first);
    source.rows.bind(3, range_.last);
    return source;
}

void AuditCandidates::addHosts(std::vector<Plan>& plans)
{
    // A session without a host is in no index.
    if (!inFile_.asksForHost() || hostMatches(filter_, ""))
        return;
    const auto numbers = inFile_.hosts(file_, MostSources);
    if (!numbers)
        return;
    Plan plan;
    for (const std::int64_t number : *numbers)
        plan.push_back(sourceOf(inRange("SELECT seq FROM session WHERE host = ?1"), number));
    plans.push_back(std::move(plan));
}

void AuditCandidates::addClients(std::vector<Plan>& plans)
{
    if (filter_.clients.empty())
        return;
    std::vector<std::vector<std::uint8_t>> addresses;
    for (const policy::Network& network : filter_.clients) {
        const auto found = addressesIn(file_, network, MostSources - addresses.size());
        if (!found)
            return;
        addresses.insert(addresses.end(), found->begin(), found->end());
    }
    Plan plan;
    for (const auto& address : addresses) {
        Source source = sourceOf(inRange("SELECT seq FROM session WHERE client_ip = ?1"), 0);
        source.rows.bind(1, address);
        plan.push_back(std::move(source));
    }
    plans.push_back(std::move(plan));
}

void AuditCandidates::addUsers(std::vector<Plan>& plans)
{
    // Who is not known is in no index.
    const auto& users = inFile_.users();
    if (users.asked == WantedNumbers::Asked::Nothing || users.holds(0) ||
        users.numbers.size() > MostSources)
        return;
    Plan plan;
    for (const std::int64_t number : users.numbers)
        plan.push_back(sourceOf(inRange("SELECT seq FROM session WHERE user = ?1"), number));
    plans.push_back(std::move(plan));
}

void AuditCandidates::addRules(std::vector<Plan>& plans)
{
    if (filter_.rules.empty())
        return;
    Plan plan;
    for (const std::string& rule : filter_.rules) {
        if (rule.empty() || rule == DefaultRuleName || isPattern(rule))
            return; // in no index
        Statement& row = file_.prepared("SELECT id FROM rule WHERE rule_id = ?1 OR name = ?1");
        row.bind(1, std::string_view(rule));
        while (row.step())
            plan.push_back(
                sourceOf(inRange("SELECT seq FROM session WHERE rule = ?1"), row.integer(0)));
        row.reset();
    }
    if (plan.size() > MostSources)
        return;
    addChanged(plan);
    addCarried(plan);
    plans.push_back(std::move(plan));
}

void AuditCandidates::addReasons(std::vector<Plan>& plans)
{
    if (filter_.reasons.empty())
        return;
    Plan plan;
    for (const std::string& reason : filter_.reasons) {
        if (reason.empty())
            return;
        addSourcesOfReason(plan, reason);
    }
    addCarried(plan);
    plans.push_back(std::move(plan));
}

void AuditCandidates::addSourcesOfReason(Plan& plan, std::string_view reason)
{
    const auto number = file_.numberOf("word", reason);
    if (!number)
        return;
    plan.push_back(sourceOf(ordered("SELECT session FROM session_event WHERE close_reason = ?1 "
                                    "AND session >= ?2 AND session <= ?3",
                                    "session"),
                            *number));
    plan.push_back(sourceOf(inRange("SELECT seq FROM session WHERE close_reason = ?1"), *number));
}

// As for verdicts: an index helps for what is rare.
void AuditCandidates::addOutcomes(std::vector<Plan>& plans)
{
    const auto isRare = [](SessionOutcome outcome) {
        return outcome == SessionOutcome::Deny || outcome == SessionOutcome::Error;
    };
    const auto& wanted = filter_.outcomes;
    if (wanted.empty() || !std::ranges::all_of(wanted, isRare))
        return;
    const bool asksForDeny = std::ranges::find(wanted, SessionOutcome::Deny) != wanted.end();
    if (asksForDeny && SessionBlocks(open_, file_).exist())
        return;
    Plan plan;
    if (asksForDeny) {
        if (const auto number = file_.numberOf("word", outcomeName(SessionOutcome::Deny)))
            plan.push_back(
                sourceOf(inRange("SELECT seq FROM session WHERE verdict = ?1"), *number));
        addChanged(plan);
    }
    if (std::ranges::find(wanted, SessionOutcome::Error) != wanted.end())
        for (int value = 0; value <= static_cast<int>(CloseReason::Internal); ++value)
            if (const auto reason = static_cast<CloseReason>(value); isFailure(reason))
                addSourcesOfReason(plan, closeReasonName(reason));
    addCarried(plan);
    plans.push_back(std::move(plan));
}

void AuditCandidates::addVerdicts(std::vector<Plan>& plans)
{
    // Most sessions are allowed: for those an index is no short cut.
    if (filter_.verdicts.empty() ||
        std::ranges::any_of(filter_.verdicts, [](const auto& each) { return each != "deny"; }))
        return;
    Plan plan;
    if (const auto number = file_.numberOf("word", "deny"))
        plan.push_back(sourceOf(inRange("SELECT seq FROM session WHERE verdict = ?1"), *number));
    addChanged(plan);
    addCarried(plan);
    plans.push_back(std::move(plan));
}

std::optional<AuditCandidates::Plan> AuditCandidates::openSessions()
{
    // The newest file knows of all that are open, wherever they began.
    const auto newest = open_.open(files_.back());
    if (!newest || newest->isSealed())
        return std::nullopt; // nobody keeps it up
    Plan plan;
    plan.push_back(
        {newest->database().prepare(ordered(
             "SELECT session FROM open_session WHERE session >= ?1 AND session <= ?2", "session")),
         newest, 0});
    plan.back().rows.bind(1, range_.first);
    plan.back().rows.bind(2, range_.last);
    return plan;
}

// Those for which the policy was asked again.
void AuditCandidates::addChanged(Plan& plan)
{
    Source source{
        file_.database().prepare(ordered("SELECT session FROM session_event WHERE verdict IS NOT "
                                         "NULL AND session >= ?1 AND session <= ?2",
                                         "session")),
        nullptr, 0};
    source.rows.bind(1, range_.first);
    source.rows.bind(2, range_.last);
    plan.push_back(std::move(source));
}

// Those that were still open when the next file began.
void AuditCandidates::addCarried(Plan& plan)
{
    if (index_ + 1 >= files_.size())
        return;
    const auto next = open_.open(files_[index_ + 1]);
    if (!next)
        return;
    Source source{next->database().prepare(
                      ordered("SELECT seq FROM session WHERE seq >= ?1 AND seq <= ?2", "seq")),
                  next, 0};
    source.rows.bind(1, range_.first);
    source.rows.bind(2, std::min(range_.last, next->seqs().first - 1));
    plan.push_back(std::move(source));
}

} // namespace sallyport::db
