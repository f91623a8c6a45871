// IntegrityState: what the last check of the audit log's hash chain found, kept over restarts.
//
// DATA-DIR/audit-check.json. Safe for several threads at once.
#pragma once

#include "db/AuditVerifier.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::admin::audit {

struct IntegrityCheck {
    std::chrono::sys_time<std::chrono::microseconds> at{};
    std::string by;
    std::uint64_t verifiedTo = 0; ///< seq of the last record proved
    std::uint64_t records = 0;
    std::uint64_t files = 0;
    std::string head; ///< link of that record, hexadecimal
    std::uint64_t checkpoints = 0;
    std::uint64_t lastCheckpoint = 0; ///< seq, 0: none
    enum class Signatures : std::uint8_t {
        NotChecked,
        Checked
    } signatures = Signatures::NotChecked;
    std::chrono::milliseconds took{};
    struct Fault {
        std::string what;
        std::uint64_t seq = 0;
        std::string file;
        std::string sentence;
    };
    std::optional<Fault> firstBad; ///< missing: whole

    [[nodiscard]] static IntegrityCheck of(const db::AuditVerification& result);
};

class IntegrityState {
public:
    explicit IntegrityState(const std::filesystem::path& dataDirectory);

    /// Missing: nobody checked yet.
    [[nodiscard]] std::optional<IntegrityCheck> last() const;
    /// Throws Poco::Exception if it cannot be kept.
    void keep(const IntegrityCheck& check);

    enum class Coverage : std::uint8_t { Good, Bad, Unknown };
    /// Of a record, by the last check.
    [[nodiscard]] Coverage coverageOf(std::uint64_t seq) const;

private:
    const std::filesystem::path file_;
    mutable std::mutex mutex_;
    std::optional<IntegrityCheck> last_;
};

[[nodiscard]] std::string_view coverageName(IntegrityState::Coverage); ///< "yes", "no", "unknown"

} // namespace sallyport::admin::audit
