#include "policy/inspection/ProfileRun.h"

#include "policy/inspection/MessageScanner.h"

#include <algorithm>
#include <utility>

namespace sallyport::policy::inspection {

// The scanning of one message. Findings wait until Vectorscan has returned: whoever hears of them
// may do what they like.
class ProfileRun::Scan final : MessageScanner::Listener {
public:
    Scan(ProfileRun& run, Direction direction, const Message& message)
        : run_(run), direction_(direction), kind_(message.kind), number_(message.number),
          scanner_(*run.profile_.patterns(), run.scratch_)
    {}

    void read(std::span<const char> content)
    {
        scanner_.read(content, *this);
        tellFindings();
    }
    void end()
    {
        scanner_.end(*this);
        tellFindings();
    }

private:
    bool isWanted(const Pattern& pattern) override
    {
        const auto& check = run_.profile_.profile().checks[pattern.check];
        return run_.mayTell(pattern.check, direction_) &&
               concerns(std::get<Patterns>(check.condition), kind_);
    }
    void onMatch(const Pattern& pattern, std::uint64_t end, std::string_view text) override
    {
        auto finding = run_.newFinding(pattern.check, direction_, number_, pattern.name);
        finding.offset = end;
        if (!text.empty())
            finding.digest = digestOf(text, run_.key_);
        findings_.push_back(finding);
    }
    void tellFindings()
    {
        for (const auto& finding : std::exchange(findings_, {}))
            run_.listener_.onFinding(finding);
    }

    ProfileRun& run_;
    Direction direction_;
    MessageKind kind_;
    std::uint64_t number_;
    MessageScanner scanner_;
    std::vector<Finding> findings_;
};

ProfileRun::ProfileRun(const CompiledProfile& profile, const DigestKey& key, ScanScratch& scratch,
                       FindingListener& listener)
    : profile_(profile), key_(key), scratch_(scratch), listener_(listener),
      told_(profile.profile().checks.size()),
      messageRates_(profile.checksFor<ManyMessages>().size()),
      byteRates_(profile.checksFor<ManyBytes>().size()),
      rhythms_(profile.checksFor<Beacon>().size())
{
    if (profile.patterns() != nullptr)
        profile.patterns()->growScratch(scratch);
}

ProfileRun::~ProfileRun() = default;

bool ProfileRun::mayTell(std::size_t check, Direction direction) const
{
    return told_[check] < MaxFindingsPerCheck &&
           concerns(profile_.profile().checks[check], direction);
}

Finding ProfileRun::newFinding(std::size_t check, Direction direction, std::uint64_t message,
                               std::string_view kind)
{
    Finding finding;
    finding.check = &profile_.profile().checks[check];
    finding.direction = direction;
    finding.message = message;
    finding.kind = kind;
    finding.first = told_[check]++ == 0;
    return finding;
}

void ProfileRun::tell(std::size_t check, Direction direction, std::uint64_t message,
                      std::string_view kind)
{
    if (mayTell(check, direction))
        listener_.onFinding(newFinding(check, direction, message, kind));
}

void ProfileRun::begin(std::string_view subprotocol, const std::vector<std::string>& extensions)
{
    for (const auto& [wanted, check] : profile_.checksFor<OtherSubprotocol>())
        if (std::ranges::count(wanted->allowed, subprotocol) == 0)
            tell(check, Direction::UpstreamToClient, 0, "subprotocol");
    for (const auto& [wanted, check] : profile_.checksFor<OtherExtension>())
        if (std::ranges::any_of(extensions, [&](const std::string& name) {
                return std::ranges::count(wanted->allowed, name) == 0;
            }))
            tell(check, Direction::UpstreamToClient, 0, "extension");
}

void ProfileRun::onMessageBegin(Direction direction, const Message& message)
{
    messageBytes_[direction] = 0;
    for (const auto& [unwanted, check] : profile_.checksFor<UnwantedKind>())
        if (unwanted->kind == message.kind)
            tell(check, direction, message.number, messageKindName(message.kind));
    auto rate = messageRates_.begin();
    for (const auto& [many, check] : profile_.checksFor<ManyMessages>())
        if (passes((*rate++)[direction], 1, many->messages, many->per))
            tell(check, direction, message.number, "messages");
    if (contents_[direction] == Contents::Read && profile_.scans(direction, message.kind))
        scans_[direction] = std::make_unique<Scan>(*this, direction, message);
}

void ProfileRun::onContent(Direction direction, const Message& message,
                           std::span<const char> content)
{
    growTo(messageBytes_[direction] + content.size(), direction, message);
    if (scans_[direction])
        scans_[direction]->read(content);
}

void ProfileRun::onMessageEnd(Direction direction, const Message& message)
{
    const auto size =
        contents_[direction] == Contents::Lost ? message.payloadBytes : message.contentBytes;
    growTo(std::max(size, messageBytes_[direction]), direction, message);
    if (const auto scan = std::exchange(scans_[direction], nullptr))
        scan->end();
    auto rhythm = rhythms_.begin();
    for (const auto& [beacon, check] : profile_.checksFor<Beacon>()) {
        auto& each = (*rhythm++)[direction];
        if (size > beacon->bytes)
            each = {};
        else if (beats(each, *beacon))
            tell(check, direction, message.number, "beacon");
    }
}

void ProfileRun::onControl(Direction, const ControlFrame&) {}

void ProfileRun::onFault(Direction direction, FrameFault fault)
{
    for (const auto& [broken, check] : profile_.checksFor<BrokenFrames>())
        if (broken->faults.empty() || std::ranges::count(broken->faults, fault) != 0)
            tell(check, direction, 0, frameFaultName(fault));
    if (fault == FrameFault::BadClose || fault == FrameFault::BadUtf8)
        return;
    scans_[direction].reset();
    onUnreadable(direction, frameFaultName(fault));
}

void ProfileRun::onContentLoss(Direction direction, ContentLoss loss)
{
    contents_[direction] = Contents::Lost;
    scans_[direction].reset();
    onUnreadable(direction, contentLossName(loss));
}

void ProfileRun::onUnreadable(Direction direction, std::string_view why)
{
    for (const auto& each : profile_.checksFor<NotInspectable>())
        tell(each.check, direction, 0, why);
}

// Whether the amount takes the tally over the limit.
bool ProfileRun::passes(Tally& tally, std::uint64_t amount, std::uint64_t limit,
                        ManyMessages::Per per) const
{
    if (per == ManyMessages::Per::Second && now_ - tally.since >= std::chrono::seconds(1))
        tally = {now_, 0};
    const auto before = std::exchange(tally.sum, tally.sum + amount);
    return before <= limit && tally.sum > limit;
}

// The open message has become that large.
void ProfileRun::growTo(std::uint64_t bytes, Direction direction, const Message& message)
{
    const auto before = std::exchange(messageBytes_[direction], bytes);
    for (const auto& [large, check] : profile_.checksFor<LargeMessage>())
        if (before <= large->bytes && bytes > large->bytes)
            tell(check, direction, message.number, "message-size");
    auto rate = byteRates_.begin();
    for (const auto& [many, check] : profile_.checksFor<ManyBytes>())
        if (passes((*rate++)[direction], bytes - before, many->bytes, many->per))
            tell(check, direction, message.number, "bytes");
}

// Whether the small message that ended now is the last of enough at a regular distance.
bool ProfileRun::beats(Rhythm& rhythm, const Beacon& beacon) const
{
    const auto restartWith = [&](std::uint32_t messages, Time first, Time::duration distance) {
        rhythm = {first, now_, distance, distance, messages};
    };
    const auto distance = now_ - rhythm.last;
    if (rhythm.messages <= 1) {
        restartWith(rhythm.messages + 1, rhythm.messages == 0 ? now_ : rhythm.last, distance);
        return false;
    }
    rhythm.shortest = std::min(rhythm.shortest, distance);
    rhythm.longest = std::max(rhythm.longest, distance);
    const std::int64_t jitter = beacon.jitterPercent;
    if (rhythm.longest * (100 - jitter) > rhythm.shortest * (100 + jitter)) {
        // No mean is near to both; the last two may be the first of a row.
        restartWith(2, rhythm.last, distance);
        return false;
    }
    rhythm.last = now_;
    if (++rhythm.messages < beacon.messages)
        return false;
    const auto mean = (rhythm.last - rhythm.first) / (rhythm.messages - 1);
    const bool isRegular = (rhythm.longest - mean) * 100 <= mean * jitter &&
                           (mean - rhythm.shortest) * 100 <= mean * jitter;
    restartWith(1, now_, {});
    return isRegular && mean >= beacon.least;
}

} // namespace sallyport::policy::inspection
