#include "policy/inspection/PatternSet.h"

#include "policy/PolicyError.h"

#include <hs.h>
#include <re2/re2.h>

#include <cstdint>
#include <new>
#include <utility>

namespace sallyport::policy::inspection {
namespace {

constexpr std::size_t MaxDatabaseBytes = std::size_t{64} << 20U; // held as long as the policy
constexpr std::size_t MaxStreamBytes = 64 << 10U;    // held by each scanned message that is open
constexpr std::int64_t MaxProgramBytes = 256 << 10U; // of RE2, about 10,000 instructions

struct ReleaseProblem {
    void operator()(hs_compile_error_t* problem) const { hs_free_compile_error(problem); }
};
using Problem = std::unique_ptr<hs_compile_error_t, ReleaseProblem>;

[[noreturn]] void failProfile(const InspectionProfile& profile, std::string_view complaint)
{
    failPolicy("profile \"" + profile.name + "\": " + std::string(complaint));
}

[[noreturn]] void failPattern(const InspectionProfile& profile, const Pattern& pattern,
                              std::string_view complaint)
{
    failProfile(profile, "check \"" + profile.checks[pattern.check].name + "\": pattern \"" +
                             std::string(pattern.name) + "\": " + std::string(complaint));
}

std::string builtInNames()
{
    std::string names;
    for (const auto& each : builtInPatterns())
        names += '"' + std::string(each.name) + "\", ";
    return names;
}

// Vectorscan works for minutes on some expressions that multiply their repeats, like
// "a(?:[bc]{300}d){300}", before it takes them; RE2 tells them at once. Other complaints of RE2 do
// not count: it knows fewer things.
bool repeatsTooMuch(const std::string& expression)
{
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_log_errors(false);
    options.set_max_mem(MaxProgramBytes);
    const auto code = RE2(expression, options).error_code();
    return code == RE2::ErrorRepeatSize || code == RE2::ErrorPatternTooLarge;
}

struct StartSearch {
    std::size_t pattern;
    std::size_t end;
    std::size_t start;
};

int noteStart(unsigned pattern, unsigned long long from, unsigned long long to, unsigned,
              void* search)
{
    auto& wanted = *static_cast<StartSearch*>(search);
    if (pattern == wanted.pattern && to == wanted.end && from < wanted.start)
        wanted.start = from;
    return 0;
}

} // namespace

// Regular expressions as hs_compile_multi() takes them.
class PatternSet::Expressions {
public:
    void add(std::string expression, unsigned flags, std::size_t pattern)
    {
        texts_.push_back(std::move(expression));
        flags_.push_back(flags);
        patterns_.push_back(static_cast<unsigned>(pattern));
    }
    void remove(std::size_t index)
    {
        const auto at = static_cast<std::ptrdiff_t>(index);
        texts_.erase(texts_.begin() + at);
        flags_.erase(flags_.begin() + at);
        patterns_.erase(patterns_.begin() + at);
    }
    [[nodiscard]] bool empty() const { return texts_.empty(); }
    [[nodiscard]] std::size_t patternOf(std::size_t index) const { return patterns_[index]; }

    [[nodiscard]] Problem compile(unsigned mode, Database& database) const
    {
        std::vector<const char*> texts;
        for (const auto& text : texts_)
            texts.push_back(text.c_str());
        hs_database_t* compiled = nullptr;
        hs_compile_error_t* problem = nullptr;
        hs_compile_multi(texts.data(), flags_.data(), patterns_.data(),
                         static_cast<unsigned>(texts.size()), mode, nullptr, &compiled, &problem);
        database.reset(compiled);
        return Problem(problem);
    }

private:
    std::vector<std::string> texts_;
    std::vector<unsigned> flags_;
    std::vector<unsigned> patterns_;
};

void PatternSet::Release::operator()(hs_database* database) const
{
    hs_free_database(database);
}

PatternSet::PatternSet(const InspectionProfile& profile)
{
    if (hs_valid_platform() != HS_SUCCESS)
        failProfile(profile, "patterns need a processor with SSE4.2 or what equals it");
    Expressions all;
    Expressions own;
    for (std::size_t check = 0; check < profile.checks.size(); ++check) {
        const auto* looked = std::get_if<Patterns>(&profile.checks[check].condition);
        if (looked == nullptr)
            continue;
        for (const auto& name : looked->patterns) {
            const auto place = patterns_.size();
            const auto& pattern = patterns_.emplace_back(check, name, findBuiltInPattern(name));
            if (pattern.builtIn != nullptr) {
                for (auto& expression : pattern.builtIn->expressions())
                    all.add(std::move(expression), 0, place);
                continue;
            }
            if (!name.starts_with(ExpressionPrefix))
                failPattern(profile, pattern,
                            "is not known; there are " + builtInNames() + "and \"regex:…\"");
            auto expression = name.substr(ExpressionPrefix.size());
            if (repeatsTooMuch(expression))
                failPattern(profile, pattern, "is too large: it repeats too much too often");
            own.add(expression, HS_FLAG_SOM_LEFTMOST, place);
            all.add(std::move(expression), HS_FLAG_SINGLEMATCH, place);
        }
    }
    compileMessages(profile, all);
    compileStarts(std::move(own));
}

void PatternSet::compileMessages(const InspectionProfile& profile, const Expressions& expressions)
{
    if (const auto problem = expressions.compile(HS_MODE_STREAM, database_)) {
        if (problem->expression < 0)
            failProfile(profile, problem->message);
        const auto index = static_cast<std::size_t>(problem->expression);
        failPattern(profile, patterns_[expressions.patternOf(index)], problem->message);
    }
    std::size_t size = 0;
    std::size_t streamSize = 0;
    if (hs_database_size(database_.get(), &size) != HS_SUCCESS ||
        hs_stream_size(database_.get(), &streamSize) != HS_SUCCESS)
        throw std::bad_alloc();
    if (size > MaxDatabaseBytes || streamSize > MaxStreamBytes)
        failProfile(profile, "all patterns together take " + std::to_string(size) + " bytes and " +
                                 std::to_string(streamSize) +
                                 " in each message; expected at most " +
                                 std::to_string(MaxDatabaseBytes) + " and " +
                                 std::to_string(MaxStreamBytes));
}

// Vectorscan refuses some expressions here that it can scan for.
void PatternSet::compileStarts(Expressions expressions)
{
    while (!expressions.empty()) {
        const auto problem = expressions.compile(HS_MODE_BLOCK, starts_);
        if (!problem || problem->expression < 0)
            return;
        expressions.remove(static_cast<std::size_t>(problem->expression));
    }
}

void PatternSet::growScratch(ScanScratch& scratch) const
{
    scratch.messages.growFor(database_.get());
    if (starts_)
        scratch.starts.growFor(starts_.get());
}

std::string_view PatternSet::matchAtEnd(std::size_t pattern, std::string_view text,
                                        ScanScratch& scratch) const
{
    StartSearch search{pattern, text.size(), text.size()};
    if (starts_)
        hs_scan(starts_.get(), text.data(), static_cast<unsigned>(text.size()), 0,
                scratch.starts.room(), noteStart, &search);
    return text.substr(search.start);
}

} // namespace sallyport::policy::inspection
