// PatternSet: the patterns of a profile in one Vectorscan database, each with the check that looks
// for it. Immutable; shared by all threads.
#pragma once

#include "policy/inspection/BuiltInPatterns.h"
#include "policy/inspection/InspectionProfile.h"
#include "policy/inspection/ScanScratch.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy::inspection {

struct Pattern {
    std::size_t check = 0; ///< its place in the profile
    std::string_view name; ///< as the profile has it
    const BuiltInPattern* builtIn = nullptr;
};

class PatternSet {
public:
    /// Bytes of content before the end of a match that are looked at to check and to hash it.
    static constexpr std::size_t MaxMatchBytes = 128;

    /// The profile outlives it. Throws PolicyError as CompiledProfile does.
    explicit PatternSet(const InspectionProfile& profile);

    [[nodiscard]] const std::vector<Pattern>& patterns() const { return patterns_; }
    /// In streaming mode; matches have the place of a pattern as their id.
    [[nodiscard]] const hs_database* database() const { return database_.get(); }
    void growScratch(ScanScratch& scratch) const;

    /// What a match of the pattern is hashed from, where it ends with the text; from its leftmost
    /// beginning. Empty: the expression is too complex to tell where its matches begin.
    [[nodiscard]] std::string_view matchAtEnd(std::size_t pattern, std::string_view text,
                                              ScanScratch& scratch) const;

private:
    struct Release {
        void operator()(hs_database* database) const;
    };
    using Database = std::unique_ptr<hs_database, Release>;
    class Expressions;

    void compileMessages(const InspectionProfile& profile, const Expressions& expressions);
    void compileStarts(Expressions expressions);

    std::vector<Pattern> patterns_;
    Database database_;
    Database starts_; // of persons' own expressions; null: there are none
};

} // namespace sallyport::policy::inspection
