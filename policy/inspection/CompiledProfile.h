// CompiledProfile: a profile ready to be run, its patterns in one Vectorscan database. Immutable;
// shared by all threads.
#pragma once

#include "policy/inspection/InspectionProfile.h"

#include <array>
#include <cstdint>
#include <memory>

namespace sallyport::policy::inspection {

/// What a thread scans with; grows to what the profiles need that it runs.
class ScanScratch {
public:
    ScanScratch();
    ~ScanScratch();
    ScanScratch(const ScanScratch&) = delete;
    ScanScratch& operator=(const ScanScratch&) = delete;

private:
    // The helper who owns this file completes it.
};

/// Under which matches are hashed for alerts.
using DigestKey = std::array<std::uint8_t, 32>;

class CompiledProfile {
public:
    /// Throws PolicyError for an expression that is none, or too large, and for an unknown built-in
    /// pattern; names the check.
    explicit CompiledProfile(InspectionProfile profile);
    ~CompiledProfile();
    CompiledProfile(const CompiledProfile&) = delete;
    CompiledProfile& operator=(const CompiledProfile&) = delete;

    [[nodiscard]] const InspectionProfile& profile() const { return profile_; }
    /// Whether a check needs the contents of messages, and not only their sizes.
    [[nodiscard]] bool needsContent() const;

private:
    InspectionProfile profile_;
    // The helper who owns this file completes it.
};

} // namespace sallyport::policy::inspection
