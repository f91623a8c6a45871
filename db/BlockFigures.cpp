#include "db/BlockFigures.h"

#include "db/AuditNames.h"
#include "db/AuditRows.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

namespace sallyport::db {
namespace {

// A rule's number and 1; 0: no policy was asked.
constexpr std::uint64_t DefaultRow = 1;

std::uint64_t ruleKey(std::uint64_t rule, std::uint64_t verdict)
{
    return rule != 0 || verdict != 0 ? rule + 1 : 0;
}

SessionColumn columnOf(Facet facet)
{
    switch (facet) {
    case Facet::Verdict:
    case Facet::Outcome:
        return SessionColumn::Verdict;
    case Facet::Reason:
        return SessionColumn::Reason;
    case Facet::Rule:
        return SessionColumn::Rule;
    case Facet::Protocol:
        return SessionColumn::Protocol;
    case Facet::Host:
        return SessionColumn::Host;
    case Facet::User:
        return SessionColumn::User;
    case Facet::Client:
        return SessionColumn::Client;
    case Facet::Port:
        return SessionColumn::Port;
    case Facet::PolicyVersion:
        return SessionColumn::PolicyVersion;
    }
    return SessionColumn::Seq;
}

} // namespace

SparseSums::Slot& SparseSums::slotOf(std::uint64_t number)
{
    constexpr std::uint64_t Spread = 0x9e3779b97f4a7c15;
    const std::size_t mask = slots_.size() - 1;
    auto place = static_cast<std::size_t>(number * Spread >> 32) & mask;
    while (slots_[place].sum.sessions != 0 && slots_[place].number != number)
        place = (place + 1) & mask;
    return slots_[place];
}

void SparseSums::add(std::uint64_t number, std::uint64_t up, std::uint64_t down)
{
    Slot& slot = slotOf(number);
    const bool isNew = slot.sum.sessions == 0;
    slot.number = number;
    slot.sum.add({1, up, down});
    if (!isNew || ++used_ < slots_.size() / 2)
        return;
    std::vector<Slot> before(slots_.size() * 2);
    before.swap(slots_);
    for (const Slot& each : before)
        if (each.sum.sessions != 0)
            slotOf(each.number) = each;
}

BlockFigures::BlockFigures(OpenAuditFile& file, const FiguresWanted& wanted,
                           HistogramSums* histogram, const std::vector<FacetSums*>& facets)
    : file_(file), wanted_(wanted), histogram_(histogram), facets_(facets),
      withBytes_(std::ranges::any_of(
          facets, [](const FacetSums* each) { return each->bytes() == FacetSums::Bytes::Known; })),
      outcomes_(file)
{}

void BlockFigures::add(SessionBlock& block, std::span<const std::uint8_t> matches)
{
    places_.clear();
    for (std::size_t i = 0; i < matches.size(); ++i)
        if (matches[i] == SessionBlockFilter::Yes)
            places_.push_back(static_cast<std::uint32_t>(i));
    if (places_.empty())
        return;
    if (histogram_)
        addToHistogram(block);
    for (const FacetSums* const facet : facets_)
        addTo(facet->facet(), block);
}

template <class Use>
void BlockFigures::forEach(SessionBlock& block, Use use)
{
    if (!withBytes_) {
        for (const std::uint32_t place : places_)
            use(place, 0, 0);
        return;
    }
    const auto up = block[SessionColumn::BytesUp];
    const auto down = block[SessionColumn::BytesDown];
    const auto known = [](std::uint64_t oneMore) { return oneMore - (oneMore != 0 ? 1 : 0); };
    for (const std::uint32_t place : places_)
        use(place, known(up[place]), known(down[place]));
}

void BlockFigures::addTo(Facet facet, SessionBlock& block)
{
    const auto column = block[columnOf(facet)];
    if (facet == Facet::Client) {
        forEach(block, [&](std::size_t place, std::uint64_t up, std::uint64_t down) {
            addClient(block, place, up, down);
        });
        return;
    }
    NumberSums& sums = sums_[facet];
    if (facet == Facet::Outcome) {
        const auto inspections = block[SessionColumn::Inspection];
        const auto reasons = block[SessionColumn::Reason];
        forEach(block, [&](std::size_t place, std::uint64_t up, std::uint64_t down) {
            const auto outcome = outcomes_.of(column[place], inspections[place], reasons[place]);
            sums.add(static_cast<std::uint64_t>(outcome), up, down);
        });
    } else if (facet == Facet::Rule) {
        const auto verdicts = block[SessionColumn::Verdict];
        forEach(block, [&](std::size_t place, std::uint64_t up, std::uint64_t down) {
            sums.add(ruleKey(column[place], verdicts[place]), up, down);
        });
    } else {
        forEach(block, [&](std::size_t place, std::uint64_t up, std::uint64_t down) {
            sums.add(column[place], up, down);
        });
    }
}

void BlockFigures::addClient(SessionBlock& block, std::size_t place, std::uint64_t up,
                             std::uint64_t down)
{
    const std::uint64_t client = block[SessionColumn::Client][place];
    if (client < SessionBlock::Ipv6)
        clients_.add(client, up, down);
    else if (const std::uint64_t at = client - SessionBlock::Ipv6; at < block.ipv6().size())
        ipv6_[block.ipv6()[at]].add({1, up, down});
}

std::size_t BlockFigures::bucketOf(std::uint64_t time)
{
    if (time >= bucketFrom_ && time < bucketUntil_)
        return bucket_;
    const AuditTime at{std::chrono::microseconds(static_cast<std::int64_t>(time))};
    const auto width = histogram_->bucket();
    if (at < histogram_->from())
        return histogram_->buckets();
    const auto bucket = static_cast<std::size_t>((at - histogram_->from()) / width);
    if (bucket >= histogram_->buckets())
        return histogram_->buckets();
    const auto micros = [](AuditTime of) {
        return static_cast<std::uint64_t>(of.time_since_epoch().count());
    };
    bucket_ = bucket;
    bucketFrom_ = micros(histogram_->from() + width * static_cast<std::int64_t>(bucket));
    bucketUntil_ = micros(histogram_->from() + width * static_cast<std::int64_t>(bucket + 1));
    return bucket_;
}

void BlockFigures::addToHistogram(SessionBlock& block)
{
    const bool byOutcome = wanted_.series == FiguresWanted::Series::Outcomes;
    const auto times = block[SessionColumn::Time];
    const auto verdicts = block[SessionColumn::Verdict];
    const auto inspections = block[SessionColumn::Inspection];
    const auto reasons = block[SessionColumn::Reason];
    std::uint64_t known = 0;
    std::vector<std::int64_t>* sums = nullptr;
    for (const std::uint32_t place : places_) {
        const std::uint64_t number =
            byOutcome ? static_cast<std::uint64_t>(
                            outcomes_.of(verdicts[place], inspections[place], reasons[place]))
                      : verdicts[place];
        if (!sums || number != known) {
            known = number;
            sums = &series_[number];
            sums->resize(histogram_->buckets() + 1);
        }
        ++(*sums)[bucketOf(times[place])];
    }
}

void BlockFigures::add(SessionBlock& block, std::size_t place, const SessionCourse& course)
{
    const FigureSum sum{1, course.bytesUp.value_or(0), course.bytesDown.value_or(0)};
    if (histogram_) {
        const AuditTime time{std::chrono::microseconds(
            static_cast<std::int64_t>(block[SessionColumn::Time][place]))};
        histogram_->add(wanted_.series == FiguresWanted::Series::Outcomes
                            ? outcomeName(course.outcome())
                            : std::string_view(course.verdict),
                        time, 1);
    }
    for (FacetSums* const facet : facets_)
        switch (facet->facet()) {
        case Facet::Client:
            addClient(block, place, sum.bytesUp, sum.bytesDown);
            break;
        case Facet::PolicyVersion:
            sums_[Facet::PolicyVersion].add(
                course.policyVersion ? *course.policyVersion + std::uint64_t{1} : 0, sum.bytesUp,
                sum.bytesDown);
            break;
        case Facet::Verdict:
        case Facet::Outcome:
        case Facet::Reason:
        case Facet::Rule:
            addStanding(*facet, course, sum);
            break;
        case Facet::Protocol:
        case Facet::Host:
        case Facet::User:
        case Facet::Port:
            sums_[facet->facet()].add(block[columnOf(facet->facet())][place], sum.bytesUp,
                                      sum.bytesDown);
            break;
        }
}

void BlockFigures::give()
{
    if (histogram_)
        giveHistogram();
    for (FacetSums* const facet : facets_)
        switch (facet->facet()) {
        case Facet::Outcome:
            sums_[Facet::Outcome].forEach([&](std::uint64_t number, const FigureSum& sum) {
                const auto name = outcomeName(static_cast<SessionOutcome>(number));
                facet->add(name, name, sum);
            });
            break;
        case Facet::Rule:
            giveRules(*facet);
            break;
        case Facet::Client:
            giveClients(*facet);
            break;
        case Facet::Port:
        case Facet::PolicyVersion:
            giveNumbers(*facet);
            break;
        case Facet::Verdict:
        case Facet::Reason:
        case Facet::Protocol:
        case Facet::Host:
        case Facet::User:
            giveNames(*facet);
            break;
        }
}

void BlockFigures::giveHistogram()
{
    for (const auto& [number, sums] : series_) {
        const std::string name(wanted_.series == FiguresWanted::Series::Outcomes
                                   ? outcomeName(static_cast<SessionOutcome>(number))
                                   : file_.names().text(static_cast<std::int64_t>(number)));
        for (std::size_t i = 0; i < histogram_->buckets(); ++i)
            if (sums[i] != 0)
                histogram_->add(
                    name, histogram_->from() + histogram_->bucket() * static_cast<std::int64_t>(i),
                    sums[i]);
    }
}

void BlockFigures::giveNames(FacetSums& facet)
{
    sums_[facet.facet()].forEach([&](std::uint64_t number, const FigureSum& sum) {
        file_.names().keepBounded();
        const auto name = file_.names().text(static_cast<std::int64_t>(number));
        // What is open has no reason.
        if (facet.facet() != Facet::Reason || !name.empty())
            facet.add(name, name, sum);
    });
}

void BlockFigures::giveNumbers(FacetSums& facet)
{
    // Version numbers stand for one less.
    const std::uint64_t less = facet.facet() == Facet::PolicyVersion ? 1 : 0;
    sums_[facet.facet()].forEach([&](std::uint64_t number, const FigureSum& sum) {
        if (number <= less)
            return; // not known
        const std::string text = std::to_string(number - less);
        facet.add(text, text, sum);
    });
}

void BlockFigures::giveRules(FacetSums& facet)
{
    std::vector<std::pair<std::uint64_t, FigureSum>> sums;
    sums_[Facet::Rule].forEach(
        [&](std::uint64_t key, const FigureSum& sum) { sums.emplace_back(key, sum); });
    // A rule that was renamed has several numbers: the newest one first.
    for (const auto& [key, sum] : std::views::reverse(sums)) {
        if (key <= DefaultRow) {
            const auto name = key == DefaultRow ? DefaultRuleName : std::string_view();
            facet.add(name, name, sum);
            continue;
        }
        const AuditNames::RuleName& rule = file_.names().rule(static_cast<std::int64_t>(key - 1));
        facet.add(rule.id.empty() ? rule.name : rule.id, rule.name, sum);
    }
}

void BlockFigures::giveClients(FacetSums& facet)
{
    clients_.forEach([&](std::uint64_t client, const FigureSum& sum) {
        const std::array<std::uint8_t, 4> bytes{
            static_cast<std::uint8_t>(client >> 24), static_cast<std::uint8_t>(client >> 16),
            static_cast<std::uint8_t>(client >> 8), static_cast<std::uint8_t>(client)};
        const std::string text = addressTextOf(bytes);
        facet.add(text, text, sum);
    });
    for (const auto& [address, sum] : ipv6_) {
        const std::string text = addressTextOf(address);
        facet.add(text, text, sum);
    }
}

} // namespace sallyport::db
